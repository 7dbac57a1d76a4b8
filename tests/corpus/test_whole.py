"""From a text to its passages, the whole way: what holds for any text, and for texts made to do harm.

Takes    arbitrary and hostile text
Gives    tests          Never  models, files
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from corpus.blocks import blocks_of
from corpus.passages import PassageSize, split_passages
from corpus.sections import sentences_within, split_sections
from corpus.sentences import split_sentences
from corpus.types import Block, Document, Heading, Passage, Section
from tests.patience import patience

LINES = some.sampled_from(
    [
        "第一章 总则",
        "第一条 为了保护河湖，制定本法。",
        "第二条 任何人不得倾倒废物；违者罚款。",
        "第三条 本法自公布之日起施行。",
        "一、总体要求",
        "（一）加强领导",
        "1.1 范围",
        "目录",
        "总则……1",
        "登录会员，阅读全文。",
        "首页 > 新闻 > 正文",
        "- 面粉",
        "- 水",
        "年份\t人口",
        "2020\t100",
        "城市群要协调发展。产业要分工。",
        "",
        "abc. Def.",
        "没有标点的一行",
        "如下：",
    ]
)
TEXTS = some.one_of(
    some.lists(LINES, max_size=25).map("\n".join),
    some.lists(LINES, max_size=25).map("".join),
    some.text(max_size=300),
)


def whole_way(document: Document) -> tuple[tuple[Section, ...], tuple[Passage, ...]]:
    """Divide a document as the writer does; a token is a character."""
    sentences = split_sentences(document.text)
    sections = split_sections(document, sentences)
    size = PassageSize(40, 120, len)
    inside, blocks = sentences_within(document.text, sections), blocks_of(document, sentences)
    return sections, split_passages(document.text, inside, sections, size, "题", blocks)


@given(TEXTS, some.lists(some.integers(0, 400), max_size=4))
@settings(deadline=None, max_examples=200)
def test_every_sentence_is_in_exactly_one_passage(text: str, places: list[int]) -> None:
    """Sections cover the text; what is neither title nor boilerplate is found in one passage, inside one section."""
    edges = sorted({min(place, len(text)) for place in places})
    blocks = tuple(Block(start, end, "table") for start, end in zip(edges[::2], edges[1::2], strict=False))
    sections, passages = whole_way(Document(text, "a", blocks=blocks))
    assert [section.start for section in sections] == [0, *(section.end for section in sections)][: len(sections)]
    assert not text or sections[-1].end == len(text)
    for passage in passages:
        section = sections[passage.section]
        assert section.start <= passage.start < passage.end <= section.end
        assert section.kind == "section"
    for number, section in enumerate(sections):
        own = [passage for passage in passages if passage.section == number]
        covered = "".join(text[s.start : s.end] for passage in own for s in passage.sentences)
        said = "".join(text[s.start : s.end] for s in split_sentences(text, section.start, section.end))
        assert covered == (said if section.kind == "section" else "")


HOSTILE = {
    "one character": "国" * 1_000_000,
    "full stops": "。" * 1_000_000,
    "digits": "1234567890" * 100_000,
    "numerals": "十百千万" * 250_000,
    "no punctuation": "城市群协调发展与产业分工" * 80_000,
    "short lines": "行\n" * 50_000,
    "list": "- 项\n" * 50_000,
    "numbered lines": "".join(f"{number}、项\n" for number in range(25_000)),
    "articles": "第一条 甲。" * 25_000,
    "chapters": "第一章 甲\n乙。\n" * 12_000,
    "contents": "目录\n甲……1\n" * 25_000,
    "sentences": "城市群发展。" * 40_000,
    "blanks": " \n" * 500_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_costs_no_more_than_its_length(name: str) -> None:
    """Quadratic work would take hours: a million characters, or tens of thousands of lines or sentences."""
    with patience():
        whole_way(Document(HOSTILE[name], "a"))


def test_headings_beyond_order_are_borne() -> None:
    """A reader may mark a heading at the very end, or levels that leap."""
    text = "甲。乙。丙。"
    headings = (Heading(0, 2, 3, "甲。"), Heading(4, 6, 1, "丙。"))
    sections, passages = whole_way(Document(text, "a", headings))
    assert sections[-1].end == len(text)
    assert "".join(passage.text for passage in passages) == "乙。丙。"  # the lone highest heading above is the title
