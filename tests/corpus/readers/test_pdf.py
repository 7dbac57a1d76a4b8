"""PDFs: paragraphs across lines, columns and pages, headings, and the page of each word.

Takes    made-up PDFs
Gives    tests          Never  draws
"""

import itertools
from bisect import bisect_right
from pathlib import Path

import pytest

from corpus.errors import EmptyDocument, UnreadableDocument
from corpus.readers import read_document
from corpus.readers.pdf import read_pdf
from corpus.readers.pdf_layout import Segment, lines_of, without_margins
from tests.corpus.readers.made_pdf import HEIGHT, Placed, made_pdf, set_lines

FULL = "成都至资阳的市域铁路建成之后通勤时间更短沿线的人们都说好"
DATA = Path(__file__).parents[2] / "data" / "readers"
LONG = [FULL, FULL, "第三行写到这里就完了。"]


def page_of(document_text: str, starts: tuple[int, ...], words: str) -> int:
    """Return the page on which the words begin, from 1."""
    return bisect_right(starts, document_text.index(words))


def test_lines_become_paragraphs_without_spaces_between_chinese() -> None:
    """An indented line begins a paragraph, and so does one after a short line."""
    second = ["第二段从缩进的一行开始接着又是满满的一整行文字", FULL, "完。"]
    lines = [*set_lines(72, 700, 12, LONG), (96, 646, 12, second[0]), *set_lines(72, 628, 12, second[1:])]
    document = read_pdf(made_pdf([lines]), "a.pdf")
    assert document.text == "".join(LONG) + "\n" + "".join(second) + "\n"


def test_a_word_cut_at_the_end_of_a_line_is_whole_again() -> None:
    """Between other Western words a line break is a space."""
    lines = set_lines(72, 700, 12, ["The commuter rail between both cities and the con-", "struction of a second line"])
    text = read_pdf(made_pdf([lines]), "a.pdf").text
    assert text == "The commuter rail between both cities and the construction of a second line\n"


def test_columns_are_read_one_after_the_other() -> None:
    """Under a title that goes across both, whatever order the file has them in."""
    left, right = ["左" * 18] * 5, ["右" * 18] * 5
    rows = [
        placed
        for pair in zip(set_lines(72, 650, 12, left), set_lines(310, 650, 12, right), strict=True)
        for placed in pair
    ]
    document = read_pdf(made_pdf([[(72, 750, 24, "跨过两栏的一个大标题就在这里"), *rows]]), "a.pdf")
    assert document.text == "跨过两栏的一个大标题就在这里\n" + "左" * 90 + "右" * 90 + "\n"
    assert [heading.title for heading in document.headings] == ["跨过两栏的一个大标题就在这里"]


def test_a_table_is_read_row_by_row() -> None:
    """Its cells are too short for columns of running text."""
    rows = [("城市", "人口"), ("成都", "2140 万"), ("资阳", "230 万"), ("眉山", "290 万")]
    cells = [(left, 700 - 18 * n, 12, row[c]) for n, row in enumerate(rows) for c, left in enumerate((72, 300))]
    document = read_pdf(made_pdf([[*set_lines(72, 780, 12, LONG), *cells]]), "a.pdf")
    (table,) = document.blocks
    assert (table.kind, document.text[table.start : table.end]) == (
        "table",
        "城市\t人口\n成都\t2140 万\n资阳\t230 万\n眉山\t290 万",
    )


def test_a_line_that_is_stretched_to_its_column_is_no_row() -> None:
    """Its gaps are as wide as those between cells, but no line beside it has any."""
    words = [(72, 682, 12, "cities"), (190, 682, 12, "will"), (330, 682, 12, "accelerate")]
    full = "The commuter rail between the two cities of the plain"
    page = [(72, 700, 12, full), *words, (72, 664, 12, "transport a lot.")]
    text = read_pdf(made_pdf([page]), "a.pdf").text
    assert text == f"{full} cities will accelerate transport a lot.\n"


def running(number: int, lines: list[str]) -> list[Placed]:
    """Return a page with a running head, a foot and its number."""
    head, foot = (72, HEIGHT - 40, 9, "某某年度报告 2024"), (280, 30, 9, f"- {number} -")
    return [head, *set_lines(72, 750, 12, lines), foot]


