"""POST /api/v1/ask: its shape, its citations, its refusals.

Takes    caller: a client of the running service
Gives    tests
Touches  http          Never  the service's insides
"""

import re

import pytest

from tests.service.caller import Caller

QUESTION = "成都都市圈如何推进通勤？"
ASTRAL = "𠮷野家在𠀋町开张😀。青鸾站的站长是顾听澜👩‍🚀,她每天乘🚄上班。第三句说的是别的事情[1]。"


def test_an_answer_has_exactly_the_promised_shape(caller: Caller) -> None:
    """Names, and their order, as the interface was settled."""
    shape = caller.post("/api/v1/ask", {"question": QUESTION}).json()
    names = ["question", "answer", "refused", "reason", "confidence", "citations", "hits", "took_ms"]
    assert list(shape) == names
    assert shape["refused"] is False and shape["reason"] is None
    assert 0.0 <= shape["confidence"] <= 1.0
    for citation in shape["citations"]:
        names = ["number", "document_id", "title", "section", "start", "end", "quote", "page", "score", "url"]
        assert list(citation) == names
        assert 0.0 <= citation["score"] <= 1.0


def test_an_answers_hits_are_those_of_a_search(caller: Caller) -> None:
    """Asking and searching look at the same passages, as many as were asked for."""
    for top_k in (1, 3, 12):
        answer = caller.post("/api/v1/ask", {"question": QUESTION, "top_k": top_k}).json()
        assert answer["hits"] == caller.search(QUESTION, top_k=max(top_k, 5))[:top_k]


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_every_citation_is_an_exact_slice_and_every_mark_has_one(caller: Caller, mode: str) -> None:
    """The quote stands where the citation says, in code points; marks in the answer count from one."""
    with caller.holding("表情与生僻字", ASTRAL):
        for question in (QUESTION, "青鸾站的站长是谁？", "第三句说的是什么？"):
            shape = caller.post("/api/v1/ask", {"question": question, "mode": mode}).json()
            assert not shape["refused"], shape
            numbers = [citation["number"] for citation in shape["citations"]]
            assert numbers == list(range(1, len(numbers) + 1))
            assert [int(mark) for mark in re.findall(r"\[(\d+)\]", shape["answer"])] == numbers
            for citation in shape["citations"]:
                text = caller.text(citation["document_id"])
                assert text[citation["start"] : citation["end"]] == citation["quote"] != ""
                assert citation["url"].endswith(f"#c{citation['start']}-{citation['end']}")


def test_a_filter_that_leaves_nothing_is_refused(caller: Caller) -> None:
    """No evidence, no answer: and it says why."""
    shape = caller.post("/api/v1/ask", {"question": QUESTION, "filters": {"nothing": "has this"}}).json()
    assert (shape["refused"], shape["reason"]) == (True, "nothing_found")
    assert (shape["answer"], shape["citations"], shape["hits"], shape["confidence"]) == ("", [], [], 0.0)


def test_a_question_of_two_thousand_characters_is_still_taken(caller: Caller) -> None:
    """The bound counts code points, not bytes or halves of characters."""
    assert caller.post("/api/v1/ask", {"question": "𠮷" * 2000}).status == 200
    assert caller.post("/api/v1/ask", {"question": "𠮷" * 2001}).status == 422
