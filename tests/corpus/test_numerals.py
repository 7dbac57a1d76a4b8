"""Numbers in words and in digits: what is the same, what is no number, and where the match leads back to.

Takes    cases that a reader would judge alike
Gives    tests          Never  models, files
"""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from corpus.folding import fold, fold_aligned
from corpus.numerals import _CANDIDATE, _rewrite, rewrites
from tests.patience import patience

CHARACTERS = (
    "〇零○一二三四五六七八九十百千万亿两0123456789.,点至到-~分之第年月日号个小时半天元%克米几数萬"
    "①⅓½a\u200b\u0301壹拾佰统 軌，。"
)
TEXTS = some.text(some.one_of(some.sampled_from(CHARACTERS), some.characters(codec="utf-8")), max_size=60)

SAME = [
    ("24000", "两万四千 兩萬四千 2.4万 ２．４萬 24,000 二万四千 两万四"),
    ("1-1.5小时", "一至一点五小时 1至1.5小时 一到一点五个小时 1～1.5小时 1—1.5小时"),
    ("2024年", "二〇二四年 二零二四年 二○二四年 ２０２４年"),
    ("1949年", "一九四九年"),
    ("30%", "百分之三十 百分之30 30％"),
    ("0.5%", "百分之零点五"),
    ("20-30%", "百分之二十至三十 百分之二十到百分之三十 20%至30% 20%-30% 20-30% 20～30％"),
    ("3‰", "千分之三"),
    ("5/10000", "万分之五"),
    ("1/3", "三分之一 ⅓"),
    ("第16条", "第十六条 第１６条"),
    ("第120条", "第一百二十条"),
    ("第3章", "第三章"),
    ("第1次", "第一次"),
    ("1234", "一千二百三十四 1,234 １，２３４"),
    ("105", "一百零五"),
    ("30分钟", "半小时 半个小时 三十分钟 0.5小时 0.5个小时"),
    ("1.5小时", "一个半小时 一点五小时 1.5个小时"),
    ("3个月", "三个月"),
    ("5月3日", "五月三日"),
    ("10月1日", "十月一日"),
    ("350000000", "3.5亿 三点五亿 三亿五千万 3亿5000万"),
    ("3200000000000", "3.2万亿 三点二万亿"),
    ("12300元", "壹万贰仟叁佰元 一万二千三百元"),
    ("5千克", "五千克"),
    ("100多万", "一百多万"),
    ("12个", "十二个"),
]

# fmt: off
NO_NUMBER = [
    "一些", "一般", "一起", "一方面", "有一天", "一半", "万一", "千万不要", "千方百计",
    "成千上万", "十分", "十字路口", "十之八九", "八九不离十", "三三两两", "三心二意", "九牛一毛", "一五一十",
    "不管三七二十一", "三十而立", "一点一滴", "两点一线", "张三", "李四", "三亚", "四川", "六安",
    "九江", "五台山", "百度", "万科", "星期三", "初三年级", "四周", "两岸", "二三十人",
    "十七八岁", "十几年", "几十万", "数百万", "数十万人", "上千万", "百万人口", "三四天", "第一",
    "第一时间", "统一百货", "五四运动", "九一八", "十四五规划", "三点二十分", "1.2.3", "192.168.1.1", "12:30",
    "2024-11-25", "1,2,3", "3-5-7",
]
# fmt: on


@pytest.mark.parametrize(("expected", "written"), SAME)
def test_one_number_is_one_however_it_is_written(expected: str, written: str) -> None:
    """In words, in digits, with units, with commas, in either script."""
    assert {words: fold(words) for words in written.split()} == dict.fromkeys(written.split(), expected)


@pytest.mark.parametrize("words", NO_NUMBER)
def test_what_is_not_surely_a_number_is_left_alone(words: str) -> None:
    """Idioms, names, places, estimates, dates and versions."""
    assert fold(words) == words


@given(TEXTS)
def test_folding_keeps_its_promises_on_numbers(text: str) -> None:
    """Folded again it is the same, and every character leads back to a span in order."""
    folded = fold_aligned(text)
    assert folded.text == fold(text) == fold(folded.text)
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))


@given(TEXTS)
def test_rewrites_stand_in_order_and_apart(text: str) -> None:
    """None is empty, none reaches into the next."""
    place = 0
    for rewrite in rewrites(text):
        assert place <= rewrite.start < rewrite.end <= len(text)
        assert rewrite.words
        place = rewrite.end


@pytest.mark.parametrize(
    ("text", "number", "original"),
    [
        ("投入兩萬四千元", "24000", "兩萬四千"),
        ("约一至一点五小时到达", "1-1.5", "一至一点五"),
        ("增长百分之三十。", "30%", "百分之三十"),
        ("走了三个小时", "3", "三个"),
        ("共1,234人", "1234", "1,234"),
    ],
)
def test_a_number_leads_back_to_its_words(text: str, number: str, original: str) -> None:
    """Whichever of its digits matched, all of the words are marked."""
    folded = fold_aligned(text)
    place = folded.text.index(number)
    for start, end in (
        (place, place + len(number)),
        (place, place + 1),
        (place + len(number) - 1, place + len(number)),
    ):
        low, high = folded.original_span(start, end)
        assert text[low:high] == original


@pytest.mark.parametrize(
    "unit", ["一", "1", "十百千万", "1,", "1.", "一点", "一至", "百分之", "第一", "半小时", "九九九万"]
)
def test_hostile_repetition_costs_no_more_than_its_length(unit: str) -> None:
    """Quadratic work would take hours."""
    with patience():
        fold_aligned(unit * (200_000 // len(unit)))


@given(some.text(CHARACTERS + "钟头章条米%", max_size=14))
def test_nothing_that_is_passed_over_would_be_rewritten(text: str) -> None:
    """Plain numerals are passed over at once; seen one by one, none of them would be written anew."""
    expected = []
    place = 0
    while (found := _CANDIDATE.search(text, place)) is not None:
        rewrite = _rewrite(text, found)
        if rewrite is not None and rewrite.words != text[rewrite.start : rewrite.end]:
            expected.append(rewrite)
        place = rewrite.end if rewrite is not None else found.end()
    assert list(rewrites(text)) == expected
