"""Where a folded text surely writes a number, and how the same number is written in Arabic digits.

Takes    text, its width, case and script already folded
Gives    Rewrite values in order, without overlap: what stands between start and end is compared as `words`
Touches  nothing          Never  characters that may be anything else: 一些, 万一, 十分, 三亚, 张三 stay

A numeral of several characters that reads as one number is one; a single one is where a unit, an ordinal mark or a
fraction says so. Numerals that only estimate (二三十, 十几, 数百万) and phrases made of them are left alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.numbers import DIGITS, number_of

_NUMERAL = f"0-9〇○零{DIGITS}两十百千万亿"
_RUN = f"[{_NUMERAL}](?:[.,点](?=[{_NUMERAL}])|[{_NUMERAL}])*+"
_HALF_HOUR = r"(?:半|(?<![0-9.,])0\.5)个?(?:小时|钟头)"
_CANDIDATE = re.compile(rf"{_HALF_HOUR}|[壹贰叁肆伍陆柒捌玖][壹贰叁肆伍陆柒捌玖拾佰仟万亿零]+|{_RUN}")

_MEASURE = (
    "个?(?:小时|钟头)|分钟|秒|公里|千米|平方|立方|厘米|毫米|米(?!线|粒|饭)|公斤|千克|克(?![服制隆里拉])|公顷|亩|吨(?!位)"
    "|个(?:月|百分点|工作日)|周岁|岁|倍|月(?!饼|亮|光)|[%‰]"
)
# Most numerals are digits, or a single 一 to 九, and nothing behind them makes them more: they are passed over at once.
_GOES_ON = rf"[{_NUMERAL}]|[.,点][{_NUMERAL}]|[分个小钟%至到~—–−-]"
_MEANS_ONE = "秒公平立厘毫米克亩吨周岁倍月‰年天美欧日港英条章节编款项届次期批轮卷集回册页版季阶步位名号点部产中医大"
_PASSED = re.compile(
    rf"(?:[^{_NUMERAL}半壹贰叁肆伍陆柒捌玖]++|[0-9]++(?:\.[0-9]++)?+(?!{_GOES_ON})|[{DIGITS}](?!{_GOES_ON}|[{_MEANS_ONE}]))*+"
)

_UNIT = re.compile(rf"{_MEASURE}|年|天(?![下才空]|两头)|个半|美元|欧元|日元|港元|英镑")
_UNIT_OF_ONE = re.compile(rf"{_MEASURE}|年(?=[内期以之前后]|，|,|。|;|$)(?!之计)|个半")
_UNIT_OF_DECIMAL = re.compile(rf"{_MEASURE}|年|天|[个元人度级折层次]|美元|欧元|日元|港元|英镑")
_ORDERED = re.compile(
    "[条章节编款项届次期批轮卷集回册页版季阶步位名号点]|部分|年(?!代)|天|周(?!期)|个(?!人)|产业|中学|医院|大(?!道)"
)
_NOT_BEFORE_ONE = "初高大小老几数每某星周期拜赵钱孙李张王刘陈阿"
_ESTIMATE = "几数"
_JOINED_TO_ONE = "统唯同专单划逐归合之不"  # 统一百货 is no hundred
_THOUSAND_OF = "米克瓦伏卡赫帕焦"  # 五千克 is as many 千克 as 5千克
_PHRASE = re.compile(
    "三十而立|四十不惑|十万(?:火急|八千里)|三十六计|七十二变|五十步笑百步|二百五(?!十)|三百六十行|百八十|一百八十度大|一千零一夜"
)
_RANGE = re.compile(rf"(?:个?(?:小时|钟头)|%(?=[^%]{{2,26}}%))?(?:至|到|[-~—–−])({_RUN})")
_PERCENT_RANGE = re.compile(rf"(?:至|到|[-~—–−])(?:百分之)?({_RUN})(?!%|个|分之)")
_PARTS = re.compile(rf"分之({_RUN})")
_BARE_PARTS = {"十": "10", "百": "100", "千": "1000", "万": "10000", "亿": "100000000"}
_SEPARATE = re.compile(rf"[〇零{DIGITS}]+")
_LONE_DECIMAL = re.compile(r"[^零点]+点.")


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What `text[start:end]` is compared as."""

    start: int
    end: int
    words: str


def rewrites(text: str) -> Iterator[Rewrite]:
    """Yield what is to be written anew.

    >>> [(r.start, r.end, r.words) for r in rewrites("一至一点五小时内走两万四千步")]
    [(0, 5, '1-1.5'), (9, 13, '24000')]
    >>> list(rewrites("万一有一些人三三两两地来，千万不要十分着急"))
    []
    """
    place = 0
    while (found := _CANDIDATE.search(text, _passed(text, place))) is not None:
        rewrite = _rewrite(text, found)
        if rewrite is not None and rewrite.words != text[rewrite.start : rewrite.end]:
            yield rewrite
        place = rewrite.end if rewrite is not None else found.end()


