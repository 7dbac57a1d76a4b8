"""Sections cover their text, keep sentences whole, and stand where a reader would put them."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.sections import document_title, sentences_within, split_sections
from corpus.sentences import split_sentences
from corpus.types import Document, Heading, Section

_ROOT = Path(__file__).parents[2]
_ARTICLE = _ROOT / "corpus" / "documents" / "促进城市群协调发展的方式.txt"
_GOLD = _ROOT / "tests" / "data" / "seed_gold" / "sections.json"
_PIECES = st.sampled_from(
    [
        "城市群",
        "应当",
        "。",
        "！",
        "\n",
        "\n\n",
        "第一章 总则",
        "一、用料",
        "1.1 安装",
        "登录会员",
        "阅读全文",
        " ",
        "，",
        "abc ",
        "第三条 ",
        "责任编辑：张三",
    ]
)


def sections_of(text: str, title: str = "a", headings: tuple[Heading, ...] = ()) -> tuple[Section, ...]:
    """Split a text that goes by the name `title`."""
    return split_sections(Document(text, title, headings), split_sentences(text))


@given(st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=80).map("".join)))
@settings(max_examples=300, deadline=None)
def test_sections_cover_any_text_without_gap_or_overlap(text: str) -> None:
    """The first starts at 0, each starts where the last ended, the last ends with the text."""
    sections = sections_of(text)
    assert [s.start for s in sections] == [0, *(s.end for s in sections)][: len(sections)]
    assert (sections[-1].end if sections else 0) == len(text)
    assert all(section.start < section.end for section in sections)


@given(st.lists(_PIECES, max_size=80).map("".join))
@settings(max_examples=200, deadline=None)
def test_no_section_but_a_glued_title_ends_inside_a_sentence(text: str) -> None:
    """Every boundary lies between two sentences."""
    sentences = split_sentences(text)
    for section in sections_of(text):
        inside = any(sentence.start < section.end < sentence.end for sentence in sentences)
        assert not inside or section.kind == "title"


@pytest.mark.parametrize("name", ["促进城市群协调发展的方式", "a"])
def test_the_sample_article_is_divided_as_its_gold_says(name: str) -> None:
    """Boundary F1 of at least 0.95, title and notice exact, whatever the file is called."""
    text = _ARTICLE.read_bytes().decode("utf-8")
    gold = json.loads(_GOLD.read_text(encoding="utf-8"))
    found = sections_of(text, name)
    true = {section["start"] for section in gold[1:]}
    starts = {section.start for section in found[1:]}
    assert 2 * len(true & starts) / (len(true) + len(starts)) >= 0.95
    assert (found[0].start, found[0].end, found[0].kind) == (0, 12, "title")
    assert (found[-1].start, found[-1].end, found[-1].kind) == (5117, 5148, "boilerplate")
    assert document_title(Document(text, name), found) == "促进城市群协调发展的方式"


def test_titles_of_the_sample_article_are_its_own_words() -> None:
    """Most titles equal the gold titles; each is a short slice of its section."""
    text = _ARTICLE.read_bytes().decode("utf-8")
    gold = {section["title"] for section in json.loads(_GOLD.read_text(encoding="utf-8"))}
    found = [section for section in sections_of(text) if section.kind == "section"]
    assert all(section.title in text[section.start : section.end] and len(section.title) <= 20 for section in found)
    assert sum(section.title in gold for section in found) >= 15


def test_sentences_within_follow_a_glued_title() -> None:
    """The title becomes a sentence of its own."""
    text = _ARTICLE.read_bytes().decode("utf-8")
    sentences = sentences_within(text, sections_of(text))
    assert (sentences[0].start, sentences[0].end, sentences[1].start) == (0, 12, 12)


def test_headings_of_the_format_make_sections_with_paths() -> None:
    """Each heading's line opens its section; the titles above it are its path."""
    text = "# 手册\n\n先读这里。\n## 安装\n解压即可。\n### 要求\n内存一吉字节。\n## 使用\n运行它。\n"
    headings = tuple(
        Heading(text.index(line), text.index(line) + len(line), level, title)
        for line, level, title in [
            ("# 手册", 1, "手册"),
            ("## 安装", 2, "安装"),
            ("### 要求", 3, "要求"),
            ("## 使用", 2, "使用"),
        ]
    )
    found = sections_of(text, "x", headings)
    assert [(s.kind, s.title, s.path) for s in found if s.title in {"手册", "安装", "要求", "使用"}] == [
        ("title", "手册", ()),
        ("section", "安装", ("手册",)),
        ("section", "要求", ("手册", "安装")),
        ("section", "使用", ("手册",)),
    ]
    assert text[found[2].start :].startswith("## 安装")


