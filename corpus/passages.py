"""Sentences into passages: whole sentences of one section, of even size, within the model's window.

Takes    a document's text, its sentences, sections and blocks, and how to measure a text in the model's own tokens
Gives    Passage values in order; their text is an exact slice of the document's
Never    a model: the measure is handed in

A block (list, table, code, article of a law) stays whole where it fits the window, with the line that announces it;
a longer one is cut between its lines. The passages before and after one are its neighbours in this order.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from corpus.types import Block, Passage, Section, Sentence

# Sentences longer than this many characters a token are halved unmeasured: measuring megabytes takes seconds.
_LONGEST_TOKEN = 16
_LINE_BREAK = re.compile(r"[\n\r\u2028\u2029]")
_TINY = 4  # what is smaller than this part of the target is joined to its neighbour where both fit
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


# What no passage border may cut: a sentence, or the sentences of a block that fits.
_Atom = list[Sentence]


def split_passages(
    text: str,
    sentences: Sequence[Sentence],
    sections: Sequence[Section],
    size: PassageSize,
    title: str = "",
    blocks: Sequence[Block] = (),
) -> tuple[Passage, ...]:
    """Return the passages of every section of kind "section".

    `blocks` stand in order and do not overlap. A sentence that alone exceeds the window is cut at the clause end
    nearest its middle, again and again.

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
        atoms = _atoms(text, inside, blocks, _Room(room, size.measure))
        for group in _merged(text, _even_groups(atoms, size.target), size.target, _Room(room, size.measure)):
            start, end = group[0].start, group[-1].end
            passages.append(Passage(start, end, number, text[start:end], tuple(group)))
    return tuple(passages)


def context_of(title: str, section_title: str) -> str:
    """Return what is put before a passage when it is embedded or indexed, but never quoted."""
    return "\n".join(part for part in (title, section_title if section_title != title else "") if part)


@dataclass(frozen=True, slots=True)
class _Room:
    """How many tokens a passage may have."""

    tokens: int
    measure: Callable[[str], int]

    def fits(self, text: str, start: int, end: int) -> bool:
        """Tell whether a stretch is within the window."""
        return end - start <= self.tokens * _LONGEST_TOKEN and self.measure(text[start:end]) <= self.tokens


def _atoms(text: str, inside: Sequence[Sentence], blocks: Sequence[Block], room: _Room) -> list[_Atom]:
    """Return what may not be cut: the sentences of each block together where they fit, else line by line."""
    atoms = list[_Atom]()
    for block, group in groupby(inside, key=lambda sentence: _block_at(blocks, sentence.start)):
        own = list(group)
        if block is None:
            atoms += [[piece] for sentence in own for piece in _pieces(text, sentence, room)]
        elif room.fits(text, own[0].start, own[-1].end):
            announced = bool(atoms) and text[atoms[-1][-1].end - 1] in ":："
            if announced and room.fits(text, atoms[-1][0].start, own[-1].end):
                own = atoms.pop() + own
            atoms.append(own)
        else:
            for line in _lines(text, own):
                if room.fits(text, line[0].start, line[-1].end):
                    atoms.append(line)
                else:
                    atoms += [[piece] for sentence in line for piece in _pieces(text, sentence, room)]
    return atoms


def _block_at(blocks: Sequence[Block], place: int) -> Block | None:
    number = bisect_right(blocks, place, key=lambda block: block.start) - 1
    return blocks[number] if number >= 0 and place < blocks[number].end else None


def _lines(text: str, sentences: Sequence[Sentence]) -> Iterator[_Atom]:
    line = list[Sentence]()
    for sentence in sentences:
        if line and _LINE_BREAK.search(text, line[-1].end, sentence.start):
            yield line
            line = []
        line.append(sentence)
    yield line


def _pieces(text: str, sentence: Sentence, room: _Room) -> Iterator[Sentence]:
    if sentence.end - sentence.start < 2 or room.fits(text, sentence.start, sentence.end):
        yield sentence
        return
    middle = _middle(text, sentence)
    yield from _pieces(text, Sentence(sentence.start, middle), room)
    yield from _pieces(text, Sentence(middle, sentence.end), room)


def _middle(text: str, sentence: Sentence) -> int:
    half = (sentence.start + sentence.end) // 2
    reach = (sentence.end - sentence.start) // 4
    ends = [mark.end() for mark in _CLAUSE_END.finditer(text, half - reach, half + reach)]
    return min(ends, key=lambda end: abs(end - half), default=half)


def _even_groups(atoms: Sequence[_Atom], target: int) -> Iterator[list[_Atom]]:
    """Group neighbours so that the groups' lengths come as near as whole atoms allow to equal shares."""
    total = sum(_length(atom) for atom in atoms)
    count = max(1, round(total / target))
    group: list[_Atom] = []
    done = 0
    closed = 0
    for atom in atoms:
        length = _length(atom)
        border = total * (closed + 1) / count
        if group and closed + 1 < count and done + length / 2 > border:
            yield group
            group, closed = [], max(closed + 1, math.floor(done * count / total))
        group.append(atom)
        done += length
    if group:
        yield group


def _length(atom: _Atom) -> int:
    return sum(sentence.end - sentence.start for sentence in atom)


def _merged(text: str, groups: Iterable[list[_Atom]], target: int, room: _Room) -> list[_Atom]:
    """Make each group fit the window, then join tiny ones to the neighbour before them, a first one to the next."""
    merged = list[_Atom]()
    for group in groups:
        for fitting in _fitting(text, group, room):
            tiny = merged and min(_length(fitting), _length(merged[-1])) * _TINY < target
            if tiny and room.fits(text, merged[-1][0].start, fitting[-1].end):
                merged[-1] += fitting
            else:
                merged.append(fitting)
    return merged


def _fitting(text: str, group: list[_Atom], room: _Room) -> Iterator[_Atom]:
    """Halve a group until each part is within the window."""
    if len(group) == 1 or room.fits(text, group[0][0].start, group[-1][-1].end):
        yield [sentence for atom in group for sentence in atom]
        return
    half = len(group) // 2
    yield from _fitting(text, group[:half], room)
    yield from _fitting(text, group[half:], room)
