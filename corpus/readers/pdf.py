"""PDF files: paragraphs as they were before they were broken into lines and pages, and where each page begins.

Takes   the bytes of a PDF
Gives    Document with pages, headings, tables          Touches  pypdfium2
Never    draws a page, runs what it contains, recognises letters in pictures
"""

import ctypes
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median_high

import pypdfium2
from pypdfium2 import raw

from corpus.errors import EmptyDocument, UnreadableDocument
from corpus.readers.composer import Composer, cleaned, iso_date
from corpus.readers.pdf_grid import Grid, grids_of, lines_with_tables
from corpus.readers.pdf_layout import Segment, on_page, without_margins
from corpus.readers.pdf_rules import rules_of
from corpus.readers.pdf_text import Mark, compose
from corpus.types import Document

# A gap of so many heights of a letter parts two cells, or two columns.
_CELL_GAP = 1.5
# The least room for a border between them.
_BORDER_GAP = 0.1
_DEEPEST_OUTLINE = 6
_MOST_MARKS = 5_000
# A page of text of which so little can be known has fonts that do not say what they show.
_LEAST_KNOWN = 0.7
# A hyphen at the end of a line, as pdfium writes it; and radicals, which stand for the characters that they look like:
# fonts know one glyph by both names, and some printers write the wrong one.
_HYPHEN = 0x02
_LETTERS = {_HYPHEN: "\u00ad", 0xFFFE: "\u00ad"} | {
    code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)
}


def read_pdf(data: bytes, name: str) -> Document:
    """Return the document.

    :raises UnreadableDocument: if it is damaged, wants a password, or does not say which letters it shows.
    :raises EmptyDocument: if its pages are pictures.
    """
    pdf = _opened(data, name)
    pages, heights, grids = [], [], []
    for number in range(len(pdf)):
        page = pdf[number]
        grids.append(grids_of(*rules_of(page)))
        pages.append(list(_segments(page, grids[-1])))
        heights.append(page.get_height())
        page.close()
    _refuse_wordless(pages, name)
    lines = [
        on_page(line, number)
        for number, page in enumerate(without_margins(pages, heights))
        for line in lines_with_tables(page, grids[number])
    ]
    composer = Composer(name)
    compose(composer, lines, len(pages), list(_marks(pdf)))
    said = pdf.get_metadata_dict()
    wordless = sum(not page for page in pages)
    metadata = {
        "author": said.get("Author", ""),
        "date": iso_date(said.get("CreationDate", "")),
        "pages": len(pages),
        **({"pages_without_text": wordless} if wordless else {}),
    }
    return composer.document(_title(said.get("Title", ""), composer), metadata)


