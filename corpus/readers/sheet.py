"""Spreadsheets: every sheet a section, every row a line that says what its values are, so that a row can be cited.

Takes    the bytes of an .xlsx, .xlsb, .xls or .ods
Gives    Document          Touches  python-calamine          Never  computes formulas: their stored values are read
"""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from corpus.errors import UnreadableDocument
from corpus.readers.archive import Archive
from corpus.readers.composer import Composer
from corpus.readers.csv import add_table
from corpus.readers.office import core_properties
from corpus.types import Document


def read_sheet(data: bytes, name: str) -> Document:
    """Return the visible sheets, each under its name as a heading.

    :raises UnreadableDocument: if the file is damaged or wants a password.
    """
    said = _properties(data, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        composer = Composer(name)
        for sheet in book.sheets_metadata:
            if sheet.visible == SheetVisibleEnum.Visible:
                _add(composer, sheet.name, book.get_sheet_by_name(sheet.name))
    except CalamineError as error:
        raise UnreadableDocument(f"{name}: is a damaged or locked spreadsheet ({error}); save it again") from error
    return composer.document(said.pop("title", ""), said)


def _properties(data: bytes, name: str) -> dict[str, str]:
    """Return the core properties; the archive is checked before another library opens it."""
    if not data.startswith(b"PK"):
        return {}
    return core_properties(Archive(data, name))


def _add(composer: Composer, name: str, sheet: CalamineSheet) -> None:
    if sheet.height and sheet.width:
        composer.heading(name, 1)
        add_table(composer, _rows(sheet))


def _rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    for row in sheet.iter_rows():
        yield [_shown(value) for value in row]


def _shown(value: str | float | bool | time | date | datetime | timedelta) -> str:
    """Return a value as people write it: whole numbers without a point, days without an hour.

    >>> _shown(2140.0), _shown(0.1 + 0.2), _shown(True), _shown(datetime(2024, 3, 5)), _shown("成都")
    ('2140', '0.3', 'TRUE', '2024-03-05', '成都')
    """
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return f"{value:.15g}" if abs(value) < 1e15 else repr(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)
