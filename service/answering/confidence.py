"""Evidence into a probability: does the corpus answer this question at all?

Takes    the scores of the best hits of a hybrid search, best first
Gives    confidence in [0, 1]
Touches  numpy          Never  text, search

A logistic regression on the log-odds of the best hit and its lead over the next ones. `python -m training.fusion` fits
its weights on written questions whose passage was in the corpus or was taken out of it, and prints how well it does on
questions kept apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

LEARNED_WEIGHTS = Path(__file__).parent / "confidence.json"

FEATURES = ("nothing", "best", "lead")


@dataclass(frozen=True, slots=True)
class ConfidenceWeights:
    """Weights of the regression, by feature."""

    nothing: float
    best: float
    lead: float

    @classmethod
    def load(cls, path: Path = LEARNED_WEIGHTS) -> "ConfidenceWeights":
        """Read the weights.

        :raises ValueError: if the file does not name exactly the features.
        """
        table = orjson.loads(path.read_bytes())["weights"]
        if tuple(table) != FEATURES:
            raise ValueError(f"{path}: expected weights for {list(FEATURES)}; run `python -m training.fusion`")
        return cls(**table)


def confidence(scores: Sequence[float], weights: ConfidenceWeights) -> float:
    """Return the probability that the corpus answers; 0 without hits.

    >>> confidence([0.5, 0.5], ConfidenceWeights(nothing=0.0, best=1.0, lead=1.0))
    0.5
    """
    if not scores:
        return 0.0
    best, lead = confidence_features(scores)
    return float(1.0 / (1.0 + np.exp(-(weights.nothing + weights.best * best + weights.lead * lead))))


def confidence_features(scores: Sequence[float]) -> tuple[float, float]:
    """Return the log-odds of the best score, and its lead over the mean of the next four."""
    clipped = np.clip(np.asarray(scores[:5], np.float64), 1e-6, 1 - 1e-6)
    odds = np.log(clipped / (1 - clipped))
    others = odds[1:].mean() if len(odds) > 1 else odds[0]
    return float(odds[0]), float(odds[0] - others)
