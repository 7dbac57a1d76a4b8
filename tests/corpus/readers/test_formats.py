"""The same report in every format: the same sentences, exact spans, right pages, and real files of a browser.

Takes    the report as made_files makes it
Gives    tests          Never  the network
"""

import subprocess
from bisect import bisect_right
from pathlib import Path

import pytest

from corpus.errors import EmptyDocument
from corpus.readers import READERS, read_document, read_documents
from corpus.types import Document
from tests.corpus.readers.made_files import FIRST, SECOND, SENTENCES, TABLE, TITLE, made_files, made_xlsx, packed

FILES = made_files()
WITH_HEADINGS = (".docx", ".epub", ".html", ".md", ".odt", ".pdf", ".pptx", ".rtf", ".xlsx")
WITH_TABLE = (".docx", ".epub", ".html", ".md", ".odt", ".pdf", ".pptx", ".rtf")
EVERY = pytest.mark.parametrize("ending", FILES)


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    """Read them all once."""
    readings = {ending: read_documents(data, f"报告{ending}") for ending, data in FILES.items()}
    assert all(len(each) == 1 for each in readings.values())
    return {ending: reading.document for ending, (reading,) in readings.items() if reading.document is not None}


@EVERY
def test_every_sentence_is_there_once_and_in_order(documents: dict[str, Document], ending: str) -> None:
    """Whatever the format does with lines and pages."""
    text = documents[ending].text
    places = [text.index(words) for words in (FIRST, *SENTENCES, TABLE[1][1], TABLE[2][1])]
    assert places == sorted(places)
    assert all(text.count(words) == 1 for words in SENTENCES)
    assert "菜单" not in text


@EVERY
def test_every_span_is_exact(documents: dict[str, Document], ending: str) -> None:
    """Headings, blocks and pages are slices of the text."""
    document = documents[ending]
    assert [document.text[each.start : each.end] for each in document.headings] == [
        each.title for each in document.headings
    ]
    assert all(document.text[each.start : each.end].strip() for each in document.blocks)
    assert list(document.page_starts) == sorted(document.page_starts)


@pytest.mark.parametrize("ending", WITH_HEADINGS)
def test_headings_are_the_formats_own(documents: dict[str, Document], ending: str) -> None:
    """Styles, outline levels, sizes, slides and sheets."""
    headings = {each.title: each.level for each in documents[ending].headings}
    assert headings[FIRST] == headings[SECOND]
    assert documents[ending].title == TITLE


@pytest.mark.parametrize("ending", WITH_TABLE)
def test_a_table_is_one_block(documents: dict[str, Document], ending: str) -> None:
    """Its rows are lines, its cells parted by tabs."""
    document = documents[ending]
    assert [document.text[each.start : each.end] for each in document.blocks if each.kind == "table"] == [
        "\n".join("\t".join(row) for row in TABLE)
    ]


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx"])
def test_a_row_is_citable(documents: dict[str, Document], ending: str) -> None:
    """It says what its values are."""
    assert "城市: 资阳; 人口: 230 万\n" in documents[ending].text


@pytest.mark.parametrize("ending", [".pdf", ".pptx"])
def test_pages_are_right(documents: dict[str, Document], ending: str) -> None:
    """The page of a sentence is the one that it stands on."""
    document = documents[ending]
    pages = [bisect_right(document.page_starts, document.text.index(words)) for words in SENTENCES]
    assert pages == [1, 1, 2]


@pytest.mark.parametrize("ending", [".docx", ".eml", ".epub", ".mbox", ".odt", ".pdf", ".pptx", ".rtf", ".xlsx"])
def test_metadata_comes_from_where_the_format_has_it(documents: dict[str, Document], ending: str) -> None:
    """Who wrote it, and when, in ISO 8601."""
    metadata = documents[ending].metadata
    assert str(metadata["author"]).startswith("张三")
    assert str(metadata["date"]).startswith("2024-03-05")
    assert metadata["language"] == "zh"


@pytest.mark.parametrize("name", ["报告.txt", "报告", "报告.xyz"])
@pytest.mark.parametrize("ending", [".docx", ".epub", ".html", ".mbox", ".pdf", ".pptx", ".rtf", ".xlsx"])
def test_content_is_believed_before_the_name(documents: dict[str, Document], ending: str, name: str) -> None:
    """A file with another ending is read as what it is."""
    (reading,) = read_documents(FILES[ending], name)
    assert reading.document is not None and reading.document.text == documents[ending].text


def test_an_archive_holds_them_all() -> None:
    """A document or an error each, under its name inside, with names of Chinese Windows read right."""
    members = {f"卷/报告{ending}": data for ending, data in FILES.items()}
    readings = read_documents(packed({**members, "图.png": b"\x89PNG\r\n\x1a\n", "__MACOSX/._a": b"x"}), "全.zip")
    by_name = {reading.inner: reading for reading in readings}
    plain = {*members, "图.png"} - {"卷/报告.zip", "卷/报告.jsonl", "卷/报告.mbox"}
    inner = {"卷/报告.zip/甲/报告.md", "卷/报告.jsonl/1", "卷/报告.mbox/letter 1.eml"}
    assert set(by_name) == plain | inner
    assert "PNG picture" in str(by_name["图.png"].error)
    assert sum(reading.document is not None for reading in readings) == len(FILES)


