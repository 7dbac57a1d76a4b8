"""Plain text: every character as it stands in the file.

Takes    made-up bytes
Gives    tests          Never  files
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from corpus.readers.text import read_text


@given(some.text(some.characters(codec="utf-8", exclude_characters="\x00\ufeff")))
@example("\x06o")
@example("\x06o" * 40)
@example("\x0bN\x0cN-N")
@example("a\x1b[0m\ue000\uffff")
def test_a_utf8_file_is_its_own_text(text: str) -> None:
    """White space, controls and rare characters included, though two bytes could be one Chinese character."""
    document = read_text(text.encode(), "a.txt")
    assert (document.text, document.encoding, document.headings) == (text, "utf-8", ())


def test_line_breaks_are_not_changed() -> None:
    """A citation counts them as they are."""
    text = "我们在这里。\r\n他们来了，\r大家都好。\n"
    for encoding in ("utf-8", "gb18030", "utf-16"):
        assert read_text(text.encode(encoding), "a.txt").text == text


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("促进发展.txt", "促进发展"),
        ("a.b.txt", "a.b"),
        ("夹/文件.text", "文件"),
        (".txt", ".txt"),
        ("无后缀", "无后缀"),
    ],
)
def test_the_name_without_its_ending_is_the_title(name: str, title: str) -> None:
    """Folders left out."""
    assert read_text("正文".encode(), name).title == title
