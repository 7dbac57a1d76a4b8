"""Two arms' evidence into one score: how probable it is that a passage answers, given what each arm says of it.

Takes    for each candidate its dense and its lexical score, both (n,) in [0, 1]; what the question is like
Gives    scores (n,) in [0, 1], larger is better
Touches  numpy          Never  search, text

No single weight serves: on the written questions the best fixed weight of the dense arm was 0.7 for colloquial, 0.3 for
formal and nearly 1 for English questions. So the evidence of each arm is weighed by what the question is like: a
logistic regression over the products of both. Its weights, in fusion.json, are learned from written questions by
`python -m training.fusion`, which also prints what they reach on questions kept apart.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from index.types import Terms, Vectors

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")

LEARNED_WEIGHTS = Path(__file__).parent / "fusion.json"


@dataclass(frozen=True, slots=True)
class QuestionTraits:
    """What a question is like: the share of its letters that are Han, of its words that the corpus knows, how long."""

    han_share: float
    known_share: float
    words: int

    def vector(self) -> NDArray[np.float64]:
        """Return (4,): 1, the two shares, and the length as log2(1 + words) / 4."""
        return np.array([1.0, self.han_share, self.known_share, np.log2(1 + self.words) / 4])


def traits_of(question: str, terms: Terms, known_share: float) -> QuestionTraits:
    """Return what a question is like, given which share of its words the corpus knows."""
    letters = len(_LETTER.findall(question))
    return QuestionTraits(len(_HAN.findall(question)) / max(letters, 1), known_share, len(terms.words))


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """Weights (evidence, traits) of the logistic regression; row and column names are in fusion.json."""

    matrix: NDArray[np.float64]

    @classmethod
    def load(cls, path: Path = LEARNED_WEIGHTS) -> "FusionWeights":
        """Read the weights.

        :raises ValueError: if the file does not hold a row for each kind of evidence, each with four numbers.
        """
        try:
            table: Mapping[str, list[float]] = orjson.loads(path.read_bytes())["weights"]
            matrix = np.array([table[name] for name in EVIDENCE], np.float64)
        except (KeyError, TypeError, ValueError) as error:
            raise _unfit(path) from error
        if len(table) != len(EVIDENCE) or matrix.shape != (len(EVIDENCE), 4) or not np.isfinite(matrix).all():
            raise _unfit(path)
        return cls(matrix)


def _unfit(path: Path) -> ValueError:
    return ValueError(f"{path}: expected rows {list(EVIDENCE)} of 4 numbers; run `python -m training.fusion`")


EVIDENCE = (
    "nothing",
    "dense",
    "dense_behind_best",
    "lexical",
    "lexical_behind_best",
    "share_of_best_squared",
)
# Below this the best lexical score is small itself, and a share of it says little.
_LITTLE = 0.02


def evidence(dense: Vectors, lexical: Vectors) -> NDArray[np.float64]:
    """Return (n, 6): one, each arm's score, and how far each stays behind the best candidate of its arm.

    Dense scores of one corpus live in a narrow band around 0.7, so they are spread out as cosines, and lexical scores,
    most of them small, as roots. Where half of a question's words are nowhere in a small corpus all lexical scores are
    small, and only their shares of the best tell that one passage alone has the other half.
    """
    cosines = 2.0 * dense.astype(np.float64) - 1.0
    words = lexical.astype(np.float64)
    behind = [values - values.max(initial=-1.0) for values in (cosines, np.sqrt(words))]
    share = words / (words.max(initial=0.0) + _LITTLE)
    return np.stack([np.ones(len(dense)), cosines, behind[0], np.sqrt(words), behind[1], share**2], axis=1)


def fuse(dense: Vectors, lexical: Vectors, traits: QuestionTraits, weights: FusionWeights) -> Vectors:
    """Return the probability (n,) that each candidate answers the question.

    >>> weights = FusionWeights(np.array([[0.0] * 4, [1, 0, 0, 0], [0] * 4, [2, 0, 0, 0], *[[0] * 4] * 2]))
    >>> scores = fuse(np.float32([1.0, 0.5]), np.float32([0.0, 0.25]), QuestionTraits(1, 1, 3), weights)
    >>> [f"{score:.3f}" for score in scores]   # 1 / (1 + exp(-1)): cosine 1, or square root 0.5 counted twice
    ['0.731', '0.731']
    """
    logits = evidence(dense, lexical) @ weights.matrix @ traits.vector()
    return (1.0 / (1.0 + np.exp(-np.clip(logits, -40, 40)))).astype(np.float32)
