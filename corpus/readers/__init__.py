"""One reader a format: bytes → Document.

Takes    the bytes of a file and its name
Gives    Document, or an error that names the file and the remedy
Touches  the readers beside this file          Never  paths, the network
"""

from collections.abc import Callable
from pathlib import PurePath

from corpus.errors import EmptyDocument, UnsupportedFormat
from corpus.readers.markdown import read_markdown
from corpus.readers.text import read_text
from corpus.types import Document

__all__ = ["READERS", "read_document"]

READERS: dict[str, Callable[[bytes, str], Document]] = {
    ".markdown": read_markdown,
    ".md": read_markdown,
    ".text": read_text,
    ".txt": read_text,
}


def read_document(data: bytes, name: str) -> Document:
    """Read the file called `name` with the reader of its format.

    :raises UnsupportedFormat: if no reader takes files of this name.
    :raises UnreadableDocument: if the bytes are damaged, binary or hold no text.
    """
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise UnsupportedFormat(
            f"{name}: no reader for this kind of file; supported are {', '.join(sorted(READERS))}: "
            "save the text in one of these"
        )
    document = reader(data, name)
    if not document.text.strip():
        raise EmptyDocument(f"{name}: holds no text to quote ({len(data)} bytes); check that it is the right file")
    return document
