"""How true the found sections are: against gold and development documents, beside TextTiling and even splitting.

Takes    documents with true sections (JSON lines), the sample article and its gold sections
Gives    a table: Pk, WindowDiff (smaller is better), boundary F1, title overlap (larger is better), by half
Touches  jieba (baseline only), the files named          Never  weights, training material

    python -m training.evaluate_sections --documents DATA/dev/segments/documents.jsonl --data DATA

Measures count sentences; Pk and WindowDiff use half the mean true section as their window. Which half a document
belongs to follows from its id: the length prior was chosen on half 0. Neither half was trained on, but both were seen,
as was the sample article, while the method was chosen. With --data, documents are added that no choice ever met, made
of the raw texts by training/walls.py: "apart" from the sources learned from, "foreign" from others.
TextTiling: Hearst (1997), jieba words, pseudo-sentences of 20 words, blocks of 10, one round of smoothing,
cut-off mean - deviation / 2.
"""

import argparse
import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jieba
import numpy as np

from corpus.section_names import name_topic
from corpus.sections import split_sections
from corpus.sentences import split_sentences
from corpus.topics import topic_starts
from corpus.types import Document, Sentence
from training.walls import make_walls

_MEAN_SECTION = 525  # characters, the mean over half 0
_WORDS, _BLOCK = 20, 10
_SEED = 7  # the seed of training/topic_network.py: the same walls are made again
_SAMPLE = Path("corpus/documents")


@dataclass(frozen=True, slots=True)
class Reference:
    """A text with its true division: `starts` are sentence numbers, the first 0 left out."""

    text: str
    sentences: tuple[Sentence, ...]
    starts: tuple[int, ...]
    titles: tuple[str, ...]
    part: str


def main() -> None:
    """Print the table of every set, then the sample article."""
    arguments = _arguments()
    lines = arguments.documents.read_text(encoding="utf-8").splitlines()
    references = [load(json.loads(line)) for line in lines]
    if arguments.data is not None:
        references += _apart(arguments.data, [reference.text for reference in references], arguments.walls)
    methods: dict[str, Callable[[Reference], Sequence[int]]] = {
        "even, true number told": lambda r: even(len(r.sentences), len(r.starts) + 1),
        "even, mean length": lambda r: even(len(r.sentences), max(1, round(len(r.text) / _MEAN_SECTION))),
        "TextTiling, jieba": text_tiling,
        "Wenqu": lambda r: topic_starts(r.text, r.sentences)[1:],
    }
    sets = list(dict.fromkeys(reference.part for reference in references))
    print(f"{'method':24} {'part':>8} {'n':>4} {'Pk':>6} {'WinDiff':>8} {'F1':>6} {'found':>6} {'true':>6}")
    for name, method in methods.items():
        for part in sets:
            chosen = [reference for reference in references if reference.part == part]
            rows = np.array([_measures(reference, method(reference)) for reference in chosen])
            figures = "{:6.3f} {:8.3f} {:6.3f} {:6.1f} {:6.1f}".format(*rows.mean(axis=0))
            print(f"{name:24} {part:>8} {len(chosen):4} {figures}")
    for part in sets:
        print(f"titles of true sections, {part}: {_title_overlap([r for r in references if r.part == part]):.3f}")
    if arguments.article and arguments.gold:
        print(f"sample article, exact boundaries: F1 {article_score(arguments.article, arguments.gold):.3f}")


def _apart(data: Path, kept_apart: Sequence[str], most: int) -> list[Reference]:
    """Return walls that were neither learned from nor chosen by, a sample of each part; news and reports left out."""
    chance, found = random.Random(_SEED), list[Reference]()
    walls = make_walls(data, [*kept_apart, *sample_texts()], _SEED)
    for part in ("apart", "foreign"):
        own = [wall for wall in walls if wall.part == part and wall.source not in ("news", "report")]
        for wall in chance.sample(own, min(most, len(own))):
            sections = [{"start": s, "title": t} for s, t in zip(wall.starts, wall.titles, strict=True)]
            found.append(load({"text": wall.text, "sections": sections, "id": ""}, part))
    return found


def sample_texts() -> list[str]:
    """Read the sample article, which training leaves out."""
    return [path.read_text(encoding="utf-8") for path in sorted(_SAMPLE.glob("*.txt"))]


def load(row: dict[str, Any], part: str = "") -> Reference:
    """Read one development document; a true start inside a sentence counts for the nearest sentence."""
    sentences = split_sentences(row["text"])
    offsets = np.array([sentence.start for sentence in sentences])
    starts = {int(np.abs(offsets - section["start"]).argmin()) for section in row["sections"]} - {0}
    half = int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % 2
    part = part or f"half {half}"
    titles = tuple(section["title"] for section in row["sections"])
    return Reference(row["text"], sentences, tuple(sorted(starts)), titles, part)


