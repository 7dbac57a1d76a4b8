"""Evidence into a probability: more evidence, never less confidence.

Takes    scores
Gives    tests          Never  text
"""

from pathlib import Path

import pytest

from service.answering.confidence import ConfidenceWeights, confidence

WEIGHTS = ConfidenceWeights.load()
STEPS = [0.0, 1e-9, 0.1, 0.5, 0.9, 0.999, 1.0]


def test_without_hits_there_is_no_confidence() -> None:
    """Not a little: none."""
    assert confidence([], WEIGHTS) == 0.0


@pytest.mark.parametrize("others", [[], [0.1], [0.1] * 4, [0.0] * 9])
def test_a_better_best_hit_never_lowers_it(others: list[float]) -> None:
    """Monotone in the best score, and a probability at the ends too."""
    certainties = [confidence([best, *others], WEIGHTS) for best in STEPS if best >= max(others, default=0)]
    assert certainties == sorted(certainties)
    assert all(0.0 <= certainty <= 1.0 for certainty in certainties)


def test_the_shipped_weights_count_evidence_for_the_answer() -> None:
    """A strong hit is worth more than a weak one."""
    assert WEIGHTS.best + WEIGHTS.lead > 0
    assert confidence([0.95, 0.2, 0.2, 0.2, 0.2], WEIGHTS) > 0.5 > confidence([0.02, 0.02, 0.02], WEIGHTS)


@pytest.mark.parametrize(
    "table", ['{"nothing": 1.0, "best": 1.0}', '{"nothing": 1.0, "best": 1.0, "lead": 0.0, "more": 1.0}']
)
def test_weights_of_other_features_are_refused(tmp_path: Path, table: str) -> None:
    """The file, what was expected, and how to make it."""
    path = tmp_path / "confidence.json"
    path.write_text(f'{{"weights": {table}}}', "utf-8")
    with pytest.raises(ValueError, match=r"training\.fusion"):
        ConfidenceWeights.load(path)
