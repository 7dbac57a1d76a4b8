"""Nearest passages, against a scan of all vectors with numpy.

Takes    random vectors, one row or several a passage, added and removed at random
Gives    tests          Never  text, models
"""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.dense import DenseSnapshot
from index.part_files import make_quantised
from index.parts import Part, PartData
from index.types import Keys, Vectors
from tests.index.fakes import keys_of

DIMENSION = 16
DEEP = 128


def unit_vectors(draw: np.random.Generator, count: int) -> Vectors:
    """Return (count, 16) float32, rows of length 1."""
    vectors = draw.normal(size=(count, DIMENSION))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


class Scan:
    """The same by brute force: a dict of each passage's rows."""

    def __init__(self) -> None:
        self.held: dict[int, Vectors] = {}

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Note the rows of new passages."""
        borders = np.flatnonzero(np.diff(keys)) + 1
        self.held |= zip(np.unique(keys).tolist(), np.split(vectors, borders), strict=True)

    def scores(self, vector: Vectors, allowed: Keys | None) -> dict[int, float]:
        """Return (1 + product) / 2 of the best row of every passage that may be found."""
        keys = self.held.keys() if allowed is None else self.held.keys() & set(allowed.tolist())
        return {key: (1 + float((self.held[key] @ vector).max())) / 2 for key in keys}


def assert_agree(snapshot: DenseSnapshot, scan: Scan, vector: Vectors, count: int, allowed: Keys | None) -> None:
    """Compare a search with the scan: the scores in order, each key's own score, no key twice."""
    expected = scan.scores(vector, allowed)
    found = snapshot.search(vector, count, allowed)
    keys = found.keys.tolist()
    assert len(keys) == len(set(keys)) == min(count, len(expected))
    assert found.scores.tolist() == pytest.approx(sorted(expected.values(), reverse=True)[:count], abs=1e-5)
    assert found.scores.tolist() == pytest.approx([expected[key] for key in keys], abs=1e-5)
    assert found.scores.dtype == np.float32
    assert found.keys.dtype == np.int64


@pytest.mark.parametrize("seed", range(6))
def test_any_history_of_changes_is_searched_like_a_scan(seed: int) -> None:
    """Additions large enough to merge the tail into the base, removals from both, filters, any count."""
    draw = np.random.default_rng(seed)
    snapshot, scan, next_key = DenseSnapshot.empty(DIMENSION), Scan(), 1
    for _ in range(12):
        if draw.random() < 0.7 or not scan.held:
            count = int(draw.choice([1, 3, 200, 3000]))
            next_key += int(draw.integers(1, 9))
            keys = np.repeat(np.arange(next_key, next_key + count), draw.integers(1, 6 if count < 200 else 3, count))
            vectors = unit_vectors(draw, len(keys)) * draw.uniform(0.5, 1, (len(keys), 1)).astype(np.float32)
            snapshot, next_key = snapshot.adding(keys, vectors), next_key + count
            scan.add(keys, vectors)
        else:
            share = float(draw.choice([0.01, 0.5, 1.0]))
            gone = keys_of(*(key for key in scan.held if draw.random() < share), 10**9)
            snapshot = snapshot.removing(gone)
            scan.held = {key: vector for key, vector in scan.held.items() if key not in set(gone.tolist())}
        assert len(snapshot) == len(scan.held)
        vector = unit_vectors(draw, 1)[0]
        allowed = keys_of(*sorted(draw.choice(next_key + 50, size=min(40, next_key), replace=False).tolist()))
        for count in (1, 10, 20_000):
            assert_agree(snapshot, scan, vector, count, None)
            assert_agree(snapshot, scan, vector, count, allowed)


def test_scores_of_given_passages_are_those_of_the_search() -> None:
    """In base and tail alike; NaN where one is not held."""
    draw = np.random.default_rng(1)
    vectors = unit_vectors(draw, 5001)
    snapshot = DenseSnapshot.empty(DIMENSION).adding(np.arange(1, 5001), vectors[:5000])
    snapshot = snapshot.adding(keys_of(6000), vectors[5000:])
    assert ([part.count for part in snapshot.parts], snapshot.tail.count) == ([5000], 1)
    wanted = keys_of(6000, 3, 5555, 4999)
    scores = snapshot.scores(vectors[2], wanted)
    expected = [(1 + float(vectors[row] @ vectors[2])) / 2 for row in (5000, 2, 4998)]
    assert scores[[0, 1, 3]].tolist() == pytest.approx(expected, abs=1e-6)
    assert np.isnan(scores[2])


def test_a_passage_counts_by_its_best_row_and_is_found_once() -> None:
    """Even one of very many rows, all of them nearer than another passage's, does not crowd that out."""
    vectors = unit_vectors(np.random.default_rng(6), 1)
    keys = np.array([1] * 500 + [2], np.int64)
    snapshot = DenseSnapshot.empty(DIMENSION).adding(keys, np.concatenate([np.repeat(vectors, 500, axis=0), -vectors]))
    assert len(snapshot) == 2
    found = snapshot.search(vectors[0], 2)
    assert found.keys.tolist() == [1, 2]
    assert found.scores.tolist() == pytest.approx([1, 0], abs=1e-6)


