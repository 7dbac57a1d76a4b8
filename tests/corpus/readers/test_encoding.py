"""Encodings: the right text or a refusal that names the file, never silently another text.

Takes    made-up Chinese sentences in both scripts, other languages' encodings, damaged and random bytes
Gives    tests          Never  files
"""

import codecs
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benchmarks.encodings import cases, outcome, texts_of
from corpus.errors import UnknownEncoding
from corpus.readers import read_document
from corpus.readers.encoding import decode

SIMPLIFIED = [
    "我们在城市的中心建设了一条新的轨道交通线路",
    "根据本法第十六条的规定，用人单位应当按时支付工资",
    "他说：“这个方法很好，大家都可以学。”",
    "明天会下雨，出门的时候要带上雨伞",
    "成都都市圈如何推进通勤？",
    "经过三年的发展，这个地区的经济总量翻了一番",
    "如果没有及时发现问题，后果就会很严重",
    "学生们把作业交给了老师，然后一起去操场",
    "长三角地区在全国首先实现了户籍准入年限的累计互认",
    "医生建议他多喝水、少熬夜，并且每天都要运动",
]
TRADITIONAL = [
    "我們在城市的中心建設了一條新的軌道交通線路",
    "根據本法第十六條的規定，用人單位應當按時支付工資",
    "他說：「這個方法很好，大家都可以學。」",
    "明天會下雨，出門的時候要帶上雨傘",
    "成都都市圈如何推進通勤？",
    "經過三年的發展，這個地區的經濟總量翻了一番",
    "如果沒有及時發現問題，後果就會很嚴重",
    "學生們把作業交給了老師，然後一起去操場",
    "這本書是我在圖書館裡借來的，還沒有看完",
    "醫生建議他多喝水、少熬夜，並且每天都要運動",
]
JAPANESE = (
    "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗い所で泣いていた事だけは記憶している。"
)
KOREAN = "모든 국민은 인간으로서의 존엄과 가치를 가지며, 행복을 추구할 권리를 가진다. 모든 국민은 법 앞에 평등하다."
RUSSIAN = "Все люди рождаются свободными и равными в своем достоинстве и правах."
FRENCH = "Tous les êtres humains naissent libres et égaux en dignité, déjà çà et là. À l'été naïf."

TEXTS = [
    pytest.param(kind, sentences, seed, id=f"{kind}-{seed}")
    for kind, sentences in (("simplified", SIMPLIFIED), ("traditional", TRADITIONAL))
    for seed in range(40)
]


def made_up(sentences: list[str], seed: int) -> str:
    """Put some sentences together, with Western words, numbers and line breaks between them."""
    draw = random.Random(seed)
    chosen = draw.choices(sentences, k=draw.randint(2, 12))
    return "".join(
        sentence + draw.choice(["。", "。\n", "！", "；", " GB/T 7714-2015。", "，共12.6公里。"]) for sentence in chosen
    )


