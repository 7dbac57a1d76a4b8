"""Fusion: two arms' evidence into one probability, by hand and in general.

Takes    scores and weights made up, the learned weights
Gives    tests          Never  search
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from index.fusion import EVIDENCE, FusionWeights, QuestionTraits, evidence, fuse, traits_of
from index.types import Terms
from tests.index.fakes import terms_of

SCORES = some.lists(some.tuples(some.floats(0, 1, width=32), some.floats(0, 1, width=32)), min_size=1, max_size=8)
TRAITS = some.builds(QuestionTraits, some.floats(0, 1), some.floats(0, 1), some.integers(0, 500))


def weights_of(*rows: list[float]) -> FusionWeights:
    """Return weights with these rows."""
    return FusionWeights(np.array(rows, np.float64))


def sigmoid(logit: float) -> float:
    """Return the probability of a logit."""
    return 1 / (1 + math.exp(-logit))


def test_a_table_worked_by_hand() -> None:
    """Dense scores 0.9, 0.8, 0.5 are cosines 0.8, 0.6, 0; lexical scores 0.25, 0.64, 0 have the roots 0.5, 0.8, 0."""
    dense, lexical = np.float32([0.9, 0.8, 0.5]), np.float32([0.25, 0.64, 0.0])
    expected = [
        [1, 0.8, 0.0, 0.5, -0.3, (0.25 / 0.66) ** 2],
        [1, 0.6, -0.2, 0.8, 0.0, (0.64 / 0.66) ** 2],
        [1, 0.0, -0.8, 0.0, -0.8, 0.0],
    ]
    assert evidence(dense, lexical).tolist() == [pytest.approx(row, abs=1e-6) for row in expected]
    weights = weights_of([-1, 0, 0, 0], [2, 0, 0, 0], [1, 0, 0, 0], [0, 3, 0, 0], [0, 0, 1, 0], [0, 0, 2, 0])
    # All letters Han, half of the words known: -1 + 2c + (behind) + 3r + (behind) / 2 + share squared.
    scores = fuse(dense, lexical, QuestionTraits(1.0, 0.5, 3), weights)
    shares = [(0.25 / 0.66) ** 2, (0.64 / 0.66) ** 2, 0]
    known = [-1 + 1.6 + 0 + 1.5 - 0.15, -1 + 1.2 - 0.2 + 2.4 + 0, -1 + 0 - 0.8 + 0 - 0.4]
    logits = [logit + share for logit, share in zip(known, shares, strict=True)]
    assert scores.tolist() == pytest.approx([sigmoid(logit) for logit in logits], abs=1e-5)


@given(SCORES, TRAITS, some.data())
def test_more_evidence_never_lowers_a_score(
    pairs: list[tuple[float, float]], traits: QuestionTraits, data: some.DataObject
) -> None:
    """With weights that are not negative, a candidate whose score grows in one arm does not lose."""
    rows = some.lists(some.floats(0, 5), min_size=4, max_size=4)
    weights = weights_of(*(data.draw(rows) for _ in EVIDENCE))
    place, arm = data.draw(some.integers(0, len(pairs) - 1)), data.draw(some.integers(0, 1))
    before = np.array(pairs, np.float32)
    after = before.copy()
    after[place, arm] = data.draw(some.floats(float(before[place, arm]), 1, width=32))
    scores = [fuse(each[:, 0], each[:, 1], traits, weights)[place] for each in (before, after)]
    assert scores[1] >= scores[0] - 1e-6


@given(SCORES, TRAITS)
def test_scores_are_probabilities(pairs: list[tuple[float, float]], traits: QuestionTraits) -> None:
    """Under the learned weights: finite, in [0, 1], one for each candidate."""
    table = np.array(pairs, np.float32)
    scores = fuse(table[:, 0], table[:, 1], traits, FusionWeights.load())
    assert scores.shape == (len(pairs),)
    assert ((scores >= 0) & (scores <= 1)).all()


def test_no_candidates_have_no_scores() -> None:
    """An empty table is not an error."""
    nothing = np.empty(0, np.float32)
    assert fuse(nothing, nothing, QuestionTraits(0, 0, 0), FusionWeights.load()).shape == (0,)


def test_the_best_of_both_arms_wins_under_the_learned_weights() -> None:
    """Whatever the question is like, who leads both arms leads the answer."""
    for question, terms in (("成都都市圈如何推进通勤？", terms_of("成都", "通勤")), ("What is RRF?", terms_of("rrf"))):
        traits = traits_of(question, terms, 1.0)
        scores = fuse(np.float32([0.95, 0.7, 0.8]), np.float32([0.6, 0.1, 0.0]), traits, FusionWeights.load())
        assert scores.argmax() == 0


@pytest.mark.parametrize(
    ("question", "han_share"), [("通勤abc12。", 0.4), ("？！ 12", 0.0), ("", 0.0), ("轨道", 1.0), ("abc", 0.0)]
)
def test_the_share_of_han_is_of_letters(question: str, han_share: float) -> None:
    """Digits and marks are none."""
    assert traits_of(question, Terms((), (), ()), 0.5) == QuestionTraits(han_share, 0.5, 0)


@pytest.mark.parametrize(
    "content",
    [
        "not JSON",
        "[]",
        "{}",
        '{"weights": []}',
        json.dumps({"weights": {name: [1, 2, 3] for name in EVIDENCE}}),
        json.dumps({"weights": {name: "abcd" for name in EVIDENCE}}),
        json.dumps({"weights": {name: [1, 2, 3, None] for name in EVIDENCE}}),
        json.dumps({"weights": {name: [0, 0, 0, 0] for name in EVIDENCE[1:]}}),
        json.dumps({"weights": {name: [0, 0, 0, 0] for name in (*EVIDENCE, "more")}}),
    ],
)
def test_a_file_of_other_weights_is_refused(tmp_path: Path, content: str) -> None:
    """The message names the file, what was expected and the remedy."""
    path = tmp_path / "fusion.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"fusion\.json: expected rows \['nothing', .*\] of 4 numbers; run `python -m"):
        FusionWeights.load(path)
