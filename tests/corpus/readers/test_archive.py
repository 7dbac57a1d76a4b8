"""Archives: how their members are named.

Takes    archives made here
Gives    tests          Never  what the members hold: that is test_formats.py's
"""

import io
import zipfile

import pytest

from corpus.readers.archive import Archive


def packed_under(stored: bytes) -> bytes:
    """Return an archive whose one member is named by these bytes, without a word on their encoding."""
    placeholder = b"x" * len(stored)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(placeholder.decode(), "一")
    return buffer.getvalue().replace(placeholder, stored)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("夜市.md".encode(), "夜市.md"),  # Info-ZIP
        ("坏文件.bin".encode(), "坏文件.bin"),
        ("夜市管理.md".encode("gb18030"), "夜市管理.md"),  # Windows in Chinese
        (b"plain.txt", "plain.txt"),
        (b"r\x82sum\x82.txt", "résumé.txt"),  # neither: the code page that zip was made for
    ],
)
def test_a_name_is_shown_as_it_was_meant(stored: bytes, shown: str) -> None:
    """Whatever encoding the packer used without saying so."""
    assert [name for _, name in Archive(packed_under(stored), "包.zip").names()] == [shown]
