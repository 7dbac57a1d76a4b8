"""Evidence into a probability: more evidence, never less confidence.

Takes    hits made up
Gives    tests          Never  text
"""

import math
from pathlib import Path

import pytest

from index.types import FoundSentence, Hit, StoredPassage
from service.answering.confidence import ConfidenceWeights, confidence

WEIGHTS = ConfidenceWeights.load()
STEPS = [0.0, 1e-9, 0.1, 0.5, 0.9, 0.999, 1.0]
PASSAGE = StoredPassage(1, "p", "d", "t", "s", 0, 2, None, "通勤", ())


def hits_of(scores: list[float], nearness: float = 0.8) -> list[Hit]:
    """Return hits with these scores; each comes as near by meaning as is told."""
    sentences = (FoundSentence(0, 1, nearness / 2), FoundSentence(1, 2, nearness))
    return [Hit(rank, score, None, None, PASSAGE, (), sentences) for rank, score in enumerate(scores, start=1)]


def test_without_hits_there_is_no_confidence() -> None:
    """Not a little: none."""
    assert confidence([], WEIGHTS) == 0.0


@pytest.mark.parametrize("others", [[], [0.1], [0.1] * 4, [0.0] * 9])
def test_a_better_best_hit_never_lowers_it(others: list[float]) -> None:
    """Monotone in the best score, and a probability at the ends too."""
    certainties = [confidence(hits_of([best, *others]), WEIGHTS) for best in STEPS if best >= max(others, default=0)]
    assert certainties == sorted(certainties)
    assert all(0.0 <= certainty <= 1.0 for certainty in certainties)


def test_the_best_sentence_tells_how_near_the_best_hit_comes() -> None:
    """Worked by hand: log-odds 0, lead 0, cosine 2 * 0.75 - 1."""
    weights = ConfidenceWeights(cosine=3)
    assert confidence(hits_of([0.5], 0.75), weights) == pytest.approx(1 / (1 + math.exp(-1.5)))


def test_the_shipped_weights_count_evidence_for_the_answer() -> None:
    """A strong hit is worth more than a weak one."""
    assert WEIGHTS.best + WEIGHTS.lead > 0
    strong = confidence(hits_of([0.95, 0.2, 0.2, 0.2, 0.2], 0.9), WEIGHTS)
    assert strong > 0.5 > confidence(hits_of([0.02, 0.02, 0.02], 0.55), WEIGHTS)


@pytest.mark.parametrize(
    "table", ['{"nothing": 1.0, "best": 1.0}', '{"nothing": 1.0, "best": 1.0, "lead": 0.0, "more": 1.0}']
)
def test_weights_of_other_features_are_refused(tmp_path: Path, table: str) -> None:
    """The file, what was expected, and how to make it."""
    path = tmp_path / "confidence.json"
    path.write_text(f'{{"weights": {table}}}', "utf-8")
    with pytest.raises(ValueError, match=r"training\.fusion"):
        ConfidenceWeights.load(path)
