"""Numbers that Word writes before paragraphs without storing them: 第三条, 1.2, (二).

Takes    the numbering part of a file, paragraph after paragraph
Gives    the label of each          Never  a bullet: it is no word
"""

from collections.abc import Callable
from dataclasses import dataclass

from corpus.readers.xml import Element, attribute, child, children

_DIGITS = "零一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_MOST_LEVELS = 9
_LARGEST = 10_000


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list counts: from where, in which digits, and how its label is put together."""

    start: int
    digits: str
    label: str


class Numbering:
    """Counts as Word does: each list for itself, and a level starts anew after one above it."""

    def __init__(self, root: Element | None) -> None:
        """Take the numbering part; without one there are no labels."""
        abstract = {attribute(each, "abstractNumId"): each for each in children(root, "abstractNum")}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._counts: dict[str, list[int]] = {}
        for each in children(root, "num"):
            number, kind = attribute(each, "numId"), _value(each, "abstractNumId")
            if kind in abstract:
                self._levels[number] = _levels(abstract[kind])
                self._levels[number].update(_overrides(each))
                self._lists[number] = number if any(True for _ in children(each, "lvlOverride")) else f"abstract {kind}"

    def label(self, number: str, level: int) -> str:
        """Return what stands before the next paragraph of this list on this level, from 0; bullets are none."""
        levels = self._levels.get(number)
        if levels is None or level not in levels or not 0 <= level < _MOST_LEVELS:
            return ""
        counts = self._counts.setdefault(self._lists[number], [0] * _MOST_LEVELS)
        counts[level] = counts[level] + 1 if counts[level] else levels[level].start
        counts[level + 1 :] = [0] * (_MOST_LEVELS - level - 1)
        if levels[level].digits in ("bullet", "none"):
            return ""
        label = levels[level].label
        for place in range(level + 1):
            if place in levels:
                shown = counted(counts[place] or levels[place].start, levels[place].digits)
                label = label.replace(f"%{place + 1}", shown)
        return label


def _levels(parent: Element) -> dict[int, _Level]:
    found = {}
    for each in children(parent, "lvl"):
        place = attribute(each, "ilvl")
        if place.isdecimal():
            found[int(place)] = _Level(
                _whole(_value(each, "start"), 1), _value(each, "numFmt") or "decimal", _value(each, "lvlText")
            )
    return found


def _overrides(number: Element) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for each in children(number, "lvlOverride"):
        found |= _levels(each)
    return found


def _value(parent: Element, name: str) -> str:
    element = child(parent, name)
    return attribute(element, "val") if element is not None else ""


def _whole(words: str, otherwise: int) -> int:
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 6 else otherwise


def counted(number: int, digits: str) -> str:
    """Return a number in the digits that Word calls by this name; in decimal ones where it calls for others.

    >>> [counted(n, "chineseCounting") for n in (3, 10, 12, 20, 105)]
    ['三', '十', '十二', '二十', '一百零五']
    >>> counted(4, "upperRoman"), counted(28, "lowerLetter"), counted(3, "ideographTraditional"), counted(7, "x")
    ('IV', 'bb', '丙', '7')
    """
    return _SYSTEMS.get(digits, str)(min(number, _LARGEST))


def _chinese(number: int) -> str:
    if number >= _LARGEST or number < 1:
        return str(number)
    words, pending = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if pending and words else "") + _DIGITS[digit] + name
        pending = not digit
    return words[1:] if words.startswith("一十") else words


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else str(number)


def _roman(number: int) -> str:
    words = ""
    for value, sign in (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
        (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ):  # fmt: skip
        words += sign * (number // value)
        number %= value
    return words


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


_SYSTEMS: dict[str, Callable[[int], str]] = {
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "chineseLegalSimplified": _chinese,
    "ideographDigital": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalZero": lambda number: f"{number:02}",
    "ideographTraditional": lambda number: _STEMS[(number - 1) % 10],
    "ideographZodiac": lambda number: _BRANCHES[(number - 1) % 12],
    "lowerLetter": _letters,
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "upperRoman": lambda number: _roman(number).upper(),
}
