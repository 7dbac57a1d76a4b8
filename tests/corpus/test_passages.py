"""Passages: exact slices, whole sentences, one section each, within the window, nothing lost."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.passages import PassageSize, context_of, split_passages
from corpus.sections import sentences_within
from corpus.types import Section

TEXTS = st.text(alphabet="城市,，。！? aB1\n", max_size=300)


def sections_of(text: str, cuts: list[int], kinds: list[str]) -> tuple[Section, ...]:
    """Divide a text at these places, with kinds in turn."""
    edges = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return tuple(
        Section(start, end, f"节{number}", kinds[number % len(kinds)])  # type: ignore[arg-type]
        for number, (start, end) in enumerate(pairwise(edges))
    )


@settings(max_examples=150)
@given(
    text=TEXTS,
    cuts=st.lists(st.integers(0, 300), max_size=4),
    kinds=st.lists(st.sampled_from(["section", "section", "boilerplate", "title"]), min_size=1, max_size=4),
    target=st.integers(5, 200),
    window=st.integers(30, 200),
)
def test_passages_are_what_they_promise(text: str, cuts: list[int], kinds: list[str], target: int, window: int) -> None:
    """For any text, sections, wanted length and window."""
    sections = sections_of(text, cuts, kinds)
    sentences = sentences_within(text, sections)
    passages = split_passages(text, sentences, sections, PassageSize(target, window, len), "题")
    for passage in passages:
        section = sections[passage.section]
        assert text[passage.start : passage.end] == passage.text
        assert section.kind == "section"
        assert section.start <= passage.start < passage.end <= section.end
        assert len(context_of("题", section.title)) + len(passage.text) <= window
        assert (passage.sentences[0].start, passage.sentences[-1].end) == (passage.start, passage.end)
    assert all(former.end <= latter.start for former, latter in pairwise(passages))
    kept = "".join(text[part.start : part.end] for passage in passages for part in passage.sentences)
    inside = [section for section in sections if section.kind == "section"]
    whole = "".join(text[section.start : section.end] for section in inside)
    assert "".join(kept.split()) == "".join(whole.split())


def test_sentences_that_fit_are_never_cut() -> None:
    """Each passage ends where a sentence ends."""
    text = "第一句话。" * 40
    sections = (Section(0, len(text), "节"),)
    passages = split_passages(text, sentences_within(text, sections), sections, PassageSize(33, 100, len))
    assert len(passages) > 3 and all(passage.text.endswith("。") for passage in passages)
    lengths = [len(passage.text) for passage in passages]
    assert max(lengths) - min(lengths) <= 5


def test_a_sentence_larger_than_the_window_is_cut_at_clauses() -> None:
    """No text is silently cut off: every part is within the window, and all parts together are the sentence."""
    text = "这是一个很长的分句," * 30 + "完。"
    sections = (Section(0, len(text), "节"),)
    passages = split_passages(text, sentences_within(text, sections), sections, PassageSize(60, 64, len))
    assert all(len(passage.text) <= 64 for passage in passages)
    assert all(passage.text.endswith((",", "。")) for passage in passages)
    assert "".join(passage.text for passage in passages) == text


def test_a_title_that_fills_the_window_is_refused_with_the_remedy() -> None:
    """Otherwise every passage would be cut off unseen."""
    with pytest.raises(ValueError, match=r"leaves .* tokens for a passage; shorten it"):
        split_passages(
            "一句。",
            sentences_within("一句。", (Section(0, 3, ""),)),
            (Section(0, 3, ""),),
            PassageSize(60, 64, len),
            "长" * 100,
        )
