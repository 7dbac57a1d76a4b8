"""The promises on the sample article, with the bundled model, through everything between a file and a cited answer.

Takes    the sample article, tests/data/seed_gold: written questions with the spans that answer them
Gives    tests of quality: the numbers that main must keep
Touches  the model          Never  HTTP
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from index.types import Hit
from service.app import Tools, assemble, open_store
from service.collections import Parts
from service.ingest import ingest_sample
from service.settings import Settings
from service.types import Answer

GOLD = Path(__file__).parent / "data" / "seed_gold"


@dataclass(frozen=True, slots=True)
class Asked:
    """A written question, and what came of it."""

    gold: Any
    answer: Answer

    @property
    def right_ranks(self) -> list[int]:
        """Give the ranks of the hits that overlap a span or a section with the answer."""
        return [hit.rank for hit in self.answer.hits if any(_overlaps(hit, span) for span in _places(self.gold))]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """Put the product together as the service does, and give it the sample."""
    settings = Settings.read({}, home=str(tmp_path_factory.mktemp("home")))
    with open_store(settings) as store:
        made = assemble(settings, store, Tools.of(settings))
        ingest_sample(made.writer)
        yield made


@pytest.fixture(scope="module")
def text(parts: Parts) -> str:
    """Give the article's canonical text."""
    (document,) = parts.store.documents()
    return parts.store.original(document.id).text


@pytest.fixture(scope="module")
def asked(parts: Parts) -> list[Asked]:
    """Ask every written question once."""
    lines = (GOLD / "questions.jsonl").read_text("utf-8").splitlines()
    return [Asked(gold, parts.answerer.ask(gold["question"])) for gold in map(json.loads, lines)]


@pytest.fixture(scope="module")
def answerable(asked: list[Asked]) -> list[Asked]:
    """Give those questions that the article answers."""
    return [each for each in asked if each.gold["type"] != "unanswerable"]


def _places(gold: Any) -> list[list[int]]:
    sections = json.loads((GOLD / "sections.json").read_text("utf-8"))
    spans = [[section["start"], section["end"]] for section in sections if section["n"] in gold["sections"]]
    return [*gold["spans"], *spans]


def _overlaps(hit: Hit, span: list[int]) -> bool:
    return hit.passage.start < span[1] and span[0] < hit.passage.end


@pytest.mark.parametrize("question", ["成都都市圈如何推进通勤?", "成都都市圈如何推进通勤？"])
def test_the_question_of_the_first_page_is_answered_from_its_section(parts: Parts, question: str) -> None:
    """The first passage is of the section on infrastructure, and the railway is quoted."""
    answer = parts.answerer.ask(question)
    assert not answer.refused
    assert answer.hits[0].passage.section == "基础设施互联互通"
    assert any("成都至资阳的市域铁路" in citation.quote for citation in answer.citations)


def test_every_citation_of_every_answer_is_an_exact_slice(asked: list[Asked], text: str) -> None:
    """And so is every passage, with its highlights inside."""
    for each in asked:
        for citation in each.answer.citations:
            assert text[citation.start : citation.end] == citation.quote != ""
        for hit in each.answer.hits:
            assert text[hit.passage.start : hit.passage.end] == hit.passage.text
            assert all(hit.passage.start <= start < end <= hit.passage.end for start, end in hit.highlights)


def test_boilerplate_and_title_are_in_no_passage(parts: Parts) -> None:
    """The paywall's notice at the end, and the title that is glued to the first sentence."""
    sections = json.loads((GOLD / "sections.json").read_text("utf-8"))
    body = [section for section in sections if section["kind"] == "section"]
    (document,) = parts.store.documents()
    for passage in parts.store.passages_of(document.id):
        assert body[0]["start"] <= passage.start < passage.end <= body[-1]["end"], passage.text


def test_the_first_hit_answers_four_questions_of_five(answerable: list[Asked]) -> None:
    """Hybrid: it overlaps a span, or the section, that answers."""
    assert share(answerable, 1) >= 0.80


def test_one_of_the_first_five_hits_nearly_always_answers(answerable: list[Asked]) -> None:
    """Whoever looks at five passages finds the answer."""
    assert share(answerable, 5) >= 0.92


def test_facts_are_found_at_once(answerable: list[Asked]) -> None:
    """Numbers, names and places stand in the first hit."""
    assert share([each for each in answerable if each.gold["type"] == "fact"], 1) >= 0.97


def share(questions: list[Asked], depth: int) -> float:
    """Return how many of the questions have a right hit among the first ones."""
    return sum(any(rank <= depth for rank in each.right_ranks) for each in questions) / len(questions)
