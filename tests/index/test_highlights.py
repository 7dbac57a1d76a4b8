"""Highlights: which words of a passage the question asked for.

Takes    made-up passages and questions
Gives    tests          Never  search
"""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from corpus.folding import fold, fold_aligned
from index.highlights import Highlighter
from index.terms import Segmenter
from index.types import Terms

TEXTS = some.text(some.sampled_from("轨道軌道交通勤勤务成都市圈abＡ1.2 ，㎞\u200b\u0301"), max_size=40)


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, question=TEXTS)
def test_spans_lie_in_the_text_in_order_and_apart(segmenter: Segmenter, text: str, question: str) -> None:
    """None is empty, none touches the next, and each holds words of the question."""
    terms = segmenter.terms(question)
    spans = Highlighter(terms).spans(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(spans))
    for start, end in spans:
        assert any(term in fold(text[start:end]) for term in (*terms.words, *terms.pairs))


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, question=TEXTS)
def test_all_that_is_asked_for_is_marked_and_nothing_else(segmenter: Segmenter, text: str, question: str) -> None:
    """Every character of every occurrence, sought at each place of the folded text."""
    terms = segmenter.terms(question)
    folded = fold_aligned(text)
    expected: set[int] = set()
    for term in (*terms.words, *terms.pairs):
        if len(term) == 1 and not term.isascii():
            continue
        whole = rf"(?<![a-z0-9]){re.escape(term)}(?![a-z0-9])" if term.isascii() else re.escape(term)
        for place in range(len(folded.text)):
            if re.compile(whole).match(folded.text, place):
                expected.update(range(*folded.original_span(place, place + len(term))))
    marked = [place for span in Highlighter(terms).spans(text) for place in range(*span)]
    assert marked == sorted(expected)


@pytest.mark.parametrize(
    ("text", "question", "marked"),
    [
        ("建成轨道交通后", "軌道交通", ["轨道交通"]),
        ("建成軌\u200b道后", "轨道", ["軌\u200b道"]),
        ("成都都市圈的通勤", "都市圈通勤", ["都市圈", "通勤"]),
        ("ＧＢ／Ｔ－7714与GB", "GB/T-7714", ["ＧＢ／Ｔ－7714", "GB"]),
        ("a cat concatenates cats", "cat", ["cat"]),
        ("第16条与160条", "16", ["16"]),
        ("中国特色", "中国的特色", ["中国特色"]),
        ("没有相同", "完全两样", []),
        ("", "轨道", []),
        ("轨道", "", []),
    ],
)
def test_the_words_asked_for_are_marked(segmenter: Segmenter, text: str, question: str, marked: list[str]) -> None:
    """In the passage's own spelling; Western words only whole; neighbours become one."""
    assert [text[start:end] for start, end in Highlighter(segmenter.terms(question)).spans(text)] == marked


def test_single_han_characters_are_not_marked() -> None:
    """They would be everywhere."""
    assert Highlighter(Terms(("圈",), (), ("圈",))).spans("圈内圈外") == ()
