r"""RTF as a row of events: groups, control words, and words in the encodings of their fonts.

Takes    the bytes of an .rtf
Gives    events          Never  what they mean for the document: rtf.py knows that

Bytes are text by the code page that the file names, or by the character set of the font in use: two bytes of GBK stand
there as \'b3\'c7, as \'81A, or bare. A character by its number, \u25104, is followed by what older readers show for it.
"""

import codecs
import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

Kind = Literal["open", "close", "word", "text"]

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n\x00]+|([^\\{}\r\n\x00]+)",
    re.DOTALL,
)
# Character sets of fonts, as the specification numbers them; the code page of the file stands for 0 and 1.
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_PAGES = {936: "gb18030", 54936: "gb18030", 65001: "utf-8", 10000: "mac_roman"}
_WESTERN = "cp1252"
_BROKEN_LINE = (b"\n", b"\r")
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\"}


class Event(NamedTuple):
    """The border of a group, a control word with its number, or text. The mark before a group to pass over is `*`."""

    kind: Kind
    word: str = ""
    number: int | None = None


class RtfSource:
    """Reads the events of one file."""

    def __init__(self, data: bytes) -> None:
        """Take the file."""
        self._data = data
        self._page = _WESTERN
        self._default_font = 0
        self._charsets: dict[int, str] = {}
        # For each open group: the font in use, and how many characters follow one that is told by its number.
        self._groups: list[tuple[int, int]] = []
        self._font, self._following = 0, 1
        self._skip = 0
        self._pending = bytearray()
        self.is_damaged = False

    def events(self) -> Iterator[Event]:
        """Yield what the file says until its outermost group ends."""
        place = 0
        # Only a lone backslash at the end is no token.
        while place < len(self._data) and (token := _TOKEN.match(self._data, place)):
            place = token.end()
            word, number, code, symbol, brace, plain = token.groups()
            if code is not None or plain is not None:
                self._bytes(bytes.fromhex(code.decode()) if code else plain)
                continue
            if word == b"bin":
                place += max(int(number or 0), 0)
            yield from self._other(word, number, symbol, brace)
            if brace and not self._groups:
                break
        yield from self._text()

    def _other(
        self, word: bytes | None, number: bytes | None, symbol: bytes | None, brace: bytes | None
    ) -> Iterator[Event]:
        """Yield what is not text, behind the text before it; a broken line of the file is nothing."""
        if word or symbol or brace:
            yield from self._text()
        if word:
            yield from self._word(word.decode().lower(), None if number is None else int(number))
        elif symbol:
            yield from self._symbol(symbol)
        elif brace:
            yield from self._brace(brace)

    def _bytes(self, data: bytes) -> None:
        passed = min(self._skip, len(data))
        self._skip -= passed
        self._pending += data[passed:]

    def _text(self) -> Iterator[Event]:
        if self._pending:
            words = self._decoded(bytes(self._pending))
            self._pending.clear()
            yield Event("text", words)

    def _brace(self, brace: bytes) -> Iterator[Event]:
        self._skip = 0
        if brace == b"{":
            self._groups.append((self._font, self._following))
            yield Event("open")
        elif self._groups:
            self._font, self._following = self._groups.pop()
            yield Event("close")

    def _symbol(self, symbol: bytes) -> Iterator[Event]:
        if self._skip:
            self._skip -= 1
        elif symbol in _SYMBOLS:
            yield Event("text", _SYMBOLS[symbol])
        elif symbol in _BROKEN_LINE:
            yield Event("word", "par")
        elif symbol == b"*":
            yield Event("word", "*")

    def _word(self, word: str, number: int | None) -> Iterator[Event]:
        if word == "u" and number is not None:
            self._skip = self._following
            yield Event("text", _character(number))
        elif self._skip:
            self._skip -= 1
        elif word in _FONT_WORDS:
            self._about_fonts(word, number or 0)
        elif word == "uc":
            self._following = max(number or 0, 0)
        else:
            if word == "plain":
                self._font = self._default_font
            yield Event("word", word, number)

    def _about_fonts(self, word: str, number: int) -> None:
        if word == "f":
            self._font = number
        elif word == "deff":
            self._font = self._default_font = number
        elif word == "ansicpg":
            self._page = _page(number)
        elif word == "fcharset":
            self._charsets[self._font] = _CHARSETS.get(number, "")
        else:
            self._charsets[self._font] = _page(number)

    def _decoded(self, data: bytes) -> str:
        if data.isascii():
            return data.decode("ascii")
        charset = self._charsets.get(self._font, "")
        # A Western letter in a file of Chinese stands in a font that names no character set.
        for encoding in (charset,) if charset else (self._page, _WESTERN):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
        self.is_damaged = True
        return data.decode(charset or self._page, "replace")


_FONT_WORDS = {"f", "deff", "ansicpg", "fcharset", "cpg"}


def whole(words: str) -> str:
    """Return the words with the two halves of a character beyond U+FFFF, which RTF tells one after the other, as one.

    >>> whole(chr(0xD83D) + chr(0xDE80)), whole(chr(0xD83D) + " a")
    ('🚀', '� a')
    """
    return words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _character(number: int) -> str:
    """Return the character of a signed number of 16 bits, or of a whole one, as some programs write it."""
    if -0x8000 <= number < 0:
        number += 0x10000
    return chr(number) if 0 <= number <= 0x10FFFF else "\ufffd"


@cache
def _page(number: int) -> str:
    """Return the codec of a code page of Windows; the Western one for those that Python does not know."""
    try:
        return codecs.lookup(_PAGES.get(number, f"cp{number}")).name
    except LookupError:
        return _WESTERN
