"""Tables that are drawn with lines: what stands in which cell, however narrow the columns and high the rows.

Takes    thin lines of a page, its segments, in points from the lower left corner
Gives    lines in reading order, those of a table with a cell for each column          Never  draws a page
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from corpus.readers.lines import joined
from corpus.readers.pdf_layout import Line, Segment, lines_of

# Borders of neighbouring cells stand so near each other, and pieces of one border follow each other so closely.
_SAME = 3.5
_JOINT = 5.0
# A page with more lines than this holds a drawing.
_MOST_RULES = 600


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line: its height if it is level, its distance from the left if it is upright; where it begins and ends."""

    at: float
    start: float
    end: float

    def passes(self, place: float) -> bool:
        """Tell whether the line runs by a place along it."""
        return self.start - 1 <= place <= self.end + 1

    def meets(self, other: "Rule") -> bool:
        """Tell whether a line across this one touches it."""
        near = self.start - _SAME <= other.at <= self.end + _SAME
        return near and other.start - _SAME <= self.at <= other.end + _SAME


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines that touch each other; where rows begin from below and columns from the left, and the last ones end."""

    level: tuple[Rule, ...]
    upright: tuple[Rule, ...]
    rows: tuple[float, ...]
    columns: tuple[float, ...]

    @classmethod
    def of(cls, level: Sequence[Rule], upright: Sequence[Rule]) -> "Grid":
        """Return the grid of lines that touch each other."""
        rows, columns = (tuple(sorted({rule.at for rule in rules})) for rules in (level, upright))
        return cls(tuple(level), tuple(upright), rows, columns)

    def parts(self, left: float, right: float, height: float) -> bool:
        """Tell whether a border stands between two letters."""
        return any(left - 1 <= rule.at <= right + 1 and rule.passes(height) for rule in self.upright)

    def cell_of(self, segment: Segment) -> tuple[int, int] | None:
        """Return row, from above, and column of the cell that a segment stands in; of merged ones, the first."""
        across, up = (segment.left + segment.right) / 2, (segment.bottom + segment.top) / 2
        columns, rows = self.columns, self.rows
        column, row = bisect_right(columns, across) - 1, bisect_right(rows, up) - 1
        if not (0 <= column < len(columns) - 1 and 0 <= row < len(rows) - 1):
            return None
        while column > 0 and not _is_drawn(self.upright, columns[column], up):
            column -= 1
        while row < len(rows) - 2 and not _is_drawn(self.level, rows[row + 1], across):
            row += 1
        return len(rows) - 2 - row, column


def _is_drawn(rules: Sequence[Rule], at: float, place: float) -> bool:
    return any(rule.at == at and rule.passes(place) for rule in rules)


def grids_of(level: Sequence[Rule], upright: Sequence[Rule]) -> list[Grid]:
    """Return the grids that thin lines make, those of two rows and two columns at least."""
    level, upright = _merged(level), _merged(upright)
    if len(level) + len(upright) > _MOST_RULES:
        return []
    grids, waiting = [], set(range(len(level)))
    while waiting:
        rows, columns = _touching(waiting.pop(), level, upright)
        waiting -= rows
        grid = Grid.of([level[each] for each in sorted(rows)], [upright[each] for each in sorted(columns)])
        if len(grid.rows) > 2 and len(grid.columns) > 2:
            grids.append(grid)
    return grids


def _touching(first: int, level: Sequence[Rule], upright: Sequence[Rule]) -> tuple[set[int], set[int]]:
    """Return the level and upright lines that hang together with a level one."""
    rows, columns, fresh = {first}, set[int](), [first]
    while fresh:
        row = level[fresh.pop()]
        for column in (each for each, rule in enumerate(upright) if each not in columns and row.meets(rule)):
            columns.add(column)
            met = {each for each, rule in enumerate(level) if each not in rows and rule.meets(upright[column])}
            rows |= met
            fresh.extend(met)
    return rows, columns


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Return lines beside each other as one, and those that go on as one."""
    merged: list[Rule] = []
    beside: list[Rule] = []
    for rule in sorted(rules, key=lambda each: each.at):
        if beside and rule.at - beside[0].at > _SAME:
            merged += _in_a_row(beside)
            beside = []
        beside.append(rule)
    return merged + _in_a_row(beside)


def _in_a_row(beside: Sequence[Rule]) -> list[Rule]:
    if not beside:
        return []
    at, found = median(rule.at for rule in beside), list[Rule]()
    for rule in sorted(beside, key=lambda each: each.start):
        if found and rule.start <= found[-1].end + _JOINT:
            found[-1] = Rule(at, found[-1].start, max(found[-1].end, rule.end))
        else:
            found.append(Rule(at, rule.start, rule.end))
    return found


def lines_with_tables(segments: Sequence[Segment], grids: Sequence[Grid]) -> Iterator[Line]:
    """Yield the lines of a page in reading order, each table's rows where it stands."""
    tables: dict[Segment, list[Line]] = {}
    rest = list(segments)
    for grid in grids:
        inside = [each for each in rest if grid.cell_of(each) is not None]
        rows = _rows_of(grid, inside)
        if len(rows) > 1 and len({place for row in rows for place, cell in enumerate(row.cells) if cell.text}) > 1:
            taken = set(inside)
            rest = [each for each in rest if each not in taken]
            tables[_stand_in(grid, inside)] = rows
    for line in lines_of([*rest, *tables]):
        beside = tuple(cell for cell in line.cells if cell not in tables)
        if beside:
            yield Line(beside, line.left, line.right)
        for cell in line.cells:
            yield from tables.get(cell, ())


def _stand_in(grid: Grid, inside: Sequence[Segment]) -> Segment:
    """Return what takes the table's place on the page while its lines are put in order."""
    rows, columns = grid.rows, grid.columns
    return Segment("", columns[0], rows[0], columns[-1], rows[-1], median(each.size for each in inside))


def _rows_of(grid: Grid, inside: Sequence[Segment]) -> list[Line]:
    """Return the rows that say anything, a cell for each column."""
    places = sorted((place, number) for number, each in enumerate(inside) if (place := grid.cell_of(each)))
    cells = {
        place: [inside[number] for _, number in members] for place, members in groupby(places, key=lambda each: each[0])
    }
    columns, borders = grid.columns, grid.rows[::-1]
    lines = []
    for row in sorted({row for row, _ in cells}):
        top, bottom = borders[row], borders[row + 1]
        words = tuple(
            _cell(cells.get((row, column), ()), columns[column], bottom, columns[column + 1], top)
            for column in range(len(columns) - 1)
        )
        lines.append(Line(words, columns[0], columns[-1]))
    return lines


def _cell(segments: Sequence[Segment], left: float, bottom: float, right: float, top: float) -> Segment:
    words = joined(line.text.replace("\t", " ") for line in lines_of(segments))
    size = median(each.size for each in segments) if segments else 1.0
    return Segment(words, left, bottom, right, top, size)
