"""The read path: three modes, filters, exact strings first, never what was removed.

Takes    a small corpus made up
Gives    tests          Never  torch
"""

from typing import Literal

import pytest

from index.types import Mode
from tests.index.fakes import Bench

CORPUS = {
    "劳动法": "第十五条 禁止用人单位招用未成年人。\n第十六条 劳动合同是确立劳动关系的协议。\n"
    "第十七条 订立劳动合同应当平等自愿。",
    "标准": "著录格式依照GB/T-7714执行。\n术语依照GB/T-7715执行。\n图样依照GB/T-4457执行。",
    "城市群": "成都都市圈要推进轨道交通建设。\n京津冀的通勤时间为一至一点五小时。\n长三角实现了户籍准入年限累计互认。",
    "天气": "明天有雨，出门要带伞。\n后天转晴，适合晾晒衣物。",
}
MODES: list[Mode] = ["hybrid", "dense", "lexical"]


@pytest.fixture
def filled(bench: Bench) -> Bench:
    """Store the corpus; every line is long enough to tell and all of a document fit one passage each."""
    for number, (title, text) in enumerate(CORPUS.items()):
        for line in text.split("\n"):
            bench.add(title, line, source=f"{title}.txt", number=number, long=len(text) > 40)
    return bench


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("top_k", [1, 3, 100])
def test_hits_are_ranked_and_no_more_than_asked_for(filled: Bench, mode: Mode, top_k: int) -> None:
    """Ranks count from 1, scores fall and lie in [0, 1], no passage comes twice."""
    hits = filled.searcher.search("成都都市圈的轨道交通", top_k, mode)
    assert 1 <= len(hits) <= top_k
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({hit.passage.id for hit in hits}) == len(hits)
    assert "轨道交通" in hits[0].passage.text


def test_each_mode_tells_of_its_arms_alone(filled: Bench) -> None:
    """Hybrid hits tell of both, where both found the passage."""
    question = "轨道交通建设"
    for hit in filled.searcher.search(question, 100, "dense"):
        assert hit.lexical is None
        assert hit.dense is not None
        assert (hit.dense.rank, hit.dense.score) == (hit.rank, hit.score)
    for hit in filled.searcher.search(question, 100, "lexical"):
        assert hit.dense is None
        assert hit.lexical is not None
        assert (hit.lexical.rank, hit.lexical.score) == (hit.rank, hit.score)
    best = filled.searcher.search(question, 1, "hybrid")[0]
    assert best.dense is not None
    assert best.lexical is not None
    assert best.dense.rank == best.lexical.rank == 1


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("GB/T-7714", "GB/T-7714"),
        ("GB/T-7715", "GB/T-7715"),
        ("ＧＢ／Ｔ－４４５７", "GB/T-4457"),
        ("第十六条", "第十六条"),
        ("第十七条", "第十七条"),
        ("第十六條", "第十六条"),
        ("一点五小时", "一至一点五小时"),
        ("都市圈", "成都都市圈"),
    ],
)
def test_exact_strings_come_first(filled: Bench, question: str, words: str, mode: Literal["hybrid", "lexical"]) -> None:
    """Codes, articles of laws, names: by their words, and after fusion."""
    assert words in filled.searcher.search(question, 3, mode)[0].passage.text


@pytest.mark.parametrize("mode", MODES)
def test_a_filter_leaves_nothing_else(filled: Bench, mode: Mode) -> None:
    """By title, number or several values; one that nothing satisfies gives nothing."""
    question = "第十六条 轨道交通 GB/T-7714 雨"
    for filters, titles in (
        ({"title": "天气"}, {"天气"}),
        ({"number": [1, 2]}, {"标准", "城市群"}),
        ({"long": True, "number": 0}, {"劳动法"}),
        ({"title": "没有"}, set()),
    ):
        found = filled.searcher.search(question, 100, mode, filters)
        assert {hit.passage.title for hit in found} == titles


@pytest.mark.parametrize("mode", MODES)
def test_what_was_removed_is_never_returned(filled: Bench, mode: Mode) -> None:
    """Nor is it in a filtered search; what is left still is."""
    gone = [document.id for document in filled.store.documents() if document.title == "城市群"]
    before = filled.searcher.search("轨道交通与通勤", 100, mode)
    assert {hit.passage.document_id for hit in before} & set(gone)
    for document_id in gone:
        filled.writer.remove(document_id)
    after = filled.searcher.search("轨道交通与通勤", 100, mode)
    assert not {hit.passage.document_id for hit in after} & set(gone)
    assert filled.searcher.search("轨道交通与通勤", 100, mode, {"title": "城市群"}) == []
    assert filled.searcher.search("明天有雨", 1, mode)[0].passage.title == "天气"


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_store_finds_nothing(bench: Bench, mode: Mode) -> None:
    """That is an honest answer, no error."""
    assert bench.searcher.search("轨道交通", 5, mode) == []
    assert bench.searcher.search("轨道交通", 5, mode, {"title": "题"}) == []


@pytest.mark.parametrize("question", ["", " \n", "？！", "zzz qqq", "\u200b"])
def test_a_question_without_known_words_has_no_lexical_hit(filled: Bench, question: str) -> None:
    """And crashes nothing in the other modes."""
    assert filled.searcher.search(question, 5, "lexical") == []
    for mode in ("dense", "hybrid"):
        assert len(filled.searcher.search(question, 5, mode)) <= 5


def test_highlights_and_sentences_are_spans_of_the_document(bench: Bench) -> None:
    """Inside the passage, in order; each sentence with a nearness of its own."""
    text = (
        "开头的一句话说天气。\n" * 30
        + "成都都市圈推进轨道交通建设。通勤时间因此缩短。\n"
        + "结尾的一句话说天气。\n" * 30
    )
    stored = bench.add("题", text)
    best = bench.searcher.search("轨道交通", 1)[0]
    assert "轨道交通" in [text[start:end] for start, end in best.highlights]
    for start, end in best.highlights:
        assert best.passage.start <= start < end <= best.passage.end
    assert [(part.start, part.end) for part in best.sentences] == [
        (part.start, part.end) for part in best.passage.sentences
    ]
    nearest = max(best.sentences, key=lambda part: part.score)
    assert "轨道交通" in text[nearest.start : nearest.end]
    assert all(0 <= part.score <= 1 for part in best.sentences)
    assert best.passage.document_id == stored.id


def test_without_a_vector_sentences_are_not_measured(filled: Bench) -> None:
    """By words alone, their nearness is 0."""
    for hit in filled.searcher.search("轨道交通", 5, "lexical"):
        assert [part.score for part in hit.sentences] == [0.0] * len(hit.passage.sentences)
