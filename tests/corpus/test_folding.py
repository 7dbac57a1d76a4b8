"""Folding: what is made equal, and the way back to the original.

Takes    arbitrary text of every script
Gives    tests          Never  models, files
"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from corpus.folding import fold, fold_aligned
from tests.patience import patience

TEXTS = some.text(
    some.one_of(
        some.sampled_from("軌道乾隆ＡａÅﬁ㎞①é\u0301\u200b\u3099が각\u1100\u1161ﷺ三十萬二点五小时年至百分之第条"),
        some.characters(codec="utf-8"),
    )
)


@given(TEXTS)
def test_aligned_folding_is_folding(text: str) -> None:
    """With the way back or without, the folded text is the same."""
    assert fold_aligned(text).text == fold(text)


@given(TEXTS)
def test_every_folded_character_comes_from_where_its_span_says(text: str) -> None:
    """The spans are in order, within the text, and fold to what they produced."""
    folded = fold_aligned(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(earlier <= later for earlier, later in pairwise(folded.starts))
    assert all(earlier <= later for earlier, later in pairwise(folded.ends))
    for place, character in enumerate(folded.text):
        start, end = folded.original_span(place, place + 1)
        assert 0 <= start < end <= len(text)
        # A number of one character is read by what follows it: 三 alone is no number, 三小时 is 3小时.
        assert character in fold(text[start:end]) or character in "0123456789.%‰/-分钟"


@given(TEXTS)
def test_what_is_folded_folds_to_itself(text: str) -> None:
    """Dropping a character may bring two others together: they are folded again."""
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_the_span_of_all_that_is_folded_folds_to_all(text: str) -> None:
    """Nothing between the first and the last character is lost on the way back."""
    folded = fold_aligned(text)
    if folded.text:
        start, end = folded.original_span(0, len(folded.text))
        assert fold(text[start:end]) == folded.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("軌道交通", "轨道交通"),
        ("后来", "后来"),
        ("後來", "后来"),
        ("ＧＢ／Ｔ　７７１４", "gb/t 7714"),
        ("ﬁle", "file"),
        ("①２㎞", "12km"),
        ("Straße", "strasse"),
        ("轨\u200b道\ufeff交\u202e通", "轨道交通"),
        ("cafe\u0301", "café"),
        ("か\u3099", "が"),
    ],
)
def test_what_reads_alike_folds_alike(text: str, expected: str) -> None:
    """Script, width, case, ligatures, marks and what has no width."""
    assert fold(text) == expected
    assert fold_aligned(text).text == expected


def test_a_match_leads_back_to_the_characters_it_was_written_with() -> None:
    """Characters without width inside belong to it; a ligature is taken whole."""
    folded = fold_aligned("建成軌\u200b道,ﬁle")
    assert folded.original_span(2, 4) == (2, 5)
    place = folded.text.index("ile")
    assert folded.original_span(place, place + 1) == (6, 7)


@pytest.mark.parametrize(("start", "end"), [(1, 1), (2, 1), (-1, 1), (0, 9)])
def test_a_span_that_is_empty_or_outside_is_refused(start: int, end: int) -> None:
    """There is nothing that it could have come from."""
    with pytest.raises(ValueError, match="is empty or outside"):
        fold_aligned("轨道").original_span(start, end)


@pytest.mark.parametrize("unit", ["\u0301", "ﷺ", "軌", "\u200b", "e\u0301"])
def test_hostile_repetition_costs_no_more_than_its_length(unit: str) -> None:
    """Quadratic work would take hours."""
    with patience():
        fold_aligned("a" + unit * 1_000_000)
