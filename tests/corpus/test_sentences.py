"""Sentences: what they cover, where they end, and where they must not.

Takes    made-up texts of every script, the sample article with its hand-marked sentences
Gives    tests          Never  models, files other than the sample
"""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from corpus.sentences import split_sentences
from tests.patience import patience

ROOT = Path(__file__).parents[2]
ARTICLE = ROOT / "corpus" / "documents" / "促进城市群协调发展的方式.txt"
GOLD = ROOT / "tests" / "data" / "seed_gold"

TEXTS = some.text(
    some.one_of(
        some.sampled_from("。！？；…!?;.”’」）)“「（( \n\t\u3000\u2028他说好的1２.aB一"), some.characters(codec="utf-8")
    ),
    max_size=80,
)


def sentences_of(text: str) -> list[str]:
    """Return the words of each sentence."""
    return [text[sentence.start : sentence.end] for sentence in split_sentences(text)]


@given(TEXTS)
def test_sentences_cover_all_but_white_space_in_order(text: str) -> None:
    """They are ordered, disjoint, trimmed and not empty; whatever lies between them is white space."""
    sentences = split_sentences(text)
    borders = [0, *(border for sentence in sentences for border in (sentence.start, sentence.end)), len(text)]
    assert all(earlier <= later for earlier, later in pairwise(borders))
    for sentence in sentences:
        words = text[sentence.start : sentence.end]
        assert words
        assert words == words.strip()
    between = [text[start:end] for start, end in zip(borders[::2], borders[1::2], strict=True)]
    assert not "".join(between).strip()


@given(TEXTS, TEXTS, TEXTS)
def test_a_stretch_of_a_text_is_split_within_its_borders(before: str, text: str, after: str) -> None:
    """Spans count from the start of the whole text, and none reaches out of the stretch."""
    sentences = split_sentences(before + text + after, len(before), len(before) + len(text))
    for sentence in sentences:
        assert len(before) <= sentence.start < sentence.end <= len(before) + len(text)
    assert sum(sentence.end - sentence.start for sentence in sentences) >= len("".join(text.split()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\u3000\t\n", []),
        ("没有标点的一行字", ["没有标点的一行字"]),
        ("全长12.6公里。于2024年通车。", ["全长12.6公里。", "于2024年通车。"]),
        ("见3.5.1节。", ["见3.5.1节。"]),
        ("他说:“好。”走了。", ["他说:“好。”", "走了。"]),
        ("他说：「走吧。」她笑了。", ["他说：「走吧。」", "她笑了。"]),
        ("（他说：“好！”）后来呢？", ["（他说：“好！”）", "后来呢？"]),
        ("真的吗?！当然……好吧。", ["真的吗?！", "当然……", "好吧。"]),
        ("第十六条 用人单位应当支付工资。第十七条", ["第十六条 用人单位应当支付工资。", "第十七条"]),
        ("使用Python 3.11运行。See example.com for more. 完毕。", None),
        ("增长１２．６％。其中，出口５００亿元。", ["增长１２．６％。", "其中，出口５００亿元。"]),
        ("第一行\n第二行\r\n第三行\u2028第四行", ["第一行", "第二行", "第三行", "第四行"]),
        ("一；二；三", ["一；", "二；", "三"]),
        ("Dr. Li met Mr. J. Wang. They left.", ["Dr. Li met Mr. J. Wang.", "They left."]),
        ("目录........12\n第一章...... 3", ["目录........12", "第一章......", "3"]),
        ('He said "no." She left.', ['He said "no."', "She left."]),
        ("用 GB/T 7714-2015 著录。OK? 好!", ["用 GB/T 7714-2015 著录。", "OK?", "好!"]),
    ],
)
def test_a_sentence_ends_where_a_reader_says(text: str, expected: list[str] | None) -> None:
    """Decimals, versions, addresses and abbreviations hold together; closing marks stay with their sentence."""
    if expected is None:
        expected = ["使用Python 3.11运行。", "See example.com for more.", "完毕。"]
    assert sentences_of(text) == expected


@pytest.mark.parametrize("unit", [".", ". ", ".”", "。", "”", "Dr. ", "a.", "\n"])
def test_hostile_repetition_costs_no_more_than_its_length(unit: str) -> None:
    """Quadratic work would take hours."""
    with patience():
        split_sentences(unit * 400_000 + "x")


def test_the_sample_article_has_the_sentences_that_a_reader_marked() -> None:
    """Every border that a person set inside the body is found, and no other."""
    text = ARTICLE.read_text("utf-8")
    gold = [row for row in json.loads((GOLD / "sentences.json").read_text("utf-8")) if row["kind"] == "sentence"]
    body_end = gold[-1]["end"]
    found = split_sentences(text, gold[0]["start"], body_end)
    assert [(sentence.start, sentence.end) for sentence in found] == [(row["start"], row["end"]) for row in gold]
    assert len(found) == 116
