"""Folding: equal for comparison, and every folded character knows where it came from."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.folding import fold, fold_aligned

TEXTS = st.text(max_size=80) | st.text(alphabet="軌道①Ａｂ㍿ﬁé\u0301\u200b\u202e한ｶﾞ城", max_size=60)


@given(text=TEXTS)
def test_both_ways_of_folding_agree_and_the_alignment_covers_the_text(text: str) -> None:
    """Spans ascend, lie inside the text, and one exists for each folded character."""
    folded = fold_aligned(text)
    assert folded.text == fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert list(folded.starts) == sorted(folded.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))


@given(text=TEXTS)
def test_folding_is_done_once(text: str) -> None:
    """What is folded stays as it is, so that stored terms and new ones agree."""
    once = fold(text)
    assert fold(once) == once or any(not character.isalnum() for character in once)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("軌道交通與城市", "轨道交通与城市"),
        ("ＧＤＰ１２％", "gdp12%"),
        ("ﬁnance", "finance"),
        ("城\u200b市\u202e", "城市"),
        ("Café", "café"),
        ("STRASSE", "strasse"),
    ],
)
def test_what_becomes_equal(text: str, expected: str) -> None:
    """Script, width, case, ligatures, invisible characters."""
    assert fold(text) == expected


def test_a_span_leads_back_to_the_original() -> None:
    """Through a character that became two, and one that vanished."""
    folded = fold_aligned("甲\u200b㍿乙")
    assert folded.text == "甲株式会社乙"
    assert folded.original_span(1, 5) == (2, 3)
    with pytest.raises(ValueError, match=r"folded span \[3, 3\)"):
        folded.original_span(3, 3)


def seconds(work: Callable[[], object]) -> float:
    """Return the best of three runs."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def test_a_hundred_thousand_combining_marks_cost_no_more_than_their_number() -> None:
    """NFKC of one such cluster is quadratic: ten times the marks may cost about ten times as much, not a hundred."""
    short, long = ("a" + "\u0301" * count for count in (10_000, 100_000))
    assert seconds(lambda: fold(long)) < 40 * seconds(lambda: fold(short))
