"""What the folding of numbers does to search by words: the same questions with it and without, in one run.

Takes    every set of questions that may be tuned on
Gives    a table: questions, nDCG@10 and first hit right by words alone, without and with numbers folded
Touches  the lexical arm          Never  models, tunes

    python -m training.evaluate_folding --data DATA
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

import index.terms
from corpus.folding import fold, fold_characters
from index.lexical import LexicalIndex
from index.terms import Segmenter
from training.questions import Collection, dev_collections, written_collections

_DEPTH = 10


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with written/ and dev/")
    data = parser.parse_args().data
    collections = [*written_collections(data, (1000,)), *dev_collections(data, 1000)]
    segmenter = Segmenter()
    found: dict[str, dict[str, list[int]]] = {}
    for name, folding in (("without", fold_characters), ("with", fold)):
        index.terms.fold = folding  # type: ignore[attr-defined]
        found[name] = ranks(collections, segmenter)
    print(f"{'kind':14} {'n':>5}  {'without':>15}  {'with':>15}")
    for kind in found["with"]:
        figures = [found[name][kind] for name in ("without", "with")]
        columns = [f"{ndcg(ranked):.4f} / {np.mean(np.array(ranked) == 1):.3f}" for ranked in figures]
        print(f"{kind:14} {len(figures[0]):5}  {columns[0]:>15}  {columns[1]:>15}")


def ranks(collections: Iterable[Collection], segmenter: Segmenter) -> dict[str, list[int]]:
    """Return for each kind of question the rank of its first right passage, 0 where it is not among the first ten."""
    result: dict[str, list[int]] = defaultdict(list)
    for collection in collections:
        entries = [(number, segmenter.terms(texts[0])) for number, texts in enumerate(collection.passages)]
        snapshot = LexicalIndex().apply(entries, np.zeros(0, np.int64))
        for question in collection.questions:
            if question.rows:
                keys = snapshot.search(segmenter.terms(question.text), _DEPTH, None).keys.tolist()
                result[question.kind].append(next((n for n, key in enumerate(keys, 1) if key in question.rows), 0))
    return result


def ndcg(ranked: list[int]) -> float:
    """Return the mean nDCG@10 of questions with one right passage, by the rank it was found at."""
    return float(np.mean([1 / np.log2(rank + 1) if rank else 0.0 for rank in ranked]))


if __name__ == "__main__":
    main()
