"""Rich text: encodings of every age, what is text and what is not, tables, lists, notes, boxes.

Takes    RTF as programs write it
Gives    tests          Never  files
"""

from pathlib import Path

import pytest

from corpus.readers import read_document
from corpus.types import Document
from tests.corpus.readers.made_files import (
    FIRST,
    SECOND,
    SENTENCES,
    TABLE,
    TITLE,
    escaped,
    made_rtf,
    numbered,
)

DATA = Path(__file__).parents[2] / "data" / "readers"


def said(body: str, head: str = "") -> Document:
    """Read rich text with this body."""
    return read_document(made_rtf(body, head), "文.rtf")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (escaped("城市轨道"), "城市轨道\n"),
        (r"\'81A\'b3" + "\n" + r"\'c7", b"\x81A".decode("gb18030") + "城\n"),
        (numbered("城市🚀\uff0c轨"), "城市🚀，轨\n"),
        (r"\uc2\u22478\'b3\'c7\u24066\'ca\'d0!", "城市!\n"),
        (r"{\uc0\u22478\u24066}{\u22478 ?x}", "城市城x\n"),
        (r"{\upr{a}{\*\ud{\u22478?}}}b", "ab\n"),
        (r"{\f1 caf\'e9 \'85}", "café …\n"),
        (r"\{a\}\\b\~c\_d\-e\line f\tab g", "{a}\\b\u00a0c-de\nf\tg\n"),
        (r"\ldblquote a\rdblquote\emdash\bullet", "“a”—•\n"),
        ("甲。".encode("gb18030").decode("latin-1"), "甲。\n"),
        ("a\\\nb\\par c", "a\nb\nc\n"),
        (r"{\bin5 }}}}}}a", "a\n"),
    ],
)
def test_words_come_in_many_ways(body: str, text: str) -> None:
    """Two bytes of a code page, numbers of 16 bits with what older readers show behind them, words for signs."""
    assert said(body).text == text


def test_bytes_are_read_by_the_font_that_they_stand_in() -> None:
    """Traditional Chinese and Japanese beside Simplified; a group that ends gives the font before it back."""
    fonts = r"{\fonttbl{\f5\fcharset136 a;}{\f6\fcharset128 b;}}"
    inner = rf"{{\f6 {escaped('東京です', 'cp932')}}}"
    document = said(rf"{escaped('东京')}{{\f5 {escaped('東京', 'big5')}{inner}{escaped('市', 'big5')}}}", fonts)
    assert document.text == "东京東京東京です市\n" and "encoding_uncertain" not in document.metadata


def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    """A mark in their place, and the document says that its encoding is not certain."""
    document = said(r"\'b3\'c7\'ff\'ff")
    assert document.text.startswith("城\ufffd") and document.metadata["encoding_uncertain"] is True


@pytest.mark.parametrize(
    "aside",
    [
        r"{\header a}", r"{\footerl a}", r"{\*\unknown a{b}c}", r"{\pict\wmetafile8 0102}", r"{\v a}", r"{\deleted a}",
        r"{\xe a}", r"{\*\bkmkstart a}", r"{\field{\*\fldinst HYPERLINK a}{\fldrslt }}", r"{\*\annotation a}",
        r"{\colortbl;\red0;}", r"{\object\objemb{\*\objdata 01}{\result }}",
        r"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}}{\shprslt a}}",
    ],
)  # fmt: skip
def test_what_is_not_the_text_is_left_out(aside: str) -> None:
    """Heads, pictures, what is hidden or struck out, remarks, instructions, what programs may pass over."""
    assert said(rf"before {aside}after").text == "before after\n"


def test_a_heading_is_told_by_its_style_or_its_level() -> None:
    """By the style's name, what it is based on, or its level; a paragraph that is reset is none."""
    styles = r"{\stylesheet{\s2 heading 2;}{\s3\sbasedon2 mine;}{\s4\sbasedon4 loop;}}"
    body = r"\s2 a\par\pard\s3 b\par\pard\outlinelevel2 c\par\pard d\par\pard\s4\outlinelevel9 e\par\pard\s77 f"
    assert [(each.title, each.level) for each in said(body, styles).headings] == [("a", 2), ("b", 2), ("c", 3)]


