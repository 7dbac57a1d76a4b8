"""Which reader takes which file, and what is said where none does.

Takes    made-up bytes and names
Gives    tests          Never  files
"""

import pytest

from corpus.errors import EmptyDocument, UnreadableDocument, UnsupportedFormat
from corpus.readers import READERS, read_document


@pytest.mark.parametrize("name", ["a.md", "a.MD", "a.markdown"])
def test_markdown_is_known_by_its_ending(name: str) -> None:
    """In either case."""
    assert read_document("# 题\n\n正文".encode(), name).headings[0].title == "题"


@pytest.mark.parametrize("name", ["a.txt", "A.TXT", "a.text"])
def test_text_is_known_by_its_ending(name: str) -> None:
    """And its marks are left alone."""
    assert read_document("# 题".encode(), name).text == "# 题"


@pytest.mark.parametrize("name", ["a.xyz", "a", "a.txt.exe", ""])
def test_another_ending_is_refused_with_the_list(name: str) -> None:
    """The message names the file and what could be done."""
    with pytest.raises(UnsupportedFormat) as refusal:
        read_document(b"text", name)
    assert str(refusal.value).startswith(f"{name}: no reader")
    assert all(ending in str(refusal.value) for ending in READERS)


@pytest.mark.parametrize(
    ("data", "name"), [(b"", "a.txt"), (b" \n\t\xe3\x80\x80", "a.txt"), (b"---\na: 1\n---\n", "a.md")]
)
def test_a_file_without_text_is_refused(data: bytes, name: str) -> None:
    """Never a silent success: the message names the file and its size."""
    with pytest.raises(EmptyDocument, match=rf"{name}: holds no text to quote \({len(data)} bytes\)"):
        read_document(data, name)


@pytest.mark.parametrize("ending", READERS)
def test_a_damaged_file_is_refused_by_every_reader(ending: str) -> None:
    """Whatever the ending says."""
    with pytest.raises(UnreadableDocument, match=f"a{ending}: "):
        read_document(b"\xff\xfe\x00", f"a{ending}")
