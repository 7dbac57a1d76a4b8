"""Passages by their words, against BM25 written out as a loop.

Takes    made-up terms, short enough that tantivy stores their number exactly (up to 40)
Gives    tests          Never  jieba, text
"""

import math
import random
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from index.lexical import FIELD_WEIGHTS, K1, LexicalIndex, LexicalSnapshot
from index.types import Terms
from tests.index.fakes import keys_of, terms_of

B = 0.75
NONE = keys_of()
VOCABULARY = "甲乙丙丁戊己庚辛"


def snapshot_of(passages: Mapping[int, Terms]) -> LexicalSnapshot:
    """Index all passages at once."""
    return LexicalIndex().apply(passages.items(), NONE)


def made_up(draw: random.Random) -> Terms:
    """Return terms of all three fields, each at most 30 long."""
    fields = [tuple(draw.choices(VOCABULARY, k=draw.randint(0, 30))) for _ in FIELD_WEIGHTS]
    return Terms(*fields)


def naive_scores(passages: Mapping[int, Terms], question: Terms) -> dict[int, float]:
    """Return BM25 over the ceiling of what a passage could reach, for passages that share a term."""
    totals = dict.fromkeys(passages, 0.0)
    ceiling = 0.0
    for field, weight in FIELD_WEIGHTS.items():
        held = {key: getattr(terms, field) for key, terms in passages.items()}
        average = sum(len(words) for words in held.values()) / len(held)
        for term in set(getattr(question, field)):
            frequency = sum(term in words for words in held.values())
            inverse = math.log(1 + (len(held) - frequency + 0.5) / (frequency + 0.5))
            ceiling += weight * inverse * (K1 + 1)
            for key, words in held.items():
                count = words.count(term)
                if count:
                    norm = K1 * (1 - B + B * len(words) / average)
                    totals[key] += weight * inverse * (K1 + 1) * count / (count + norm)
    return {key: total / ceiling for key, total in totals.items() if total > 0}


def naive_finds(passages: Mapping[int, Terms], question: Terms) -> set[int]:
    """Return the passages that share a word, a pair, or a character that the question has for a word."""
    alone = set(question.characters) & set(question.words)
    return {
        key
        for key, terms in passages.items()
        if {*terms.words} & {*question.words} or {*terms.pairs} & {*question.pairs} or {*terms.characters} & alone
    }


@settings(max_examples=25, deadline=None)
@given(some.randoms(use_true_random=False))
def test_scores_are_those_of_a_naive_loop(draw: random.Random) -> None:
    """Every passage that shares what finds is found with the score of the formula, and no other."""
    passages = {key: made_up(draw) for key in range(1, draw.randint(2, 40))}
    question = made_up(draw)
    expected = naive_scores(passages, question)
    found = snapshot_of(passages).asked(question).search(100)
    assert set(found.keys.tolist()) == naive_finds(passages, question)
    assert found.scores.tolist() == pytest.approx([expected[key] for key in found.keys.tolist()], rel=1e-4)
    assert (np.diff(found.scores) <= 0).all()
    assert ((found.scores >= 0) & (found.scores <= 1)).all()


def test_characters_weigh_what_words_find_and_find_only_where_they_are_words() -> None:
    """茶 finds 红茶; of two passages with the word, the one that shares more characters is ahead."""
    tea = Terms(("茶",), (), ("茶",))
    passages = {1: Terms(("红茶",), ("红茶",), ("红", "茶")), 2: Terms(("绿",), (), ("绿",))}
    assert snapshot_of(passages).asked(tea).search(5).keys.tolist() == [1]
    assert not len(snapshot_of(passages).asked(Terms(("茶叶",), ("茶叶",), ("茶", "叶"))).search(5).keys)
    tied = {
        1: Terms(("茶叶", "甲"), ("茶叶",), ("茶", "叶", "甲")),
        2: Terms(("茶叶", "乙"), ("茶叶",), ("茶", "叶", "乙")),
    }
    question = Terms(("茶叶", "乙丙"), ("茶叶", "乙丙"), ("茶", "叶", "乙", "丙"))
    assert snapshot_of(tied).asked(question).search(5).keys.tolist() == [2, 1]