def test_labels_of_lists_stand_before_their_words() -> None:
    """As the program that wrote the file counted them; bullets are no words."""
    body = (
        rf"{{\listtext\f0 {escaped('第一条')}\tab}}\ls1 a\par{{\pntext\f1 \'b7\tab}}\ls1 b\par\pard c\par"
        rf"\s1{{\listtext {escaped('一、')}}}d\par"
    )
    document = said(body)
    assert document.text == "第一条 a\nb\nc\n一、 d\n"
    assert [document.text[each.start : each.end] for each in document.blocks] == ["第一条 a\nb"]
    assert [each.title for each in document.headings] == ["一、 d"]


def test_notes_come_at_the_end_and_boxes_before_their_paragraph() -> None:
    """Each once, a note with its mark in the text."""
    box = r"{\shp{\*\shpinst\shpleft0{\sp{\sn a}{\sv b}}{\shptxt \pard in a box\par and\par}}{\shprslt in a box}}"
    body = rf"\pard one\chftn{{\footnote \pard\chftn  first\par note}} two{{\footnote second}}\par three{box} four\par"
    assert said(body).text == "one[1] two[2]\nin a box\nand\nthree four\n[1] first note\n[2] second\n"


def test_cells_hold_paragraphs_and_tables() -> None:
    """On one line each; a table of one column only lays out the page."""
    row = r"\trowd\pard\intbl a\par b\cell\pard\intbl\itap2 c\nestcell{\*\nesttableprops\trowd\nestrow}d\cell\row"
    document = said(rf"{row}\pard\intbl e\cell \pard\intbl\cell\row\pard after\par\trowd\pard\intbl f\cell\row")
    assert document.text == "a b\tc d\ne\nafter\nf\n"
    assert [(each.start, each.end, each.kind) for each in document.blocks] == [(0, 9, "table")]


@pytest.mark.parametrize(
    "damage", [b"{\\rtf1 a", b"{\\rtf1 a}}}}}b", b"{\\rtf1 a\\", b"{\\rtf1 a\\u99999999 ?\\u-99999 ?}"]
)
def test_what_is_torn_is_read_as_far_as_it_goes(damage: bytes) -> None:
    """As Word does: many programs end their files carelessly."""
    assert read_document(damage, "a.rtf").text.rstrip("\ufffd\n") == "a"


def test_many_groups_and_rows_are_read_in_time() -> None:
    """A hundred thousand groups inside each other, and ten thousand rows."""
    deep = b"{\\rtf1 a" + b"{" * 100_000 + b"b"
    assert read_document(deep, "a.rtf").text == "ab\n"
    rows = b"{\\rtf1 " + b"\\trowd\\intbl a\\cell b\\cell\\row" * 10_000 + b"}"
    assert read_document(rows, "a.rtf").text.count("\n") == 10_000


def test_what_libreoffice_writes_is_read_as_it_is_shown() -> None:
    """Its own RTF of a page with headings, lists, a table and signs of many scripts."""
    document = read_document((DATA / "libreoffice.rtf").read_bytes(), "报告.rtf")
    table = "\n".join("\t".join(row) for row in TABLE)
    listed = "1. 第一项\n2. 第二项\n圆点甲\n圆点乙"
    first, second = SENTENCES[0] + SENTENCES[1], SENTENCES[2]
    last = "尾。链接 café 🚀 “引”——"
    assert document.text == "\n".join([TITLE, FIRST, first, listed, SECOND, second, table, last, ""])
    assert [(each.title, each.level) for each in document.headings] == [(TITLE, 1), (FIRST, 2), (SECOND, 2)]
    assert [document.text[each.start : each.end] for each in document.blocks] == [listed, table]
    assert document.metadata == {"author": "张三", "language": "zh"}
