"""One reader a format: bytes → Document, or several where a file holds several.

Takes    the bytes of a file and its name
Gives    Documents, or errors that name the file and the remedy
Touches  the readers beside this file          Never  paths, the network
"""

from corpus.errors import EmptyDocument, LimitExceeded, UnreadableDocument
from corpus.readers.kinds import READERS, is_packed, kind_of
from corpus.readers.limits import LARGEST_FILE
from corpus.readers.names import shown_name
from corpus.readers.options import ReadOptions
from corpus.readers.sandbox import read_apart
from corpus.readers.text import read_text
from corpus.readers.wire import Reading
from corpus.types import Document

__all__ = ["LARGEST_FILE", "READERS", "ReadOptions", "Reading", "read_document", "read_documents"]

# Plain text needs no parser that a file could turn against us; a process for it would cost more than it saves. Markdown
# does: 66 kB of the right marks hold its parser for five seconds, and the time grows with the square.
_AT_HOME = {"text": read_text}


def read_documents(data: bytes, name: str, options: ReadOptions | None = None) -> tuple[Reading, ...]:
    """Read the file called `name`: what it is is told from its content, then from its name.

    Most files hold one document, whose `inner` name is "". An archive, a letter with attachments or a file of
    records holds several, each with its name inside; one that cannot be read stands there with its error.

    :raises UnsupportedFormat: if no reader takes such files, saying what it looks like.
    :raises UnreadableDocument: if the whole file is damaged, empty, too large, or no reader gets through it.
    """
    name = shown_name(name)
    if len(data) > LARGEST_FILE:
        raise LimitExceeded(
            f"{name}: has {len(data):,} bytes; a file may have at most {LARGEST_FILE:,}: split it into smaller ones"
        )
    kind = "zip" if is_packed(data) else kind_of(data, name)
    reader = _AT_HOME.get(kind)
    readings = (Reading("", reader(data, name)),) if reader else read_apart(data, name, kind, options or ReadOptions())
    if len(readings) == 1 and readings[0].inner == "" and readings[0].error is not None:
        raise readings[0].error
    if not readings or not any(_speaks(reading) for reading in readings):
        raise EmptyDocument(f"{name}: holds no text to quote ({len(data)} bytes); check that it is the right file")
    return readings


def read_document(data: bytes, name: str, options: ReadOptions | None = None) -> Document:
    """Read a file that holds one document.

    :raises UnsupportedFormat: as `read_documents` does.
    :raises UnreadableDocument: as `read_documents` does, and if the file holds several documents.
    """
    readings = read_documents(data, name, options)
    documents = [reading.document for reading in readings if reading.document is not None]
    if len(readings) > 1 or not documents:
        raise UnreadableDocument(
            f"{shown_name(name)}: holds {len(readings)} documents where one is expected; "
            "take it in with `wenqu ingest`, or unpack it"
        )
    return documents[0]


def _speaks(reading: Reading) -> bool:
    return reading.error is not None or (reading.document is not None and bool(reading.document.text.strip()))
