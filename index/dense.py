"""Nearest passages by meaning: unit vectors in, best passages out, on snapshots that never change.

Takes    keys (n,) int64 ascending, vectors (n, dim) float32 of length at most 1; a passage has one row or several
Gives    Ranked: scores in [0, 1], (1 + product) / 2, best first; a passage counts by the best of its rows
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

# A tail of this many rows is rebuilt in about 3 ms; beyond it the tail is merged into the base.
_TAIL_LIMIT = 4096

# So many rows are sought for each passage wanted at first, four times more as often as they belong to too few.
_ROWS_EACH = 4


@dataclass(frozen=True, slots=True)
class _Part:
    """A flat index of some passages: row i of `flat` is a vector of `keys[i]`; `live` rows may be found."""

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

    def without(self, keys: Keys) -> _Part:
        """Return the part with these passages removed."""
        gone = self.live & np.isin(self.keys, keys)
        return replace(self, live=self.live & ~gone) if gone.any() else self

    def products(self, vector: Vectors, key: int) -> Vectors:
        """Return the products (r,) of a passage's live rows with the vector, in the order in which they were added."""
        rows = slice(np.searchsorted(self.keys, key, "left"), np.searchsorted(self.keys, key, "right"))
        products: Vectors = self.vectors()[rows][self.live[rows]] @ vector
        return products

    def search(self, vector: Vectors, count: int, allowed: Keys | None) -> tuple[Keys, Vectors]:
        """Return at most `count` live and allowed keys with the best product of their rows, best first."""
        eligible = self.live if allowed is None else self.live & np.isin(self.keys, allowed)
        most = int(eligible.sum())
        if most == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        bits = np.packbits(eligible, bitorder="little")
        selector = faiss.IDSelectorBitmap(len(bits) * 8, faiss.swig_ptr(bits))
        parameters = faiss.SearchParameters(sel=selector) if most < len(eligible) else None  # type: ignore[call-arg]
        # More OpenMP threads make a single flat search slower, and the setting belongs to the calling thread.
        faiss.omp_set_num_threads(1)
        wanted = _ROWS_EACH * count
        while True:
            products, rows = self.flat.search(vector[None, :], min(wanted, most), params=parameters)
            keys = self.keys[rows[0]]
            firsts = np.sort(np.unique(keys, return_index=True)[1])
            if len(firsts) >= count or wanted >= most:
                return keys[firsts][:count], products[0][firsts][:count]
            wanted *= 4


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
        return sum(len(np.unique(part.keys[part.live])) for part in (self.base, self.tail))

    def adding(self, keys: Keys, vectors: Vectors) -> DenseSnapshot:
        """Return a snapshot that also holds these rows; keys ascend and are larger than all before."""
        if len(keys) != len(vectors):
            raise ValueError(f"{len(keys)} keys for {len(vectors)} vectors; each vector needs one")
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
        products = np.concatenate([products for _, products in found])
        order = np.lexsort((keys, -products))[:count]
        return Ranked(keys[order], as_score(products[order]))

    def scores(self, vector: Vectors, keys: Keys) -> Vectors:
        """Return the score of each of these passages (n,); NaN where one is not held."""
        best = [self.row_scores(vector, key).max(initial=-1.0) for key in keys.tolist()]
        return np.array([score if score >= 0 else np.nan for score in best], np.float32)

    def row_scores(self, vector: Vectors, key: int) -> Vectors:
        """Return the score of each of a passage's rows (r,), in the order in which they were added."""
        return as_score(np.concatenate([part.products(vector, key) for part in (self.base, self.tail)]))


def as_score(products: Vectors) -> Vectors:
    """Return cosines, or means of cosines, as scores in [0, 1], larger is nearer."""
    scores: Vectors = np.clip((1.0 + products) / 2.0, 0.0, 1.0).astype(np.float32)
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
