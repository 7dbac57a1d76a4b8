"""The dense arm against brute force: the same passages and scores after any adding, removing and filtering."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.dense
from index.dense import DenseSnapshot
from index.types import Keys, Vectors

DIMENSION = 8


def unit_rows(count: int, seed: int) -> Vectors:
    """Make random rows of length 1."""
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def brute_force(keys: Keys, vectors: Vectors, question: Vectors, live: set[int]) -> list[tuple[int, float]]:
    """Score every live passage by the best of its rows, best first, smaller keys first among equals."""
    best: dict[int, float] = {}
    for key, vector in zip(keys.tolist(), vectors, strict=True):
        if key in live:
            best[key] = max(best.get(key, -1.0), float((1 + vector @ question) / 2))
    return sorted(best.items(), key=lambda entry: (-entry[1], entry[0]))


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.integers(1, 4), min_size=1, max_size=40),
    portions=st.integers(1, 5),
    gone=st.sets(st.integers(1, 40), max_size=20),
    allowed=st.none() | st.sets(st.integers(1, 45), max_size=30),
    count=st.integers(1, 12),
    seed=st.integers(0, 10_000),
)
def test_it_finds_what_brute_force_finds(
    rows: list[int], portions: int, gone: set[int], allowed: set[int] | None, count: int, seed: int
) -> None:
    """Passages of one to four rows, added in portions, some removed, some filtered away."""
    keys = np.repeat(np.arange(1, len(rows) + 1), rows).astype(np.int64)
    vectors = unit_rows(len(keys), seed)
    snapshot = DenseSnapshot.empty(DIMENSION)
    for portion in np.array_split(np.arange(1, len(rows) + 1), portions):
        inside = np.isin(keys, portion)
        snapshot = snapshot.adding(keys[inside], vectors[inside])
    snapshot = snapshot.removing(np.array(sorted(gone), np.int64))
    question = unit_rows(1, seed + 1)[0]
    live = set(range(1, len(rows) + 1)) - gone
    among = None if allowed is None else np.array(sorted(allowed), np.int64)
    found = snapshot.search(question, count, among)
    expected = brute_force(keys, vectors, question, live if allowed is None else live & allowed)[:count]
    assert found.keys.tolist() == [key for key, _ in expected]
    np.testing.assert_allclose(found.scores, [score for _, score in expected], atol=1e-6)
    assert len(snapshot) == len(live)


def test_a_full_tail_becomes_part_of_the_base(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost or found twice on the way; removed rows are left behind."""
    monkeypatch.setattr(index.dense, "_TAIL_LIMIT", 10)
    keys, vectors = np.arange(1, 41, dtype=np.int64), unit_rows(40, 3)
    snapshot = DenseSnapshot.empty(DIMENSION)
    for start in range(0, 40, 4):
        snapshot = snapshot.adding(keys[start : start + 4], vectors[start : start + 4])
        snapshot = snapshot.removing(keys[start : start + 1])
    assert len(snapshot.base.keys) > 0 and len(snapshot) == 30
    found = snapshot.search(vectors[1], 40)
    assert found.keys.tolist()[0] == 2 and sorted(found.keys.tolist()) == [key for key in keys if key % 4 != 1]


def test_a_snapshot_does_not_change_when_the_next_one_is_made() -> None:
    """Whoever still searches the former state sees all of it and nothing else."""
    keys, vectors = np.arange(1, 6, dtype=np.int64), unit_rows(5, 4)
    former = DenseSnapshot.empty(DIMENSION).adding(keys, vectors)
    former.removing(keys[:3]).adding(keys[:1] + 5, vectors[:1])
    assert sorted(former.search(vectors[0], 10).keys.tolist()) == keys.tolist()


def test_scores_of_given_passages_are_those_of_the_search() -> None:
    """A passage that is not held has none."""
    keys, vectors = np.array([1, 1, 2, 3], np.int64), unit_rows(4, 5)
    snapshot = DenseSnapshot.empty(DIMENSION).adding(keys, vectors)
    found = snapshot.search(vectors[3], 3)
    np.testing.assert_allclose(snapshot.scores(vectors[3], found.keys), found.scores, atol=1e-6)
    assert np.isnan(snapshot.scores(vectors[3], np.array([99]))).all()
    np.testing.assert_allclose(snapshot.row_scores(vectors[1], 1)[1], 1.0, atol=1e-6)


@pytest.mark.parametrize("vector", [np.full(DIMENSION, np.nan, np.float32), np.ones(3, np.float32)])
def test_a_vector_that_means_nothing_is_refused(vector: Vectors) -> None:
    """FAISS would answer with ids of -1."""
    with pytest.raises(ValueError, match=r"expected \(8,\) of finite numbers"):
        DenseSnapshot.empty(DIMENSION).search(vector, 1)


def test_keys_and_vectors_must_be_as_many() -> None:
    """The message names both numbers."""
    with pytest.raises(ValueError, match="2 keys for 3 vectors"):
        DenseSnapshot.empty(DIMENSION).adding(np.arange(2), unit_rows(3, 1))
