"""Learn how the two arms' evidence is weighed, and when there is too little of it to answer.

Takes    written and added questions that the model was not trained on, half of the dev sets and of the sample's
Gives    index/fusion.json and service/answering/confidence.json, and what they reach on the other halves
Touches  torch (L-BFGS), the index's own arms          Never  questions of the halves kept apart, but to judge

    python -m training.fusion --data ../shared/data

A passage's score is a logistic regression over products of evidence and question traits (index/fusion.py). Its weights
minimise the cross entropy of the right passage among its rivals, plus a share of the plain one, which makes the score a
probability. Corpora of several sizes are made of the same passages, because scores depend on the size.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from corpus.passages import PassageSize
from index.dense import DenseSnapshot
from index.embedder import SentenceEmbedder
from index.fusion import EVIDENCE, LEARNED_WEIGHTS, evidence, traits_of
from index.lexical import LexicalIndex, LexicalSnapshot
from index.terms import Segmenter
from index.types import Vectors
from service.answering import confidence as answering
from training.questions import (
    Collection,
    Question,
    dev_collections,
    document_collections,
    sample_collection,
    written_collections,
)

_CANDIDATES = 50
_PLAIN_SHARE = 0.3
_PENALTY = 3e-3
_TRAITS = ("one", "han_share", "known_share", "length")

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """One question's candidates: products of evidence and traits (n, evidence * traits), and which are right (n,)."""

    question: Question
    collection: str
    features: Matrix
    right: NDArray[np.bool_]
    dense: Vectors
    lexical: Vectors


def main() -> None:
    """Fit, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--model", default="", help="another model than the bundled one")
    parser.add_argument("--dry-run", action="store_true", help="print, but write no file")
    arguments = parser.parse_args()
    embedder, segmenter = _Remembering(arguments.model), Segmenter()
    size = PassageSize(150, embedder.window, embedder.measure)
    collections = [*written_collections(arguments.data), *dev_collections(arguments.data)]
    collections += [*document_collections(arguments.data, size), sample_collection(arguments.data, size)]
    cases = [
        case
        for collection in tqdm(collections, desc="searching", unit="corpus")
        for case in cases_of(collection, embedder, segmenter)
    ]
    fitted = [case for case in cases if not case.question.judged]
    weights = fit(fitted)
    trust = fit_confidence(fitted, weights)
    report(cases, weights, trust)
    if not arguments.dry_run:
        write(weights, trust)


class _Remembering(SentenceEmbedder):
    """Embeds a passage once, though several corpora hold it."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._known: dict[str, Vectors] = {}

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, rows of length 1."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, super().embed_passages(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def cases_of(collection: Collection, embedder: SentenceEmbedder, segmenter: Segmenter) -> Iterable[Case]:
    """Yield every question with the candidates that the two arms bring."""
    keys = np.arange(1, len(collection.passages) + 1, dtype=np.int64)
    texts = list(chain.from_iterable(collection.passages))
    embedded = dict(zip(texts, embedder.embed_passages(texts), strict=True))
    rows = [[(embedded[whole] + embedded[part]) / 2 for part in parts] for whole, *parts in collection.passages]
    counts = [len(parts) for parts in rows]
    dense = DenseSnapshot.empty(embedder.dimension).adding(np.repeat(keys, counts), np.concatenate(rows))
    terms = ((key, segmenter.terms(parts[0])) for key, parts in zip(keys.tolist(), collection.passages, strict=True))
    lexical = LexicalIndex().apply(terms, np.empty(0, np.int64))
    vectors = embedder.embed_questions([question.text for question in collection.questions])
    for question, vector in zip(collection.questions, vectors, strict=True):
        yield case_of(question, collection.name, vector, dense, lexical, segmenter)


def case_of(
    question: Question,
    collection: str,
    vector: Vectors,
    dense: DenseSnapshot,
    lexical: LexicalSnapshot,
    segmenter: Segmenter,
) -> Case:
    """Return the question with its candidates' evidence."""
    terms = segmenter.terms(question.text)
    words = lexical.asked(terms)
    found = np.union1d(dense.search(vector, _CANDIDATES).keys, words.candidates(_CANDIDATES))
    by_dense, by_lexical = dense.scores(vector, found), words.scores(found)
    traits = traits_of(question.text, terms, lexical.known_share(terms.words)).vector()
    products = (evidence(by_dense, by_lexical)[:, :, None] * traits).reshape(len(found), -1)
    right = np.array([key - 1 in question.rows for key in found.tolist()], bool)
    return Case(question, collection, products, right, by_dense, by_lexical)


def fit(cases: Sequence[Case]) -> Matrix:
    """Return the weights (evidence * traits,) that minimise the loss; each collection counts alike."""
    weights = torch.zeros(len(EVIDENCE) * len(_TRAITS), dtype=torch.float64, requires_grad=True)
    answerable = [case for case in cases if case.right.any()]
    names = [case.collection for case in answerable]
    shares = torch.tensor([1.0 / names.count(name) for name in names], dtype=torch.float64)
    features, right, there = _padded(answerable)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        losses = _losses(features @ weights, right, there)
        total = (losses * shares).sum() / shares.sum() + _PENALTY * weights.square().sum()
        total.backward()
        return total

    optimiser.step(loss)
    return weights.detach().numpy()