def test_the_rows_of_several_passages_are_scored_apart() -> None:
    """In the order asked for, from whatever part holds each; one that is not held has none."""
    vectors = unit_vectors(np.random.default_rng(6), 5000)
    keys = np.arange(5000, dtype=np.int64) // 3 + 1
    snapshot = DenseSnapshot.empty(DIMENSION).adding(keys, vectors).adding(keys_of(9000, 9000), vectors[:2])
    assert (len(snapshot.parts), snapshot.tail.count) == (1, 2)
    products = (1 + vectors @ vectors[9]) / 2
    scores = snapshot.removing(keys_of(7)).row_scores(vectors[9], keys_of(9000, 3, 7, 1, 8000))
    expected = [products[:2], products[6:9], [], products[:3], []]
    assert [each.tolist() for each in scores] == [pytest.approx(list(each), abs=1e-6) for each in expected]


def test_a_removed_passage_has_no_score() -> None:
    """Like one that never was."""
    vectors = unit_vectors(np.random.default_rng(7), 2)
    snapshot = DenseSnapshot.empty(DIMENSION).adding(keys_of(1, 2), vectors).removing(keys_of(1))
    assert np.isnan(snapshot.scores(vectors[0], keys_of(1, 2))).tolist() == [True, False]


def test_a_snapshot_does_not_change_when_others_are_made_of_it() -> None:
    """Adding and removing give new ones."""
    vectors = unit_vectors(np.random.default_rng(2), 3)
    first = DenseSnapshot.empty(DIMENSION).adding(keys_of(1, 2), vectors[:2])
    second = first.adding(keys_of(3), vectors[2:])
    third = second.removing(keys_of(1))
    found = [sorted(snapshot.search(vectors[0], 9).keys.tolist()) for snapshot in (first, second, third)]
    assert found == [[1, 2], [1, 2, 3], [2, 3]]


def test_equal_vectors_are_all_found_the_oldest_first() -> None:
    """The same text in two documents is two passages."""
    vector = unit_vectors(np.random.default_rng(3), 1)
    snapshot = DenseSnapshot.empty(DIMENSION).adding(keys_of(4, 7, 9), np.repeat(vector, 3, axis=0))
    found = snapshot.search(vector[0], 3)
    assert found.keys.tolist() == [4, 7, 9]
    assert found.scores.tolist() == pytest.approx([1, 1, 1])


def test_an_empty_snapshot_finds_nothing() -> None:
    """Whatever is allowed; neither does one whose passages are all gone."""
    vector = unit_vectors(np.random.default_rng(4), 1)
    empty = DenseSnapshot.empty(DIMENSION)
    emptied = empty.adding(keys_of(1), vector).removing(keys_of(1))
    for snapshot in (empty, emptied, empty.adding(keys_of(), np.empty((0, DIMENSION), np.float32))):
        assert len(snapshot) == 0
        assert not len(snapshot.search(vector[0], 5).keys)
        assert not len(snapshot.search(vector[0], 5, keys_of(1)).keys)


@pytest.mark.parametrize(
    "vector",
    [np.full(DIMENSION, np.nan, np.float32), np.full(DIMENSION, np.inf, np.float32), np.ones(3, np.float32)],
)
def test_a_vector_that_cannot_be_compared_is_refused(vector: Vectors) -> None:
    """Not a number, without end, or of another length; the message says what was expected."""
    snapshot = DenseSnapshot.empty(DIMENSION)
    with pytest.raises(ValueError, match=rf"shape \({len(vector)},\), expected \(16,\) of finite numbers"):
        snapshot.search(vector, 1)


def test_as_many_keys_as_vectors_are_asked_for() -> None:
    """The message says both numbers."""
    with pytest.raises(ValueError, match="2 keys for 1 vectors; each vector needs one"):
        DenseSnapshot.empty(DIMENSION).adding(keys_of(1, 2), unit_vectors(np.random.default_rng(5), 1))


