"""What a file is: told from its content first, and from its name where the content is only text.

Takes    bytes, a name
Gives    a kind that a reader takes, or an error that says what the file looks like and what to do
Touches  the standard library          Never  unpacks or parses: it looks at the first bytes and a zip's table
"""

import io
import re
import zipfile
from typing import Literal, TypeAlias

from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.names import ending_of

Kind: TypeAlias = Literal[
    "csv", "docx", "email", "epub", "html", "json", "jsonl", "markdown", "mbox", "odt", "pdf", "pptx", "rtf", "sheet",
    "text", "zip",
]  # fmt: skip

# Every ending that a folder is searched for. Readers of the last column are known by content, the others by name.
READERS: dict[str, Kind] = {
    ".csv": "csv",
    ".docm": "docx",
    ".docx": "docx",
    ".eml": "email",
    ".epub": "epub",
    ".htm": "html",
    ".html": "html",
    ".json": "json",
    ".jsonl": "jsonl",
    ".markdown": "markdown",
    ".mbox": "mbox",
    ".md": "markdown",
    ".ndjson": "jsonl",
    ".ods": "sheet",
    ".odt": "odt",
    ".pdf": "pdf",
    ".pptx": "pptx",
    ".rtf": "rtf",
    ".text": "text",
    ".tsv": "csv",
    ".txt": "text",
    ".xhtml": "html",
    ".xls": "sheet",
    ".xlsb": "sheet",
    ".xlsx": "sheet",
    ".zip": "zip",
}
# What announces itself by its first bytes; a name alone makes no such file.
_ANNOUNCED = {"docx", "epub", "odt", "pdf", "pptx", "rtf", "sheet", "zip"}

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SAVE_AS_OFFICE = "open it and save it as .docx, .xlsx or .pptx"
_FOREIGN = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"RIFF", "a WebP picture, a sound or a film"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"%!PS", "a PostScript file"),
)
# Atomic: a row of comments must not be parted in every way that it could be.
_HTML = re.compile(
    rb"(?>\s+|<!--.*?-->|<\?xml[^<>]*>)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_OTHER_XML = re.compile(rb"\s*<\?xml\b")
# A mailbox: the line that the post office puts before a letter, then a header.
_MBOX = re.compile(rb"From [^\n]*\d\d:\d\d[^\n]*\n>?[!-9;-~]+:")
_EMAIL = re.compile(
    rb"(?:(?:Return-Path|Received|Delivered-To|MIME-Version|Message-ID|X-[\w-]+|DKIM-Signature):"
    rb"[^\n]*\n(?:[ \t][^\n]*\n)*){2}",
    re.IGNORECASE,
)


def kind_of(data: bytes, name: str) -> Kind:
    """Return what the file is.

    :raises UnsupportedFormat: if no reader takes it, saying what it looks like.
    :raises UnreadableDocument: if its name promises a format that its content is not.
    """
    head = data[:4096]
    announced = _announced(data, head, name)
    if announced:
        return announced
    ending = ending_of(name)
    named = READERS.get(ending)
    foreign = _foreign(data, head, named)
    if foreign:
        raise UnsupportedFormat(f"{name}: looks like {foreign}; {_remedy(foreign)}")
    textual = _textual(head)
    if textual:
        return textual
    if named is None:
        raise UnsupportedFormat(
            f"{name}: no reader for this kind of file; supported are {', '.join(sorted(READERS))}: "
            "save the text in one of these"
        )
    if named in _ANNOUNCED:
        raise UnreadableDocument(
            f"{name}: is called {ending} but does not begin like one; it looks like {_look(head)}: "
            "open it in the program that made it and save it again, or give it its true ending"
        )
    return named


def is_packed(data: bytes) -> bool:
    """Tell whether the file is a zip, whose table only the process that parses should read."""
    return data.startswith(_ZIP)


def _announced(data: bytes, head: bytes, name: str) -> Kind | None:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{\\rtf"):
        return "rtf"
    if is_packed(data):
        return _zipped(data, name)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(data, name)
    return None


def _zipped(data: bytes, name: str) -> Kind:
    """Return what the table of a zip says that it is; a table of a million entries costs a second, no more."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:80].decode("latin-1") if _is_small(archive, "mimetype") else ""
    except Exception as error:
        raise UnreadableDocument(f"{name}: is a damaged zip archive ({error}); copy or save it again") from error
    if "[Content_Types].xml" in names:
        for part, kind in _OFFICE_PARTS:
            if any(each.startswith(part) for each in names):
                return kind
    if "epub" in mimetype or "META-INF/container.xml" in names:
        return "epub"
    if mimetype.startswith("application/vnd.oasis.opendocument."):
        return _open_document(mimetype, name)
    return "zip"


_OFFICE_PARTS: tuple[tuple[str, Kind], ...] = (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "sheet"))


def _is_small(archive: zipfile.ZipFile, member: str) -> bool:
    return member in archive.NameToInfo and archive.getinfo(member).file_size < 200


def _open_document(mimetype: str, name: str) -> Kind:
    if "text" in mimetype:
        return "odt"
    if "spreadsheet" in mimetype:
        return "sheet"
    raise UnsupportedFormat(f"{name}: looks like {mimetype}; save it as .odt, .docx, .pptx or .pdf")


def _compound(data: bytes, name: str) -> Kind:
    """Tell the old Office formats apart by the names of their streams, which stand in UTF-16."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise UnreadableDocument(f"{name}: is an Office file with a password; open it and save it without one")
    if holds("Workbook") or holds("Book"):
        return "sheet"
    for stream, what in (
        ("WordDocument", "a Word file of before 2007"),
        ("PowerPoint Document", "a PowerPoint file of before 2007"),
        ("__nameid_version", "an Outlook message; save it as .eml"),
    ):
        if holds(stream):
            raise UnsupportedFormat(f"{name}: looks like {what}; {_SAVE_AS_OFFICE}")
    raise UnsupportedFormat(f"{name}: looks like an old Office file; {_SAVE_AS_OFFICE}")


def _foreign(data: bytes, head: bytes, named: Kind | None) -> str | None:
    """Say what else the bytes announce; letters alone are believed only where the rest is no text either."""
    for mark, what in _FOREIGN:
        if head.startswith(mark) and (not mark.isascii() or named is None or b"\x00" in head):
            return what
    return "a film" if head[4:8] == b"ftyp" else None


def _remedy(foreign: str) -> str:
    if "picture" in foreign:
        return "run it through a program that recognises its text (OCR) and save that"
    if "archive" in foreign:
        return "unpack it, or pack it as .zip"
    return "Wenqu reads documents with text"


def _textual(head: bytes) -> Kind | None:
    plain = head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    if _HTML.match(plain):
        return "html"
    if _MBOX.match(plain):
        return "mbox"
    return "email" if _EMAIL.match(plain) else None


def _look(head: bytes) -> str:
    if not head.strip(b"\x00 \r\n\t"):
        return "an empty file"
    if _OTHER_XML.match(head):
        return "an XML file"
    printable = sum(byte >= 32 or byte in b"\t\r\n" for byte in head)
    return "plain text" if b"\x00" not in head and printable * 100 >= len(head) * 98 else "something else"
