"""Lines of pages into paragraphs, headings and tables, and the place in the text where each page begins.

Takes   lines in reading order, the outline if there is one
Gives    pieces in a Composer          Never  opens a PDF
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.readers.composer import Composer
from corpus.readers.lines import joined, joined_with_starts
from corpus.readers.pdf_layout import Line, Segment

_SENTENCE_END = re.compile(r"[。！？!?…：:；;.][”’」』）)\"']*$")
_NO_HEADING = re.compile(r"[。；;，,、…]$")
_ITEM = re.compile(
    r"[•●▪◦■○]|\d{1,2}[.、)）](?!\d)|[(（][\d一二三四五六七八九十]{1,3}[)）]|第[\d一二三四五六七八九十百千]+[章节条款]"
)
_LONGEST_HEADING = 80
# Letters of a heading are larger than most by this much; a line further below than this begins a paragraph.
_LARGER = 1.12
_APART = 1.35
_MOST_LEVELS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry of the outline: its words, its level from 1, its page from 0."""

    title: str
    level: int
    page: int


# For a line that is (part of) a heading: its level, and a number that the lines of one heading share.
Levels = dict[int, tuple[int, int]]


def compose(composer: Composer, lines: Sequence[Line], pages: int, marks: Sequence[Mark]) -> None:
    """Add what the lines say; a page without words begins where the next words do."""
    lines = [_respaced(lines, place) for place in range(len(lines))]
    levels = by_outline(lines, marks) or by_size(lines)
    for group in _groups(lines, levels):
        members = [lines[place] for place in group]
        if group[0] in levels:
            _turn_pages(composer, members[0].page)
            composer.heading(joined(line.text for line in members), levels[group[0]][0])
        elif len(members) > 1 and all(len(line.cells) > 1 for line in members):
            with composer.block("table"):
                for line in members:
                    _turn_pages(composer, line.page)
                    composer.row(cell.text for cell in line.cells)
        else:
            _add_paragraph(composer, members)
    _turn_pages(composer, pages - 1)


def _respaced(lines: Sequence[Line], place: int) -> Line:
    """Return a line without its gaps if they only stretch it to the column's width: no neighbour has any.

    A printer that justifies a narrow column parts words as widely as cells.
    """
    line = lines[place]
    neighbours = (*lines[max(place - 1, 0) : place], *lines[place + 1 : place + 2])
    first, last = line.cells[0], line.cells[-1]
    stretched = first.left - line.left < line.size and line.right - last.right < line.size
    if len(line.cells) == 1 or not stretched or any(len(other.cells) > 1 for other in neighbours):
        return line
    words = " ".join(cell.text for cell in line.cells)
    whole = Segment(words, first.left, line.bottom, last.right, line.top, line.size)
    return Line((whole,), line.left, line.right, line.page)


def _turn_pages(composer: Composer, page: int, place: int | None = None) -> None:
    """Let every page up to this one begin here."""
    while len(composer.page_starts) <= page:
        composer.page(place)


def _add_paragraph(composer: Composer, members: Sequence[Line]) -> None:
    words, starts = joined_with_starts(line.text for line in members)
    for line, start in zip(members, starts, strict=True):
        _turn_pages(composer, line.page, composer.length + start)
    composer.paragraph(words)


def _groups(lines: Sequence[Line], levels: Levels) -> Iterator[list[int]]:
    """Yield the places of the lines that make one heading, one table or one paragraph."""
    leading = _leading(lines)
    group: list[int] = []
    for place, line in enumerate(lines):
        if group and (
            levels.get(place) != levels.get(place - 1)
            or (place not in levels and _begins(lines[place - 1], line, leading))
        ):
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _begins(before: Line, line: Line, leading: float) -> bool:
    """Tell whether a line begins a paragraph, by what a printer does to show it."""
    if (len(before.cells) > 1) != (len(line.cells) > 1):
        return True
    if len(line.cells) > 1:
        return False
    size = line.size
    if abs(before.size - size) > 0.12 * size or _ITEM.match(line.text):
        return True
    in_column = before.page == line.page and before.bottom > line.bottom
    if in_column and before.bottom - line.bottom > _APART * leading * size:
        return True
    indent, former = (each.cells[0].left - each.left for each in (line, before))
    if indent > 1.2 * size and former < 0.6 * size:
        return True
    short = before.right - before.cells[-1].right
    if in_column and short > 0.25 * (before.right - before.left):
        return True
    return short > 1.5 * size and _SENTENCE_END.search(before.text) is not None


def _leading(lines: Sequence[Line]) -> float:
    """Return the usual distance of two lines in heights of their letters."""
    distances = [
        (before.bottom - line.bottom) / line.size
        for before, line in pairwise(lines)
        if before.page == line.page and 0.5 * line.size < before.bottom - line.bottom < 3 * line.size
    ]
    return median(distances) if distances else 1.5


def by_outline(lines: Sequence[Line], marks: Sequence[Mark]) -> Levels:
    """Return the lines that are the words of the outline's entries, in its order."""
    levels: Levels = {}
    place = 0
    for number, mark in enumerate(marks):
        found = _found(lines, mark, place)
        if found:
            levels.update((each, (mark.level, number)) for each in found)
            place = found[-1] + 1
    return levels


def _found(lines: Sequence[Line], mark: Mark, start: int) -> range | None:
    """Return the one to three lines on the entry's page that say its words and nothing else."""
    wanted = _squeezed(mark.title)
    for place in range(start, len(lines)):
        if lines[place].page > mark.page:
            return None
        words = ""
        for end in range(place, min(place + 3, len(lines))):
            words += _squeezed(lines[end].text)
            if words == wanted and lines[place].page == mark.page:
                return range(place, end + 1)
            if not wanted.startswith(words):
                break
    return None


def _squeezed(words: str) -> str:
    return "".join(words.split())


def by_size(lines: Sequence[Line]) -> Levels:
    """Return the short lines whose letters are larger than most; the largest are of level 1."""
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size, 1)] += len(line.text)
    if not weights:
        return {}
    usual = weights.most_common(1)[0][0]
    places = [place for place, line in enumerate(lines) if _may_head(line, usual)]
    sizes = sorted({round(lines[place].size) for place in places}, reverse=True)
    levels: Levels = {}
    for place in places:
        level = min(sizes.index(round(lines[place].size)) + 1, _MOST_LEVELS)
        former = levels.get(place - 1)
        goes_on = former is not None and former[0] == level and _follows(lines[place - 1], lines[place])
        levels[place] = (level, former[1] if former is not None and goes_on else place)
    return levels


def _may_head(line: Line, usual: float) -> bool:
    words = line.text
    return line.size > _LARGER * usual and len(words) <= _LONGEST_HEADING and not _NO_HEADING.search(words)


def _follows(before: Line, line: Line) -> bool:
    return before.page == line.page and 0 < before.bottom - line.bottom < 1.8 * line.size and not _ITEM.match(line.text)
