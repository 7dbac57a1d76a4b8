"""Everything that teaches retrieval, in one form: passages with their questions, in batches of one source.

Takes    the data folder
Gives    lists of Item by source; batches of neighbours, so that other passages of a batch are hard negatives
Touches  files through training.sources          Never  evaluation sets, held-out written questions
"""

import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from training.rules import Item, items_of_document
from training.sources import held_out, read_lines

_RUN = 20  # characters that a raw passage may not share with a held-out one
_WINDOW = 220

# How many passages of each source one epoch takes; 0 takes all.
PAIR_FILES = {
    "pairs_zh_cmrc2018": 0,
    "pairs_zh_drcd": 0,
    "pairs_zh_cmrc2017_user": 800,
    "pairs_zh_medical_toyhom": 3_000,
    "pairs_zh_docs_headings": 3_000,
    "pairs_en_docs_headings": 1_500,
    "pairs_en_newwiki": 2_600,
    "pairs_en_nq_qed": 1_300,
    "pairs_en_pubmedqa": 800,
}
RAW_FILES = {"raw_zh_wiki": 5_000, "raw_zh_laws": 2_000, "raw_zh_news_crud": 2_500, "raw_zh_gov": 250}


def written_items(data: Path) -> list[Item]:
    """Return the written questions that may be trained on."""
    items = []
    for line in read_lines(data / "written", "questions"):
        if not held_out(line["id"]):
            questions = [
                line[name] for name in ("colloquial", "formal", "english", "statement", "keywords") if line[name]
            ]
            items.append(Item(line["passage"], questions, line["title"], line["near_miss"], "written"))
    return items


def pair_items(data: Path, name: str, count: int, choice: random.Random) -> list[Item]:
    """Return `count` passages (0: all) of a question-passage file, the questions of one passage together."""
    grouped: dict[str, Item] = {}
    lines = list(read_lines(data, name))
    if count:
        choice.shuffle(lines)
        del lines[4 * count :]
    for line in lines:
        question = line["query"].replace("[[", " ").split("]]")[0]
        passage = best_window(question, line["positive"])
        if len(passage) >= 20 and question.strip():
            item = grouped.setdefault(passage, Item(passage, [], line.get("title") or "", source=name))
            if len(item.questions) < 4:
                item.questions.append(question)
    return list(grouped.values())[: count or None]


def raw_items(data: Path, name: str, count: int, choice: random.Random) -> list[Item]:
    """Return questions made by rule on running text, away from the held-out written passages."""
    forbidden = _forbidden_runs(data)
    documents = list(read_lines(data, name))
    choice.shuffle(documents)
    items: list[Item] = []
    for document in documents:
        at_most = 20 if name == "raw_zh_gov" else 2
        for item in items_of_document(document.get("title") or "", document["text"], choice, at_most):
            if not _shares_run(item.passage, forbidden):
                item.source = name
                items.append(item)
        if len(items) >= count:
            break
    return items[:count]


def _forbidden_runs(data: Path) -> set[str]:
    passages = (line["passage"] for line in read_lines(data / "written", "questions") if held_out(line["id"]))
    return {passage[at : at + _RUN] for passage in passages for at in range(len(passage) - _RUN)}


def _shares_run(passage: str, forbidden: set[str]) -> bool:
    return any(passage[at : at + _RUN] in forbidden for at in range(len(passage) - _RUN))


def best_window(question: str, passage: str) -> str:
    """Return the part of a long passage that shares most with the question, whole sentences where possible.

    >>> best_window("谁", "短文。")
    '短文。'
    """
    width = _WINDOW if re.search(r"[\u4e00-\u9fff]", passage) else 4 * _WINDOW
    if len(passage) <= width * 1.2:
        return passage
    grams = {question[at : at + 2] for at in range(len(question) - 1)}
    starts = [0] + [found.end() for found in re.finditer(r"[。！？\n]|\. ", passage) if found.end() < len(passage) - 40]
    return max(
        (passage[start : start + width] for start in starts),
        key=lambda part: sum(part[at : at + 2] in grams for at in range(len(part) - 1)),
    )


def neighbour_batches(vectors: np.ndarray, size: int, choice: random.Random, clump: int = 8) -> Iterator[list[int]]:
    """Yield batches of `size` rows made of clumps of near neighbours; every row once.

    `vectors` is (n, dim) float32 with unit rows. A clump gives hard negatives, several clumps give easy ones.
    """
    left = list(range(len(vectors)))
    choice.shuffle(left)
    alive = np.ones(len(vectors), dtype=bool)
    clumps: list[list[int]] = []
    for row in left:
        if not alive[row]:
            continue
        scores = np.where(alive, vectors @ vectors[row], -2.0)
        count = min(clump, int(alive.sum()))
        found = np.argpartition(-scores, count - 1)[:count]
        alive[found] = False
        clumps.append(found.tolist())
    choice.shuffle(clumps)
    rows = [row for group in clumps for row in group]
    for start in range(0, len(rows), size):
        if len(rows) - start >= size // 4:
            yield rows[start : start + size]


def parallel_pairs(data: Path, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return (Chinese, English) sentences of the files named."""
    return [(line["zh"], line["en"]) for name in names for line in read_lines(data, name)]
