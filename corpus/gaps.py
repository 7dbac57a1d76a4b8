"""What can be seen at each gap between two sentences: signs that a new topic starts there, or that it does not.

Takes    text, its sentences
Gives    a table of features, one row per sentence (row i describes the gap before sentence i), and openings
Touches  numpy          Never  weights, decisions, files
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus.cohesion import Floats, Links, link_sentences, portion, shared_weight, weigh, window_sum
from corpus.types import Sentence

_HEAD = 8
_ORDINAL = re.compile(
    r"第[〇零一二三四五六七八九十百千\d]+[章节条编部篇]|[（(]?[一二三四五六七八九十]+[、）)]|[（(]?\d{1,2}[、）)．]|\d{1,2}\.(?!\d)"
    r"|[①-⑳]|[一二三四五六七八九十]是"
)
_CLAUSE = re.compile(r"[,，;；:：]")


@dataclass(frozen=True, slots=True)
class Gaps:
    """Row i describes the gap before sentence i."""

    links: Links
    features: dict[str, Floats]
    openings: list[tuple[str, ...]]


def describe_gaps(text: str, sentences: Sequence[Sentence]) -> Gaps:
    """Return what is seen at every gap."""
    count = len(sentences)
    spoken = [_without_ordinal(text, sentence) for sentence in sentences]
    links = link_sentences(text, spoken)
    single = link_sentences(text, spoken, singly=True)
    features = {**_cohesion(links, count), **_chains(links, count)}
    for name, values in {**_cohesion(single, count), **_chains(single, count)}.items():
        features["single_" + name] = values
    features.update(_lead(links, count))
    features.update(_shape(text, sentences))
    return Gaps(links, features, [opening(text, s, own) for s, own in zip(sentences, spoken, strict=True)])


def opening(text: str, sentence: Sentence, spoken: Sentence) -> tuple[str, ...]:
    """Return the first one, two and three characters a sentence says, and the kind of its ordinal."""
    words = text[spoken.start : min(spoken.end, spoken.start + 3)]
    if spoken.start == sentence.start:
        return words[:1], words[:2], words
    kind = re.sub(r"[〇零一二三四五六七八九十百千\d①-⑳]+", "#", text[sentence.start : spoken.start].strip())
    return kind, words[:1], words[:2], words


def _without_ordinal(text: str, sentence: Sentence) -> Sentence:
    match = _ORDINAL.match(text, sentence.start, sentence.end)
    start = match.end() if match else sentence.start
    while start < sentence.end and text[start].isspace():
        start += 1
    return Sentence(start, sentence.end) if start < sentence.end else sentence


def _cohesion(links: Links, count: int) -> dict[str, Floats]:
    features: dict[str, Floats] = {}
    for reach in (1, 2, 4, 8, 16):
        shared = shared_weight(links, count, reach)
        before, after = window_sum(links.total, reach)
        value = shared / np.maximum(np.minimum(before, after), 1.0)
        features[f"shared_{reach}"] = value
        if reach in (4, 8):
            features[f"depth_{reach}"] = _depth(value, reach)
        features[f"shared_{reach}_here"] = standardize(value)
    return features


def _chains(links: Links, count: int) -> dict[str, Floats]:
    """Measure how much begins after a gap and ends before it: words that keep recurring form chains."""
    features: dict[str, Floats] = {}
    for hiatus in (4, 10):
        starting = weigh(links, count, (links.back > hiatus) & (links.forward <= hiatus))
        ending = weigh(links, count, (links.back <= hiatus) & (links.forward > hiatus))
        for reach in (1, 3):
            started, starts = window_sum(starting, reach)
            ends, _ = window_sum(ending, reach)
            before, after = (np.maximum(total, 1.0) for total in window_sum(links.total, reach))
            features[f"chains_start_{hiatus}_{reach}"] = starts / after
            features[f"chains_end_{hiatus}_{reach}"] = ends / before
            features[f"chains_change_{hiatus}_{reach}"] = standardize((starts + ends - started) / after)
    return features


def _lead(links: Links, count: int) -> dict[str, Floats]:
    features: dict[str, Floats] = {}
    head = links.offset < _HEAD
    for reach in (1, 3, 8):
        features[f"head_forward_{reach}"] = portion(links, count, links.forward <= reach, head)
        features[f"head_back_{reach}"] = portion(links, count, links.back <= reach, head)
        features[f"forward_{reach}"] = portion(links, count, links.forward <= reach)
        features[f"back_{reach}"] = portion(links, count, links.back <= reach)
    starting = (links.back > 8) & (links.forward <= 8)
    features["head_starting"] = portion(links, count, starting, head)
    features["starting"] = portion(links, count, starting)
    ending = (links.back <= 8) & (links.forward > 8)
    features["ending_before"] = _previous(portion(links, count, ending))
    features["forward_before"] = _previous(portion(links, count, links.forward <= 3))
    features["new"] = portion(links, count, links.back > count)
    features["common"] = portion(links, count, links.spread > max(2.0, 0.08 * count))
    for name in ("head_forward_8", "starting", "head_starting"):
        features[name + "_here"] = standardize(features[name])
    return features


def _shape(text: str, sentences: Sequence[Sentence]) -> dict[str, Floats]:
    length = np.array([sentence.end - sentence.start for sentence in sentences], dtype=np.float64)
    clauses = np.array([len(_CLAUSE.findall(text, s.start, s.end)) for s in sentences], dtype=np.float64)
    _, following = window_sum(length, 4)
    counted = np.minimum(4, len(length) - np.arange(len(length)))
    log_length = np.log(length)
    simple = (clauses == 0).astype(np.float64)
    question = np.array([text[s.end - 1] in "?？" for s in sentences], dtype=np.float64)
    ordinal = np.array([_ORDINAL.match(text, s.start) is not None for s in sentences], dtype=np.float64)
    semicolon = np.array([text[s.end - 1] in ";；:：" for s in sentences], dtype=np.float64)
    digits = np.array([any(c.isdigit() for c in text[s.start : s.end]) for s in sentences], dtype=np.float64)
    return {
        "length": log_length,
        "length_here": standardize(log_length),
        "length_before": _previous(log_length),
        "length_before_here": _previous(standardize(log_length)),
        "length_to_following": log_length - np.log(np.maximum(following / counted, 1.0)),
        "simple": simple,
        "simple_here": simple - simple.mean() if len(simple) else simple,
        "clauses": np.minimum(clauses, 6),
        "question": question,
        "question_before": _previous(question),
        "ordinal": ordinal,
        "ordinal_rare": ordinal * (1 - ordinal.mean()) if len(ordinal) else ordinal,
        "no_ordinal_where_many": (1 - ordinal) * ordinal.mean() if len(ordinal) else ordinal,
        "semicolon_before": _previous(semicolon),
        "digits": digits,
        "digits_before": _previous(digits),
    }


def standardize(values: Floats) -> Floats:
    """Return values relative to this document: mean 0, deviation 1 (all 0 where nothing varies)."""
    if len(values) == 0:
        return values
    deviation = float(values.std())
    return (values - values.mean()) / deviation if deviation > 1e-9 else np.zeros_like(values)


def _previous(values: Floats) -> Floats:
    return np.concatenate([np.zeros(1), values[:-1]]) if len(values) else values


def _depth(values: Floats, reach: int) -> Floats:
    """Return how far each gap's cohesion lies under the peaks within `reach` on both sides."""
    left, right = values.copy(), values.copy()
    for step in range(1, reach + 1):
        left[step:] = np.maximum(left[step:], values[:-step])
        right[:-step] = np.maximum(right[:-step], values[step:])
    return (left - values) + (right - values)
