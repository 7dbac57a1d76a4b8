"""A part of the dense arm: some passages' vectors and the index over them, immutable once made.

Takes    keys (n,) int64 ascending, vectors (n, dim) of length at most 1; a passage has one row or several in a row
Gives    the nearest live and allowed passages of the part, with exact products
Touches  faiss, numpy          Never  text, settings, which parts there are

Up to FLAT_LIMIT rows a part is flat float32 and its search exact. A larger one keeps its rows as float16, mapped into
memory where they lie in a file, and beside them one bit a dimension: RaBitQ (Gao & Long, SIGMOD 2024) in FAISS's fast
scan, over rotated vectors in inverted lists. Its search takes the best few hundred rows by their bits and scores those
again by their float16 rows; how many, and how many lists are probed, recall.py measures when the part is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeAlias

import faiss
import numpy as np
from numpy.typing import NDArray

from index.types import Keys, Vectors

FLAT_LIMIT = 10_000

# So many rows are sought for each passage wanted at first, four times more as often as they belong to too few.
_ROWS_EACH = 4
# Of no more allowed rows than this, each is scored, which is exact and faster than any list.
_SCORED_ALL = 4096
# Rows are read, rotated and written in portions, so that a million of them never stand in memory as float32.
PORTION = 32_768

_ROWS_A_LIST = 1000
_TRAINED_ON_EACH = 40

Rows: TypeAlias = NDArray[np.float32] | NDArray[np.float16]
Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PartData:
    """What never changes: row i of `rows` is a vector of `keys[i]`. `recall` is recall@10 as measured, 1.0 if exact."""

    keys: Keys
    rows: Rows
    index: Any
    probes: int = 1
    rescored: int = 0
    recall: float = 1.0

    @property
    def quantised(self) -> bool:
        """Whether the search goes by bits first."""
        return self.rows.dtype == np.float16

    def exact(self, places: NDArray[np.int64], vector: Vectors) -> Vectors:
        """Return the products (n,) of the rows at these places with the vector."""
        rows = self.rows.take(places, axis=0)
        if rows.dtype == np.float32 or not len(rows):
            products: Vectors = rows @ vector
            return products
        # FAISS multiplies float16 as it decodes it, numpy decodes one number at a time.
        halves = faiss.IndexScalarQuantizer(len(vector), faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        halves.add_sa_codes(rows.view(np.uint8))
        found, order = halves.search(vector[None, :], len(rows))
        products = np.empty(len(rows), np.float32)
        products[order[0]] = found[0]
        return products

    def portions(self, live: Mask) -> Iterator[tuple[Keys, Vectors]]:
        """Yield the live rows in order, some at a time, as float32."""
        for start in range(0, len(self.keys), PORTION):
            kept = live[start : start + PORTION]
            yield (
                self.keys[start : start + PORTION][kept],
                self.rows[start : start + PORTION][kept].astype(np.float32),
            )


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part as it stands after some removals: only `live` rows may be found."""

    data: PartData
    live: Mask
    count: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "count", int(np.count_nonzero(self.live)))

    def __len__(self) -> int:
        """Return how many passages may be found."""
        keys = self.data.keys[self.live]
        return int(np.count_nonzero(np.diff(keys))) + 1 if len(keys) else 0

    def without(self, keys: Keys) -> Part:
        """Return the part with these passages removed."""
        gone = _places(self.data.keys, keys)
        if not self.live[gone].any():
            return self
        live = self.live.copy()
        live[gone] = False
        return replace(self, live=live)

    def products(self, vector: Vectors, keys: Keys) -> Iterator[tuple[int, Vectors]]:
        """Yield each of these passages that is here with the products (r,) of its live rows, as they were added."""
        places = _places(self.data.keys, keys)
        places = places[self.live[places]]
        if len(places):
            held = self.data.keys[places]
            firsts = _firsts(held)
            products = self.data.exact(places, vector)
            yield from zip(held[firsts].tolist(), np.split(products, firsts[1:]), strict=True)

    def best_of(self, vector: Vectors, keys: Keys) -> tuple[Keys, Vectors]:
        """Return which of these passages are here, ascending, and the best product of each."""
        places = _places(self.data.keys, keys)
        places = places[self.live[places]]
        if not len(places):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        held = self.data.keys[places]
        firsts = _firsts(held)
        return held[firsts], np.maximum.reduceat(self.data.exact(places, vector), firsts)

    def search(self, vector: Vectors, count: int, allowed: Keys | None) -> tuple[Keys, Vectors]:
        """Return at most `count` live and allowed keys with the best product of their rows, best first."""
        eligible, most = self.live, self.count
        if allowed is not None:
            places = _places(self.data.keys, allowed)
            places = places[self.live[places]]
            if len(places) <= _SCORED_ALL:
                return _distinct(self.data.keys, places, self.data.exact(places, vector), count)
            eligible, most = np.zeros(len(self.live), bool), len(places)
            eligible[places] = True
        if not most:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        return self._search(vector, count, eligible, most)

    def _search(self, vector: Vectors, count: int, eligible: Mask, most: int) -> tuple[Keys, Vectors]:
        wanted = min(_ROWS_EACH * count, most)
        scan = Scan(self.data, eligible if most < len(eligible) else None)
        # The fewer rows are eligible, the farther the nearest of them are.
        probes = self.data.probes * -(-len(eligible) // most)
        while True:
            places, products = scan.nearest(vector, min(wanted, most), probes)
            found = _distinct(self.data.keys, places, products, count)
            if len(found[0]) >= count or (wanted >= most and probes >= scan.lists):
                return found
            wanted, probes = 4 * wanted, 4 * probes


class Scan:
    """One search of one part's index, with its selector held as long as FAISS needs it."""

    def __init__(self, data: PartData, eligible: Mask | None) -> None:
        # More OpenMP threads make a single search slower, and the setting belongs to the calling thread.
        faiss.omp_set_num_threads(1)
        self._data = data
        self.lists = data.index.nlist if data.quantised else 1
        self._bits = None if eligible is None else np.packbits(eligible, bitorder="little")
        self._selector = (
            None if self._bits is None else faiss.IDSelectorBitmap(len(self._bits) * 8, faiss.swig_ptr(self._bits))
        )

    def nearest(self, vector: Vectors, wanted: int, probes: int) -> tuple[NDArray[np.int64], Vectors]:
        """Return places (n,) ascending and their exact products, at least `wanted` if the lists probed hold so many."""
        if not self._data.quantised:
            parameters = faiss.SearchParameters(sel=self._selector) if self._selector is not None else None  # type: ignore[call-arg]
            products, places = self._data.index.search(vector[None, :], wanted, params=parameters)
            order = np.argsort(places[0])
            return places[0][order], products[0][order]
        parameters = faiss.IVFRaBitQSearchParameters()
        parameters.nprobe = min(probes, self.lists)
        if self._selector is not None:
            parameters.sel = self._selector
        asked = (vector @ _rotation(len(vector)))[None, :]
        _, places = self._data.index.search(asked, max(wanted, self._data.rescored), params=parameters)
        places = np.sort(places[0][places[0] >= 0])
        return places, self._data.exact(places, vector)


def flat_part(keys: Keys, vectors: Vectors) -> Part:
    """Return a part whose search is exact."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    rows = (
        faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(index.ntotal, index.d)
        if len(keys)
        else np.empty((0, index.d), np.float32)
    )
    return Part(PartData(keys, rows, index), np.ones(len(keys), bool))


def trained(vectors: Vectors, rows: int) -> Any:
    """Return an empty index for so many rows, its lists set by a sample of them (s, dim)."""
    faiss.omp_set_num_threads(1)
    dimension = vectors.shape[1]
    rotated = np.ascontiguousarray(vectors @ _rotation(dimension), np.float32)
    lists = max(1, min(rows // _ROWS_A_LIST, len(vectors) // 4)) if rows >= 50 * _ROWS_A_LIST else 1
    quantiser = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFRaBitQFastScan(quantiser, dimension, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.seed = 6, 1
    index.train(rotated)
    index.referenced_objects = (quantiser,)  # type: ignore[attr-defined]  # kept as long as the index
    return index


def sample_size(rows: int) -> int:
    """Return of how many rows the lists are learned."""
    return min(rows, max(2000, rows // _ROWS_A_LIST * _TRAINED_ON_EACH))


def encode(index: Any, vectors: Vectors) -> None:
    """Add rows (n, dim) float32 to an index that is being made."""
    faiss.omp_set_num_threads(1)
    index.add(np.ascontiguousarray(vectors @ _rotation(vectors.shape[1]), np.float32))


def index_bytes(data: PartData) -> NDArray[np.uint8]:
    """Return the quantised index as bytes; a flat one is made of its rows."""
    written: NDArray[np.uint8] = faiss.serialize_index(data.index)
    return written


def index_from_bytes(written: NDArray[np.uint8]) -> Any:
    """Return the quantised index; the bytes' digest must have been checked, for FAISS checks nothing."""
    return faiss.deserialize_index(written)


def _distinct(keys: Keys, places: NDArray[np.int64], products: Vectors, count: int) -> tuple[Keys, Vectors]:
    """Return the `count` best passages of these rows, ascending, each by its best row; of equals the oldest first."""
    if not len(places):
        return np.empty(0, np.int64), np.empty(0, np.float32)
    held = keys[places]
    firsts = _firsts(held)
    best = np.maximum.reduceat(products, firsts)
    order = np.argsort(-best, kind="stable")[:count]
    return held[firsts[order]], best[order]


def _firsts(keys: Keys) -> NDArray[np.int64]:
    """Return where each key begins among ascending ones."""
    begins = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=begins[1:])
    return np.flatnonzero(begins)


def _places(held: Keys, keys: Iterable[int] | Keys) -> NDArray[np.int64]:
    """Return the places of the rows of these passages, ascending."""
    wanted = np.unique(np.asarray(keys, np.int64))
    starts, ends = np.searchsorted(held, wanted, "left"), np.searchsorted(held, wanted, "right")
    lengths = ends - starts
    offsets = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths) if len(wanted) else starts
    places: NDArray[np.int64] = offsets + np.arange(int(lengths.sum()))
    return places


@lru_cache(maxsize=4)
def _rotation(dimension: int) -> Vectors:
    """Return a random rotation (dim, dim), always the same: bits of rotated vectors tell most (RaBitQ)."""
    square = np.random.default_rng(0).standard_normal((dimension, dimension))
    return np.ascontiguousarray(np.linalg.qr(square)[0], np.float32)
