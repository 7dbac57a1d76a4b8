"""What a written number says: 两万四千, 2.4万 and 24,000 are all 24000.

Takes    a run of numeral characters, folded, without what stands around it
Gives    the number in Arabic digits, or None where the run is not surely one number
Touches  decimal          Never  context: whether a run is meant as a number is for numerals.py to say
"""

import re
from decimal import Decimal

DIGITS = "一二三四五六七八九"
_VALUES = {**{digit: place for place, digit in enumerate(DIGITS, 1)}, "两": 2, "零": 0, "〇": 0, "○": 0}
_POWERS: dict[str, int] = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8, "万亿": 12, "百万": 6, "千万": 7, "十万": 5}
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_LONGEST = 24  # no person writes a longer number in words, and sums stay exact

_ARABIC = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_UNIT = "万亿|千万|百万|十万|[十百千万亿]"
_WITH_UNITS = re.compile(rf"(?:(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)(?:\.[0-9]+)?(?:{_UNIT}))+")
_TERM = re.compile(rf"([0-9,]+(?:\.[0-9]+)?)({_UNIT})")
_SPELT = re.compile(rf"[〇○零{DIGITS}]{{2,}}")
_DECIMAL = re.compile(rf"([^点]+)点([〇零{DIGITS}]+)(万亿|[百千万亿])?")
_ONE = f"[{DIGITS}两]"
# Thousands, hundreds, tens and ones, a zero before a gap; the last group is the ones.
_BELOW = re.compile(rf"(?:({_ONE})千)?(?:零?({_ONE})百)?(?:零?([{DIGITS}]?)(十))?(?:(零)?({_ONE}))?")


def number_of(run: str) -> str | None:
    """Return the number that a run says.

    >>> [number_of(run) for run in ("两万四千", "2.4万", "24,000", "二〇二四", "一点五", "一百二", "二三十", "百万")]
    ['24000', '24000', '24000', '2024', '1.5', '120', None, None]
    """
    if _ARABIC.fullmatch(run):
        return run
    if len(run) > _LONGEST:
        return None
    if _GROUPED.fullmatch(run):
        return run.replace(",", "")
    if _WITH_UNITS.fullmatch(run):
        return _sum_of_terms(run)
    if _SPELT.fullmatch(run):
        return "".join(str(_VALUES[character]) for character in run)
    if decimal := _DECIMAL.fullmatch(run):
        return _decimal(decimal)
    value = _value(run.translate(_FORMAL))
    return None if value is None else str(value)


def _sum_of_terms(run: str) -> str | None:
    """Add up 2亿3000万: each term smaller than the unit before it."""
    total, last = Decimal(0), 99
    for number, unit in _TERM.findall(run):
        value = Decimal(number.replace(",", ""))
        power = _POWERS[unit]
        if last < 99 and value.scaleb(power) >= Decimal(10) ** last:
            return None
        total, last = total + value.scaleb(power), power
    return _plain(total)


def _decimal(match: re.Match[str]) -> str | None:
    whole = 0 if match[1] == "零" else _value(match[1])
    if whole is None:
        return None
    after = "".join(str(_VALUES[character]) for character in match[2])
    if match[3] is None:
        return f"{whole}.{after}"
    return _plain(Decimal(f"{whole}.{after}").scaleb(_POWERS[match[3]]))


def _plain(value: Decimal) -> str:
    words = f"{value:f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def _value(run: str) -> int | None:
    """Return the value of a numeral by place, such as 三亿两千万零五十; 两万四 is 24000 too."""
    if run[:1] in ("百", "千", "万", "亿", "零") or not run:
        return None
    total = 0
    for name, power in (("万亿", 12), ("亿", 8), ("万", 4)):
        above, mark, below = run.partition(name)
        if mark:
            count = _below_ten_thousand(above) if name == "万" else _value(above)
            if not count:
                return None
            total += count * int(10**power)
            if len(below) == 1 and below in _VALUES and _VALUES[below]:
                return total + _VALUES[below] * int(10 ** (power - 1))
            run = below
    if not run:
        return total
    rest = _below_ten_thousand(run)
    return None if rest is None else total + rest


def _below_ten_thousand(run: str) -> int | None:
    match = _BELOW.fullmatch(run)
    if match is None or not run:
        return None
    thousands, hundreds, tens, ten, gap, ones = match.groups()
    value = 1000 * _VALUES.get(thousands, 0) + 100 * _VALUES.get(hundreds, 0)
    value += 10 * (_VALUES.get(tens, 1) if ten else 0)
    last = _VALUES.get(ones, 0)
    if last and not gap and not ten and (hundreds or thousands):
        last *= 10 if hundreds else 100
    return value + last
