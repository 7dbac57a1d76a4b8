"""Where a text without headings changes its topic: learned signs at each gap, then the best division as a whole.

Takes    text, its sentences
Gives    the numbers of the sentences that open a topic; the first is always 0
Touches  numpy          Never  training, files, words beyond the table in topic_weights.py

Each gap is scored by a table that can be read, and by a small network (topic_network.py); both together are right more
often than either. The table looks twice. The first look adds up learned curves over what gaps.py sees there. The second
asks how far a sentence is made like the openings the first look believes in: documents open their sections in a manner
of their own ("X is …"), and no table can know it beforehand. A division is then chosen for the whole text at once, by
dynamic programming over the scores and over what lengths sections usually have.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from corpus.cohesion import Floats, Links
from corpus.gaps import Gaps, describe_gaps, standardize
from corpus.topic_network import network_scores
from corpus.topic_weights import (
    BIAS,
    CURVES,
    LENGTH_DEVIATION,
    LENGTH_MEDIAN,
    LENGTH_STRENGTH,
    OPENINGS,
    SCORE_FLOOR,
    SCORE_SHIFT,
    SECOND_LOOK,
)
from corpus.types import Sentence

_FRAME_TRUST = 4.0
_BLOCK, _CONTEXT = 8_000, 100
_CANDIDATES_BACK = 120
_INSIDE_PARAGRAPH = 4.0  # log odds against a topic that starts in the middle of a paragraph
_MOST_OPENING = 0.6
# Chosen on documents that neither was learned from: with less, documents of other sources lose; with more, others.
_MANNER_SHARE = 2.0
_MANNER = (
    "length", "simple", "clauses", "head_forward_8", "head_back_8", "common", "new",
    "length_to_following", "ordinal", "digits", "question", "forward_8", "back_8",
)  # fmt: skip


def topic_starts(text: str, sentences: Sequence[Sentence]) -> tuple[int, ...]:
    """Return which sentences open a topic, in order.

    >>> topic_starts("", ())
    ()
    """
    if len(sentences) < 4:
        return (0,) if sentences else ()
    scores = _scores_by_blocks(text, sentences) - _INSIDE_PARAGRAPH * _inside_paragraphs(text, sentences)
    return divide(scores, np.array([*(s.start for s in sentences), sentences[-1].end], dtype=np.float64))


def _scores_by_blocks(text: str, sentences: Sequence[Sentence]) -> Floats:
    """Score a long text piece by piece, each with some context: memory stays bounded, and rarity stays local."""
    scores = np.zeros(len(sentences))
    for low in range(0, len(sentences), _BLOCK):
        begin = max(0, low - _CONTEXT)
        part = sentences[begin : low + _BLOCK + _CONTEXT]
        offset = part[0].start
        moved = [Sentence(sentence.start - offset, sentence.end - offset) for sentence in part]
        if len(part) > 1:
            found = _both(text[offset : part[-1].end], moved)
            scores[low : low + _BLOCK] = found[low - begin : low - begin + _BLOCK]
    return scores


def _both(text: str, sentences: Sequence[Sentence]) -> Floats:
    """Add up both views, then look once more at the manner of the openings that they agree on."""
    gaps = describe_gaps(text, sentences)
    scores = gap_scores(gaps) + network_scores(text, sentences, gaps.features)
    return scores + _MANNER_SHARE * second_look(gaps, scores)["manner"]


def gap_scores(gaps: Gaps) -> Floats:
    """Return the log odds that a topic starts at each sentence; larger means likelier."""
    first = first_look(gaps)
    seen = second_look(gaps, first)
    score = np.full(len(first), BIAS)
    for name, weight in SECOND_LOOK.items():
        score += weight * seen[name]
    return score


def first_look(gaps: Gaps) -> Floats:
    """Add up the learned curves and the weights of the opening characters."""
    score = np.zeros(len(gaps.openings))
    for name, (knots, values) in CURVES.items():
        score += np.interp(gaps.features[name], knots, values)
    score += np.array([sum(OPENINGS.get(words, 0.0) for words in set(row)) for row in gaps.openings])
    return score


def second_look(gaps: Gaps, first: Floats) -> dict[str, Floats]:
    """Compare each sentence with those the first look takes for openings, itself left out."""
    believed = first.copy()
    believed[0] = first[1:].max()
    probability = 1 / (1 + np.exp(-believed))
    frame_mean, frame_for = _frame(gaps.links, probability)
    manner = _manner(gaps, probability)
    return {
        "first": believed,
        "first_here": standardize(believed),
        "frame": frame_mean,
        "frame_for": frame_for,
        "manner": manner,
        "manner_here": standardize(manner),
    }


def divide(scores: Floats, bounds: Floats) -> tuple[int, ...]:
    """Choose the starts that are best together: their scores, and how usual the lengths are (in log scale)."""
    count = len(scores)
    candidates = np.flatnonzero(scores > SCORE_FLOOR)
    places = np.concatenate([[0], candidates[candidates > 0], [count]])
    gains = np.concatenate([scores[places[:-1]] + SCORE_SHIFT, [0.0]])
    offsets = bounds[places]
    best, back = np.zeros(len(places)), np.zeros(len(places), dtype=np.int64)
    for here in range(1, len(places)):
        low = max(0, here - _CANDIDATES_BACK)
        lengths = np.log(np.maximum(offsets[here] - offsets[low:here], 1.0) / LENGTH_MEDIAN) / LENGTH_DEVIATION
        totals = best[low:here] - LENGTH_STRENGTH * 0.5 * lengths * lengths
        winner = int(totals.argmax())
        best[here], back[here] = totals[winner] + gains[here], low + winner
    starts, here = list[int](), len(places) - 1
    while here > 0:
        here = int(back[here])
        starts.append(int(places[here]))
    return tuple(reversed(starts))


def _inside_paragraphs(text: str, sentences: Sequence[Sentence]) -> Floats:
    """Return 1 for gaps inside a paragraph, where the line breaks of a text mark paragraphs; else 0 throughout.

    They do not where hardly any gap has one, or nearly every one; a line broken for its width ends in no mark.
    """
    opening = np.zeros(len(sentences))
    for number, (before, after) in enumerate(pairwise(sentences), 1):
        opening[number] = "\n" in text[before.end : after.start] and not text[before.end - 1].isalnum()
    marked = 3 <= opening.sum() <= _MOST_OPENING * len(sentences)
    return 1.0 - opening if marked else np.zeros(len(sentences))


def _frame(links: Links, probability: Floats) -> tuple[Floats, Floats]:
    """Return how much a sentence's word pieces are those of openings: on average, and counting only signs for it."""
    count = len(probability)
    base = float(probability.mean())
    if not len(links.piece):
        return np.zeros(count), np.zeros(count)
    own = probability[links.sentence]
    inside = np.bincount(links.piece, weights=own)[links.piece] - own
    others = links.spread - 1
    ratio = np.log((inside + _FRAME_TRUST * base) / ((others + _FRAME_TRUST) * base))
    ratio[others == 0] = 0.0
    pieces = np.sqrt(np.maximum(np.bincount(links.sentence, minlength=count), 1))
    return (
        np.bincount(links.sentence, weights=ratio, minlength=count) / pieces,
        np.bincount(links.sentence, weights=np.maximum(ratio, 0.0), minlength=count) / pieces,
    )


def _manner(gaps: Gaps, probability: Floats) -> Floats:
    """Return how alike in make (length, clauses, recurring head …) a sentence is to the believed openings."""
    base = float(probability.mean())
    total = np.zeros(len(probability))
    for name in _MANNER:
        values = standardize(gaps.features[name])
        leaning = (probability - base) * values
        total += (leaning.sum() - leaning) / (len(values) * base) * values
    return total / len(_MANNER)
