"""Text as it is compared: width, case and script made equal, with the way back to the original.

Takes    text
Gives    the folded text; on request, for each folded character the original span it came from
Touches  unicodedata, opencc          Never  what is shown or quoted: that is always the original

Folding is NFKC (Unicode Standard Annex #15) of each character with its combining marks, then case folding,
then Traditional to Simplified character by character (OpenCC), then dropping of format characters (zero-width
and direction marks). It works character by character so that the alignment is exact.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from opencc import OpenCC

FOLDING_VERSION = "1"

# A run of combining marks longer than 30 is no text (UAX #15, Stream-Safe Format) and makes NFKC quadratic.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\u3099\u309a\ufe20-\ufe2f"
)
_CLUSTER = re.compile(f".[{_MARKS}]{{1,30}}|.", re.DOTALL)
_HAS_MARKS = re.compile(f"[{_MARKS}]")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text with its alignment: `text[i]` came from `original[starts[i]:ends[i]]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span that produced `text[start:end]`, which must not be empty."""
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"folded span [{start}, {end}) is empty or outside 0..{len(self.text)}")
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> str:
    """Return the folded text.

    >>> fold("ＡＢＣ 軌道交通")
    'abc 轨道交通'
    """
    if _HAS_MARKS.search(text) is None:
        return text.translate(_table())
    return "".join(_fold_cluster(cluster) for cluster in _CLUSTER.findall(text))


def fold_aligned(text: str) -> Folded:
    """Return the folded text with its alignment; its `text` always equals `fold(text)`.

    >>> folded = fold_aligned("①號")
    >>> folded.text, folded.original_span(1, 2)
    ('1号', (1, 2))
    """
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        piece = _fold_cluster(cluster.group())
        pieces.append(piece)
        starts += [cluster.start()] * len(piece)
        ends += [cluster.end()] * len(piece)
    return Folded("".join(pieces), tuple(starts), tuple(ends))


@lru_cache(maxsize=65536)
def _fold_cluster(cluster: str) -> str:
    compatible = unicodedata.normalize("NFKC", cluster).casefold()
    kept = "".join(character for character in compatible if unicodedata.category(character) != "Cf")
    return "".join(_simplified(character) for character in kept)


@lru_cache(maxsize=65536)
def _simplified(character: str) -> str:
    return _converter().convert(character) if character >= "\u3400" else character


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


class _Table(dict[int, str]):
    """A table for `str.translate` that folds each character when it is first met."""

    def __missing__(self, code_point: int) -> str:
        folded = _fold_cluster(chr(code_point))
        self[code_point] = folded
        return folded


@cache
def _table() -> _Table:
    return _Table()
