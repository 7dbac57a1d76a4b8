"""Terms: the same words for passages and questions, a net for words that jieba does not know, no quadratic traps."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.terms import Segmenter


def test_words_are_cut_for_search(segmenter: Segmenter) -> None:
    """Long words are there with their parts."""
    assert {"轨道交通", "轨道", "交通"} <= set(segmenter.terms("轨道交通").words)


def test_a_word_that_jieba_does_not_know_meets_itself_in_pairs(segmenter: Segmenter) -> None:
    """都市圈 is in no dictionary; its pairs are the same wherever it stands."""
    inside, alone = segmenter.terms("成都都市圈的通勤"), segmenter.terms("都市圈")
    assert "都市圈" not in inside.words
    assert set(alone.pairs) == {"都市", "市圈"} <= set(inside.pairs)


def test_script_width_and_case_make_no_difference(segmenter: Segmenter) -> None:
    """Traditional, full width and capitals give the terms of their plain forms."""
    assert segmenter.terms("軌道交通ＧＤＰ") == segmenter.terms("轨道交通gdp")


def test_numbers_and_codes_are_also_kept_whole(segmenter: Segmenter) -> None:
    """Jieba cuts them to pieces."""
    words = segmenter.terms("依据GB/T-7714第12.6条").words
    assert {"gb/t-7714", "12.6"} <= set(words)


def test_marks_and_function_characters_are_no_terms(segmenter: Segmenter) -> None:
    """Nothing to search for gives nothing."""
    terms = segmenter.terms("的,。?! ")
    assert (terms.pairs, terms.characters) == ((), ())
    assert segmenter.terms("").words == ()


def test_a_user_dictionary_adds_words_and_changes_the_fingerprint(tmp_path: Path, segmenter: Segmenter) -> None:
    """In jieba's own format: word, frequency, part of speech."""
    path = tmp_path / "words.txt"
    path.write_text("都市圈 100 n\nG60科创走廊\n\n", "utf-8")
    own = Segmenter(path)
    assert "都市圈" in own.terms("成都都市圈").words
    assert "g60科创走廊" in own.terms("沿着G60科创走廊").words
    assert own.fingerprint != segmenter.fingerprint == Segmenter().fingerprint


@pytest.mark.parametrize(("content", "words"), [(b"\xff\xfe\xff", "cannot be read"), ("词 3x n".encode(), "line 1")])
def test_a_bad_user_dictionary_is_refused_by_name(tmp_path: Path, content: bytes, words: str) -> None:
    """With the line where that helps."""
    path = tmp_path / "words.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words) as caught:
        Segmenter(path)
    assert str(path) in str(caught.value)


def test_one_character_repeated_costs_no_more_than_its_number(segmenter: Segmenter) -> None:
    """Jieba's hidden Markov model is quadratic there: ten times the text may not cost a hundred times as much."""

    def seconds(count: int) -> float:
        start = time.perf_counter()
        segmenter.terms("好" * count)
        return time.perf_counter() - start

    segmenter.terms("好" * 1000)
    assert seconds(200_000) < 40 * max(seconds(20_000), seconds(20_000))


def test_many_threads_cut_alike(segmenter: Segmenter) -> None:
    """The dictionary is complete before the first question."""
    texts = [f"成都都市圈第{number}条市域铁路" for number in range(64)]
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(segmenter.terms, texts)) == [segmenter.terms(text) for text in texts]
