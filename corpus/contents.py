"""Tables of contents in plain text: lines that only name what follows and where.

Takes    text
Gives    spans of whole tables, with the line 目录 above them
Touches  nothing          Never  headings, notices of other kinds, files

An entry is a line with dots, or much space, and a page number behind its words; the pages must not go back, and where
there is only space the words must stand again below, as in no table of figures. Below a line 目录 every line that
stands again is an entry.
"""

import re
from collections.abc import Iterator, Sequence

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_TITLE = re.compile(r"\s*[【\[]?\s*(?:目\s*[录錄次]|(?:table of )?contents)\s*[】\]]?\s*[:：]?\s*", re.IGNORECASE)
_DOTS = re.compile(r"(?:[.．·•…‥⋯_]{2,}|(?: ?[.·] ){2,})[\s.·…]*[(（]?(\d{1,4})[)）]?\s*")
_BLANKS = re.compile(r"(?:\t| {3,}|\u3000{2,})[\s.·…]*[(（]?(\d{1,4})[)）]?\s*")
_PAGE = re.compile(r"[\s.．·•…‥⋯_(（-]*\d{0,4}[)）]?\s*")
_FEWEST = 3
_LONGEST = 60
_KEY = 40  # characters by which an entry and its heading are compared


def find_contents(text: str) -> tuple[tuple[int, int], ...]:
    r"""Return the spans of tables of contents, from the first character of their first line to the last of their last.

    >>> find_contents("目录\n总则……1\n保护……2\n附则……3\n总则\n为了保护河湖,制定本法。")
    ((0, 20),)
    """
    lines = [(found.start(), found.end()) for found in _LINE.finditer(text) if found.group().strip()]
    return tuple(_tables(text, lines))


def _tables(text: str, lines: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if not any(_TITLE.fullmatch(text, *line) or _entry(text, line) is not None for line in lines):
        return
    last_place = {_key(text, line): number for number, line in enumerate(lines)}
    number = 0
    while number < len(lines):
        titled = _TITLE.fullmatch(text, *lines[number]) is not None
        first = number + titled
        after, page = first, 0
        while after < len(lines) and (entry := _entry(text, lines[after])) is not None and entry >= page:
            after, page = after + 1, entry
        if titled and after == first:
            after = _named_again(text, lines, first, last_place)
        elif not titled and not _DOTS.search(text, *lines[first]):
            again = sum(last_place[_key(text, line)] >= after for line in lines[first:after])
            after = after if 2 * again > after - first else first
        if after - first >= _FEWEST:
            yield lines[number][0], lines[after - 1][1]
        number = max(after, number + 1)


def _named_again(text: str, lines: Sequence[tuple[int, int]], first: int, last_place: dict[str, int]) -> int:
    """Return the end of the lines below 目录 that all stand again further down, and not among themselves."""
    after, nearest = first, len(lines)
    while after < min(len(lines), nearest) and lines[after][1] - lines[after][0] <= _LONGEST:
        again = last_place.get(_key(text, lines[after]), after)
        if again <= after:
            break
        nearest = min(nearest, again)
        after += 1
    return after


def _entry(text: str, line: tuple[int, int]) -> int | None:
    """Return the page that a line gives, if it is an entry."""
    start, end = line
    if end - start > 2 * _LONGEST:
        return None
    for pattern in (_DOTS, _BLANKS):
        found = next((match for match in pattern.finditer(text, start, end) if match.end() == end), None)
        if found is not None and any(character.isalpha() for character in text[start : found.start()]):
            return int(found[1])
    return None


def _key(text: str, line: tuple[int, int]) -> str:
    """Return the words of a line without spaces and page number."""
    words = re.sub(r"\s+", "", text[line[0] : min(line[1], line[0] + 2 * _LONGEST)])
    found = next((match for match in _PAGE.finditer(words) if match.end() == len(words)), None)
    bare = words[: found.start()] if found is not None and found.start() else words
    return bare[:_KEY]