def test_an_archive_in_an_archive_has_an_end() -> None:
    """Three deep is read, more is refused by name."""
    data = packed({"文.txt": "正文".encode()})
    for _ in range(2):
        data = packed({"内.zip": data})
    assert [reading.inner for reading in read_documents(data, "外.zip")] == ["内.zip/内.zip/文.txt"]
    (reading,) = read_documents(packed({"内.zip": packed({"内.zip": data})}), "外.zip")
    assert "more than 3 deep" in str(reading.error)


@pytest.mark.parametrize("data", [packed({}), packed({"空.txt": b""})])
def test_an_archive_without_text_is_no_silent_success(data: bytes) -> None:
    """It is empty, or its only file is."""
    try:
        (reading,) = read_documents(data, "空.zip")
        assert isinstance(reading.error, EmptyDocument)
    except EmptyDocument as refusal:
        assert str(refusal).startswith("空.zip: holds no text")


def test_every_ending_has_a_test_file() -> None:
    """Those that are another name for one of them aside."""
    others = {".docm", ".htm", ".markdown", ".ndjson", ".ods", ".text", ".xhtml", ".xls", ".xlsb"}
    assert set(READERS) - others == set(FILES)


def test_sheets_show_values_as_people_write_them() -> None:
    """Whole numbers without a point; an empty sheet has no heading."""
    data = made_xlsx({"甲": (("年", "值"), (2024.0, 12.5), (2025, 1e-7)), "空": ()})
    document = read_document(data, "a.xlsx")
    assert document.text == "甲\n年\t值\n年: 2024; 值: 12.5\n年: 2025; 值: 1e-07\n"
    assert [heading.title for heading in document.headings] == ["甲"]


def printed(html: str, folder: Path, *options: str) -> Document:
    """Return what is read of the PDF that Chromium makes of a page, with its heads and feet."""
    page, pdf = folder / "a.html", folder / "a.pdf"
    page.write_text(html, "utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    command += [*options, f"--print-to-pdf={pdf}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return read_document(pdf.read_bytes(), "a.pdf")


def test_a_page_that_a_browser_printed_is_read_as_the_page(tmp_path: Path) -> None:
    """Chromium's own PDF of the report: the same sentences, headings from its outline."""
    page = FILES[".html"].decode()
    document = printed(page, tmp_path, "--generate-pdf-document-outline", "--no-pdf-header-footer")
    text = document.text.replace(" ", "")
    assert all(words in text for words in (TITLE, *SENTENCES))
    assert [each.title for each in document.headings] == [TITLE, FIRST, SECOND]


def test_a_table_that_a_browser_printed_keeps_its_cells(tmp_path: Path) -> None:
    """Borders apart from each other, columns as narrow as their words, a cell that its lines break, a merged one."""
    long = (
        "到站时间与运行图相差不超过两分钟的列车所占的比例，按全部车次计算，不含因天气停运的车次，节假日另行统计。" * 2
    )
    rows = f"<tr><td rowspan=2>率<td>甲<td>乙</tr><tr><td>{long}<td>99.9%</tr><tr><td>强度<td>每公里<td>0.86</tr>"
    html = f"<!DOCTYPE html><meta charset='utf-8'><p>前文。</p><table border=1>{rows}</table><p>后文。</p>"
    document = printed(html, tmp_path, "--no-pdf-header-footer")
    (table,) = document.blocks
    cells = [row.split("\t") for row in document.text[table.start : table.end].split("\n")]
    assert cells[0][1:] + cells[1][1:] == ["甲", "乙", long, "99.9%"] and cells[2] == ["强度", "每公里", "0.86"]
    assert {cells[0][0], cells[1][0]} == {"率", ""}
    assert document.text.startswith("前文。\n") and document.text.endswith("\n后文。\n")


def test_two_columns_that_a_browser_printed_give_the_same_paragraphs(tmp_path: Path) -> None:
    """The sample article in two justified columns over several pages, with heads, feet and numbers of pages."""
    article = (Path(__file__).parents[3] / "corpus" / "documents" / "促进城市群协调发展的方式.txt").read_text("utf-8")
    paragraphs = [words + "。" for words in article.split("。") if len(words) > 30]
    style = "p{text-indent:2em;text-align:justify;margin:0}body{column-count:2;font-family:'Noto Serif CJK SC'}"
    body = "".join(f"<p>{words}</p>" for words in paragraphs)
    html = f"<!DOCTYPE html><html><head><meta charset='utf-8'><style>{style}</style></head><body>{body}</body></html>"
    document = printed(html, tmp_path)
    lines = {"".join(line.split()) for line in document.text.splitlines()}
    missing = ["".join(words.split()) for words in paragraphs if "".join(words.split()) not in lines]
    assert missing == []
    assert len(lines) == len(set(paragraphs))
    assert len(document.page_starts) >= 3
