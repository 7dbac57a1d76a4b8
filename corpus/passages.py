"""Sentences into passages: whole sentences of one section, of even size, within the model's window.

Takes    a document's text, its sentences and sections, and how to measure a text in the model's own tokens
Gives    Passage values in order; their text is an exact slice of the document's
Never    a model: the measure is handed in
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.types import Passage, Section, Sentence

# Sentences longer than this many characters a token are halved unmeasured: measuring megabytes takes seconds.
_LONGEST_TOKEN = 16
_CLAUSE_END = re.compile(r"[，,、：:；;\s）)”』」]")


@dataclass(frozen=True, slots=True)
class PassageSize:
    """How large passages are made.

    `target` is a number of characters, about which they are evened out; `window` a number of tokens, which
    `measure` counts for a text together with its context (title and section) and which is never exceeded.
    """

    target: int
    window: int
    measure: Callable[[str], int]


def split_passages(
    text: str, sentences: Sequence[Sentence], sections: Sequence[Section], size: PassageSize, title: str = ""
) -> tuple[Passage, ...]:
    """Return the passages of every section of kind "section".

    A sentence that alone exceeds the window is cut at the clause end nearest its middle, again and again.

    :raises ValueError: if the window has no room left beside the longest context.
    """
    passages: list[Passage] = []
    remaining = iter(sentences)
    sentence = next(remaining, None)
    for number, section in enumerate(sections):
        inside: list[Sentence] = []
        while sentence is not None and sentence.start < section.end:
            inside.append(sentence)
            sentence = next(remaining, None)
        if section.kind != "section":
            continue
        room = size.window - size.measure(context_of(title, section.title) + "\n")
        if room < 8:
            raise ValueError(f"title {title[:40]!r} leaves {room} of {size.window} tokens for a passage; shorten it")
        pieces = [piece for whole in inside for piece in _pieces(text, whole, room, size.measure)]
        for group in _even_groups(pieces, size.target):
            for fitting in _fitting(text, group, room, size.measure):
                start, end = fitting[0].start, fitting[-1].end
                passages.append(Passage(start, end, number, text[start:end], tuple(fitting)))
    return tuple(passages)


def context_of(title: str, section_title: str) -> str:
    """Return what is put before a passage when it is embedded or indexed, but never quoted."""
    return "\n".join(part for part in (title, section_title if section_title != title else "") if part)


def _pieces(text: str, sentence: Sentence, room: int, measure: Callable[[str], int]) -> Iterator[Sentence]:
    length = sentence.end - sentence.start
    if length < 2 or (length <= room * _LONGEST_TOKEN and measure(text[sentence.start : sentence.end]) <= room):
        yield sentence
        return
    middle = _middle(text, sentence)
    yield from _pieces(text, Sentence(sentence.start, middle), room, measure)
    yield from _pieces(text, Sentence(middle, sentence.end), room, measure)


def _middle(text: str, sentence: Sentence) -> int:
    half = (sentence.start + sentence.end) // 2
    reach = (sentence.end - sentence.start) // 4
    ends = [mark.end() for mark in _CLAUSE_END.finditer(text, half - reach, half + reach)]
    return min(ends, key=lambda end: abs(end - half), default=half)


def _even_groups(pieces: Sequence[Sentence], target: int) -> Iterator[list[Sentence]]:
    """Group neighbours so that the groups' lengths come as near as whole sentences allow to equal shares."""
    total = sum(piece.end - piece.start for piece in pieces)
    count = max(1, round(total / target))
    group: list[Sentence] = []
    done = 0
    closed = 0
    for piece in pieces:
        length = piece.end - piece.start
        border = total * (closed + 1) / count
        if group and closed + 1 < count and done + length / 2 > border:
            yield group
            group, closed = [], closed + 1
        group.append(piece)
        done += length
    if group:
        yield group


def _fitting(text: str, group: list[Sentence], room: int, measure: Callable[[str], int]) -> Iterator[list[Sentence]]:
    """Halve a group until each part is within the window."""
    if len(group) == 1 or measure(text[group[0].start : group[-1].end]) <= room:
        yield group
        return
    half = len(group) // 2
    yield from _fitting(text, group[:half], room, measure)
    yield from _fitting(text, group[half:], room, measure)