def article_score(article: Path, gold: Path) -> float:
    """Return F1 of the exact boundaries of title, sections and notice (the start of the text left out)."""
    text = article.read_bytes().decode("utf-8")
    found = split_sections(Document(text, article.stem), split_sentences(text))
    true = {section["start"] for section in json.loads(gold.read_text(encoding="utf-8"))} - {0}
    return boundary_score(true, {section.start for section in found} - {0})


def boundary_score(true: set[int], found: set[int]) -> float:
    """Return F1 of two sets of boundaries, 1 where both are empty."""
    return 2 * len(true & found) / (len(true) + len(found)) if true or found else 1.0


def window_errors(true: Sequence[int], found: Sequence[int], count: int) -> tuple[float, float]:
    """Return Pk and WindowDiff over `count` sentences; both in [0, 1], smaller is better."""
    window = max(2, round(count / (len(true) + 1) / 2))
    if count <= window:
        return 0.0, 0.0
    reference, hypothesis = _numbered(true, count), _numbered(found, count)
    apart = reference[window:] - reference[:-window]
    guessed = hypothesis[window:] - hypothesis[:-window]
    return float(np.mean((apart > 0) != (guessed > 0))), float(np.mean(apart != guessed))


def even(count: int, parts: int) -> list[int]:
    """Divide `count` sentences into equal parts."""
    return sorted({round(count * part / parts) for part in range(1, parts)} - {0, count})


def text_tiling(reference: Reference) -> list[int]:
    """Divide by Hearst's TextTiling over jieba's words; each boundary moves to the nearest sentence."""
    words = [(word, start) for word, start, _ in jieba.tokenize(reference.text) if word.strip() and word.isalnum()]
    blocks = [words[start : start + _WORDS] for start in range(0, len(words), _WORDS)]
    counts = [Counter(word for word, _ in block) for block in blocks]
    likeness = np.array([_likeness(counts, gap) for gap in range(1, len(blocks))])
    if len(likeness) < 3:
        return []
    smooth = np.convolve(np.pad(likeness, 1, mode="edge"), np.ones(3) / 3, mode="valid")
    depth = np.array([_climb(smooth, gap, -1) + _climb(smooth, gap, 1) for gap in range(len(smooth))])
    cut = depth.mean() - depth.std() / 2
    offsets = np.array([sentence.start for sentence in reference.sentences])
    found = set[int]()
    for gap in np.argsort(-depth):
        if depth[gap] > cut and all(abs(gap - other) >= 4 for other in found):
            found.add(int(gap))
    return sorted({int(np.abs(offsets - blocks[gap + 1][0][1]).argmin()) for gap in found} - {0})


def _likeness(counts: Sequence[Counter[str]], gap: int) -> float:
    reach = min(_BLOCK, gap, len(counts) - gap)
    left, right = sum(counts[gap - reach : gap], Counter()), sum(counts[gap : gap + reach], Counter())
    product = sum(number * right[word] for word, number in left.items())
    size = np.sqrt(sum(n * n for n in left.values()) * sum(n * n for n in right.values()))
    return float(product / size) if size else 0.0


def _climb(values: Any, start: int, step: int) -> float:
    here = start
    while 0 <= here + step < len(values) and values[here + step] >= values[here]:
        here += step
    return float(values[here] - values[start])


def _measures(reference: Reference, found: Sequence[int]) -> tuple[float, float, float, int, int]:
    score = boundary_score(set(reference.starts), set(found))
    count = len(reference.sentences)
    return *window_errors(reference.starts, found, count), score, len(found) + 1, len(reference.starts) + 1


def _numbered(starts: Sequence[int], count: int) -> Any:
    marks = np.zeros(count, dtype=np.int64)
    marks[list(starts)] = 1
    return np.cumsum(marks)


def _title_overlap(references: Sequence[Reference]) -> float:
    """Return the mean character F1 of the titles made for the true sections and the true headings."""
    scores = list[float]()
    for reference in references:
        bounds = [0, *reference.starts, len(reference.sentences)]
        if len(bounds) - 1 != len(reference.titles):
            continue
        for number, title in enumerate(reference.titles):
            own = reference.sentences[bounds[number] : bounds[number + 1]]
            start, end = name_topic(reference.text, own)
            made, true = Counter(reference.text[start:end]), Counter(_bare(title))
            shared = sum((made & true).values())
            scores.append(2 * shared / max(1, made.total() + true.total()))
    return float(np.mean(scores))


def _bare(title: str) -> str:
    return title.split("章", 1)[-1].strip(" 　:：")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=Path, required=True, help="JSON lines with text and true sections")
    parser.add_argument("--data", type=Path, help="folder with the raw_*.jsonl.zst files, for documents kept apart")
    parser.add_argument("--walls", type=int, default=300, help="at most so many documents of each part kept apart")
    parser.add_argument("--article", type=Path, default=Path("corpus/documents/促进城市群协调发展的方式.txt"))
    parser.add_argument("--gold", type=Path, default=Path("tests/data/seed_gold/sections.json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
