"""Passages: exact slices, whole sentences, one section each, within the window, nothing lost.

Takes    made-up texts and sections, arbitrary ways of measuring
Gives    tests          Never  models: measures are functions written here
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from corpus.blocks import find_blocks
from corpus.passages import PassageSize, context_of, split_passages
from corpus.sections import sentences_within
from corpus.sentences import split_sentences
from corpus.types import Block, Passage, Section, Sentence

Measure = Callable[[str], int]

# Ways in which models count: characters, bytes, words and what lies between, each with its own marks or without.
MEASURES: list[Measure] = [
    len,
    lambda text: len(text) + 2,
    lambda text: len(text.encode()),
    lambda text: len(text.split()) + 2,
    lambda text: sum(2 if character > "\u4e00" else 1 for character in text) + 1,
    lambda text: -(-len(text) // 3) + 2,
]


@dataclass(frozen=True, slots=True)
class Case:
    """A text in sections, and the size that is wanted."""

    text: str
    sections: tuple[Section, ...]
    size: PassageSize
    title: str
    blocks: tuple[Block, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Give the sentences, cut at sections too."""
        return sentences_within(self.text, self.sections)

    def passages(self) -> tuple[Passage, ...]:
        """Split."""
        return split_passages(self.text, self.sentences, self.sections, self.size, self.title, self.blocks)


@some.composite
def cases(draw: some.DrawFn) -> Case:
    """Make up a text with borders of sections anywhere."""
    text = draw(some.text(some.sampled_from("的城市群协调发展，。！？；\n 1a.B”"), max_size=300))
    borders = sorted({0, len(text), *draw(some.lists(some.integers(0, len(text)), max_size=4))})
    kinds = some.sampled_from(["section", "section", "title", "boilerplate"])
    titles = some.sampled_from(["", "总则", "题"])
    sections = tuple(Section(start, end, draw(titles), draw(kinds)) for start, end in pairwise(borders))
    size = PassageSize(draw(some.integers(1, 200)), draw(some.integers(40, 120)), draw(some.sampled_from(MEASURES)))
    edges = sorted(draw(some.sets(some.integers(0, len(text)), max_size=6)))
    blocks = tuple(Block(start, end, "list") for start, end in zip(edges[::2], edges[1::2], strict=False))
    return Case(text, sections, size, draw(some.sampled_from(["", "题"])), blocks)


@given(cases())
def test_a_passage_is_an_exact_slice_of_its_section(case: Case) -> None:
    """Its text is the document's, and it does not reach beyond a section's border."""
    for passage in case.passages():
        section = case.sections[passage.section]
        assert case.text[passage.start : passage.end] == passage.text != ""
        assert section.start <= passage.start < passage.end <= section.end
        assert section.kind == "section"


@given(cases())
def test_passages_follow_each_other_without_overlap(case: Case) -> None:
    """In reading order."""
    passages = case.passages()
    assert all(earlier.end <= later.start for earlier, later in pairwise(passages))
    assert all(earlier.section <= later.section for earlier, later in pairwise(passages))


@given(cases())
def test_no_sentence_is_lost_or_torn_without_need(case: Case) -> None:
    """All sentences of the sections are there, in order; one is in pieces only if it alone exceeds the room."""
    found = [sentence for passage in case.passages() for sentence in passage.sentences]
    for section in case.sections:
        if section.kind != "section":
            continue
        room = case.size.window - case.size.measure(context_of(case.title, section.title) + "\n")
        for sentence in sentences_within(case.text, [section]):
            pieces = [piece for piece in found if sentence.start <= piece.start and piece.end <= sentence.end]
            joined = "".join(case.text[piece.start : piece.end] for piece in pieces)
            assert joined == case.text[sentence.start : sentence.end]
            if len(pieces) > 1:
                assert case.size.measure(case.text[sentence.start : sentence.end]) > room


@given(cases())
def test_the_window_is_never_exceeded(case: Case) -> None:
    """Measured as it will be embedded: the context, a line break, the passage."""
    for passage in case.passages():
        context = context_of(case.title, case.sections[passage.section].title)
        assert case.size.measure(f"{context}\n{passage.text}") <= case.size.window


@given(cases())
def test_a_block_that_fits_is_in_one_passage(case: Case) -> None:
    """The part of it that lies in a section is; a longer one is cut."""
    passages = case.passages()
    for block in case.blocks:
        for section in case.sections:
            own = [s for s in case.sentences if block.start <= s.start < block.end and section.start <= s.start]
            own = [sentence for sentence in own if sentence.start < section.end]
            if section.kind != "section" or not own:
                continue
            room = case.size.window - case.size.measure(context_of(case.title, section.title) + "\n")
            holding = [p for p in passages if p.start < own[-1].end and own[0].start < p.end]
            assert len(holding) == 1 or case.size.measure(case.text[own[0].start : own[-1].end]) > room