def _opened(data: bytes, name: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument(f"{name}: wants a password; open it and save or print it without one") from error
        raise UnreadableDocument(f"{name}: is a damaged PDF ({error}); open it and save it again") from error


def _refuse_wordless(pages: Sequence[Sequence[Segment]], name: str) -> None:
    words = "".join(segment.text for page in pages for segment in page)
    if not words.strip():
        raise EmptyDocument(
            f"{name}: its {len(pages)} pages are pictures without text, as a scanner makes them; run it through a "
            "program that recognises text (OCR) and send what that gives"
        )
    unknown = sum(unicodedata.category(letter) in ("Co", "Cn", "Cc") or letter == "\ufffd" for letter in words)
    if unknown > (1 - _LEAST_KNOWN) * len(words):
        raise UnreadableDocument(
            f"{name}: its fonts do not say which letters they show; print it anew, or recognise its text (OCR)"
        )


def _title(said: str, composer: Composer) -> str:
    """Return the title that the file carries, unless a program only put a file's name there; else the first heading."""
    program = said.lower().startswith(("microsoft ", "untitled", "powerpoint ", "无标题"))
    if said.strip() and not program and not said.lower().endswith((".doc", ".docx", ".pdf", ".html", ".wps", ".tex")):
        return said
    tops = [heading.title for heading in composer.headings if heading.level == 1]
    return tops[0] if len(tops) == 1 else ""


def _marks(pdf: pypdfium2.PdfDocument) -> Iterator[Mark]:
    """Yield the entries of the outline; one that points nowhere is left out."""
    for count, entry in enumerate(pdf.get_toc(max_depth=_DEEPEST_OUTLINE)):
        if count == _MOST_MARKS:
            return
        target = entry.get_dest()
        page = target.get_index() if target is not None else None
        if page is not None:
            yield Mark(entry.get_title(), entry.level + 1, page)


@dataclass(frozen=True, slots=True)
class _Letter:
    """One letter: where its advance begins and ends, the line that it stands on, the size of its font."""

    text: str
    left: float
    right: float
    baseline: float
    size: float


def _segments(page: pypdfium2.PdfPage, grids: Sequence[Grid]) -> Iterator[Segment]:
    """Yield the pieces of the page's lines, upright ones only: a watermark stands askew."""
    text = page.get_textpage()
    piece: list[_Letter] = []
    last: _Letter | None = None
    for letter in _letters(text):
        if letter is None or (last is not None and letter is not _SPACE and _is_apart(last, letter, grids)):
            yield from _segment(piece)
            piece, last = [], None
        if letter is not None:
            piece.append(letter)
            last = last if letter is _SPACE else letter
    yield from _segment(piece)
    text.close()


def _letters(text: pypdfium2.PdfTextPage) -> Iterator[_Letter | None]:
    """Yield the letters in the order of the file, None where a line ends.

    The size is the font's, scaled as the letter is: a box would make 一 a small letter.
    """
    box, above = raw.FS_RECTF(), (0.0, 0.0)
    line: tuple[float, float] | None = None
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, index)
        if code in (10, 13):
            yield None
        elif (code > 32 or code == _HYPHEN) and raw.FPDFText_GetLooseCharBox(text, index, box):
            # Letters of one height on one line are of one font: asking for each would take as long as all the rest.
            if above != (box.bottom, box.top):
                above, line = (box.bottom, box.top), _line_of(text, index)
            if line is not None:
                yield _Letter(_LETTERS.get(code) or chr(code), box.left, box.right, *line)
        elif code in (9, 32, 0xA0, 0x3000):
            yield _SPACE


def _line_of(text: pypdfium2.PdfTextPage, index: int) -> tuple[float, float] | None:
    """Return the line that a letter stands on and the size of its font; None if it stands askew."""
    matrix, x, y = raw.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetMatrix(text, index, matrix)
    if abs(matrix.b) > 0.1 * abs(matrix.a):
        return None
    raw.FPDFText_GetCharOrigin(text, index, x, y)
    return y.value, max(raw.FPDFText_GetFontSize(text, index) * abs(matrix.d), 1.0)


_SPACE = _Letter(" ", 0.0, 0.0, 0.0, 0.0)


def _is_apart(last: _Letter, letter: _Letter, grids: Sequence[Grid]) -> bool:
    """Tell whether a letter stands too far from the last one, or in another cell, to be of the same piece of a line."""
    beside = letter.left - last.right
    if beside > _CELL_GAP * last.size or beside < -2 * last.size or abs(letter.baseline - last.baseline) > last.size:
        return True
    return beside > _BORDER_GAP * last.size and any(
        grid.parts(last.right, letter.left, letter.baseline) for grid in grids
    )


def _segment(piece: Sequence[_Letter]) -> Iterator[Segment]:
    """Yield the letters as one piece, if they say anything."""
    words = " ".join(cleaned("".join(letter.text for letter in piece)).split())
    solid = [letter for letter in piece if letter is not _SPACE]
    if words and solid:
        size = median_high(letter.size for letter in solid)
        baseline = median_high(letter.baseline for letter in solid)
        yield Segment(
            words,
            min(letter.left for letter in solid),
            baseline - 0.2 * size,
            max(letter.right for letter in solid),
            baseline + 0.8 * size,
            size,
        )