@settings(max_examples=25, deadline=None)
@given(some.randoms(use_true_random=False))
def test_a_filter_leaves_the_scores_as_they_were(draw: random.Random) -> None:
    """The passages allowed keep their scores, and all together their order; the others are gone."""
    passages = {key: made_up(draw) for key in range(1, 30)}
    allowed = keys_of(*sorted(draw.sample(range(1, 40), k=10)))
    question = made_up(draw)
    snapshot = snapshot_of(passages)
    everything = snapshot.asked(question).search(100)
    kept = np.isin(everything.keys, allowed)
    by_key = dict(zip(everything.keys.tolist(), everything.scores.tolist(), strict=True))
    for count in (3, 100):
        filtered = snapshot.asked(question).search(count, allowed)
        assert len(filtered.keys) == min(count, kept.sum())
        assert set(filtered.keys.tolist()) <= set(allowed.tolist())
        assert filtered.scores.tolist() == pytest.approx([by_key[key] for key in filtered.keys.tolist()], rel=1e-5)
    assert filtered.scores.tolist() == pytest.approx(everything.scores[kept].tolist(), rel=1e-5)
    reached = dict(zip(allowed.tolist(), snapshot.asked(question).scores(allowed).tolist(), strict=True))
    expected = naive_scores(passages, question)
    assert reached == pytest.approx({key: expected.get(key, 0.0) for key in reached}, rel=1e-4)


def test_what_was_removed_is_not_found_and_the_rest_still_is() -> None:
    """Also where most passages that held a word are gone: the last one is found, with a score like before."""
    index = LexicalIndex()
    index.apply([(key, terms_of("甲", str(key))) for key in range(1, 11)] + [(11, terms_of("乙"))], NONE)
    snapshot = index.apply((), keys_of(*range(1, 10)))
    assert len(snapshot) == 2
    found = snapshot.asked(terms_of("甲")).search(10)
    assert found.keys.tolist() == [10]
    assert 0 < found.scores[0] < 1
    assert snapshot.asked(terms_of("甲")).scores(keys_of(1, 10, 11)).tolist() == [0, found.scores[0], 0]


def test_removing_does_not_reorder_the_rest() -> None:
    """Scores stay below their ceiling, so that better matches stay ahead of worse ones."""
    index = LexicalIndex()
    before = index.apply([(key, terms_of(*"甲乙丙"[: key % 3 + 1], *"丁" * key)) for key in range(1, 31)], NONE)
    after = index.apply((), keys_of(*range(1, 25)))
    expected = [key for key in before.asked(terms_of(*"甲乙丙")).search(30).keys.tolist() if key >= 25]
    found = after.asked(terms_of(*"甲乙丙")).search(30)
    assert found.keys.tolist() == expected
    assert (np.diff(found.scores) <= 0).all()
    assert found.scores[0] < 1


def test_a_snapshot_does_not_change_while_the_index_does() -> None:
    """A search that began before a removal ends as it would have."""
    index = LexicalIndex()
    earlier = index.apply([(1, terms_of("甲")), (2, terms_of("甲"))], NONE)
    later = index.apply([(3, terms_of("甲"))], keys_of(1))
    assert earlier.asked(terms_of("甲")).search(9).keys.tolist() == [1, 2]
    assert later.asked(terms_of("甲")).search(9).keys.tolist() == [2, 3]
    assert (len(earlier), len(later)) == (2, 2)


@pytest.mark.parametrize("question", [terms_of(), terms_of("没有"), Terms((), ("没有",), ("没",))])
def test_unknown_words_find_nothing(question: Terms) -> None:
    """A question without a single known term has no lexical hit, rather than one of score 0."""
    snapshot = snapshot_of({1: terms_of("甲"), 2: terms_of("乙")})
    assert not len(snapshot.asked(question).search(10).keys)
    assert snapshot.asked(question).scores(keys_of(1, 2)).tolist() == [0, 0]


def test_an_unknown_word_lowers_the_score() -> None:
    """A passage that lacks half of the question reaches no more than a part of the ceiling."""
    snapshot = snapshot_of({1: terms_of("甲"), 2: terms_of("乙")})
    whole = snapshot.asked(terms_of("甲")).search(1).scores[0]
    assert snapshot.asked(terms_of("甲", "没有")).search(1).scores[0] < whole


def test_an_empty_index_finds_nothing() -> None:
    """Neither does a filter that allows nothing."""
    empty = snapshot_of({})
    assert len(empty) == 0
    assert not len(empty.asked(terms_of("甲")).search(10).keys)
    assert not len(snapshot_of({1: terms_of("甲")}).asked(terms_of("甲")).search(10, keys_of()).keys)


def test_the_known_share_counts_each_word_once() -> None:
    """One of two words is known, whatever their repetitions; without words it is 0."""
    snapshot = snapshot_of({1: terms_of("甲")})
    assert snapshot.known_share(["甲", "甲", "没有"]) == 0.5
    assert snapshot.known_share([]) == 0.0