def passages_of(text: str, target: int, window: int, blocks: tuple[Block, ...] | None = None) -> list[str]:
    """Split a text of one section; the blocks are what its lines show, unless given."""
    sections, sentences = (Section(0, len(text), ""),), split_sentences(text)
    found = find_blocks(text, sentences) if blocks is None else blocks
    return [p.text for p in split_passages(text, sentences, sections, PassageSize(target, window, len), blocks=found)]


def test_a_list_stays_whole_with_the_line_that_announces_it() -> None:
    """Though it is longer than a passage is wanted."""
    whole = "用料如下：\n- 面粉三百克\n- 温水少许\n- 细盐一小勺"
    text = f"先备好厨房，洗净双手再开始动手做面。\n{whole}\n揉好以后盖上湿布，静置二十分钟再擀开。"
    assert passages_of(text, 20, 512)[1] == whole


def test_a_long_table_is_cut_between_its_rows() -> None:
    """No row is torn, none is lost, none is said twice."""
    rows = [f"第{number}行。甲\t乙；丙" for number in range(40)]
    passages = passages_of("\n".join(rows), 60, 64)
    assert [row for passage in passages for row in passage.split("\n")] == rows


def test_code_that_the_format_marks_stays_whole() -> None:
    """Its semicolons end no passage."""
    text = "例如。\nfor (i = 0; i < n; i++) {\n  sum += i;\n}\n以上。"
    code = Block(text.index("for"), text.index("以上") - 1, "code")
    assert any(passage == text[code.start : code.end] for passage in passages_of(text, 10, 60, (code,)))


def test_an_article_of_a_law_stays_whole_in_running_text() -> None:
    """Also where no line break parts it from the next."""
    articles = [f"第{number}条 本市加强保护。有关部门应当各负其责；违者依法处理。" for number in "一二三四"]
    assert passages_of("".join(articles), 12, 60) == articles


def test_a_tiny_remainder_joins_its_neighbour() -> None:
    """Where both fit the window."""
    text = "\n".join(["- 甲" * 3, "- 乙" * 3, "- 丙" * 3]) + "\n完。"
    assert len(passages_of(text, 20, 512)) == 1


def test_a_sentence_that_would_fill_the_window_leaves_room_for_the_line_break() -> None:
    """A model that counts every character, and adds no marks of its own, sees the break before the passage too."""
    text = "字" * 64
    sections = (Section(0, 64, ""),)
    passages = split_passages(text, (Sentence(0, 64),), sections, PassageSize(64, 64, len))
    assert [len("\n" + passage.text) <= 64 for passage in passages] == [True, True]


def test_passages_of_a_section_are_of_even_size() -> None:
    """Ten equal sentences for a target of three make passages of three or four, never a remainder of one."""
    text = "十个字的一句话在这里。" * 10
    sections = (Section(0, len(text), ""),)
    passages = split_passages(text, sentences_within(text, sections), sections, PassageSize(33, 512, len))
    assert [len(passage.sentences) for passage in passages] == [3, 4, 3]


def test_a_giant_sentence_is_cut_at_its_clauses() -> None:
    """Where there are any; every piece ends with a comma."""
    text = "这是一个分句，" * 200
    sections = (Section(0, len(text), ""),)
    passages = split_passages(text, sentences_within(text, sections), sections, PassageSize(100, 128, len))
    assert "".join(passage.text for passage in passages) == text
    assert all(passage.text.endswith("，") for passage in passages)


def test_a_giant_sentence_without_any_mark_is_cut_all_the_same() -> None:
    """And is measured only in parts: measuring megabytes takes seconds."""
    measured: list[int] = []

    def measure(text: str) -> int:
        measured.append(len(text))
        return len(text)

    text = "字" * 100_000
    sections = (Section(0, len(text), ""),)
    passages = split_passages(text, (Sentence(0, len(text)),), sections, PassageSize(400, 512, measure))
    assert "".join(passage.text for passage in passages) == text
    assert max(measured) <= 512 * 16


def test_a_title_that_fills_the_window_is_refused_with_its_numbers() -> None:
    """The message names the title, the room it leaves and the remedy."""
    sections = (Section(0, 3, ""),)
    with pytest.raises(ValueError, match=r"'题题.* leaves 1 of 512 tokens.*shorten it"):
        split_passages("一句。", (Sentence(0, 3),), sections, PassageSize(400, 512, len), "题" * 510)


@pytest.mark.parametrize(
    ("title", "section", "context"),
    [("题", "总则", "题\n总则"), ("题", "题", "题"), ("", "总则", "总则"), ("题", "", "题"), ("", "", "")],
)
def test_the_context_says_nothing_twice(title: str, section: str, context: str) -> None:
    """The title and the section's, unless one is missing or they are equal."""
    assert context_of(title, section) == context
