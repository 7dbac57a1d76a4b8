"""Text as it is compared: width, case, script and numbers made equal, with the way back to the original.

Takes    text
Gives    the folded text; on request, for each folded character the original span it came from
Touches  unicodedata, opencc, numpy          Never  what is shown or quoted: that is always the original

Folding is NFKC (Unicode Standard Annex #15) of each character with its combining marks, then case folding,
then Traditional to Simplified character by character (OpenCC), then dropping of format characters (zero-width
and direction marks); then numbers in words become digits (numerals.py). It works character by character, and number
by number, so that the alignment is exact. It is repeated until nothing changes: folding what is folded is the same.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

import numpy as np
from opencc import OpenCC

from corpus.numerals import rewrites

FOLDING_VERSION = "2"

# Text that people write is stable after one round; a dropped character can bring two others together.
_ROUNDS = 8

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
    starts: Sequence[int]
    ends: Sequence[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span that produced `text[start:end]`, which must not be empty."""
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"folded span [{start}, {end}) is empty or outside 0..{len(self.text)}")
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> str:
    """Return the folded text.

    >>> fold("ＡＢＣ 軌道交通,兩萬四千人")
    'abc 轨道交通,24000人'
    """
    for _ in range(_ROUNDS):
        alone = _alone().fold(text)
        alike = _fold_met(text) if alone is None else alone
        folded = _fold_numbers(alike)
        if folded == text:
            break
        # Digits are already folded: where no number changed, only characters could ask for another round.
        if folded is alike and (alone is not None or fold_characters(alike) == alike):
            return alike
        text = folded
    return text


def fold_aligned(text: str) -> Folded:
    """Return the folded text with its alignment; its `text` always equals `fold(text)`.

    >>> folded = fold_aligned("共①號,三萬人")
    >>> folded.text, folded.original_span(1, 2), folded.original_span(4, 9)
    ('共1号,30000人', (1, 2), (4, 6))
    """
    folded = Folded(text, range(len(text)), range(1, len(text) + 1))
    for _ in range(_ROUNDS):
        alike = _characters_aligned(folded)
        numbers = [(rewrite.start, rewrite.end, rewrite.words) for rewrite in rewrites(alike.text)]
        latest = _rewritten(alike, numbers) if numbers else alike
        if latest is folded:
            break
        folded = latest
        if not numbers and fold_characters(folded.text) == folded.text:
            break
    return folded


def _characters_aligned(folded: Folded) -> Folded:
    """Fold the characters; nearly always each gives one, and the alignment stays."""
    alone = _alone().fold(folded.text)
    if alone is None:
        return _rewritten(folded, _clusters(folded.text))
    return folded if alone == folded.text else Folded(alone, folded.starts, folded.ends)


def _rewritten(folded: Folded, changes: Iterable[tuple[int, int, str]]) -> Folded:
    """Apply changes of stretches of the folded text; each new character comes from all of its stretch."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    place = 0
    for start, end, words in chain(changes, [(len(folded.text), len(folded.text), "")]):
        pieces += [folded.text[place:start], words]
        starts += folded.starts[place:start]
        ends += folded.ends[place:start]
        if words:
            starts += [folded.starts[start]] * len(words)
            ends += [folded.ends[end - 1]] * len(words)
        place = end
    return Folded("".join(pieces), tuple(starts), tuple(ends))


def _clusters(text: str) -> Iterator[tuple[int, int, str]]:
    for cluster in _CLUSTER.finditer(text):
        words = _fold_cluster(cluster.group())
        if words != cluster.group():
            yield cluster.start(), cluster.end(), words


def fold_characters(text: str) -> str:
    """Return the text with width, case and script made equal, its numbers as they are written."""
    alone = _alone().fold(text)
    return _fold_met(text) if alone is None else alone


def _fold_met(text: str) -> str:
    """Fold the characters of a text of which some belong together, or give none or several."""
    if _HAS_MARKS.search(text) is None:
        return text.translate(_table())
    return "".join(_fold_cluster(cluster) for cluster in _CLUSTER.findall(text))


def _fold_numbers(text: str) -> str:
    pieces: list[str] = []
    place = 0
    for rewrite in rewrites(text):
        pieces += [text[place : rewrite.start], rewrite.words]
        place = rewrite.end
    return "".join([*pieces, text[place:]]) if pieces else text


@lru_cache(maxsize=65536)
def _fold_cluster(cluster: str) -> str:
    compatible = unicodedata.normalize("NFKC", cluster).casefold().replace("\u2044", "/")
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


class _Alone:
    """Characters that fold to one each whatever stands beside them, nearly all of any text: a table read by numpy."""

    _UNKNOWN, _ALONE, _OTHER = 0, 1, 2

    def __init__(self) -> None:
        self._kinds = np.zeros(0x110000, np.uint8)
        self._folded = np.zeros(0x110000, np.uint32)

    def fold(self, text: str) -> str | None:
        """Return the folded text, which folds to itself; None unless all characters are such."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        kinds = self._kinds[codes]
        others = kinds.tobytes().strip(b"\x01")
        if others:
            if self._UNKNOWN not in others:
                return None
            for code_point in np.unique(codes[kinds == self._UNKNOWN]).tolist():
                self._learn(code_point)
            return self.fold(text)
        return self._folded[codes].tobytes().decode("utf-32-le", "surrogatepass")

    def _learn(self, code_point: int) -> None:
        character = chr(code_point)
        folded = _fold_cluster(character)
        alone = len(folded) == 1 and _fold_cluster(folded) == folded and not _HAS_MARKS.search(character + folded)
        self._folded[code_point] = ord(folded) if alone else 0
        self._kinds[code_point] = self._ALONE if alone else self._OTHER


@cache
def _alone() -> _Alone:
    return _Alone()
