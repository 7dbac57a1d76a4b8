"""Questions written for this project on passages of the raw texts; the passages themselves stay where they are.

Takes    training/added/questions.jsonl: questions, and where the passage of each begins and how long it is
Gives    items as training.pairs gives them; sentences of some passages with their translations
Never    evaluation sets; held-out lines, unless they are asked for

A line names the raw file, the passage's title, its first characters and its length; its id is a digest of the
passage, so that a passage that reads otherwise than when its questions were written is refused instead of taught.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
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
    items = []
    for source in sorted({line["source"] for line in _lines()}):
        for line, text, start in added_places(data, source, lambda identity: not held_out(identity)):
            questions = [line[name] for name in FIELDS if name in line]
            passage = text[start : start + line["characters"]]
            items.append(Item(passage, questions, line["section"] or line["title"], line["near_miss"], "added"))
    return items


def added_translations(data: Path, wanted: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Return (Chinese, English) for each line whose id is wanted and that has a translation of one sentence.

    :raises ValueError: if a passage does not stand in its raw file as it did when its questions were written.
    """
    translations = []
    for source in sorted({line["source"] for line in _lines() if "translation" in line}):
        for line, text, start in added_places(data, source, wanted):
            if "translation" in line:
                at, characters = line["sentence"]
                translations.append((text[start + at : start + at + characters], line["translation"]))
    return translations


def added_places(data: Path, source: str, wanted: Callable[[str], bool]) -> Iterator[tuple[dict[str, Any], str, int]]:
    """Yield each line of a raw file whose id is wanted, the text that holds its passage, and where that begins.

    :raises ValueError: if a passage does not stand in its raw file as it did when its questions were written.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for document in read_lines(data, source):
        texts[document.get("title") or ""].append(document["text"])
    for line in _lines():
        if line["source"] != source or not wanted(line["id"]):
            continue
        places = ((text, start) for text in texts[line["title"]] if (start := _start(text, line)) is not None)
        found = next(places, None)
        if found is None:
            raise ValueError(f"{FILE.name}: passage {line['id']} is not in {source}; use the raw files of the README")
        yield line, *found


def _lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


def _start(text: str, line: dict[str, Any]) -> int | None:
    """Return where the passage begins if this text holds it."""
    start = text.find(line["opening"])
    while start >= 0:
        passage = text[start : start + line["characters"]]
        if line["id"] == "add-" + hashlib.blake2b(passage.encode(), digest_size=6).hexdigest():
            return start
        start = text.find(line["opening"], start + 1)
    return None
