"""A question into an answer, or into a refusal that says why.

Takes    workbenches over an embedder that anyone can compute
Gives    tests          Never  the model
"""

import re
from pathlib import Path

import pytest

from index.terms import Segmenter
from index.types import Mode
from service.answering.answerer import compose
from service.answering.confidence import ConfidenceWeights
from service.types import Citation
from tests.service.fakes import Bench, bench

TEXT = "青鸾站的站长是顾听澜。天色已晚。"


def make_citation(number: int, quote: str) -> Citation:
    """Make a citation of which only the quote matters."""
    return Citation(number, "d", "题", "节", 0, len(quote), quote, None, 1.0)


def test_an_empty_corpus_is_named(workbench: Bench) -> None:
    """Nothing stored, nothing found, nothing made up."""
    answer = workbench.answerer.ask("青鸾站的站长是谁？")
    assert (answer.refused, answer.reason, answer.text, answer.confidence) == (True, "empty_corpus", "", 0.0)
    assert (answer.citations, answer.hits) == ((), ())


def test_a_corpus_that_was_emptied_is_empty(workbench: Bench) -> None:
    """What was removed leaves no trace in the reason."""
    workbench.parts.writer.remove(workbench.add("题", TEXT).id)
    assert workbench.answerer.ask("青鸾站的站长是谁？").reason == "empty_corpus"


def test_a_question_that_finds_nothing_is_refused(workbench: Bench) -> None:
    """There are documents, but none that shares a word or satisfies the filters."""
    workbench.add("题", TEXT)
    assert workbench.answerer.ask("zzzz qqqq", mode="lexical").reason == "nothing_found"
    assert workbench.answerer.ask("青鸾站", filters={"title": "别的"}).reason == "nothing_found"


def test_thin_evidence_is_refused_with_its_hits_shown(tmp_path: Path, segmenter: Segmenter) -> None:
    """Below the bound there is no answer and no citation; the nearest passages are still told."""
    doubtful = ConfidenceWeights(nothing=-50.0, best=1.0, lead=0.0)
    with bench(tmp_path, refuse_below=0.3, weights=doubtful, segmenter=segmenter) as made:
        made.add("题", TEXT)
        answer = made.answerer.ask("青鸾站的站长是谁？")
    assert (answer.refused, answer.reason, answer.text, answer.citations) == (True, "low_confidence", "", ())
    assert 0.0 <= answer.confidence < 0.3
    assert len(answer.hits) == 1


def test_at_the_bound_itself_it_answers(tmp_path: Path, segmenter: Segmenter) -> None:
    """Only less than the bound is refused."""
    even = ConfidenceWeights(nothing=0.0, best=0.0, lead=0.0)
    with bench(tmp_path, refuse_below=0.5, weights=even, segmenter=segmenter) as made:
        made.add("题", TEXT)
        assert made.answerer.ask("青鸾站的站长是谁？").confidence == 0.5
        assert not made.answerer.ask("青鸾站的站长是谁？").refused


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
@pytest.mark.parametrize("top_k", [1, 2, 8])
def test_the_answer_does_not_depend_on_how_many_hits_are_shown(workbench: Bench, mode: Mode, top_k: int) -> None:
    """Its confidence neither: both look at the same passages."""
    for number in range(12):
        workbench.add(f"题{number}", f"{number}号站的站长是顾听澜。{number}号楼在城东。")
    shown = workbench.answerer.ask("7号站的站长是谁？", top_k, mode)
    usual = workbench.answerer.ask("7号站的站长是谁？", 5, mode)
    assert (shown.text, shown.citations, shown.confidence) == (usual.text, usual.citations, usual.confidence)
    assert [hit.rank for hit in shown.hits] == list(range(1, top_k + 1))


def test_every_mark_of_the_text_is_a_citation_and_every_citation_a_mark(workbench: Bench) -> None:
    """Also where the document itself has numbers in brackets."""
    workbench.add("题", "青鸾站[3]的站长是顾听澜[12]。青鸾站在城东[1]。青鸾站是大站。")
    answer = workbench.answerer.ask("青鸾站的站长是谁？青鸾站在哪里？")
    marks = [int(mark) for mark in re.findall(r"\[(\d+)\]", answer.text)]
    assert marks == [citation.number for citation in answer.citations] == list(range(1, len(marks) + 1))


def test_a_foreign_mark_is_widened_and_the_quote_left_as_it_is() -> None:
    """The words of the citation stay exact; only the composed text is told apart."""
    citation = make_citation(1, "见[2]和[a]。")
    assert compose([citation]) == "见［2］和[a]。[1]"
    assert citation.quote == "见[2]和[a]。"


def test_western_sentences_are_parted_by_a_space() -> None:
    """Chinese ones are not."""
    assert compose([make_citation(1, "One."), make_citation(2, "Two."), make_citation(3, "三。")]) == (
        "One.[1] Two.[2]三。[3]"
    )
    assert compose([]) == ""
