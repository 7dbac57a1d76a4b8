"""POST /api/v1/search: its shape, its numbers, its arms, its filters.

Takes    caller: a client of the running service
Gives    tests
Touches  http          Never  the service's insides
"""

from itertools import pairwise
from typing import Any

import pytest

from tests.service.caller import Caller

QUESTION = "成都都市圈如何推进通勤？"
ASTRAL = "𠮷野家在𠀋町开张😀。青鸾站的站长是顾听澜👩‍🚀,她每天乘🚄上班。第三句说的是别的事情。"


def test_a_search_has_exactly_the_promised_shape(caller: Caller) -> None:
    """Names, and their order, as the interface was settled."""
    shape = caller.post("/api/v1/search", {"question": QUESTION}).json()
    assert list(shape) == ["question", "took_ms", "hits"]
    assert shape["question"] == QUESTION
    assert isinstance(shape["took_ms"], float) and shape["took_ms"] > 0
    assert len(shape["hits"]) == 5
    for rank, hit in enumerate(shape["hits"], start=1):
        assert list(hit) == ["rank", "score", "arms", "passage", "highlights"]
        assert hit["rank"] == rank
        assert list(hit["arms"]) == ["dense", "lexical"]
        assert all(arm is None or list(arm) == ["rank", "score"] for arm in hit["arms"].values())
        passage = ["id", "document_id", "title", "section", "start", "end", "text", "page", "url"]
        assert list(hit["passage"]) == passage


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_scores_fall_and_stay_between_nought_and_one(caller: Caller, mode: str) -> None:
    """In every mode a larger score is better, and ranks count from one without gaps."""
    hits = caller.search(QUESTION, mode=mode, top_k=50)
    assert [hit["rank"] for hit in hits] == list(range(1, len(hits) + 1))
    assert all(0.0 <= hit["score"] <= 1.0 for hit in hits)
    assert all(before["score"] >= after["score"] for before, after in pairwise(hits))
    arms = [arm for hit in hits for arm in hit["arms"].values() if arm]
    assert all(0.0 <= arm["score"] <= 1.0 and arm["rank"] >= 1 for arm in arms)


def test_a_mode_asks_only_its_own_arm(caller: Caller) -> None:
    """One arm alone says null for the other; both together say what each found."""
    assert all(hit["arms"]["lexical"] is None for hit in caller.search(QUESTION, mode="dense"))
    assert all(hit["arms"]["dense"] is None for hit in caller.search(QUESTION, mode="lexical"))
    best = caller.search(QUESTION)[0]["arms"]
    assert best["dense"] is not None and best["lexical"] is not None


def test_every_passage_is_an_exact_slice_of_its_text(caller: Caller) -> None:
    """Code points count, also after characters that take two places elsewhere; highlights lie inside."""
    with caller.holding("表情与生僻字", ASTRAL) as document:
        hits = caller.search("青鸾站的站长是谁？", top_k=100)
        found = [hit for hit in hits if hit["passage"]["document_id"] == document["id"]]
        assert found[0] == hits[0]
        texts = {hit["passage"]["document_id"]: "" for hit in hits}
        texts |= {document_id: caller.text(document_id) for document_id in texts}
        for hit in hits:
            assert_exact(hit, texts[hit["passage"]["document_id"]])
        words = {texts[document["id"]][start:end] for start, end in found[0]["highlights"]}
        assert any("青鸾" in word or "站长" in word for word in words)


def assert_exact(hit: Any, text: str) -> None:
    """Check a hit's passage and highlights against the document's text."""
    passage = hit["passage"]
    assert text[passage["start"] : passage["end"]] == passage["text"]
    assert passage["url"] == f"/d/{passage['document_id']}#c{passage['start']}-{passage['end']}"
    place = passage["start"]
    for start, end in hit["highlights"]:
        assert place <= start < end <= passage["end"]
        place = end


@pytest.mark.parametrize("top_k", [1, 7, 100])
def test_no_more_hits_come_than_were_asked_for(caller: Caller, top_k: int) -> None:
    """The bounds themselves are fine."""
    assert len(caller.search(QUESTION, top_k=top_k)) == min(top_k, len(caller.search(QUESTION, top_k=100)))


def test_filters_choose_among_documents_by_their_metadata(caller: Caller) -> None:
    """One value, a list of values, numbers, truth, the document itself; every filter must be met."""
    first = caller.holding("望潮镇志", "望潮镇的码头建于明代。", year=1999, kind="志书", draft=False)
    second = caller.holding("望潮镇新志", "望潮镇的码头在去年翻修。", year=2020, kind="志书", draft=True)
    with first as old, second as new:
        for filters, expected in [
            ({"year": 1999}, {old["id"]}),
            ({"year": 1999.0}, {old["id"]}),
            ({"kind": "志书"}, {old["id"], new["id"]}),
            ({"year": [1999, 2020]}, {old["id"], new["id"]}),
            ({"kind": "志书", "draft": True}, {new["id"]}),
            ({"document_id": old["id"]}, {old["id"]}),
            ({"title": "望潮镇新志"}, {new["id"]}),
            ({"year": "1999"}, set()),
            ({"nothing": "has this"}, set()),
            ({"year": []}, set()),
        ]:
            for mode in ("hybrid", "dense", "lexical"):
                hits = caller.search("望潮镇的码头", filters=filters, mode=mode)
                assert {hit["passage"]["document_id"] for hit in hits} == expected, (filters, mode)


def test_the_same_words_in_two_documents_are_two_hits(caller: Caller) -> None:
    """Neither copy hides the other."""
    text = "听雨轩的主人是苏晚晴。"
    with caller.holding("甲", text) as one, caller.holding("乙", text) as other:
        hits = caller.search("听雨轩的主人是谁？", top_k=2)
        assert {hit["passage"]["document_id"] for hit in hits} == {one["id"], other["id"]}


@pytest.mark.parametrize(
    "question",
    [
        '"',
        "成都 OR",
        "title:成都",
        "成都 AND NOT (",
        "*",
        "^~+-",
        "\u200b",
        "\u202e成都",
        "é" * 2000,
        "ﷺ",
        "𠮷",
        "e\u0301\u0301",
    ],
)
def test_no_question_is_taken_for_an_operator(caller: Caller, question: str) -> None:
    """Marks that query languages know, invisible and composed characters are only characters."""
    for mode in ("hybrid", "dense", "lexical"):
        assert caller.post("/api/v1/search", {"question": question, "mode": mode}).status == 200


def test_a_question_of_unknown_words_finds_nothing_by_words(caller: Caller) -> None:
    """A passage that shares no term is no lexical hit."""
    assert caller.search("zzzyx qqqw", mode="lexical") == []
