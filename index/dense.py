"""Nearest passages by meaning: unit vectors in, best passages out, on snapshots that never change.

Takes    keys (n,) int64 ascending, vectors (n, dim) float32 of length at most 1; a passage has one row or several
Gives    Ranked: scores in [0, 1], (1 + product) / 2, best first; a passage counts by the best of its rows
Touches  numpy          Never  faiss: that is parts.py's; text, files, settings

A snapshot is a row of parts, large old ones before small new ones, and a tail of the latest passages. Adding makes a
new tail, never touches one that may be searched. Parts of like size are merged into larger ones, as in a log-structured
merge tree (O'Neil et al., 1996), so that a row is moved a few times in all, and a search meets few parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from index.parts import FLAT_LIMIT, Part, PartData, flat_part
from index.types import Keys, Ranked, Vectors

# A tail of this many rows is rebuilt in about 3 ms; beyond it the tail becomes a part.
_TAIL_LIMIT = 4096
# A part is merged with the later ones when it is less than so many times their sum.
_GROWTH = 3
# A large part is made anew when so large a share of its rows is removed.
_DEAD_SHARE = 0.3

# Makes the data of a large part: from parts, their live rows in order.
MakeQuantised = Callable[[Sequence[Part]], PartData]


@dataclass(frozen=True, slots=True)
class DenseSnapshot:
    """An immutable state of the dense arm."""

    dimension: int
    parts: tuple[Part, ...]
    tail: Part

    @classmethod
    def empty(cls, dimension: int) -> DenseSnapshot:
        """Return a snapshot without passages, for vectors of this length."""
        return cls(dimension, (), flat_part(np.empty(0, np.int64), np.empty((0, dimension), np.float32)))

    def __len__(self) -> int:
        return sum(len(part) for part in self._all)

    @property
    def _all(self) -> tuple[Part, ...]:
        return (*self.parts, self.tail) if self.tail.count or not self.parts else self.parts

    @property
    def rows(self) -> int:
        """How many rows may be found."""
        return sum(part.count for part in self._all)

    @property
    def recall(self) -> float:
        """The least recall@10 that was measured for any part; 1.0 if every search is exact."""
        return min(part.data.recall for part in self._all)

    def adding(self, keys: Keys, vectors: Vectors) -> DenseSnapshot:
        """Return a snapshot that also holds these rows; keys ascend and are larger than all before."""
        if len(keys) != len(vectors):
            raise ValueError(f"{len(keys)} keys for {len(vectors)} vectors; each vector needs one")
        if not len(keys):
            return self
        tail = _joined([self.tail], keys, vectors)
        if tail.count <= _TAIL_LIMIT:
            return DenseSnapshot(self.dimension, self.parts, tail)
        return DenseSnapshot(self.dimension, (*self.parts, tail), DenseSnapshot.empty(self.dimension).tail)

    def removing(self, keys: Keys) -> DenseSnapshot:
        """Return a snapshot that no longer finds these passages."""
        if not len(keys):
            return self
        return DenseSnapshot(self.dimension, tuple(part.without(keys) for part in self.parts), self.tail.without(keys))

    def unmerged(self) -> tuple[Part, ...]:
        """Return the neighbouring parts that should become one; none if all is as it should be."""
        parts = self.parts
        start, total = len(parts), 0
        while start and (start == len(parts) or parts[start - 1].count < _GROWTH * total):
            start -= 1
            total += parts[start].count
        if len(parts) - start > 1:
            return parts[start:]
        for part in parts:
            flat_but_large = part.count > FLAT_LIMIT and not part.data.quantised
            if flat_but_large or part.count < (1 - _DEAD_SHARE) * len(part.live):
                return (part,)
        return ()

    def merged(self, former: Sequence[Part], data: PartData) -> DenseSnapshot:
        """Return the snapshot with `data`, made of the live rows of `former`, in their place.

        Passages that were removed meanwhile stay removed. If the parts are no longer here, nothing changes.
        """
        places = {id(part.data): place for place, part in enumerate(self.parts)}
        first = places.get(id(former[0].data))
        if first is None:
            return self
        now = self.parts[first : first + len(former)]
        if [id(part.data) for part in now] != [id(part.data) for part in former]:
            return self
        live = np.concatenate([part.live[old.live] for part, old in zip(now, former, strict=True)])
        parts = (*self.parts[:first], Part(data, live), *self.parts[first + len(former) :])
        return DenseSnapshot(self.dimension, tuple(part for part in parts if part.count), self.tail)

    def compacted(self, make: MakeQuantised) -> DenseSnapshot:
        """Return the same passages in as few parts as they should be in."""
        snapshot = self
        while parts := snapshot.unmerged():
            snapshot = snapshot.merged(parts, merge(parts, make))
        return snapshot

    def search(self, vector: Vectors, count: int, allowed: Keys | None = None) -> Ranked:
        """Return the `count` nearest passages, of the `allowed` ones if given.

        :raises ValueError: if the vector is not (dim,) finite numbers.
        """
        if vector.shape != (self.dimension,) or not np.isfinite(vector).all():
            raise ValueError(f"vector of shape {vector.shape}, expected ({self.dimension},) of finite numbers")
        found = [part.search(vector, count, allowed) for part in self._all if part.count]
        if len(found) == 1:
            return Ranked(found[0][0], as_score(found[0][1]))
        keys = np.concatenate([np.empty(0, np.int64), *(keys for keys, _ in found)])
        products = np.concatenate([np.empty(0, np.float32), *(products for _, products in found)])
        order = np.lexsort((keys, -products))[:count]
        return Ranked(keys[order], as_score(products[order]))

    def scores(self, vector: Vectors, keys: Keys) -> Vectors:
        """Return the score of each of these passages (n,); NaN where one is not held."""
        scores = np.full(len(keys), np.nan, np.float32)
        order = np.argsort(keys, kind="stable")
        for part in self._all:
            held, products = part.best_of(vector, keys)
            if len(held):
                starts = np.searchsorted(keys[order], held)
                scores[order[starts]] = as_score(products)
        return scores

    def row_scores(self, vector: Vectors, keys: Keys) -> list[Vectors]:
        """Return for each of these passages the scores (r,) of its rows, in the order in which they were added."""
        held = {key: as_score(products) for part in self._all for key, products in part.products(vector, keys)}
        return [held.get(key, np.empty(0, np.float32)) for key in keys.tolist()]


def merge(parts: Sequence[Part], make: MakeQuantised) -> PartData:
    """Return the data of one part with the live rows of these: flat while they are few."""
    rows = sum(part.count for part in parts)
    if rows > FLAT_LIMIT:
        return make(parts)
    dimension = parts[0].data.rows.shape[1]
    return _joined(parts, np.empty(0, np.int64), np.empty((0, dimension), np.float32)).data


def as_score(products: Vectors) -> Vectors:
    """Return cosines, or means of cosines, as scores in [0, 1], larger is nearer."""
    scores: Vectors = np.minimum(
        np.maximum((products + np.float32(1.0)) * np.float32(0.5), np.float32(0.0)), np.float32(1.0)
    )
    return scores


def _joined(parts: Sequence[Part], keys: Keys, vectors: Vectors) -> Part:
    """Return one flat part with the live rows of `parts`, then the new ones."""
    kept = [portion for part in parts for portion in part.data.portions(part.live)]
    all_keys = np.concatenate([*(part_keys for part_keys, _ in kept), keys])
    return flat_part(all_keys, np.concatenate([*(part_vectors for _, part_vectors in kept), vectors]))
