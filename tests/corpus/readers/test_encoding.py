"""Encodings: the right text, or a refusal by name; never silently the wrong one."""

import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import UnknownEncoding
from corpus.readers.encoding import decode

SIMPLIFIED = (
    "城市群协调发展需要统一规划。各地的交通、医疗和教育资源在区域内共享，居民可以方便地往返。这是一个关于政策的说明。"
)
TRADITIONAL = (
    "城市群協調發展需要統一規劃。各地的交通、醫療和教育資源在區域內共享，居民可以方便地往返。這是一個關於政策的說明。"
)


def pieces(text: str, count: int, seed: int) -> list[str]:
    """Make texts of twelve or more characters out of one."""
    choice = random.Random(seed)
    made = []
    for _ in range(count):
        start = choice.randrange(len(text) - 12)
        made.append(text[start : start + choice.randrange(12, 50)])
    return made


@pytest.mark.parametrize(
    ("encoding", "text", "seed"),
    [
        ("utf-8", SIMPLIFIED, 1),
        ("utf-8-sig", TRADITIONAL, 2),
        ("gb18030", SIMPLIFIED, 3),
        ("gbk", TRADITIONAL, 4),
        ("big5", TRADITIONAL, 5),
        ("utf-16", SIMPLIFIED, 6),
        ("utf-32", SIMPLIFIED, 7),
    ],
)
def test_texts_come_back_as_they_were(encoding: str, text: str, seed: int) -> None:
    """A hundred pieces of text of each encoding."""
    wrong = [piece for piece in pieces(text, 100, seed) if decode(piece.encode(encoding), "a.txt").text != piece]
    assert wrong == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_nul_bytes(encoding: str) -> None:
    """A line break or an ASCII character has one."""
    text = f"{SIMPLIFIED}\n{SIMPLIFIED}"
    assert decode(text.encode(encoding), "a.txt").text == text


def test_certain_and_uncertain_are_told_apart() -> None:
    """UTF-8 and marks are certain; GB18030 and Big5 accept each other's bytes."""
    assert decode(SIMPLIFIED.encode(), "a.txt").certain
    assert decode(codecs.BOM_UTF16_LE + SIMPLIFIED.encode("utf-16-le"), "a.txt").certain
    assert not decode(SIMPLIFIED.encode("gb18030"), "a.txt").certain


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bytes(range(256)) * 4, "binary file"),
        (codecs.BOM_UTF8 + b"\xff\xfe", "damaged at byte"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "binary file"),
        (SIMPLIFIED.encode()[:-1] + b"\xff\xff\xff", "save it as UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_by_name(data: bytes, words: str) -> None:
    """The message names the file and the remedy or the reason."""
    with pytest.raises(UnknownEncoding, match=r"a\.txt: ") as caught:
        decode(data, "a.txt")
    assert words in str(caught.value)


@given(data=st.binary(max_size=200))
def test_any_bytes_give_text_or_a_refusal(data: bytes) -> None:
    """Nothing else leaves."""
    try:
        assert isinstance(decode(data, "a.txt").text, str)
    except UnknownEncoding as error:
        assert str(error).startswith("a.txt: ")
