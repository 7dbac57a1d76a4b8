"""Nearest passages by meaning: unit vectors in, best passages out, on snapshots that never change.

Takes    keys (n,) int64 ascending, vectors (n, dim) float32 with rows of length 1
Gives    Ranked: scores in [0, 1], (1 + cosine) / 2, best first
Touches  faiss, numpy          Never  text, files, settings

A snapshot is a large base and a small tail of recent passages, each an exact flat index, and the set of removed
rows, which is applied inside the search. Adding makes a new tail, never touches one that may be searched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import faiss
import numpy as np
from numpy.typing import NDArray

from index.types import Keys, Ranked, Vectors

# A tail of this many passages is rebuilt in about 3 ms; beyond it the tail is merged into the base.
_TAIL_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class _Part:
    """A flat index of some passages: row i of `flat` is the vector of `keys[i]`; `live` rows may be found."""

    keys: Keys
    flat: faiss.IndexFlatIP
    live: NDArray[np.bool_]

    @classmethod
    def of(cls, keys: Keys, vectors: Vectors) -> _Part:
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(keys, flat, np.ones(len(keys), dtype=bool))

    def vectors(self) -> Vectors:
        """Return the stored vectors (n, dim) without copying them."""
        if not self.flat.ntotal:
            return np.empty((0, self.flat.d), np.float32)
        flat_view: Vectors = faiss.rev_swig_ptr(self.flat.get_xb(), self.flat.ntotal * self.flat.d)
        return flat_view.reshape(self.flat.ntotal, self.flat.d)

    def rows(self, keys: Keys) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return for each key its row, and whether it has one."""
        if not len(self.keys):
            return np.zeros(len(keys), np.intp), np.zeros(len(keys), bool)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return places, self.keys[places] == keys

    def without(self, keys: Keys) -> _Part:
        """Return the part with these passages removed."""
        rows, known = self.rows(keys)
        if not known.any():
            return self
        live = self.live.copy()
        live[rows[known]] = False
        return replace(self, live=live)

    def search(self, vector: Vectors, count: int, allowed: Keys | None) -> tuple[Keys, Vectors]:
        """Return at most `count` live and allowed keys with their cosines, best first."""
        eligible = self.live if allowed is None else self.live & np.isin(self.keys, allowed, assume_unique=True)
        wanted = min(count, int(eligible.sum()))
        if wanted == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        bits = np.packbits(eligible, bitorder="little")
        selector = faiss.IDSelectorBitmap(len(bits) * 8, faiss.swig_ptr(bits))
        parameters = None if eligible.all() else faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # its stub knows no arguments
        # More OpenMP threads make a single flat search slower, and the setting belongs to the calling thread.
        faiss.omp_set_num_threads(1)
        cosines, rows = self.flat.search(vector[None, :], wanted, params=parameters)
        return self.keys[rows[0]], cosines[0]


@dataclass(frozen=True, slots=True)
class DenseSnapshot:
    """An immutable state of the dense arm."""

    base: _Part
    tail: _Part

    @classmethod
    def empty(cls, dimension: int) -> DenseSnapshot:
        """Return a snapshot without passages, for vectors of this length."""
        part = _Part.of(np.empty(0, np.int64), np.empty((0, dimension), np.float32))
        return cls(part, part)

    def __len__(self) -> int:
        return int(self.base.live.sum() + self.tail.live.sum())

    def adding(self, keys: Keys, vectors: Vectors) -> DenseSnapshot:
        """Return a snapshot that also holds these passages; keys ascend and are larger than all before."""
        if len(keys) != len(vectors):
            raise ValueError(f"{len(keys)} keys for {len(vectors)} vectors; each passage needs one")
        if not len(keys):
            return self
        tail = _merged([self.tail], keys, vectors)
        if len(tail.keys) <= _TAIL_LIMIT:
            return DenseSnapshot(self.base, tail)
        dimension = self.base.flat.d
        return DenseSnapshot(_merged([self.base, self.tail], keys, vectors), DenseSnapshot.empty(dimension).tail)

    def removing(self, keys: Keys) -> DenseSnapshot:
        """Return a snapshot that no longer finds these passages."""
        return DenseSnapshot(self.base.without(keys), self.tail.without(keys))

    def search(self, vector: Vectors, count: int, allowed: Keys | None = None) -> Ranked:
        """Return the `count` nearest passages, of the `allowed` ones if given.

        :raises ValueError: if the vector is not (dim,) finite numbers.
        """
        if vector.shape != (self.base.flat.d,) or not np.isfinite(vector).all():
            raise ValueError(f"vector of shape {vector.shape}, expected ({self.base.flat.d},) of finite numbers")
        found = [part.search(vector, count, allowed) for part in (self.base, self.tail)]
        keys = np.concatenate([keys for keys, _ in found])
        cosines = np.concatenate([cosines for _, cosines in found])
        order = np.lexsort((keys, -cosines))[:count]
        return Ranked(keys[order], as_score(cosines[order]))

    def scores(self, vector: Vectors, keys: Keys) -> Vectors:
        """Return the score of each of these passages (n,); NaN where one is not held."""
        scores = np.full(len(keys), np.nan, np.float32)
        for part in (self.base, self.tail):
            rows, known = part.rows(keys)
            if known.any():
                scores[known] = as_score(part.vectors()[rows[known]] @ vector)
        return scores


def as_score(cosines: Vectors) -> Vectors:
    """Return cosines as scores in [0, 1], larger is nearer."""
    scores: Vectors = np.clip((1.0 + cosines) / 2.0, 0.0, 1.0).astype(np.float32)
    return scores


def _merged(parts: Iterable[_Part], keys: Keys, vectors: Vectors) -> _Part:
    """Return one part with the live passages of `parts`, then the new ones."""
    kept = list(_live(parts))
    all_keys = np.concatenate([*(part_keys for part_keys, _ in kept), keys])
    all_vectors = np.concatenate([*(part_vectors for _, part_vectors in kept), vectors])
    return _Part.of(all_keys, all_vectors)


def _live(parts: Iterable[_Part]) -> Iterator[tuple[Keys, Vectors]]:
    for part in parts:
        yield part.keys[part.live], part.vectors()[part.live]
