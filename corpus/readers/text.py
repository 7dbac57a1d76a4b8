"""Plain text files: bytes in, the same text out, titled by the file's name.

Takes    bytes, the file's name
Gives    Document          Never  changes a character of what the file holds
"""

from pathlib import PurePath

from corpus.readers.encoding import decode, doubt
from corpus.types import Document


def read_text(data: bytes, name: str) -> Document:
    """Return the document; its title is the file's name without the ending.

    :raises UnknownEncoding: if the bytes are not text.
    """
    decoded = decode(data, name)
    return Document(
        text=decoded.text, title=PurePath(name).stem or name, encoding=decoded.encoding, metadata=doubt(decoded)
    )
