"""Blocks: lists, tables and articles that only their lines show.

Takes    made-up texts
Gives    tests          Never  passages, models, files
"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from corpus.blocks import blocks_of, find_blocks
from corpus.sentences import split_sentences
from corpus.types import Block, Document
from tests.patience import patience

TEXTS = some.text(some.sampled_from("- •1.、(一)①\t|  甲乙。；\n第条 a"), max_size=200)


def blocks_in(text: str) -> list[str]:
    """Find blocks, as slices."""
    return [text[block.start : block.end] for block in find_blocks(text, split_sentences(text))]


@given(TEXTS, some.lists(some.tuples(some.integers(0, 200), some.integers(0, 200)), max_size=3))
def test_blocks_stand_in_order_and_apart(text: str, marked: list[tuple[int, int]]) -> None:
    """Those of the format come first; what the lines show fills in between."""
    given_blocks = tuple(Block(min(pair), min(max(pair), len(text)), "code") for pair in marked)
    found = blocks_of(Document(text, "a", blocks=given_blocks), split_sentences(text))
    assert all(0 <= block.start < block.end <= len(text) for block in found)
    assert all(earlier.end <= later.start for earlier, later in pairwise(found))


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("前文。\n1. 和面\n2. 擀开\n\n3. 下锅\n后文。", ["1. 和面\n2. 擀开\n\n3. 下锅"]),
        ("① 甲\n② 乙", ["① 甲\n② 乙"]),
        ("年份\t人口\n2020\t100\n2021\t101", ["年份\t人口\n2020\t100\n2021\t101"]),
        ("| 甲 | 乙 |\n| 1 | 2 |", ["| 甲 | 乙 |\n| 1 | 2 |"]),
        ("年份  人口  面积\n2020  100  3\n2021  101  3", ["年份  人口  面积\n2020  100  3\n2021  101  3"]),
        ("- 只有一项\n后文。", []),
        ("增长了\n3.5个百分点。\n比去年多\n1.2个。", []),
        ("他说：第一条路近。第二条路远。第三条路险。", []),
        ("第一条 甲。乙。第二条 丙。第三条 丁。", ["第一条 甲。乙。", "第二条 丙。", "第三条 丁。"]),
    ],
)
def test_blocks_are_what_a_reader_sees(text: str, blocks: list[str]) -> None:
    """Neighbouring lines of one make, and nothing that only begins with a number."""
    assert blocks_in(text) == blocks


@pytest.mark.parametrize("unit", ["- 甲\n", "\t", "a  ", "第一条 甲。", "1.\n", "|\n"])
def test_hostile_repetition_costs_no_more_than_its_length(unit: str) -> None:
    """Quadratic work would take hours."""
    text = unit * 100_000
    with patience():
        blocks_in(text)
