"""Highlights: the question's words where they stand, in whatever script and width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.highlights import highlights
from index.terms import Segmenter


@pytest.mark.parametrize(
    ("text", "question", "marked"),
    [
        ("建成軌道交通後,通勤更快", "轨道交通如何改善通勤", ["軌道交通", "通勤"]),
        ("成都都市圈很大", "都市圈", ["都市圈"]),
        ("ＧＤＰ与gdps不同", "GDP", ["ＧＤＰ"]),
        ("没有相同的词", "GB/T-7714", []),
        ("的的的", "的", []),
        ("", "通勤", []),
    ],
)
def test_words_are_marked_where_they_stand(segmenter: Segmenter, text: str, question: str, marked: list[str]) -> None:
    """Neighbouring and overlapping words make one mark; Latin words only as whole words."""
    assert [text[start:end] for start, end in highlights(text, segmenter.terms(question))] == marked


@given(
    text=st.text(alphabet="城市圈都aB1 ㍿\u200b。", max_size=40), question=st.text(alphabet="城市圈都a1 ?", max_size=12)
)
def test_marks_are_apart_and_inside(text: str, question: str) -> None:
    """For any text and question."""
    edges = [edge for span in highlights(text, SEGMENTER.terms(question)) for edge in span]
    assert edges == sorted(set(edges)) and all(0 <= edge <= len(text) for edge in edges)


SEGMENTER = Segmenter()