def test_heads_feet_and_numbers_are_dropped_and_a_paragraph_goes_on_over_the_page() -> None:
    """The page of each word is the one that it stands on, in the middle of the paragraph too."""
    pages = [[f"{name}页开始" + FULL[:22], *[FULL] * 20] for name in "甲乙丙丁"]
    document = read_pdf(made_pdf([running(number, lines) for number, lines in enumerate(pages, start=1)]), "a.pdf")
    assert document.text == "".join("".join(lines) for lines in pages) + "\n"
    assert [page_of(document.text, document.page_starts, f"{name}页开始") for name in "甲乙丙丁"] == [1, 2, 3, 4]
    assert len(document.page_starts) == 4


def test_a_page_without_words_keeps_the_count_right() -> None:
    """A picture between two pages of text."""
    document = read_pdf(made_pdf([set_lines(72, 700, 12, ["甲页。"]), [], set_lines(72, 700, 12, ["乙页。"])]), "a.pdf")
    assert [page_of(document.text, document.page_starts, words) for words in ("甲页", "乙页")] == [1, 3]
    assert document.metadata["pages_without_text"] == 1


def test_the_outline_makes_the_headings() -> None:
    """On its pages only: the same words in a table of contents are none."""
    contents = set_lines(72, 700, 12, ["目录", "第一章 总则", "第二章 附则"])
    chapters = [set_lines(72, 700, 12, [title, *LONG]) for title in ("第一章 总则", "第二章 附则")]
    outline = [("第一章 总则", 1), ("第二章 附则", 2)]
    document = read_pdf(made_pdf([contents, *chapters], outline, title="某某条例"), "a.pdf")
    assert [(each.title, each.level) for each in document.headings] == [("第一章 总则", 1), ("第二章 附则", 1)]
    assert [page_of(document.text[each.start :], (0,), each.title) for each in document.headings] == [1, 1]
    assert all(document.text[each.start : each.end] == each.title for each in document.headings)
    assert bisect_right(document.page_starts, document.headings[0].start) == 2
    assert document.title == "某某条例"
    assert (document.metadata["author"], document.metadata["date"]) == ("张三", "2024-03-05T10:15")


def test_size_makes_the_headings_where_there_is_no_outline() -> None:
    """The largest are the highest; a sentence in large letters is none."""
    page = [
        (72, 780, 24, "年度报告"),
        (72, 740, 16, "一、人口"),
        *set_lines(72, 710, 12, LONG),
        (72, 640, 16, "大字的一句话。"),
    ]
    document = read_pdf(made_pdf([page]), "a.pdf")
    assert [(each.title, each.level) for each in document.headings] == [("年度报告", 1), ("一、人口", 2)]
    assert document.title == "年度报告"


def test_pages_without_text_are_refused_with_what_to_do() -> None:
    """A scanner's PDF holds pictures."""
    with pytest.raises(EmptyDocument, match=r"a\.pdf: its 2 pages are pictures.*\(OCR\)"):
        read_document(made_pdf([[], []]), "a.pdf")


def test_letters_that_nobody_knows_are_refused() -> None:
    """Private ones show as boxes; quoting them would be quoting nothing."""
    with pytest.raises(UnreadableDocument, match=r"a\.pdf: its fonts do not say which letters they show"):
        read_pdf(made_pdf([set_lines(72, 700, 12, ["\ue001\ue002\ue003\ue004" * 5])]), "a.pdf")


@pytest.mark.parametrize("cut", [20, 200, 900])
def test_a_torn_file_is_refused_or_read(cut: int) -> None:
    """There is no third outcome."""
    try:
        assert read_document(made_pdf([set_lines(72, 700, 12, LONG)])[:cut], "a.pdf").text
    except UnreadableDocument as refusal:
        assert str(refusal).startswith("a.pdf: ")


def test_a_line_is_what_stands_at_one_height() -> None:
    """Segments in any order, a little up and down."""
    row = [
        Segment("丙", 200, 100.5, 212, 112, 12),
        Segment("甲", 72, 100, 84, 112, 12),
        Segment("乙", 120, 99.5, 132, 112, 12),
    ]
    assert [line.text for line in lines_of(row)] == ["甲\t乙\t丙"]


