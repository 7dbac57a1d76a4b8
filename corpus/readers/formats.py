"""Which reader takes which kind, and how files inside files are read.

Takes    Source, a kind
Gives    Reading values          Touches  every reader: only the process that parses imports this file
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from corpus.errors import CorpusError, EmptyDocument, LimitExceeded, UnsupportedFormat
from corpus.readers.csv import read_csv
from corpus.readers.html import read_html
from corpus.readers.kinds import kind_of
from corpus.readers.limits import DEEPEST_NESTING
from corpus.readers.markdown import read_markdown
from corpus.readers.names import shown_name, title_of
from corpus.readers.options import ReadOptions
from corpus.readers.pdf import read_pdf
from corpus.readers.text import read_text
from corpus.readers.wire import Reading
from corpus.types import Document


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a file, its name, what was said about it, and how deep inside other files it lies."""

    data: bytes
    name: str
    options: ReadOptions = field(default_factory=ReadOptions)
    depth: int = 0


_SINGLE: dict[str, Callable[[bytes, str], Document]] = {
    "csv": read_csv,
    "html": read_html,
    "markdown": read_markdown,
    "pdf": read_pdf,
    "text": read_text,
}


def read_all(source: Source, kind: str) -> Iterator[Reading]:
    """Yield what a file of this kind says: one document, or those inside it.

    :raises CorpusError: if it cannot be read at all.
    """
    if kind not in _SINGLE:
        raise UnsupportedFormat(f"{source.name}: is a file of the kind {kind}, which no reader takes yet")
    yield Reading("", _titled(_SINGLE[kind](source.data, source.name), source))


def _titled(document: Document, source: Source) -> Document:
    if not document.text.strip():
        raise EmptyDocument(
            f"{source.name}: holds no text to quote ({len(source.data)} bytes); check that it is the right file"
        )
    return document if document.title else replace(document, title=title_of(source.name))


def _inside(members: Iterator[tuple[str, bytes]], source: Source) -> Iterator[Reading]:
    """Yield what the files inside say, an error beside each that cannot be read."""
    if source.depth == DEEPEST_NESTING:
        raise LimitExceeded(f"{source.name}: is an archive more than {DEEPEST_NESTING} deep in others; unpack it")
    for name, data in members:
        inner = shown_name(name)
        try:
            for reading in read_all(Source(data, inner, source.options, source.depth + 1), kind_of(data, inner)):
                yield replace(reading, inner=f"{inner}/{reading.inner}" if reading.inner else inner)
        except CorpusError as error:
            yield Reading(inner, None, error)
