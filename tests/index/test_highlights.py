"""Highlights: which words of a passage the question asked for.

Takes    made-up passages and questions
Gives    tests          Never  search
"""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from corpus.folding import fold
from index.highlights import highlights
from index.terms import Segmenter
from index.types import Terms

TEXTS = some.text(some.sampled_from("轨道軌道交通勤勤务成都市圈abＡ1.2 ，㎞\u200b\u0301"), max_size=40)


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, question=TEXTS)
def test_spans_lie_in_the_text_in_order_and_apart(segmenter: Segmenter, text: str, question: str) -> None:
    """None is empty, none touches the next, and each holds words of the question."""
    terms = segmenter.terms(question)
    spans = highlights(text, terms)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(spans))
    for start, end in spans:
        assert any(term in fold(text[start:end]) for term in (*terms.words, *terms.pairs))


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
    assert [text[start:end] for start, end in highlights(text, segmenter.terms(question))] == marked


def test_single_han_characters_are_not_marked() -> None:
    """They would be everywhere."""
    assert highlights("圈内圈外", Terms(("圈",), (), ("圈",))) == ()
