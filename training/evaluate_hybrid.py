"""How well passages are found in the encyclopaedic development sets: words alone, meaning alone, both.

Takes    the development sets whole; the product's own arms, embedder and fusion
Gives    nDCG@10 and first hits of each way, on the half that the fusion was fitted to and on the half kept apart
Touches  what training.fusion touches          Never  fits anything

    python -m training.evaluate_hybrid --data ../shared/data
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.embedder import SentenceEmbedder
from index.fusion import FusionWeights
from index.terms import Segmenter
from training.fusion import Case, Matrix, cases_of
from training.questions import dev_collections

_WHOLE = 1_000_000


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args().data
    embedder, segmenter, weights = SentenceEmbedder(), Segmenter(), FusionWeights.load().matrix.ravel()
    print("| set | passages | half | n | words alone | meaning alone | both |\n|---|---|---|---|---|---|---|")
    for collection in dev_collections(data, most=_WHOLE):
        cases = list(cases_of(collection, embedder, segmenter))
        for half in ("fitted", "apart"):
            chosen = [case for case in cases if case.question.judged == (half == "apart")]
            ways = ([case.lexical for case in chosen], [case.dense for case in chosen])
            figures = [told(chosen, scores) for scores in (*ways, [case.features @ weights for case in chosen])]
            row = (collection.name, len(collection.passages), half, len(chosen), *figures)
            print(f"| {' | '.join(map(str, row))} |", flush=True)


def told(cases: Sequence[Case], scores: Sequence[Matrix]) -> str:
    """Return nDCG@10, 1 / log2(1 + rank) of the right passage and 0 below rank 10, and the share of first hits."""
    ranks = np.array([_rank(case, each) for case, each in zip(cases, scores, strict=True)])
    gains = np.where(ranks <= 10, 1 / np.log2(1 + ranks), 0.0)
    return f"{gains.mean():.4f} / {(ranks == 1).mean():.3f}"


def _rank(case: Case, scores: Matrix) -> float:
    """Return the rank of the best right candidate; infinity if no arm brought one."""
    if not case.right.any():
        return np.inf
    return 1.0 + float((scores > scores[case.right].max()).sum())


if __name__ == "__main__":
    main()