def test_what_stands_in_the_margin_once_stays() -> None:
    """Only what repeats, and numbers of pages, are nobody's words."""
    title = Segment("只出现一次的页眉", 72, 800, 200, 812, 12)
    number = Segment("第 3 页 共 9 页", 280, 20, 330, 30, 9)
    body = Segment("正文", 72, 400, 100, 412, 12)
    assert without_margins([[title, body, number]], [842]) == [[title, body]]


def drawn(rows: list[float], columns: list[float], *without: str) -> str:
    """Return the borders of a table, piece by piece as programs draw them, but those called without."""
    pieces = []
    for place, (left, right) in itertools.product(rows, itertools.pairwise(columns)):
        pieces.append((f"row {rows.index(place)} {columns.index(left)}", f"{left} {place} m {right} {place} l S"))
    for place, (top, bottom) in itertools.product(columns, itertools.pairwise(rows)):
        pieces.append((f"column {columns.index(place)} {rows.index(top)}", f"{place} {top} m {place} {bottom} l S"))
    return "0.5 w\n" + "".join(f"{path}\n" for name, path in pieces if name not in without)


def test_a_table_with_borders_is_read_cell_by_cell() -> None:
    """Columns closer than words, a cell of two lines, one over two columns and one over two rows."""
    borders = drawn([720, 700, 680, 640], [72, 100, 160, 190], "column 2 0", "row 1 0")
    words = [
        (74, 684, 12, "城市"), (102, 704, 12, "人口"), (102, 684, 12, "城区内外"), (162, 684, 12, "郊"),
        (74, 652, 12, "成都"), (102, 664, 12, "两千一百"), (102, 648, 12, "四十万"), (162, 664, 12, "9"),
    ]  # fmt: skip
    before, after = set_lines(72, 780, 12, LONG), set_lines(72, 610, 12, LONG)
    document = read_pdf(made_pdf([[*before, *reversed(words), *after]], extra=borders), "a.pdf")
    (table,) = document.blocks
    assert document.text[table.start : table.end] == "城市\t人口\n\t城区内外\t郊\n成都\t两千一百四十万\t9"
    said = "".join(LONG)
    assert document.text == f"{said}\n{document.text[table.start : table.end]}\n{said}\n"


def test_lines_that_are_no_table_change_nothing() -> None:
    """The axes of a chart, a frame around all, a map: what has no words in two rows and two columns."""
    words = set_lines(72, 700, 12, LONG)
    plain = read_pdf(made_pdf([words]), "a.pdf").text
    map_of_all = "".join(f"{x} 0 m {x} 800 l S 0 {x} m 500 {x} l S\n" for x in range(0, 4000, 4))
    chart, frame = drawn([400, 300, 200], [72, 100, 160]), drawn([800, 10], [20, 560])
    for extra in (chart, frame, "20 20 500 790 re S\n", map_of_all):
        assert read_pdf(made_pdf([words], extra=extra), "a.pdf").text == plain


def test_a_mark_that_hangs_over_its_column_does_not_close_the_gutter() -> None:
    """Printers of Chinese let it stand outside; the next column begins less than a letter behind it."""
    left, right = ["左" * 17 + "，", "左" * 17, "左" * 17, "左" * 3 + "。"], ["右" * 18] * 4
    rows = [*set_lines(72, 650, 12, left), *set_lines(290, 650, 12, right)]
    assert read_pdf(made_pdf([rows]), "a.pdf").text == "".join(left) + "\n" + "".join(right) + "\n"


def test_tables_of_libreoffice_are_read_as_it_shows_them() -> None:
    """Its own PDF: columns as narrow as their words, and cells that its lines break."""
    document = read_pdf((DATA / "libreoffice.pdf").read_bytes(), "a.pdf")
    first, second = (document.text[each.start : each.end].split("\n") for each in document.blocks)
    assert [row.split("\t") for row in first] == [
        ["城市", "人口（万）", "线路", "里程（公里）", "开通年份"],
        ["成都", "2140", "13", "557.8", "2010"],
        ["重庆", "3191", "11", "538.2", "2004"],
        ["资阳", "230", "1", "38.7", "2024"],
    ]
    rate = "到站时间与运行图相差不超过两分钟的列车所占的比例，按全部车次计算，不含因天气停运的车次。"
    assert second[0] == "指标\t说明\t值" and second[1] == f"准点率\t{rate}\t99.9%"