def test_a_law_is_divided_by_its_articles_below_their_chapters() -> None:
    """第一章 and 第一条 are headings in plain text."""
    text = (
        "某市养犬管理条例\n第一章 总则\n第一条 为了加强养犬管理，制定本条例。\n第二条 本市适用本条例。\n"
        "第二章 登记\n第三条 养犬应当登记。\n登记机关为公安机关。\n"
    )
    found = sections_of(text)
    assert [(s.title, s.path) for s in found] == [
        ("某市养犬管理条例", ()),
        ("第一条", ("第一章 总则",)),
        ("第二条", ("第一章 总则",)),
        ("第三条", ("第二章 登记",)),
    ]
    assert found[0].kind == "title"


def test_steps_of_a_recipe_are_not_headings() -> None:
    """Numbered lines that stand one under the other carry no text of their own."""
    text = (
        "红烧肉的做法\n一、用料\n五花肉五百克，冰糖三十克。\n二、步骤\n1. 焯水\n2. 炒糖色\n3. 炖煮\n小火一小时即可。\n"
    )
    assert [s.title for s in sections_of(text)] == ["红烧肉的做法", "一、用料", "二、步骤"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("甘家口站", "甘家口站是一个位于北京市海淀区的地铁车站。本站于二〇二〇年开通。车站为岛式站台。"),
        ("朝阳桥", "朝阳桥位于城东，一九八二年建成。桥长一百二十米。大桥连接两岸的居民区。"),
        ("嘉陵江大橋", "嘉陵江大橋位於城西，始建於一九六六年。大橋全長一千米。橋面寬二十米。"),
        ("a", "人工智能研究是当前的热点。许多高校设立了人工智能研究中心。研究经费逐年增加。"),
        ("a", "城市规划建设要坚持以人为本。规划建设部门应当公开方案。建设单位按方案施工。规划建设的成果要评估。"),
        ("a", "调查方法影响研究结论。不同的调查方法各有利弊。研究者应当说明所用方法。"),
        ("b", "我昨天去了图书馆。图书馆里人很多。我借了三本书。"),
    ],
)
def test_a_subject_is_not_taken_for_a_title(name: str, text: str) -> None:
    """A first sentence that merely begins with the document's name, or with a word titles end in, stays whole."""
    assert all(section.kind != "title" for section in sections_of(text, name))


def test_a_glued_title_is_found_by_the_name_of_the_document() -> None:
    """Spaces and width do not matter."""
    text = "家用咖啡机 使用与保养咖啡机在首次使用前需要清洗。向水箱加水至最高线，空转两次。每次用完倒掉残水。"
    found = sections_of(text, "家用咖啡机使用与保养")
    assert (found[0].kind, found[0].title) == ("title", "家用咖啡机 使用与保养")


def test_a_numbered_article_ends_a_glued_title() -> None:
    """A law whose lines were joined."""
    found = sections_of(
        "某市养犬管理条例第一条 为了加强养犬管理，制定本条例。第二条 本市适用本条例。", "某市养犬管理条例"
    )
    assert (found[0].kind, found[0].title) == ("title", "某市养犬管理条例")


def test_a_glued_title_is_found_without_a_name() -> None:
    """Another domain than the sample's: the first sentence begins again after the title."""
    text = (
        "提高小麦产量的方法合理密植是增产的基础。合理密植能够让每株小麦得到足够的光照。每亩以三十万株为宜。"
        "科学施肥可以补充养分。底肥以有机肥为主，追肥在拔节期进行。"
    )
    found = sections_of(text, "a")
    assert (found[0].kind, found[0].title) == ("title", "提高小麦产量的方法")


@pytest.mark.parametrize("text", ["", " \n ", "一句话", "一句话。", "城市" * 5_000])
def test_little_or_odd_text_gives_at_most_one_section(text: str) -> None:
    """Empty, blank, one sentence, no punctuation at all."""
    assert len(sections_of(text)) == (1 if text else 0)