def _passed(text: str, place: int) -> int:
    passed = _PASSED.match(text, place)
    return passed.end() if passed else place


def _rewrite(text: str, found: re.Match[str]) -> Rewrite | None:
    start, end, run = found.start(), found.end(), found.group()
    if run[0] == "半" or run.endswith(("小时", "钟头")):
        return None if text[start - 1 : start] in ("个", "前", "后", "下", "上") else Rewrite(start, end, "30分钟")
    if (parts := _PARTS.match(text, end)) is not None:
        return _fraction(text, start, parts, run)
    if (other := _RANGE.match(text, end)) is not None:
        return _range(text, start, other, run) or _single(text, start, end, run)
    return _single(text, start, end, run)


def _single(text: str, start: int, end: int, run: str) -> Rewrite | None:
    if run[-1] == "千" and text[end : end + 1] in tuple(_THOUSAND_OF) and not set(run[:-1]) & set("百千万亿"):
        run, end = run[:-1], end - 1
        number = number_of(run) if run else None
        return None if number is None else Rewrite(start, end, number)
    number = number_of(run) if _is_meant(text, start, end, run) else None
    return None if number is None else _with_unit(text, start, end, number)


def _with_unit(text: str, start: int, end: int, number: str) -> Rewrite:
    """Take along the 个 of 三个小时, and the half of 一个半小时."""
    if number.isdecimal() and text.startswith(("个半小时", "个半钟头"), end):
        return Rewrite(start, end + 2, f"{number}.5")
    if number.isdecimal() and text.startswith("个半月", end):
        return Rewrite(start, end + 2, f"{number}.5个")
    return Rewrite(start, end + text.startswith(("个小时", "个钟头"), end), number)


def _range(text: str, start: int, other: re.Match[str], run: str) -> Rewrite | None:
    """Write 一至一点五 as 1-1.5 where both sides surely are numbers, or the unit behind them says so."""
    end = other.end()
    low, high = number_of(run), number_of(other[1])
    if low is None or high is None or text[start - 1 : start] in tuple("第.-/:") or text[end : end + 1] in tuple("-/:"):
        return None
    united = _UNIT.match(text, end) is not None
    if united or all(part[0] in "0123456789" or len(part) > 1 for part in (run, other[1])):
        return _with_unit(text, start, end, f"{low}-{high}")
    return None


def _fraction(text: str, start: int, parts: re.Match[str], run: str) -> Rewrite | None:
    whole = _BARE_PARTS.get(run) or number_of(run)
    part = _BARE_PARTS.get(parts[1]) or number_of(parts[1])
    if whole is None or part is None:
        return None
    if run == "百" and (other := _PERCENT_RANGE.match(text, parts.end())) is not None:
        high = number_of(other[1])
        if high is not None:
            return Rewrite(start, other.end(), f"{part}-{high}%")
    mark = {"百": "%", "千": "‰"}.get(run)
    return Rewrite(start, parts.end(), f"{part}{mark}" if mark else f"{part}/{whole}")


def _is_meant(text: str, start: int, end: int, run: str) -> bool:
    """Tell whether a run that may be a number is meant as one."""
    before = text[start - 1 : start]
    if run[0] in "0123456789":
        return True
    if before in tuple(_ESTIMATE) or _PHRASE.match(text, start) or (run[0] == "一" and before in tuple(_JOINED_TO_ONE)):
        return False
    if before == "第":
        return len(run) > 1 or _ORDERED.match(text, end) is not None
    if len(run) == 1:
        return _one_is_meant(text, end, run, before)
    if "点" in run:
        lone = _LONE_DECIMAL.fullmatch(run) is not None
        return not lone or _UNIT_OF_DECIMAL.match(text, end) is not None
    if _SEPARATE.fullmatch(run):
        year = len(run) == 4 and text.startswith("年", end)
        return year or "〇" in run or (len(run) > 2 and "零" in run)
    return True


def _one_is_meant(text: str, end: int, run: str, before: str) -> bool:
    if before == "月" and text[end : end + 1] in ("日", "号"):
        return run in DIGITS + "十"
    if run not in DIGITS + "两十" or before in tuple(_NOT_BEFORE_ONE):
        return False
    unit = _UNIT_OF_ONE if run == "一" else _UNIT
    return unit.match(text, end) is not None
