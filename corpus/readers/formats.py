"""Which reader takes which kind, and how files inside files are read.

Takes    Source, a kind
Gives    Reading values          Touches  every reader: only the process that parses imports this file
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from corpus.errors import CorpusError, EmptyDocument, LimitExceeded, UnreadableDocument
from corpus.readers.archive import Archive
from corpus.readers.csv import read_csv
from corpus.readers.docx import read_docx
from corpus.readers.epub import read_epub
from corpus.readers.html import read_html
from corpus.readers.kinds import kind_of
from corpus.readers.language import language_of
from corpus.readers.letter import read_letter
from corpus.readers.limits import DEEPEST_NESTING
from corpus.readers.mailbox import letters
from corpus.readers.markdown import read_markdown
from corpus.readers.names import shown_name, title_of
from corpus.readers.odt import read_odt
from corpus.readers.options import ReadOptions
from corpus.readers.pdf import read_pdf
from corpus.readers.pptx import read_pptx
from corpus.readers.records import read_json, read_jsonl
from corpus.readers.rtf import read_rtf
from corpus.readers.sheet import read_sheet
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
    "docx": read_docx,
    "epub": read_epub,
    "html": read_html,
    "markdown": read_markdown,
    "odt": read_odt,
    "pdf": read_pdf,
    "pptx": read_pptx,
    "rtf": read_rtf,
    "sheet": read_sheet,
    "text": read_text,
}


def read_all(source: Source, kind: str) -> Iterator[Reading]:
    """Yield what a file of this kind says: one document, or those inside it.

    :raises CorpusError: if it cannot be read at all.
    """
    if kind == "zip":
        kind = kind_of(source.data, source.name)
    match kind:
        case "zip":
            yield from _inside(_packed(Archive(source.data, source.name)), source)
        case "mbox":
            yield from _inside(letters(source.data, source.name), source, "email")
        case "email":
            document, attached = read_letter(source.data, source.name)
            yield from _titled(iter([Reading("", _with_language(document))]), source)
            yield from _inside(attached, source)
        case "json":
            yield from _titled(read_json(source.data, source.name, source.options), source)
        case "jsonl":
            yield from _titled(read_jsonl(source.data, source.name, source.options), source)
        case _:
            document = _SINGLE[kind](source.data, source.name)
            # What is only text says nothing of its language that could be wrong.
            document = document if kind in ("markdown", "text") else _with_language(document)
            yield from _titled(iter([Reading("", document)]), source)


def _titled(readings: Iterator[Reading], source: Source) -> Iterator[Reading]:
    """Give documents without a title the file's name; refuse empty ones."""
    for reading in readings:
        document = reading.document
        if document is None:
            yield reading
        elif not document.text.strip():
            where = f"{source.name}, {reading.inner}" if reading.inner else source.name
            size = f"{len(source.data)} bytes"
            error = EmptyDocument(f"{where}: holds no text to quote ({size}); check that it is the right file")
            yield Reading(reading.inner, None, error)
        else:
            name = f"{title_of(source.name)} {reading.inner}".strip()
            yield replace(reading, document=replace(document, title=document.title or name))


def _with_language(document: Document) -> Document:
    """Return the document with the language that its script shows, or that it says and its script allows."""
    said = {field: value for field, value in document.metadata.items() if field != "language"}
    language = language_of(document.text, str(document.metadata.get("language", "")))
    return replace(document, metadata=said | ({"language": language} if language else {}))


def _packed(archive: Archive) -> Iterator[tuple[str, bytes | CorpusError]]:
    """Yield the files of an archive that a person put there, or why one cannot be unpacked."""
    for member, shown in archive.names():
        steps = shown.split("/")
        if not any(step.startswith((".", "__MACOSX")) for step in steps) and steps[-1] != "Thumbs.db":
            try:
                yield shown, archive.read(member)
            except CorpusError as error:
                yield shown, error


def _inside(
    members: Iterator[tuple[str, bytes | CorpusError]] | Iterator[tuple[str, bytes]], source: Source, kind: str = ""
) -> Iterator[Reading]:
    """Yield what the files inside, all of one kind if it is named, say: an error beside each that cannot be read."""
    if source.depth == DEEPEST_NESTING:
        raise LimitExceeded(f"{source.name}: is an archive more than {DEEPEST_NESTING} deep in others; unpack it")
    for name, data in members:
        inner = shown_name(name)
        try:
            if isinstance(data, CorpusError):
                raise data
            within = Source(data, inner, source.options, source.depth + 1)
            for reading in read_all(within, kind or kind_of(data, inner)):
                yield replace(reading, inner=f"{inner}/{reading.inner}" if reading.inner else inner)
        except Exception as error:  # noqa: BLE001  one damaged file must not take the others with it
            yield Reading(inner, None, fault_of(error, inner))


def fault_of(error: Exception, name: str) -> CorpusError:
    """Return what to tell of a file at which a library raised anything."""
    if isinstance(error, CorpusError):
        return error
    if isinstance(error, MemoryError):
        return LimitExceeded(f"{name}: needs more memory than a file may have; split it")
    what = f"{type(error).__name__}: {error}"[:200]
    return UnreadableDocument(f"{name}: is damaged ({what}); open it and save it again")
