"""Questions written for this project on passages of the raw texts; the passages themselves stay where they are.

Takes    training/added/questions.jsonl: questions, and where the passage of each begins and how long it is
Gives    items as training.pairs gives them          Never  held-out questions, evaluation sets

A line names the raw file, the passage's title, its first characters and its length; its id is a digest of the
passage, so that a passage that reads otherwise than when its questions were written is refused instead of taught.
"""

import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from training.rules import Item
from training.sources import held_out, read_lines

FILE = Path(__file__).parent / "added" / "questions.jsonl"
FIELDS = ("colloquial", "colloquial_2", "english", "traditional", "statement")


def added_items(data: Path) -> list[Item]:
    """Return the added questions that may be trained on.

    :raises ValueError: if a passage does not stand in its raw file as it did when its questions were written.
    """
    lines = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    wanted: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        if not held_out(line["id"]):
            wanted[line["source"]].append(line)
    return [item for source, group in wanted.items() for item in _located(data, source, group)]


def _located(data: Path, source: str, group: list[dict[str, Any]]) -> list[Item]:
    texts: dict[str, list[str]] = defaultdict(list)
    for document in read_lines(data, source):
        texts[document.get("title") or ""].append(document["text"])
    items = []
    for line in group:
        passage = next((found for text in texts[line["title"]] if (found := _passage(text, line))), None)
        if passage is None:
            raise ValueError(f"{FILE.name}: passage {line['id']} is not in {source}; use the raw files of the README")
        questions = [line[name] for name in FIELDS if name in line]
        items.append(Item(passage, questions, line["section"] or line["title"], line["near_miss"], "added"))
    return items


def _passage(text: str, line: dict[str, Any]) -> str:
    """Return the passage if this text holds it, else nothing."""
    start = text.find(line["opening"])
    while start >= 0:
        passage = text[start : start + line["characters"]]
        if line["id"] == "add-" + hashlib.blake2b(passage.encode(), digest_size=6).hexdigest():
            return passage
        start = text.find(line["opening"], start + 1)
    return ""