def _padded(cases: Sequence[Case]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return features (m, n, k), which candidates are right (m, n), and which are there at all (m, n)."""
    most = max(len(case.right) for case in cases)
    features = torch.zeros(len(cases), most, cases[0].features.shape[1], dtype=torch.float64)
    right, there = torch.zeros(2, len(cases), most, dtype=torch.bool)
    for row, case in enumerate(cases):
        features[row, : len(case.right)] = torch.from_numpy(case.features)
        right[row, : len(case.right)] = torch.from_numpy(case.right)
        there[row, : len(case.right)] = True
    return features, right, there


def _losses(logits: torch.Tensor, right: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
    nowhere = torch.full_like(logits, -1e9)
    among_rivals = torch.logsumexp(torch.where(there, logits, nowhere), 1)
    among_rivals = among_rivals - torch.logsumexp(torch.where(right, logits, nowhere), 1)
    plain = torch.nn.functional.binary_cross_entropy_with_logits(logits, right.double(), reduction="none")
    return among_rivals + _PLAIN_SHARE * (plain * there).sum(1)


def fit_confidence(cases: Sequence[Case], weights: Matrix) -> dict[str, float]:
    """Return the weights of the confidence: answered questions against the same ones without their passage."""
    features, answered = confidence_rows(cases, weights)
    matrix = torch.from_numpy(features)
    target = torch.from_numpy(answered.astype(np.float64))
    balance = torch.where(target > 0, 0.5 / target.mean(), 0.5 / (1 - target.mean()))
    parameters = torch.zeros(matrix.shape[1], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([parameters], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = torch.nn.functional.binary_cross_entropy_with_logits(matrix @ parameters, target, weight=balance)
        value.backward()
        return value

    optimiser.step(loss)
    return dict(zip(answering.FEATURES, parameters.detach().tolist(), strict=True))


def confidence_rows(cases: Sequence[Case], weights: Matrix) -> tuple[Matrix, NDArray[np.bool_]]:
    """Return features (m, 4) and whether the question was answerable (m,).

    A question whose passage was found counts once with it, and once as if it were not in the corpus.
    """
    rows, answered = [], []
    for case in cases:
        for among, is_answered in ((np.ones_like(case.right), True), (~case.right, False)):
            if among.any() and (case.right.any() or not is_answered):
                rows.append(_confidence_row(case, _probabilities(case.features @ weights), among))
                answered.append(is_answered)
    return np.array(rows), np.array(answered)


def _confidence_row(case: Case, scores: Matrix, among: NDArray[np.bool_]) -> Matrix:
    """Return the features that answering would see if only these candidates were in the corpus."""
    order = np.flatnonzero(among)[np.argsort(-scores[among], kind="stable")]
    return answering.confidence_features(scores[order].tolist(), case.dense[order[0]])


def _probabilities(logits: Matrix) -> Matrix:
    return 1.0 / (1.0 + np.exp(-logits))


def report(cases: Sequence[Case], weights: Matrix, trust: dict[str, float]) -> None:
    """Print the accuracy of the first hit on the half kept apart, for each arm, plain fusions and this one."""
    judged = [case for case in cases if case.question.judged]
    ways = {
        "lexical": lambda case: case.lexical,
        "dense": lambda case: case.dense,
        "reciprocal ranks": lambda case: _reciprocal(case.dense) + _reciprocal(case.lexical),
        "min-max, equal": lambda case: _unit(case.dense) + _unit(case.lexical),
        "learned": lambda case: case.features @ weights,
    }
    kinds = sorted({(case.collection, case.question.kind) for case in judged if case.question.rows})
    print(f"{'first hit right, on the half kept apart':<44}{'n':>5}  " + "".join(f"{way:>18}" for way in ways))
    for collection, kind in kinds:
        asked = [case for case in judged if (case.collection, case.question.kind) == (collection, kind)]
        figures = [np.mean([_first_right(case, way(case)) for case in asked]) for way in ways.values()]
        print(f"{collection + ' ' + kind:<44}{len(asked):>5}  " + "".join(f"{figure:>18.3f}" for figure in figures))
    features, answered = confidence_rows(judged, weights)
    certainty = _probabilities(features @ np.array(list(trust.values())))
    print(f"confidence: area under the curve {_area(certainty, answered):.3f} on {len(answered)} questions kept apart")


def _first_right(case: Case, scores: Matrix) -> bool:
    return bool(len(scores) and case.right[int(np.argmax(scores))])


def _reciprocal(scores: Vectors) -> Matrix:
    """Return the reciprocal ranks (Cormack et al. 2009), 0 for what the arm has not found at all."""
    ranks = np.argsort(np.argsort(-scores, kind="stable"), kind="stable")
    return np.where(scores > 0, 1.0 / (60.0 + 1.0 + ranks), 0.0)


def _unit(scores: Vectors) -> Matrix:
    spread = float(scores.max(initial=0.0) - scores.min(initial=1.0))
    return (scores - scores.min(initial=1.0)).astype(np.float64) / (spread or 1.0)


def _area(certainty: Matrix, answered: NDArray[np.bool_]) -> float:
    """Return the probability that an answerable question is given more confidence than another one."""
    ranks = np.argsort(np.argsort(certainty)) + 1
    positives = int(answered.sum())
    return float((ranks[answered].sum() - positives * (positives + 1) / 2) / (positives * (len(answered) - positives)))


def write(weights: Matrix, trust: dict[str, float]) -> None:
    """Write both tables of weights, readable."""
    rows = weights.reshape(len(EVIDENCE), len(_TRAITS)).round(4).tolist()
    fusion = {
        "made_by": "python -m training.fusion",
        "columns": _TRAITS,
        "weights": dict(zip(EVIDENCE, rows, strict=True)),
    }
    confidence = {
        "made_by": "python -m training.fusion",
        "weights": {name: round(value, 4) for name, value in trust.items()},
    }
    for path, table in ((LEARNED_WEIGHTS, fusion), (answering.LEARNED_WEIGHTS, confidence)):
        path.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
