"""Nearest passages, against a scan of all vectors with numpy.

Takes    random vectors, one row or several a passage, added and removed at random
Gives    tests          Never  text, models
"""

import numpy as np
import pytest

from index.dense import DenseSnapshot
from index.types import Keys, Vectors
from tests.index.fakes import keys_of

DIMENSION = 16


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
    assert (len(snapshot.base.keys), len(snapshot.tail.keys)) == (5000, 1)
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
    assert snapshot.row_scores(vectors[0], 1).tolist() == pytest.approx([1] * 500)
    assert snapshot.row_scores(vectors[0], 3).shape == (0,)


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
