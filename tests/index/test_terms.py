"""Terms: what a text offers the lexical arm, the same for passages and questions.

Takes    made-up texts, user dictionaries written for the test
Gives    tests          Never  BM25
"""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from corpus.folding import fold
from index.terms import Segmenter
from index.types import Terms
from tests.patience import patience

SAMPLE = Path(__file__).parents[2] / "corpus" / "documents"
WORDS = ("中华人民共和国", "城市群", "协同发展", "公共服务", "c语言", "t恤", "gdp", "12.6", "gb/t-7714", "研究生命起源")


@pytest.fixture(scope="module")
def reference() -> jieba.Tokenizer:
    """Give jieba itself, its dictionary read without the cache that it shares in a public folder."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


def test_words_are_those_of_search_mode(segmenter: Segmenter) -> None:
    """A long word is there whole and in its parts."""
    assert segmenter.terms("中华人民共和国").words == ("中华", "华人", "人民", "共和", "共和国", "中华人民共和国")


@settings(max_examples=200, deadline=None)
@given(
    text=some.lists(
        some.one_of(some.sampled_from(WORDS), some.text("中国人民成都的市圈轨道交通一二三a1.-+#&% \n，。")), max_size=12
    ).map("".join)
)
def test_words_are_cut_as_jieba_itself_cuts_them(segmenter: Segmenter, reference: jieba.Tokenizer, text: str) -> None:
    """The oracle: jieba's own Python, over texts mixed of dictionary words, letters, numbers, marks."""
    folded = fold(text)
    expected = [word for line in folded.split("\n") for word in reference.cut_for_search(line, HMM=False)]
    words = [word for word in expected if re.search(r"\w", word)]
    compounds = re.findall(r"(?<![a-z0-9])[a-z0-9]+(?:[./:_-][a-z0-9]+)+", folded)
    assert list(segmenter.terms(text).words)[: len(words) + len(compounds)] == words + compounds


def test_the_whole_sample_is_cut_as_jieba_itself_cuts_it(segmenter: Segmenter, reference: jieba.Tokenizer) -> None:
    """5,148 characters without a line break, folded as both are given them."""
    text = fold(next(SAMPLE.iterdir()).read_text("utf-8"))
    runs = [text[start : start + 2000] for start in range(0, len(text), 2000)]
    expected = [word for run in runs for word in reference.cut_for_search(run, HMM=False) if re.search(r"\w", word)]
    assert list(segmenter.terms(text).words)[: len(expected)] == expected


def test_a_word_that_jieba_does_not_know_is_found_through_its_pairs(segmenter: Segmenter) -> None:
    """都市圈 is cut differently in different surroundings; its pairs are the same everywhere."""
    alone, inside = segmenter.terms("都市圈"), segmenter.terms("成都都市圈如何推进通勤")
    assert alone.pairs == ("都市", "市圈")
    assert set(alone.pairs) <= set(inside.pairs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("軌道交通與後來發展", "轨道交通与后来发展"),
        ("ＧＤＰ增長１２％", "gdp增长12%"),
        ("轨\u200b道", "轨道"),
    ],
)
def test_what_reads_alike_has_the_same_terms(segmenter: Segmenter, one: str, other: str) -> None:
    """Traditional and simplified, full and half width, with and without marks of no width."""
    assert segmenter.terms(one) == segmenter.terms(other)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("按GB/T-7714著录", "gb/t-7714"),
        ("共12.6公里", "12.6"),
        ("变量a.b_c", "a.b_c"),
        ("版本3.51.3", "3.51.3"),
        ("需一至一点五小时", "1.5"),
    ],
)
def test_codes_and_numbers_are_kept_whole_too(segmenter: Segmenter, text: str, word: str) -> None:
    """Beside the parts that jieba cuts them to."""
    assert word in segmenter.terms(text).words


def test_pairs_and_characters_do_not_cross_what_is_not_han(segmenter: Segmenter) -> None:
    """Punctuation and Western words divide; function characters are no single terms."""
    terms = segmenter.terms("城市,群a的发")
    assert terms.pairs == ("城市", "的发")
    assert terms.characters == ("城", "市", "群", "发")


@pytest.mark.parametrize("text", ["", " \n", "，。！？", "…… —— ()"])
def test_without_words_there_are_no_terms(segmenter: Segmenter, text: str) -> None:
    """Punctuation is none."""
    assert segmenter.terms(text) == Terms((), (), ())


@settings(max_examples=60, deadline=None)
@given(text=some.text(some.characters(codec="utf-8"), max_size=60))
def test_terms_hold_no_white_space(segmenter: Segmenter, text: str) -> None:
    """So that they can be written down with spaces between them, and indexed by them."""
    terms = segmenter.terms(text)
    for term in (*terms.words, *terms.pairs, *terms.characters):
        assert term
        assert not re.search(r"\s", term)


@pytest.mark.parametrize("unit", ["中", "中国", "a", "1.", "ab_", "あ", "\u0301"])
def test_hostile_repetition_costs_no_more_than_its_length(segmenter: Segmenter, unit: str) -> None:
    """Quadratic work would take hours."""
    with patience():
        segmenter.terms(unit * 400_000)


def test_every_thread_cuts_the_same(segmenter: Segmenter) -> None:
    """Eight at once, as the service's threads do."""
    texts = [f"第{number}条 成都都市圈推进轨道交通与通勤" for number in range(50)]
    expected = [segmenter.terms(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        runs = [threads.submit(lambda: [segmenter.terms(text) for text in texts]) for _ in range(8)]
        assert all(run.result() == expected for run in runs)


def test_a_user_dictionary_makes_words_and_another_fingerprint(segmenter: Segmenter, tmp_path: Path) -> None:
    """A word alone, with a frequency, with a part of speech, in either script, after a mark, and blank lines."""
    dictionary = tmp_path / "词典.txt"
    dictionary.write_text("\ufeff都市圈\n\n城際鐵路 50 n\n市域铁路 n\n", "utf-8")
    taught = Segmenter(dictionary)
    words = taught.terms("成都都市圈的城际铁路与市域铁路").words
    assert {"都市圈", "城际铁路", "市域铁路"} <= set(words)
    assert taught.fingerprint != segmenter.fingerprint == Segmenter().fingerprint
    assert not {"都市圈", "市域铁路"} & set(segmenter.terms("成都都市圈的城际铁路与市域铁路").words)


@pytest.mark.parametrize("frequency", ["12a", "-5", "3.5", "²", "1" * 5000])
def test_a_frequency_that_is_no_number_is_refused(tmp_path: Path, frequency: str) -> None:
    """The message names file, line, value and remedy."""
    dictionary = tmp_path / "词典.txt"
    dictionary.write_text(f"都市圈\n市域铁路 {frequency}\n", "utf-8")
    with pytest.raises(ValueError, match=rf"词典\.txt, line 2: frequency '{frequency}' is not a whole number; correct"):
        Segmenter(dictionary)


def test_a_user_dictionary_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Missing, a folder, or not UTF-8."""
    other = tmp_path / "gbk.txt"
    other.write_bytes("都市圈".encode("gbk"))
    for path in (tmp_path / "没有.txt", tmp_path, other):
        with pytest.raises(ValueError, match=re.escape(f"user dictionary {path}: cannot be read as UTF-8 text")):
            Segmenter(path)
