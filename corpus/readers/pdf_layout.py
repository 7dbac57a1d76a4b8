"""Where things stand on a page of paper: columns in reading order, rows, what repeats at the head and foot of pages.

Takes    segments, pieces of a line with their boxes, in points from the lower left corner
Gives    lines in reading order          Never  text that is not in the segments
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

# A gutter is a strip that no narrow line crosses; both its sides must be filled like columns, not like table cells.
_NARROW = 0.6
_LEAST_GUTTER = 0.7
_LEAST_FILL = 0.55
_LEAST_LINES = 3
_HANGING = tuple("，。、；：！？）」』》”’")
# Heads and feet stand in the outer eighth of the page, on three pages or more, at the same height.
_MARGIN = 0.125
_REPEATED = 3
_SAME_HEIGHT = 4.0
_LONGEST_NUMBER = 30
_PAGE_NUMBER = re.compile(
    r"[-–—·•\s]*(?:第\s*)?(?:page\s*)?(?:\d{1,4}|[ivxlc]{1,6})\s*(?:页)?(?:\s*(?:/|of|，|,)?\s*共?\s*\d{0,4}\s*页?)?[-–—·•\s]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line without a wide gap: its words, its box, and the height of its letters."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float

    @property
    def edge(self) -> float:
        """Where its words end: printers of Chinese let the mark behind them hang over the border of the column."""
        return self.right - (self.size if self.text.endswith(_HANGING) else 0.0)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one column, with the borders of that column; `cells` are its pieces."""

    cells: tuple[Segment, ...]
    left: float
    right: float
    page: int = 0

    @property
    def text(self) -> str:
        """The words, wide gaps as tabs."""
        return "\t".join(cell.text for cell in self.cells)

    @property
    def size(self) -> float:
        """The height of most letters."""
        return max(self.cells, key=lambda cell: len(cell.text)).size

    @property
    def top(self) -> float:
        """The upper edge."""
        return max(cell.top for cell in self.cells)

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return min(cell.bottom for cell in self.cells)


def lines_of(segments: Sequence[Segment]) -> Iterator[Line]:
    """Yield the lines of a page in reading order: down a column, then down the next one."""
    if not segments:
        return
    gutter = _gutter(segments)
    if gutter is None:
        yield from _rows(segments)
        return
    for band in _bands(segments, gutter):
        left = [segment for segment in band if segment.edge <= gutter]
        right = [segment for segment in band if segment.left >= gutter]
        if len(left) + len(right) < len(band):
            yield from _rows(band)
        else:
            yield from lines_of(left)
            yield from lines_of(right)


def _gutter(segments: Sequence[Segment]) -> float | None:
    """Return the middle of the widest strip that parts two columns of running text."""
    left, right = min(each.left for each in segments), max(each.right for each in segments)
    size = median(each.size for each in segments)
    narrow = sorted((each for each in segments if each.right - each.left < _NARROW * (right - left)), key=_by_left)
    best, widest, reached = None, _LEAST_GUTTER * size, left
    for segment in narrow:
        if segment.left - reached > widest and _parts(narrow, (segment.left + reached) / 2, (left, right)):
            best, widest = (segment.left + reached) / 2, segment.left - reached
        reached = max(reached, segment.edge)
    return best


def _by_left(segment: Segment) -> float:
    return segment.left


def _parts(narrow: Sequence[Segment], gutter: float, borders: tuple[float, float]) -> bool:
    """Tell whether both sides are columns: several lines that fill their width, beside each other."""
    sides = [each for each in narrow if each.edge <= gutter], [each for each in narrow if each.left >= gutter]
    if min(len(side) for side in sides) < _LEAST_LINES:
        return False
    for side in sides:
        width = max(each.right for each in side) - min(each.left for each in side)
        if width < 0.2 * (borders[1] - borders[0]):
            return False
        if median((each.right - each.left) / width for each in side) < _LEAST_FILL:
            return False
    low = max(min(each.bottom for each in side) for side in sides)
    high = min(max(each.top for each in side) for side in sides)
    return high > low


def _bands(segments: Sequence[Segment], gutter: float) -> Iterator[list[Segment]]:
    """Yield stretches of the page from top to bottom: across both columns, or beside each other."""
    band: list[Segment] = []
    across = False
    for segment in sorted(segments, key=lambda each: -each.top):
        crossing = segment.left < gutter < segment.edge
        if band and crossing != across:
            yield band
            band = []
        across = crossing
        band.append(segment)
    if band:
        yield band


def _rows(segments: Sequence[Segment]) -> Iterator[Line]:
    """Yield the lines of one column: segments at one height are one line."""
    left, right = min(each.left for each in segments), max(each.edge for each in segments)
    row: list[Segment] = []
    for segment in sorted(segments, key=lambda each: (-(each.top + each.bottom), each.left)):
        middle = (segment.top + segment.bottom) / 2
        if row and not min(each.bottom for each in row) < middle < max(each.top for each in row):
            yield Line(tuple(sorted(row, key=_by_left)), left, right)
            row = []
        row.append(segment)
    if row:
        yield Line(tuple(sorted(row, key=_by_left)), left, right)


def without_margins(pages: Sequence[Sequence[Segment]], heights: Sequence[float]) -> list[list[Segment]]:
    """Return the pages without running heads and feet and without page numbers."""
    marginal = [
        [each for each in page if each.bottom > (1 - _MARGIN) * height or each.top < _MARGIN * height]
        for page, height in zip(pages, heights, strict=True)
    ]
    seen: Counter[tuple[str, int]] = Counter()
    for outer in marginal:
        seen.update({place for each in outer for place in _places(each)})
    dropped = []
    for page, outer in zip(pages, marginal, strict=True):
        repeated = {each for each in outer if max(seen[place] for place in _places(each)) >= _REPEATED}
        numbers = {each for each in outer if _is_number(each.text) and _is_outermost(each, page)}
        dropped.append([each for each in page if each not in repeated and each not in numbers])
    return dropped


def _places(segment: Segment) -> tuple[tuple[str, int], tuple[str, int]]:
    """Return the words without their numbers, at their height and at the next: a border may run through it."""
    words = re.sub(r"\d+", "#", segment.text)
    height = int(segment.bottom // _SAME_HEIGHT)
    return (words, height), (words, height + 1)


def _is_number(words: str) -> bool:
    return len(words) <= _LONGEST_NUMBER and _PAGE_NUMBER.fullmatch(words) is not None


def _is_outermost(segment: Segment, page: Sequence[Segment]) -> bool:
    """Tell whether nothing stands beside the segment, and nothing above or below it."""
    others = [each for each in page if each is not segment]
    return all(each.bottom >= segment.top for each in others) or all(each.top <= segment.bottom for each in others)


def on_page(line: Line, page: int) -> Line:
    """Return the line with its page, counted from 0."""
    return replace(line, page=page)
