"""Markdown: all the words, none of the marks, and headings that know where they stand.

Takes    made-up Markdown
Gives    tests          Never  files
"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from corpus.readers.markdown import read_markdown
from corpus.types import Document
from tests.patience import patience

LINES = some.lists(
    some.one_of(
        some.text(some.sampled_from('#*_`[](){}<>!|-=+~:\\&;^" \t1.甲乙a\ue000\u2028'), max_size=20),
        some.sampled_from(
            ["---", "```", "> 引", "- 项", "  1. 项", "| a | b |", "|--|--|", "# 题", "<div>", "</div>", ""]
        ),
    ),
    max_size=15,
)


def read(source: str) -> Document:
    """Read Markdown."""
    return read_markdown(source.encode(), "笔记.md")


@given(LINES, some.sampled_from(["\n", "\r\n"]))
def test_any_lines_are_read_and_headings_stand_where_they_say(lines: list[str], line_break: str) -> None:
    """Nothing crashes; a heading's span is its own line, in order, and gives its title."""
    document = read(line_break.join(lines))
    for heading in document.headings:
        assert document.text[heading.start : heading.end].strip() == heading.title != ""
        assert "\n" not in heading.title
        assert document.text[heading.end] == "\n"
        assert 1 <= heading.level <= 6
    assert all(earlier.end < later.start for earlier, later in pairwise(document.headings))


@given(some.lists(some.text(some.sampled_from("甲乙丙丁abc12。，"), min_size=1), min_size=1, max_size=8))
def test_plain_paragraphs_keep_every_character(paragraphs: list[str]) -> None:
    """Where there is no markup, the words come through untouched, a paragraph a line."""
    assert read("\n\n".join(f"字{words}" for words in paragraphs)).text == "".join(f"字{w}\n" for w in paragraphs)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", ""),
        ("**成都**与*重庆*的`轨道`交通", "成都与重庆的轨道交通\n"),
        ("***甲**乙* ~~丙~~", "甲乙 ~~丙~~\n"),
        ("见[通知](http://a.example/b '题')与<http://b.example>", "见通知与http://b.example\n"),
        ("![图一](a.png)如图", "图一如图\n"),
        ("第一行\n第二行", "第一行第二行\n"),
        ("first\nsecond", "first second\n"),
        ("硬换行  \n下一行", "硬换行\n下一行\n"),
        ("- 甲\n- 乙\n  - 丙\n\n1. 丁", "甲\n乙\n丙\n丁\n"),
        ("> 引文\n> > 再引", "引文\n再引\n"),
        ("```python\nx = '甲'\n\ny\n```\n\n    缩进", "x = '甲'\n\ny\n缩进\n"),
        ("| 甲 | 乙 |\n|--|--|\n| 1 | **2** |", "甲\t乙\n1\t2\n"),
        ("&lt;甲&gt; &amp; \\*乙\\*", "<甲> & *乙*\n"),
        ("甲\ue000乙", "甲\ue000乙\n"),
        ("甲\n\n***\n\n乙", "甲\n乙\n"),
    ],
)
def test_the_words_remain_and_the_marks_go(source: str, expected: str) -> None:
    """Emphasis, links, pictures, lists, quotes, code, tables, entities and escapes."""
    assert read(source).text == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<div>文字</div>\n\n后", "文字\n后\n"),
        ("<table><tr><td>甲</td><td>乙</td></tr></table>", "甲\n乙\n"),
        ("<details>\n<summary>标题</summary>\n内容 &amp; 其他\n</details>", "标题\n内容 & 其他\n"),
        ("甲<br>乙<b>丙</b>", "甲\n乙丙\n"),
        ("# 甲<br>乙", "甲 乙\n"),
        ("<script>\nalert('x')\n</script>\n\n后", "\n后\n"),
        ("<!-- 注释 -->\n\n后", "\n后\n"),
    ],
)
def test_the_words_inside_html_are_kept(source: str, expected: str) -> None:
    """Tags go, what a reader would see stays; scripts and comments are not seen."""
    assert read(source).text == expected


def test_a_footnote_is_text() -> None:
    """A Chinese one has no spaces and would pass for the address of a link."""
    assert read("正文[^1]\n\n[^1]: 这是一条脚注。\n").text == "正文[^1]\n[^1]: 这是一条脚注。\n"
    assert read("[甲]\n\n[甲]: http://a.example '题'\n").text == "甲\n"


def test_lists_in_lists_are_read_to_the_bottom() -> None:
    """Forty deep, which is deeper than anybody writes."""
    assert read("".join("  " * depth + f"- 层{depth}\n" for depth in range(40))).text.splitlines()[-1] == "层39"


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["---\n正文", "---\n\n正文\n", "---  \n正文", "...\n正文"])
def test_front_matter_is_left_out(end: str, line_break: str) -> None:
    """With the line breaks of either world, closed by dashes or dots."""
    source = f"---\ntitle: 题\ntags:\n  - 甲\n\ndate: 2026-01-01\n{end}".replace("\n", line_break)
    document = read(source)
    assert document.text == "正文\n"
    assert document.headings == ()


@pytest.mark.parametrize("source", ["---\ntitle: 题\n---", "---\n---\n", "---\n# 只有注释\n---\n"])
def test_a_file_of_front_matter_alone_holds_no_text(source: str) -> None:
    """And is refused elsewhere, as every empty document is."""
    assert read(source).text == ""


@pytest.mark.parametrize("source", ["---\n正文在两条线之间。\n\n---\n后文", "---\ntitle: 没有结束\n\n正文"])
def test_text_between_two_rules_is_text(source: str) -> None:
    """Only a block of keys that is closed is front matter."""
    assert "正文" in read(source).text


def test_headings_of_both_kinds_have_their_levels() -> None:
    """Marked in front or underlined, with emphasis and code inside."""
    document = read("# 总则 #\n\n第二\n---\n\n### `代码`与*强调*\n\n#没有空格\n\n#\n")
    assert [(heading.level, heading.title) for heading in document.headings] == [
        (1, "总则"),
        (2, "第二"),
        (3, "代码与强调"),
    ]
    assert document.title == "总则"


@pytest.mark.parametrize("source", ["正文", "# 一\n\n# 二", "## 二级"])
def test_without_a_single_first_heading_the_name_is_the_title(source: str) -> None:
    """None, two, or only lower ones."""
    assert read(source).title == "笔记"


@pytest.mark.parametrize("unit", ["[", "<", "*a **", "> ", "`", "![](", "&", "<div>\n", "---\na:\n", "|a"])
def test_hostile_repetition_costs_no_more_than_its_length(unit: str) -> None:
    """Quadratic work would take hours."""
    with patience():
        read_markdown((unit * 40_000).encode(), "a.md")


def test_tables_lists_and_code_are_marked() -> None:
    """A list inside a list is part of it; their spans are exact."""
    source = "前\n\n- 甲\n  - 乙\n- 丙\n\n| 一 | 二 |\n|--|--|\n| 1 | 2 |\n\n```\na = 1\nb = 2\n```\n\n后\n"
    document = read_markdown(source.encode(), "a.md")
    assert [(each.kind, document.text[each.start : each.end]) for each in document.blocks] == [
        ("list", "甲\n乙\n丙"),
        ("table", "一\t二\n1\t2"),
        ("code", "a = 1\nb = 2"),
    ]
