"""Learn the weights of topic segmentation from real documents whose headings were removed.

Takes    the folder of raw data, a folder of development documents that training must not meet
Gives    corpus/topic_weights.py: curves, opening characters, second look, written as a readable table
Touches  scikit-learn, scipy, the files named          Never  the sample article, the development documents

    python -m training.sections --data DATA --kept-apart DATA/dev/segments/documents.jsonl corpus/documents
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

from corpus.gaps import Gaps, describe_gaps
from corpus.sentences import split_sentences
from corpus.topics import second_look
from training.walls import Wall, make_walls

_KNOTS = 8
_OPENING_WALLS = 40
_SEED = 7
# The length prior was chosen on one half of the development documents, the shift on walls kept for choices.
_CHOSEN = {
    "LENGTH_MEDIAN": 350.0,
    "LENGTH_DEVIATION": 0.8,
    "LENGTH_STRENGTH": 1.0,
    "SCORE_SHIFT": 1.5,
    "SCORE_FLOOR": -7.0,
}


@dataclass(frozen=True, slots=True)
class Example:
    """One wall, described; `truth[i]` is 1 where sentence i opens a section."""

    gaps: Gaps
    truth: Any
    source: str


def main() -> None:
    """Make the walls, fit both looks, report on walls held out, write the table."""
    arguments = _arguments()
    made = make_walls(arguments.data, kept_apart(arguments.kept_apart), _SEED)
    walls = [wall for wall in made if wall.part == "train"]
    examples = [example for example in map(describe, walls) if len(example.truth) >= 6]
    held_out = np.concatenate([np.full(len(e.truth), number % 5 == 0) for number, e in enumerate(examples)])
    truth = np.concatenate([example.truth for example in examples])
    source = np.concatenate([np.full(len(e.truth), e.source) for e in examples])
    inner = np.concatenate([np.arange(len(e.truth)) > 0 for e in examples])
    curves, openings, first = _fit_first(examples, truth, inner & ~held_out)
    _report("first look", truth, first, source, inner & held_out)
    ends = np.cumsum([len(example.truth) for example in examples])[:-1]
    seen = [second_look(e.gaps, part) for e, part in zip(examples, np.split(first, ends), strict=True)]
    weights, bias, second = _fit_second(seen, truth, inner & ~held_out)
    _report("second look", truth, second, source, inner & held_out)
    tables = {"CURVES": curves, "OPENINGS": openings, "SECOND_LOOK": weights, "BIAS": bias, **_CHOSEN}
    arguments.out.write_text(_written(tables), encoding="utf-8")


def describe(wall: Wall) -> Example:
    """Split a wall into sentences and look at every gap."""
    sentences = split_sentences(wall.text)
    starts = set(wall.starts)
    truth = np.array([float(sentence.start in starts) for sentence in sentences])
    return Example(describe_gaps(wall.text, sentences), truth, wall.source.split(":")[0])


def _fit_first(examples: Sequence[Example], truth: Any, chosen: Any) -> tuple[dict[str, Any], dict[str, float], Any]:
    """Fit the additive model: for each feature a curve through its quantiles, for each opening a weight."""
    columns, knots = list[Any](), dict[str, Any]()
    for name in examples[0].gaps.features:
        values = np.concatenate([example.gaps.features[name] for example in examples])
        knots[name] = np.unique(np.quantile(values[chosen], np.linspace(0, 1, _KNOTS + 1)).round(3))
        columns.append(_hats(values, knots[name]))
    vocabulary = _vocabulary(examples)
    rows = [set(row) for example in examples for row in example.gaps.openings]
    pairs = [(row, vocabulary[words]) for row, found in enumerate(rows) for words in found if words in vocabulary]
    places = np.array(pairs).T
    columns.append(sparse.csr_matrix((np.ones(len(pairs)), places), shape=(len(rows), len(vocabulary))))
    matrix = sparse.hstack(columns).tocsr()
    model = LogisticRegression(C=0.1, max_iter=400).fit(matrix[chosen], truth[chosen])
    weights, position, curves = model.coef_[0], 0, {}
    share = float(model.intercept_[0]) / len(knots)
    for name, points in knots.items():
        values = weights[position : position + len(points)] + share
        curves[name] = (tuple(points.tolist()), tuple(values.round(3).tolist()))
        position += len(points)
    openings = {words: round(float(weights[position + column]), 3) for words, column in vocabulary.items()}
    kept = {words: weight for words, weight in sorted(openings.items()) if abs(weight) >= 0.1}
    return curves, kept, model.decision_function(matrix)


def _hats(values: Any, knots: Any) -> Any:
    """Return the basis of linear interpolation between knots, one column a knot."""
    clipped = np.clip(values, knots[0], knots[-1])
    right = np.clip(np.searchsorted(knots, clipped, side="right"), 1, max(len(knots) - 1, 1))
    if len(knots) == 1:
        return sparse.csr_matrix(np.ones((len(values), 1)))
    width = knots[right] - knots[right - 1]
    part = (clipped - knots[right - 1]) / width
    row = np.arange(len(values))
    data, places = np.concatenate([1 - part, part]), (np.tile(row, 2), np.concatenate([right - 1, right]))
    return sparse.csr_matrix((data, places), shape=(len(values), len(knots)))


def _vocabulary(examples: Sequence[Example]) -> dict[str, int]:
    """Keep opening characters that many walls of several sources use; news names its agencies, so it is left out."""
    walls, sources = defaultdict[str, set[int]](set), defaultdict[str, set[str]](set)
    for number, example in enumerate(examples):
        if example.source != "news":
            for words in {words for row in example.gaps.openings for words in row}:
                walls[words].add(number)
                sources[words].add(example.source)
    kept = sorted(
        words for words, found in walls.items() if len(found) >= _OPENING_WALLS * (1 if len(sources[words]) > 1 else 2)
    )
    return {words: column for column, words in enumerate(kept)}


def _fit_second(seen: Sequence[dict[str, Any]], truth: Any, chosen: Any) -> tuple[dict[str, float], float, Any]:
    names = list(seen[0])
    matrix = np.stack([np.concatenate([one[name] for one in seen]) for name in names], axis=1)
    mean, deviation = matrix[chosen].mean(axis=0), matrix[chosen].std(axis=0)
    model = LogisticRegression(C=0.1, max_iter=400).fit(((matrix - mean) / deviation)[chosen], truth[chosen])
    weights = model.coef_[0] / deviation
    bias = float(model.intercept_[0] - (weights * mean).sum())
    return {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)}, round(bias, 4), matrix @ weights + bias


def _report(name: str, truth: Any, scores: Any, source: Any, chosen: Any) -> None:
    for kind in ("all", *sorted(set(source))):
        rows = chosen & ((source == kind) | (kind == "all"))
        precision = average_precision_score(truth[rows], scores[rows])
        area = roc_auc_score(truth[rows], scores[rows])
        print(f"{name:12} {kind:8} average precision {precision:.3f}  area {area:.3f}")


def _written(tables: dict[str, Any]) -> str:
    lines = [
        '"""What opens a topic, as learned: a table made by training/sections.py, not edited by hand.',
        "",
        "Takes    nothing",
        "Gives    curves over the features of gaps.py (knots, log odds), weights of opening characters, length prior",
        "Touches  nothing          Never  code",
        '"""',
        "",
        "# fmt: off",
        "# ruff: noqa: E501",
    ]
    for name, table in tables.items():
        kind = {"CURVES": "dict[str, tuple[tuple[float, ...], tuple[float, ...]]]", "OPENINGS": "dict[str, float]",
                "SECOND_LOOK": "dict[str, float]"}.get(name, "float")  # fmt: skip
        lines.append("")
        if not isinstance(table, dict):
            lines.append(f"{name}: {kind} = {table!r}")
            continue
        lines.append(f"{name}: {kind} = {{")
        lines += [f"    {json.dumps(key, ensure_ascii=False)}: {value!r}," for key, value in table.items()]
        lines.append("}")
    return "\n".join(lines) + "\n"


def kept_apart(paths: Sequence[Path]) -> list[str]:
    """Read the texts that training must not meet: text files of a folder, or JSON lines."""
    texts = list[str]()
    for path in paths:
        if path.is_dir():
            texts += [file.read_text(encoding="utf-8") for file in sorted(path.glob("*.txt"))]
        else:
            texts += [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    return texts


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the raw_*.jsonl.zst files")
    parser.add_argument("--kept-apart", type=Path, nargs="+", required=True, help="texts that training must not meet")
    parser.add_argument("--out", type=Path, default=Path("corpus/topic_weights.py"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
