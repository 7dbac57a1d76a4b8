"""How much of a part must be looked at: measured by brute force on a sample when the part is made.

Takes    PartData with a quantised index
Gives    the same with the number of lists to probe and of rows to score again, and the recall@10 that this reaches
Touches  numpy          Never  faiss: that is parts.py's; text, files
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.parts import PORTION, PartData, Scan
from index.types import Vectors

# So many rows are scored again by their float16 values: the first number that keeps recall on the sample.
_RESCORED = (250, 350, 500, 1000, 2000, 4000)

# Questions are no sample: among 1,000,000 passages they had 0.975, 0.981, 0.987 and 0.991 with 107, 161, 242 and 363 of
# 1000 lists, the sample 0.986, 0.991 and, with 363, 0.995. A sample of 64 asked for 71 lists in one build, for 161 in
# another and for more than 333 in a third.
_MARGIN = 1.5
_SAMPLE = 256
_WANTED_RECALL = 0.99
# A question is farther from its passage than the passage from itself, and in the direction of other texts, not of
# noise, which would move it no nearer to any: the sample's cosine to its row is about 0.7.
_NOISE = 1.0


def measured(data: PartData) -> PartData:
    """Return the data with as many rows scored again and lists probed as recall@10 needs on a sample, and it."""
    chance = np.random.default_rng(1)
    places = np.sort(chance.choice(len(data.keys), min(_SAMPLE, len(data.keys)), replace=False))
    rows = data.rows[places].astype(np.float32)
    others = chance.integers(0, len(data.keys), (2, len(rows)))
    away = data.rows[others[0]].astype(np.float32) - data.rows[others[1]].astype(np.float32)
    lengths = np.linalg.norm(away, axis=1, keepdims=True) + np.float32(1e-6)
    asked = rows + _NOISE * away / lengths * np.linalg.norm(rows, axis=1, keepdims=True)
    true = _brute_force(data, asked, 10)
    lists = data.index.nlist
    for rescored in _RESCORED:
        data = replace(data, probes=lists, rescored=rescored)
        data = replace(data, recall=_recall(data, asked, true))
        if data.recall >= _WANTED_RECALL:
            break
    probes = max(1, lists // 32)
    while data.recall >= _WANTED_RECALL and probes < lists:
        if _recall(replace(data, probes=probes), asked, true) >= _WANTED_RECALL:
            chosen = replace(data, probes=min(round(_MARGIN * probes), lists))
            return replace(chosen, recall=_recall(chosen, asked, true))
        probes = -(-3 * probes // 2)
    return data


def _brute_force(data: PartData, asked: Vectors, count: int) -> list[set[int]]:
    best = np.full((len(asked), count), -np.inf, np.float32)
    places = np.zeros((len(asked), count), np.int64)
    for start in range(0, len(data.keys), PORTION):
        products = asked @ data.rows[start : start + PORTION].astype(np.float32).T
        joined = np.concatenate([best, products], axis=1)
        numbers = np.concatenate(
            [places, np.broadcast_to(np.arange(start, start + products.shape[1]), products.shape)], axis=1
        )
        order = np.argpartition(-joined, count - 1, axis=1)[:, :count]
        best, places = np.take_along_axis(joined, order, 1), np.take_along_axis(numbers, order, 1)
    return [set(row) for row in places.tolist()]


def _recall(data: PartData, asked: Vectors, true: list[set[int]]) -> float:
    scan = Scan(data, None)
    return float(np.mean([_share(scan.nearest(asked[i], 10, data.probes), true[i]) for i in range(len(asked))]))


def _share(found: tuple[NDArray[np.int64], Vectors], true: set[int]) -> float:
    places, products = found
    best = places[np.argsort(-products)[: len(true)]]
    return len(true & set(best.tolist())) / len(true)
