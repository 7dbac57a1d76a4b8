"""Word files: numbers that are not stored, notes, boxes, changes, styles.

Takes    made-up Word files
Gives    tests          Never  files
"""

import pytest

from corpus.readers.docx import read_docx
from corpus.types import Document
from tests.corpus.readers.made_files import made_docx, paragraph, table_of_word


def listed(words: str, number: int, level: int = 0, style: str = "") -> str:
    """Return a paragraph of a list."""
    return paragraph(words, style, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def abstract(kind: int, *levels: tuple[str, str]) -> str:
    """Return a way of counting: digits and label for each level."""
    rows = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{digits}"/><w:lvlText w:val="{label}"/></w:lvl>'
        for place, (digits, label) in enumerate(levels)
    )
    return f'<w:abstractNum w:abstractNumId="{kind}">{rows}</w:abstractNum>'


NUMBERING = (
    abstract(0, ("chineseCountingThousand", "第%1条"), ("chineseCounting", "（%2）"))
    + abstract(1, ("decimal", "%1."), ("decimal", "%1.%2"))
    + abstract(2, ("bullet", "●"))
    + "".join(f'<w:num w:numId="{n + 1}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(3))
    + '<w:num w:numId="9"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"/></w:num>'
)


def read(body: str, **parts: str) -> Document:
    """Read a file with this body."""
    return read_docx(made_docx(body, **parts), "a.docx")


def test_numbers_that_word_writes_itself_are_in_the_text() -> None:
    """Articles of a law, their paragraphs, and a list that goes on after text between."""
    body = listed("目的。", 1) + listed("甲。", 1, 1) + listed("乙。", 1, 1) + paragraph("其间。")
    body += listed("范围。", 1) + listed("丙。", 1, 1)
    body += listed("概述", 2) + listed("背景", 2, 1) + listed("另一列", 9) + listed("点", 3)
    articles = ["第一条 目的。", "（一）甲。", "（二）乙。", "其间。", "第二条 范围。", "（一）丙。"]
    assert read(body, numbering=NUMBERING).text.splitlines() == [*articles, "1. 概述", "1.1 背景", "1. 另一列", "点"]


def test_a_list_is_one_block() -> None:
    """Until a paragraph that is in none."""
    document = read(listed("甲", 2) + listed("乙", 2) + paragraph("后"), numbering=NUMBERING)
    assert [(each.kind, document.text[each.start : each.end]) for each in document.blocks] == [("list", "1. 甲\n2. 乙")]


def test_a_numbered_heading_carries_its_number() -> None:
    """In its title too."""
    document = read(listed("概述", 2, 0, "1") + paragraph("正文。"), numbering=NUMBERING)
    assert [(each.title, each.level) for each in document.headings] == [("1. 概述", 1)]


def test_what_was_struck_out_is_gone_and_what_was_inserted_is_there() -> None:
    """As the reader sees it; fields show their result."""
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        f"<w:p>{run.format('甲')}<w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins>{run.format('新')}</w:ins>"
        f"<w:r><w:instrText>PAGE</w:instrText></w:r><w:hyperlink>{run.format('链接')}</w:hyperlink>"
        "<w:r><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r></w:p>"
    )
    assert read(body).text == "甲新链接\t乙\n丙\n"


def test_a_box_is_read_once_after_its_paragraph() -> None:
    """It stands in the file twice, once for older programs."""
    box = f"<w:txbxContent>{paragraph('框里')}</w:txbxContent>"
    twice = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    both = f"<mc:AlternateContent xmlns:mc='m'>{twice}</mc:AlternateContent>"
    assert read(f"<w:p><w:r><w:t>正文</w:t>{both}</w:r></w:p>{paragraph('后')}").text == "正文\n框里\n后\n"


def test_footnotes_stand_at_the_end_under_their_mark() -> None:
    """The line that parts them from the text is none."""
    body = '<w:p><w:r><w:t>正文</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    notes = f'<w:footnote w:id="0" w:type="separator">{paragraph("—")}</w:footnote>'
    notes += f'<w:footnote w:id="2">{paragraph("注文")}</w:footnote>'
    assert read(body, footnotes=notes).text == "正文[2]\n[2] 注文\n"


def test_tables_in_tables_and_tables_of_one_column() -> None:
    """The inner one is part of its cell; one column only lays out the page."""
    inner = f"<w:tbl><w:tr><w:tc>{paragraph('内')}</w:tc></w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr><w:tc>{paragraph('甲')}{inner}</w:tc><w:tc>{paragraph('乙')}</w:tc></w:tr></w:tbl>"
    document = read(outer + table_of_word((("框",), ("框二",))))
    assert document.text == "甲 内\t乙\n框\n框二\n"
    assert [document.text[each.start : each.end] for each in document.blocks] == ["甲 内\t乙"]


@pytest.mark.parametrize("wrapper", ["w:sdt><w:sdtContent", "w:ins", "w:smartTag"])
def test_paragraphs_inside_controls_are_read(wrapper: str) -> None:
    """Word wraps them in many things."""
    closing = "".join(f"</{name}>" for name in reversed(wrapper.split("><")))
    assert read(f"<{wrapper}>{paragraph('里面')}{closing}").text == "里面\n"
