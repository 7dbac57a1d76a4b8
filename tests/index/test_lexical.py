"""The lexical arm against a naive BM25 loop, over three weighted fields."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import FIELD_WEIGHTS, K1, LexicalIndex
from index.types import Terms

B = 0.75
NONE = np.empty(0, np.int64)
WORDS = st.sampled_from(["城市", "通勤", "铁路", "医保", "gb/t-7714", "a"])
# tantivy writes the length of a field in one byte: exactly up to 40 terms, so the oracle's fields stay shorter.
FIELD = st.lists(WORDS, max_size=12).map(tuple)
TERMS = st.builds(Terms, FIELD, FIELD, FIELD)


def naive_scores(passages: list[Terms], question: Terms) -> list[float]:
    """Score each passage by BM25 (Robertson & Zaragoza 2009) summed over the fields, over the largest sum possible."""
    totals, ceiling, count = [0.0] * len(passages), 0.0, len(passages)
    for field, weight in FIELD_WEIGHTS.items():
        fields = [getattr(passage, field) for passage in passages]
        mean = sum(map(len, fields)) / count
        for term in set(getattr(question, field)):
            holding = sum(term in words for words in fields)
            idf = math.log(1 + (count - holding + 0.5) / (holding + 0.5))
            ceiling += weight * idf * (K1 + 1)
            for place, words in enumerate(fields):
                frequency = Counter(words)[term]
                if frequency:
                    norm = K1 * (1 - B + B * len(words) / mean)
                    totals[place] += weight * idf * frequency * (K1 + 1) / (frequency + norm)
    return [total / ceiling if ceiling else 0.0 for total in totals]


@settings(max_examples=60, deadline=None)
@given(passages=st.lists(TERMS, min_size=1, max_size=12), question=TERMS)
def test_it_scores_as_a_naive_loop_does(passages: list[Terms], question: Terms) -> None:
    """Every passage that shares a term, and no other."""
    snapshot = LexicalIndex().apply(enumerate(passages, start=1), NONE)
    found = snapshot.search(question, len(passages))
    expected = {key: score for key, score in enumerate(naive_scores(passages, question), start=1) if score > 0}
    assert set(found.keys.tolist()) == set(expected)
    for key, score in zip(found.keys.tolist(), found.scores.tolist(), strict=True):
        assert score == pytest.approx(expected[key], rel=1e-4)
    assert found.scores.tolist() == sorted(found.scores.tolist(), reverse=True)


def terms(*words: str) -> Terms:
    """Make terms of words alone."""
    return Terms(words, (), ())


def test_removed_passages_are_gone_and_former_snapshots_stay() -> None:
    """Removal is inside the arm: what is gone takes nobody's place."""
    index = LexicalIndex()
    former = index.apply([(1, terms("通勤")), (2, terms("通勤", "铁路"))], NONE)
    latter = index.apply([(3, terms("通勤"))], np.array([1]))
    assert set(former.search(terms("通勤"), 9).keys.tolist()) == {1, 2}
    assert set(latter.search(terms("通勤"), 9).keys.tolist()) == {2, 3}
    assert (len(former), len(latter)) == (2, 2)


def test_filters_change_who_is_found_but_no_score() -> None:
    """The allowed keys are a condition, not evidence."""
    snapshot = LexicalIndex().apply([(key, terms("通勤", f"词{key}")) for key in range(1, 9)], NONE)
    everywhere = snapshot.search(terms("通勤"), 9)
    inside = snapshot.search(terms("通勤"), 9, np.array([2, 5]))
    assert inside.keys.tolist() == [2, 5]
    by_key = dict(zip(everywhere.keys.tolist(), everywhere.scores.tolist(), strict=True))
    assert inside.scores.tolist() == pytest.approx([by_key[2], by_key[5]])


@pytest.mark.parametrize("question", [terms(), terms("无")])
def test_what_shares_no_word_is_no_hit(question: Terms) -> None:
    """An unknown word finds nothing, not everything with score 0."""
    snapshot = LexicalIndex().apply([(1, terms("通勤"))], NONE)
    assert len(snapshot.search(question, 5).keys) == 0
    assert snapshot.scores(question, np.array([1])).tolist() == [0.0]


def test_the_share_of_known_words_is_told() -> None:
    """Half of the words occur somewhere."""
    snapshot = LexicalIndex().apply([(1, terms("通勤"))], NONE)
    assert snapshot.known_share(("通勤", "飞船")) == 0.5
    assert snapshot.known_share(()) == 0.0
