"""What a file is: its content is believed before its name.

Takes    the first bytes of files of many kinds
Gives    tests          Never  files
"""

import io
import zipfile

import pytest

from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.kinds import READERS, kind_of
from corpus.readers.names import shown_name


def zipped(*names: str, mimetype: str = "") -> bytes:
    """Return a zip with members of these names."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in (*(["mimetype"] if mimetype else []), *names):
            archive.writestr(name, mimetype if name == "mimetype" else "")
    return target.getvalue()


OFFICE = "application/vnd.oasis.opendocument."


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"junk before\n%PDF-1.4", "pdf"),
        (zipped("[Content_Types].xml", "word/document.xml"), "docx"),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "sheet"),
        (zipped("META-INF/container.xml", mimetype="application/epub+zip"), "epub"),
        (zipped("content.xml", mimetype=OFFICE + "text"), "odt"),
        (zipped("content.xml", mimetype=OFFICE + "spreadsheet"), "sheet"),
        (zipped("甲.txt"), "zip"),
        (zipped(), "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "Workbook".encode("utf-16-le"), "sheet"),
        (b"{\\rtf1\\ansi\x00", "rtf"),
        (b"\xef\xbb\xbf\r\n{\\rtf1", "rtf"),
        (b"From - Tue Mar 05 10:15:30 2024\r\nX-Mozilla-Status: 0001\r\n", "mbox"),
        (b"From 17@xxx Tue Mar 05 10:15:30 +0000 2024\n>Subject: a\n", "mbox"),
        (b"<!DOCTYPE html><p>", "html"),
        (b"\xef\xbb\xbf\n<!-- saved -->\n<HTML lang=zh>", "html"),
        (b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-//W3C'>", "html"),
        ("<html>".encode("utf-16"), "html"),
        (b"Return-Path: <a@b>\nReceived: from c\n by d\nMIME-Version: 1.0\n\nhello", "email"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.docx", "a.xyz", "a", "a.md"])
def test_content_is_believed_before_the_name(data: bytes, kind: str, name: str) -> None:
    """A PDF that is called .txt is a PDF."""
    assert kind_of(data, name) == kind


@pytest.mark.parametrize("ending", [ending for ending in READERS if READERS[ending] in ("text", "markdown", "csv")])
def test_text_is_told_by_its_name(ending: str) -> None:
    """Where the content is only text, in either case."""
    assert kind_of(b"a,b\n", f"a{ending}") == kind_of(b"BM,b\n", f"a{ending.upper()}") == READERS[ending]


@pytest.mark.parametrize(
    ("data", "looks"),
    [
        (b"\x89PNG\r\n\x1a\n", "a PNG picture; run it through a program that recognises its text"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"Rar!\x1a\x07\x00", "a RAR archive; unpack it, or pack it as .zip"),
        (b"\x7fELF\x02\x00", "a program"),
        (b"MZ\x90\x00", "a program"),
        (b"SQLite format 3\x00", "an SQLite database"),
        (b"\x00\x00\x00\x20ftypmp42", "a film"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "a Word file of before 2007; open it",
        ),
        (zipped("content.xml", mimetype=OFFICE + "presentation"), "application/vnd.oasis.opendocument.presentation"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a"])
def test_what_no_reader_takes_is_named(data: bytes, looks: str, name: str) -> None:
    """With what can be done."""
    with pytest.raises(UnsupportedFormat, match=rf"^{name}: looks like {looks}"):
        kind_of(data, name)


def test_an_office_file_with_a_password_is_refused_with_the_remedy() -> None:
    """It is no zip: its content is a stream of the old container."""
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(UnreadableDocument, match="with a password; open it and save it without one"):
        kind_of(data, "a.docx")


def test_a_torn_zip_is_refused() -> None:
    """Its table stands at its end."""
    with pytest.raises(UnreadableDocument, match="damaged zip archive"):
        kind_of(zipped("甲.txt")[:-10], "a.zip")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("报告.pdf", "报告.pdf"),
        ("../../etc/passwd", "etc/passwd"),
        ("..\\..\\windows\\a.txt", "windows/a.txt"),
        ("/absolute/a.txt", "absolute/a.txt"),
        ("D:\\甲\\乙.docx", "甲/乙.docx"),
        ("a\x00b\nc.txt", "abc.txt"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("\ud800.txt", "�.txt"),
        ("长" * 400 + ".txt", "长" * 251 + ".txt"),
        ("..", ""),
    ],
)
def test_a_name_is_shown_without_its_tricks(name: str, shown: str) -> None:
    """No step out of its folder, no control, nothing that turns the line around, and never too long."""
    assert shown_name(name) == shown
