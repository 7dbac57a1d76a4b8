"""Pieces of a formatted document into one plain text, with the spans of its headings, blocks and pages.

Takes    paragraphs, headings, rows, page breaks in reading order
Gives    Document          Never  reads a format
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from corpus.errors import LimitExceeded
from corpus.readers.limits import MOST_CHARACTERS
from corpus.types import Block, BlockKind, Document, Heading, Metadata

_UNSHOWN = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_LONGEST_VALUE = 500
_DATE = re.compile(r"(\d{4})-?(\d{2})?-?(\d{2})?(?:[T ]?(\d{2}):?(\d{2}))?")


def cleaned(words: str) -> str:
    """Return the words with one sort of line break, without control characters and halves of surrogate pairs."""
    return _BREAK.sub("\n", _SURROGATE.sub("�", _UNSHOWN.sub("", words)))


def one_line(words: str) -> str:
    """Return the words with every run of white space as one space."""
    return " ".join(cleaned(words).split())


class Composer:
    """Gathers the text piece by piece; every piece ends its line."""

    def __init__(self, name: str) -> None:
        """Begin the document of the file called `name`."""
        self.name = name
        self.headings: list[Heading] = []
        self.page_starts: list[int] = []
        self._pieces: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._open: list[tuple[int, BlockKind]] = []

    @property
    def length(self) -> int:
        """The number of characters so far."""
        return self._length

    def paragraph(self, words: str) -> None:
        """Add a paragraph; a blank one is left out."""
        words = cleaned(words).strip()
        if words:
            self._add(words + "\n")

    def heading(self, words: str, level: int) -> None:
        """Add a heading of this level, 1 the highest, on one line."""
        words = one_line(words)
        if words:
            self.headings.append(Heading(self._length, self._length + len(words), min(max(level, 1), 9), words))
            self._add(words + "\n")

    def row(self, cells: Iterable[str]) -> None:
        """Add a row of a table: its cells with tabs between, empty ones kept in their place."""
        line = "\t".join(one_line(cell) for cell in cells).rstrip()
        if line:
            self._add(line + "\n")

    def page(self, place: int | None = None) -> None:
        """Begin a page here, or at a place inside the paragraph that is added next."""
        self.page_starts.append(self._length if place is None else place)

    def open_block(self, kind: BlockKind) -> None:
        """Begin a table, a list or a piece of code; inside another one it is part of that."""
        self._open.append((self._length, kind))

    def close_block(self) -> None:
        """End what was begun last."""
        start, kind = self._open.pop()
        if not self._open and self._length > start:
            self._blocks.append(Block(start, self._length - 1, kind))

    @contextmanager
    def block(self, kind: BlockKind) -> Iterator[None]:
        """Mark what is added inside as one table, list or piece of code."""
        self.open_block(kind)
        yield
        self.close_block()

    def document(
        self, title: str = "", metadata: Mapping[str, object] | None = None, encoding: str = "utf-8"
    ) -> Document:
        """Return the document; blank values of the metadata are left out."""
        return Document(
            text="".join(self._pieces),
            title=one_line(title)[:_LONGEST_VALUE],
            headings=tuple(self.headings),
            metadata=plain_metadata(metadata or {}),
            page_starts=tuple(self.page_starts),
            blocks=tuple(self._blocks),
            encoding=encoding,
        )

    def _add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > MOST_CHARACTERS:
            raise LimitExceeded(
                f"{self.name}: holds more than {MOST_CHARACTERS:,} characters; split it into several files"
            )


def plain_metadata(values: Mapping[str, object]) -> Metadata:
    """Return the values that say something, words on one line and cut at 500 characters."""
    kept: dict[str, str | int | float | bool] = {}
    for name, value in values.items():
        plain = one_line(value)[:_LONGEST_VALUE] if isinstance(value, str) else value
        if isinstance(plain, bool | int | float) or (isinstance(plain, str) and plain):
            kept[one_line(name)[:100]] = plain
    return kept


def iso_date(value: str) -> str:
    """Return the date, and the time if it has one, in ISO 8601; an empty text if it is no date.

    >>> iso_date("D:20240305101530+08'00'"), iso_date("2024-03-05T10:15:30Z"), iso_date("2024"), iso_date("soon")
    ('2024-03-05T10:15', '2024-03-05T10:15', '2024', '')
    """
    found = _DATE.match(value.strip().removeprefix("D:"))
    if found is None:
        return ""
    date = "-".join(part for part in found.groups()[:3] if part)
    if found[4]:
        date += f"T{found[4]}:{found[5]}"
    return date if _is_date(date) else ""


def _is_date(date: str) -> bool:
    for pattern in ("%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%M"):
        try:
            datetime.strptime(date, pattern)
        except ValueError:
            continue
        return True
    return False