@pytest.mark.parametrize(("kind", "sentences", "seed"), TEXTS)
def test_every_encoding_of_a_chinese_text_gives_that_text(kind: str, sentences: list[str], seed: int) -> None:
    """UTF-8 and UTF-16 with and without a mark, GB18030, GBK, and Big5 for the script it was made for."""
    text = made_up(sentences, seed)
    encodings = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk"]
    for encoding in [*encodings, "big5"] if kind == "traditional" else encodings:
        assert decode(text.encode(encoding), "a.txt").text == text, encoding


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["只有汉字没有别的我们大家都是这样的人", "Plain English, without a mark.\nTwo lines.\n", "第1行\n"]
)
def test_utf16_without_a_mark_is_known_in_either_order(text: str, encoding: str) -> None:
    """With NUL bytes and without them, Chinese and Western."""
    decoded = decode(text.encode(encoding), "a.txt")
    assert (decoded.text, decoded.encoding, decoded.certain) == (text, encoding, False)


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"", "utf-8", ""),
        (b"plain", "utf-8", "plain"),
        ("中".encode(), "utf-8", "中"),
        (codecs.BOM_UTF8 + "中".encode(), "utf-8-sig", "中"),
        (codecs.BOM_UTF16_BE + "中".encode("utf-16-be"), "utf-16", "中"),
        (codecs.BOM_UTF16_LE + "中".encode("utf-16-le"), "utf-16", "中"),
        (codecs.BOM_UTF32_LE + "中".encode("utf-32-le"), "utf-32", "中"),
        ("𠮷野家😀".encode(), "utf-8", "𠮷野家😀"),
    ],
)
def test_what_announces_itself_is_certain(data: bytes, encoding: str, text: str) -> None:
    """A mark, or bytes that are UTF-8: however short, and without the mark in the text."""
    decoded = decode(data, "a.txt")
    assert (decoded.text, decoded.encoding, decoded.certain) == (text, encoding, True)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_utf8_is_mended_and_told_and_never_read_as_something_else(seed: int) -> None:
    """Cut inside a character, or with a byte that became another one; the rest of the text is as it was."""
    draw = random.Random(seed)
    data = bytearray(made_up(draw.choice([SIMPLIFIED, TRADITIONAL]), seed).encode())
    if seed % 2:
        data = data[: draw.randrange(60, max(len(data), 61))]
    else:
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    try:
        expected, certain = data.decode(), True
    except UnicodeDecodeError:
        expected, certain = data.decode("utf-8", "replace"), False
    decoded = decode(bytes(data), "a.txt")
    assert (decoded.text, decoded.encoding, decoded.certain) == (expected, "utf-8", certain)


def test_a_thousand_stretches_of_a_real_text_are_right_or_told() -> None:
    """Ninety-nine of a hundred right, none silently wrong: `python -m benchmarks.encodings` takes other texts."""
    found = Counter(outcome(case) for case in cases(texts_of([]), 1000))
    assert found["silently wrong"] == 0
    assert found["right"] + found["right, told as uncertain"] >= 990


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16-le"])
def test_a_document_tells_that_its_encoding_is_uncertain(encoding: str) -> None:
    """Where a reader could not know; a longer text in GB18030 or Big5 is no guess."""
    for text, uncertain in (("纜", True), (made_up(TRADITIONAL, 1) * 3, encoding == "utf-16-le")):
        document = read_document(text.encode(encoding), "a.txt")
        assert (document.text, document.metadata.get("encoding_uncertain", False)) == (text, uncertain)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (JAPANESE, "shift-jis"),
        (KOREAN, "euc-kr"),
        (KOREAN, "johab"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (FRENCH, "latin-1"),
    ],
)
def test_other_languages_encodings_are_refused(text: str, encoding: str) -> None:
    """They decode as Chinese, but what they give are characters that nobody writes."""
    with pytest.raises(UnknownEncoding, match="save it as UTF-8"):
        decode(text.encode(encoding), "a.txt")


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE])
def test_a_mark_that_does_not_keep_its_word_is_refused(mark: bytes) -> None:
    """The message names the place and the remedy."""
    with pytest.raises(UnknownEncoding, match=r"a\.txt: announces .* damaged at byte \d+; save it again as UTF-8"):
        decode(mark + b"\xff\xd8\xff", "a.txt")


@pytest.mark.parametrize(
    "start", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"PK\x03\x04\x14\x00\x00\x00", b"\x7fELF\x02\x01\x01\x00"]
)
def test_a_binary_file_is_refused(start: bytes) -> None:
    """Whatever its beginning looks like."""
    data = start + random.Random(1).randbytes(4000)
    with pytest.raises(UnknownEncoding, match="binary file"):
        decode(data, "picture.txt")


@given(some.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """There is no third outcome, and what was read says the same bytes again."""
    try:
        decoded = decode(data, "a.txt")
    except UnknownEncoding:
        return
    if "\ufffd" not in decoded.text:
        assert decoded.text.encode(decoded.encoding, "surrogatepass").endswith(data.removeprefix(codecs.BOM_UTF8)[4:])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_that_is_also_utf8_is_told_by_what_it_says(encoding: str) -> None:
    """Each byte is ASCII, some are controls; as Chinese it could hardly be by chance; it is told as uncertain."""
    text = "在上下中我向"
    data = text.encode(encoding)
    assert data.isascii() and any(byte < 9 or byte == 11 for byte in data)
    decoded = decode(data, "a.txt")
    assert (decoded.text, decoded.encoding, decoded.certain) == (text, encoding, False)
