"""Fusion: arithmetic that a hand can follow, the same as a plain loop, and weights that are what they claim."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import EVIDENCE, FusionWeights, QuestionTraits, fuse, traits_of
from index.types import Terms

SCORES = st.lists(st.tuples(st.floats(0, 1, width=32), st.floats(0, 1, width=32)), min_size=1, max_size=20)
WEIGHTS = FusionWeights.load()


def by_hand(dense: list[float], lexical: list[float], traits: QuestionTraits, weights: FusionWeights) -> list[float]:
    """Do it one candidate and one product at a time."""
    cosines, words = [2 * score - 1 for score in dense], [math.sqrt(score) for score in lexical]
    results = []
    for cosine, word in zip(cosines, words, strict=True):
        evidence = [1.0, cosine, cosine - max(cosines), word, word - max(words)]
        question = [1.0, traits.han_share, traits.known_share, math.log2(1 + traits.words) / 4]
        logit = sum(
            weights.matrix[row][column] * evidence[row] * question[column] for row in range(5) for column in range(4)
        )
        results.append(1 / (1 + math.exp(-max(-40.0, min(40.0, logit)))))
    return results


@given(scores=SCORES, han=st.floats(0, 1), known=st.floats(0, 1), words=st.integers(0, 200))
def test_it_equals_a_plain_loop(scores: list[tuple[float, float]], han: float, known: float, words: int) -> None:
    """With the weights that ship; every result is a probability."""
    dense, lexical = ([pair[place] for pair in scores] for place in (0, 1))
    traits = QuestionTraits(han, known, words)
    fused = fuse(np.array(dense, np.float32), np.array(lexical, np.float32), traits, WEIGHTS)
    np.testing.assert_allclose(fused, by_hand(dense, lexical, traits, WEIGHTS), atol=1e-4)
    assert ((fused >= 0) & (fused <= 1)).all()


@pytest.mark.parametrize("traits", [QuestionTraits(1, 1, 8), QuestionTraits(1, 0.5, 3), QuestionTraits(0, 0, 8)])
def test_more_evidence_of_either_arm_never_lowers_a_score(traits: QuestionTraits) -> None:
    """For a Chinese question of known words, one of half known words, and an English one."""
    rising = np.linspace(0, 1, 11, dtype=np.float32)
    level = np.full(11, 0.6, np.float32)
    assert (np.diff(fuse(rising, level, traits, WEIGHTS)) >= -1e-6).all()
    assert (np.diff(fuse(level, rising, traits, WEIGHTS)) >= -1e-6).all()


def test_what_a_question_is_like() -> None:
    """Shares of letters, not of characters: marks and digits do not count."""
    assert traits_of("G60走廊?", Terms(("g60", "走廊"), (), ()), 0.5) == QuestionTraits(2 / 3, 0.5, 2)
    assert traits_of("2024", Terms((), (), ()), 0.0) == QuestionTraits(0.0, 0.0, 0)


@pytest.mark.parametrize("table", [{}, {"dense": [1, 2, 3, 4]}, {name: [1, 2, 3] for name in EVIDENCE}])
def test_a_table_of_another_shape_is_refused(tmp_path: Path, table: dict[str, list[int]]) -> None:
    """The message tells what makes a right one."""
    path = tmp_path / "fusion.json"
    path.write_text(json.dumps({"weights": table}), "utf-8")
    with pytest.raises(ValueError, match=r"training\.fusion"):
        FusionWeights.load(path)
