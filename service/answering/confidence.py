"""Evidence into a probability: does the corpus answer this question at all?

Takes    the best hits of a hybrid search, best first
Gives    confidence in [0, 1]
Touches  numpy, orjson          Never  text, search

A logistic regression on the log-odds of the best hit, its lead over the next ones, and how near it comes by meaning.
`python -m training.fusion` fits its weights on questions whose passage was in the corpus or was taken out of it, and on
near misses, and prints how well it does on questions kept apart.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from index.types import Hit

LEARNED_WEIGHTS = Path(__file__).parent / "confidence.json"

# The lead is over the mean of this many next hits.
_NEXT = 4


@dataclass(frozen=True, slots=True)
class ConfidenceWeights:
    """Weights of the regression, by feature; one that is not named counts nothing."""

    nothing: float = 0.0
    best: float = 0.0
    lead: float = 0.0
    cosine: float = 0.0

    @classmethod
    def load(cls, path: Path = LEARNED_WEIGHTS) -> "ConfidenceWeights":
        """Read the weights.

        :raises ValueError: if the file does not name exactly the features.
        """
        table = orjson.loads(path.read_bytes())["weights"]
        if tuple(table) != FEATURES:
            raise ValueError(f"{path}: expected weights for {list(FEATURES)}; run `python -m training.fusion`")
        return cls(**table)


FEATURES = tuple(field.name for field in fields(ConfidenceWeights))


def confidence(hits: Sequence[Hit], weights: ConfidenceWeights) -> float:
    """Return the probability that the corpus answers; 0 without hits."""
    if not hits:
        return 0.0
    nearness = max((sentence.score for sentence in hits[0].sentences), default=0.0)
    features = confidence_features([hit.score for hit in hits], nearness)
    return float(1.0 / (1.0 + np.exp(-features @ np.array(astuple(weights)))))


def confidence_features(scores: Sequence[float], nearness: float) -> NDArray[np.float64]:
    """Return (4,): 1, the log-odds of the best score, its lead over the mean of the next, and its cosine.

    `scores` are those of the hits, best first; `nearness` is the best hit's score in the dense arm; all in [0, 1].

    >>> confidence_features([0.5, 0.5], 0.75).tolist()
    [1.0, 0.0, 0.0, 0.5]
    """
    clipped = np.clip(np.asarray(scores[: 1 + _NEXT], np.float64), 1e-6, 1 - 1e-6)
    odds = np.log(clipped / (1 - clipped))
    lead = odds[0] - odds[1:].mean() if len(odds) > 1 else 0.0
    return np.array([1.0, odds[0], lead, 2 * nearness - 1])