def clustered(draw: np.random.Generator, count: int, dimension: int = DEEP) -> Vectors:
    """Return (count, 128) float32 of length 1 in some hundred clusters, as texts of a few topics are."""
    centres = draw.normal(size=(120, dimension))
    vectors = centres[draw.integers(0, 120, count)] + 0.8 * draw.normal(size=(count, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def asked_of(draw: np.random.Generator, vectors: Vectors, count: int) -> Vectors:
    """Return (count, 128) float32 of length 1, each near one of the vectors, as a question is near its passage."""
    near = vectors[draw.integers(0, len(vectors), count)]
    asked = near + 0.7 * draw.normal(size=near.shape) / np.sqrt(near.shape[1])
    return (asked / np.linalg.norm(asked, axis=1, keepdims=True)).astype(np.float32)


def in_memory(parts: Sequence[Part]) -> PartData:
    """Make a large part in memory."""
    return make_quantised(parts, None)[0]


@pytest.mark.parametrize("count", [12_000, 60_000])
def test_a_large_part_finds_what_a_scan_finds(count: int) -> None:
    """Without lists and with: recall@10 at least 0.98, two rows a passage, with filters and removals too."""
    draw = np.random.default_rng(8)
    vectors = clustered(draw, count)
    keys = np.repeat(np.arange(1, count // 2 + 1), 2)
    exact = DenseSnapshot.empty(DEEP).adding(keys, vectors)
    quick = exact.compacted(in_memory)
    assert [part.data.quantised for part in quick.parts] == [True]
    assert quick.recall >= 0.98
    gone = np.arange(1, count // 2, 7)
    allowed = np.sort(draw.choice(count // 2, count // 5, replace=False)) + 1
    few = allowed[:300]
    asked = asked_of(draw, vectors, 40)
    for scan, snapshot in ((exact, quick), (exact.removing(gone), quick.removing(gone))):
        for among in (None, allowed, few):
            pairs = [(scan.search(vector, 10, among), snapshot.search(vector, 10, among)) for vector in asked]
            shared = [len(np.intersect1d(true.keys, found.keys)) for true, found in pairs]
            assert sum(shared) / (10 * len(asked)) >= (0.98 if among is not few else 1.0)
            for vector, (true, found) in zip(asked, pairs, strict=True):
                assert len(np.unique(found.keys)) == len(true.keys)
                assert found.scores.tolist() == pytest.approx(scan.scores(vector, found.keys).tolist(), abs=2e-4)
    assert not np.isin(quick.removing(gone).search(asked[0], 500).keys, gone).any()


def test_scores_of_a_large_part_are_exact_to_half_precision() -> None:
    """What the search says, what `scores` says and what the vectors say, whichever rows were looked at."""
    draw = np.random.default_rng(9)
    vectors = clustered(draw, 12_000)
    snapshot = DenseSnapshot.empty(DEEP).adding(np.arange(1, 12_001), vectors).compacted(in_memory)
    vector = asked_of(draw, vectors, 1)[0]
    found = snapshot.search(vector, 50)
    assert found.scores.tolist() == pytest.approx(((1 + vectors[found.keys - 1] @ vector) / 2).tolist(), abs=2e-4)
    assert snapshot.scores(vector, found.keys[::-1]).tolist() == pytest.approx(found.scores[::-1].tolist(), abs=1e-6)


def test_parts_are_few_and_merging_keeps_what_was_removed_meanwhile() -> None:
    """A removal between the making of a merged part and its publishing holds; one that is gone changes nothing."""
    draw = np.random.default_rng(10)
    vectors = clustered(draw, 30_000)
    snapshot = DenseSnapshot.empty(DEEP)
    for start in range(0, 30_000, 5000):
        snapshot = snapshot.adding(np.arange(start + 1, start + 5001), vectors[start : start + 5000])
    parts = snapshot.unmerged()
    data = in_memory(parts)
    meanwhile = snapshot.removing(np.arange(1, 3001)).adding(keys_of(40_000), vectors[:1])
    merged = meanwhile.merged(parts, data)
    assert len(merged) == len(meanwhile) == 27_001
    assert len(merged.parts) == 1
    assert merged.search(vectors[0], 1).keys.tolist() == [40_000]
    assert merged.merged(parts, data) is merged
    assert not merged.unmerged()
    thinned = merged.removing(np.arange(1, 15_001))
    (dead,) = thinned.unmerged()
    assert len(thinned.merged([dead], in_memory([dead])).parts[0].live) == 15_000


def test_searching_goes_on_while_snapshots_are_made() -> None:
    """Four threads search whatever is current while parts are added, removed and merged: each answer is a scan's."""
    draw = np.random.default_rng(11)
    vectors = clustered(draw, 24_000)
    state = [DenseSnapshot.empty(DEEP).adding(np.arange(1, 6001), vectors[:6000])]
    done = threading.Event()

    def search() -> int:
        looked = 0
        while not done.is_set() or not looked:
            snapshot = state[0]
            place = looked * 37 % 6000
            found = snapshot.search(vectors[place], 5)
            assert found.scores[0] == pytest.approx(1.0, abs=1e-3) or place + 1 in gone
            assert len(np.unique(found.keys)) == 5
            looked += 1
        return looked

    gone: set[int] = set()
    with ThreadPoolExecutor(4) as threads:
        searches = [threads.submit(search) for _ in range(4)]
        try:
            for step in range(6000, 24_000, 3000):
                gone |= {step - 5999, step - 5998}
                removed = state[0].removing(keys_of(step - 5999, step - 5998))
                state[0] = removed.adding(np.arange(step + 1, step + 3001), vectors[step : step + 3000])
                state[0] = state[0].compacted(in_memory)
        finally:
            done.set()
        assert all(each.result() > 0 for each in searches)
