"""How well the product as it is answers the development questions on the sample article: hits, citations, refusals.

Takes    the gold questions and sections in tests/data/seed_gold; settings from the environment
Gives    a table: first hit and one of the first five right, by arm and kind of question; then what answers do
Touches  the service's own assembly          Never  tunes

    python -m training.evaluate_sample

These questions were used to choose the passage size, and half of them to fit the fusion: judge other work by others.
"""

import json
import os
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any, cast

from index.types import Hit, Mode
from service.app import Tools, assemble, open_store
from service.collections import Parts
from service.ingest import ingest_sample
from service.settings import Settings

GOLD = Path("tests/data/seed_gold")


def main() -> None:
    """Index the sample in a folder of its own and print both tables."""
    questions = [json.loads(line) for line in (GOLD / "questions.jsonl").read_text("utf-8").splitlines()]
    sections = {
        part["n"]: (part["start"], part["end"]) for part in json.loads((GOLD / "sections.json").read_text("utf-8"))
    }
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.read(os.environ, home=home)
        with open_store(settings) as store:
            parts = assemble(settings, store, Tools.of(settings))
            ingest_sample(parts.writer)
            report_hits(parts, questions, sections)
            report_answers(parts, questions)


def report_hits(parts: Parts, questions: list[dict[str, Any]], sections: dict[int, tuple[int, int]]) -> None:
    """Print for each arm the share of questions whose first hit, and one of whose first five, is right."""
    for mode in cast(tuple[Mode, ...], ("hybrid", "dense", "lexical")):
        rights: dict[str, list[list[bool]]] = defaultdict(list)
        for question in questions:
            if question["sections"]:
                gold = [*map(tuple, question["spans"]), *(sections[number] for number in question["sections"])]
                right = [overlaps(hit, gold) for hit in parts.searcher.search(question["question"], 5, mode)]
                rights["all"].append(right)
                rights[question["type"]].append(right)
        figures = (
            f"{kind} {share([any(right[:1]) for right in rows])}/{share([any(right) for right in rows])}"
            for kind, rows in rights.items()
        )
        print(f"{mode:8}", "  ".join(figures))


def report_answers(parts: Parts, questions: list[dict[str, Any]]) -> None:
    """Print how often a citation lies in the gold, and how often a question is refused, rightly and wrongly."""
    answers = [(question, parts.answerer.ask(question["question"])) for question in questions]
    answerable = [(question, answer) for question, answer in answers if question["sections"]]
    cited = [
        any(
            citation.start < end and start < citation.end
            for citation in answer.citations
            for start, end in question["spans"]
        )
        for question, answer in answerable
    ]
    others = [answer.refused for question, answer in answers if not question["sections"]]
    print(f"answers  gold sentence cited {share(cited)}", end="  ")
    print(f"refused though answerable {share([answer.refused for _, answer in answerable])}", end="  ")
    print(f"refused and unanswerable {share(others)}")


def overlaps(hit: Hit, spans: list[tuple[int, int]]) -> bool:
    """Return whether the hit's passage shares a character with any of the spans."""
    return any(hit.passage.start < end and start < hit.passage.end for start, end in spans)


def share(values: list[bool]) -> str:
    """Return the share of true values."""
    return f"{sum(values) / max(len(values), 1):.3f}"


if __name__ == "__main__":
    main()
