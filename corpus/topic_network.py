"""A small network's view of each gap: which words begin a topic, and how far the words before and after agree.

Takes    text, its sentences, the table of gaps.py
Gives    log odds for each gap that a topic starts there; larger means likelier
Touches  numpy, the weights in topic_network.npz          Never  training, words in the clear, any other model

A sentence is a sum of learned vectors of its characters and pairs (hashed), another of how it begins and ends. With the
signs of gaps.py and the likeness of what stands before and after, four dilated convolutions over the sentences
(Yu and Koltun, 2016) look at up to 15 neighbours on each side. training/topic_network.py makes the weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.cohesion import Floats, Integers, codes_of, is_letter, is_wide
from corpus.types import Sentence

WEIGHTS = Path(__file__).parent / "topic_network.npz"
BODY_BITS, EDGE_BITS = 14, 13
REACHES = (1, 2, 4, 8)  # of the likeness before and after, in sentences, and of the convolutions
_READ = 64  # characters of a sentence; more tell little and cost as much
_HEAD, _TAIL = 6, 3
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing, Knuth, The Art of Computer Programming, 6.4

Codes = NDArray[np.uint64]
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Hashed pieces and the sentence each belongs to: of what a sentence says, and of how it begins and ends."""

    body: Integers
    body_owner: Integers
    edge: Integers
    edge_owner: Integers


def network_scores(text: str, sentences: Sequence[Sentence], features: dict[str, Floats]) -> Floats:
    """Return the log odds at each gap; (n,) for n sentences."""
    weights = _weights()
    count = len(sentences)
    pieces = pieces_of(text, sentences)
    body = _summed(weights["body"], weights["body_scale"], pieces.body, pieces.body_owner, count)
    edge = _summed(weights["edge"], weights["edge_scale"], pieces.edge, pieces.edge_owner, count)
    table = np.stack([features[name] for name in weights["names"]], axis=1).astype(np.float32)
    signs = np.clip((table - weights["mean"]) / weights["deviation"], -4, 4)
    rows = np.concatenate([signs, body, edge, _likeness(body)], axis=1)
    hidden = np.maximum(rows @ weights["enter"].T + weights["enter_bias"], 0)
    for number, reach in enumerate(REACHES):
        if number == 2:
            hidden = hidden + np.maximum(weights["whole"] @ hidden.mean(axis=0) + weights["whole_bias"], 0)
        hidden = hidden + np.maximum(_convolved(hidden, weights[f"look_{reach}"], reach) + weights[f"bias_{reach}"], 0)
    return np.asarray(hidden @ weights["leave"] + weights["leave_bias"], dtype=np.float64)


def pieces_of(text: str, sentences: Sequence[Sentence]) -> Pieces:
    """Hash the pieces of every sentence: the first 64 characters alone and in pairs; the first six, the last three.

    The three that begin it count together too.
    """
    codes = codes_of(text)
    starts = np.array([sentence.start for sentence in sentences], dtype=np.int64)
    ends = np.array([sentence.end for sentence in sentences], dtype=np.int64)
    read = np.minimum(ends - starts, _READ)
    owner = np.repeat(np.arange(len(starts)), read)
    inside = np.arange(len(owner)) - np.repeat(np.cumsum(read) - read, read)
    own = codes[starts[owner] + inside]
    word = is_wide(own) | is_letter(own)
    together = np.zeros(len(own), dtype=bool)
    together[:-1] = owner[:-1] == owner[1:]
    following = np.roll(own, -1)
    pair = (own << np.uint64(21)) | following
    paired = together & word & np.roll(word, -1)
    head = inside < _HEAD
    place = np.minimum((inside + 1) // 2, 2).astype(np.uint64)
    opening = head & together & (inside < _HEAD - 1)
    begun = starts[ends - starts >= 3]
    three = (codes[begun] * np.uint64(31) + codes[begun + 1]) * np.uint64(1000003) + codes[begun + 2]
    tails = [(ends - back, np.flatnonzero(ends - starts >= back)) for back in range(1, _TAIL + 1)]
    edges = [
        (own[head] | (place[head] << np.uint64(52)), owner[head]),
        (pair[opening] | ((place[opening] + np.uint64(4)) << np.uint64(52)), owner[opening]),
        (three | _salt(9), np.flatnonzero(ends - starts >= 3)),
        *((codes[last[whose]] | _salt(11), whose) for last, whose in tails),
    ]
    return Pieces(
        body=_hashed(np.concatenate([own[word], pair[paired] | np.uint64(1 << 50)]), BODY_BITS),
        body_owner=np.concatenate([owner[word], owner[paired]]),
        edge=_hashed(np.concatenate([piece for piece, _ in edges]), EDGE_BITS),
        edge_owner=np.concatenate([whose for _, whose in edges]),
    )


def _salt(number: int) -> np.uint64:
    return np.uint64(number << 52)


def _hashed(pieces: Codes, bits: int) -> Integers:
    return ((pieces * _MULTIPLIER) >> np.uint64(64 - bits)).astype(np.int64)


def _summed(table: NDArray[np.int8], scale: Matrix, pieces: Integers, owner: Integers, count: int) -> Matrix:
    """Add up the vectors of each sentence's pieces, over the root of their number; by columns, to spare memory."""
    columns = [
        np.bincount(owner, weights=table[pieces, column], minlength=count) * scale[column]
        for column in range(table.shape[1])
    ]
    number = np.maximum(np.bincount(owner, minlength=count), 1)
    return np.asarray(np.stack(columns, axis=1) / np.sqrt(number)[:, None], dtype=np.float32)


def _likeness(body: Matrix) -> Matrix:
    """Return for each reach the cosine and the distance of the sums before and after each gap."""
    count = len(body)
    running = np.concatenate([np.zeros((1, body.shape[1])), np.cumsum(body, axis=0, dtype=np.float64)])
    gap, columns = np.arange(count), []
    for reach in REACHES:
        before = running[gap] - running[np.maximum(gap - reach, 0)]
        after = running[np.minimum(gap + reach, count)] - running[gap]
        lengths = np.maximum(np.linalg.norm(before, axis=1), 1e-3) * np.maximum(np.linalg.norm(after, axis=1), 1e-3)
        columns.append((before * after).sum(axis=1) / lengths)
        columns.append(np.sqrt(((before - after) ** 2).sum(axis=1) + 1e-6) / reach)
    return np.stack(columns, axis=1).astype(np.float32)


def _convolved(hidden: Matrix, kernel: Matrix, reach: int) -> Matrix:
    """Convolve over the sentences with three taps, `reach` apart; `kernel` is (3, width, width)."""
    count, width = hidden.shape
    padded = np.zeros((count + 2 * reach, width), dtype=np.float32)
    padded[reach : reach + count] = hidden
    taps = [padded[tap * reach : tap * reach + count] @ kernel[tap] for tap in range(3)]
    return np.asarray(taps[0] + taps[1] + taps[2], dtype=np.float32)


@cache
def _weights() -> dict[str, NDArray[Any]]:
    with np.load(WEIGHTS) as file:
        return {name: file[name] for name in file.files}
