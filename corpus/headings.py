"""Headings that only their look betrays: numbered lines, and short lines above longer ones, in plain text.

Takes    text with line breaks
Gives    Headings in order, levels from 1 without holes
Touches  nothing          Never  formats that mark their headings, topics, files

A numbered line is a heading only where its kind is seen to carry text below it: steps of a recipe and entries of a
table of contents are numbered too, but stand one under the other.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.types import Heading

_LONGEST = 42
_LONGEST_BARE = 26
_NUMBER = "[〇零○一二三四五六七八九十百千两\\d]+"
_BLANK = " \\t\u3000\u00a0"
_KINDS: tuple[tuple[str, str], ...] = (
    ("part", rf"第{_NUMBER}(?:编|部分|篇|卷)"),
    ("chapter", rf"第{_NUMBER}章"),
    ("section", rf"第{_NUMBER}节"),
    ("article", rf"第{_NUMBER}条(?:之[一二三四五六七八九十])?"),
    ("chinese", r"[一二三四五六七八九十]{1,3}[、.．]"),
    ("chinese bracket", r"[（(][一二三四五六七八九十]{1,3}[)）]"),
    ("decimal 3", r"\d{1,2}(?:[.．]\d{1,2}){2,3}[.．]?(?=\D)"),
    ("decimal 2", r"\d{1,2}[.．]\d{1,2}(?=[^\d.．%％])"),
    ("decimal 1", r"\d{1,2}(?:[、．]|\.(?!\d)|(?=[ \u3000]\D))"),
    ("bracket", r"[（(]\d{1,2}[)）]"),
)
_ORDER = (
    "part", "chapter", "section", "article", "chinese", "chinese bracket",
    "decimal 1", "decimal 2", "decimal 3", "bracket", "bare",
)  # fmt: skip
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_CLOSED = re.compile(r"[。！？!?；;，,、：:…]$")
_SENTENCE = re.compile(r"[。！？!?；;]")


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    words: str
    kind: str
    mark: int


def find_headings(text: str) -> tuple[Heading, ...]:
    r"""Return the headings that plain text shows by numbers or by lone short lines.

    >>> [h.title for h in find_headings("一、用料\n面粉三百克，水少许。\n二、做法\n先和面，后擀开。")]
    ['一、用料', '二、做法']
    """
    lines = [_described(text, match.start(), match.end()) for match in _LINE.finditer(text) if match.group().strip()]
    if len(lines) < 3:
        return ()
    numbered = _numbered(lines)
    chosen = numbered or _bare(lines)
    levels = {kind: level for level, kind in enumerate(sorted({line.kind for line in chosen}, key=_ORDER.index), 1)}
    return tuple(Heading(line.start, line.end, levels[line.kind], _title(line)) for line in chosen)


def _described(text: str, start: int, end: int) -> _Line:
    while text[start].isspace():
        start += 1
    while text[end - 1].isspace():
        end -= 1
    words = text[start:end]
    for kind, pattern in _PATTERNS:
        match = pattern.match(words)
        if match and (kind == "article" or (len(words) <= _LONGEST and not _CLOSED.search(words))):
            running_on = kind == "article" and (len(words) > _LONGEST or _SENTENCE.search(words))
            if kind == "article" and not re.match(rf"[{_BLANK}【（(]|$", words[match.end() :]):
                continue
            return _Line(start, start + match.end() if running_on else end, words, kind, match.end())
        if match and kind == "article":
            break
    return _Line(start, end, words, "", 0)


def _numbered(lines: Sequence[_Line]) -> list[_Line]:
    groups = defaultdict[str, list[int]](list)
    for number, line in enumerate(lines):
        if line.kind:
            groups[line.kind].append(number)
    accepted = {kind for kind, members in groups.items() if _carries_text(lines, kind, members)}
    chosen = [(number, line) for number, line in enumerate(lines) if line.kind in accepted]
    titles = [line.words for _, line in chosen]
    kept = list[_Line]()
    for place, (number, line) in enumerate(chosen):
        follower = lines[number + 1] if number + 1 < len(lines) else None
        repeated = line.words in titles[place + 1 :] if place < 200 else False
        if not (repeated and line.kind != "article" and (follower is None or follower.kind in accepted)):
            kept.append(line)
    return kept


def _carries_text(lines: Sequence[_Line], kind: str, members: Sequence[int]) -> bool:
    if kind in ("part", "chapter"):
        return len(members) >= 2 or bool(members and kind == "chapter")
    if len(members) < 2:
        return False
    if kind == "article":
        return True
    followed = [lines[number + 1] for number in members if number + 1 < len(lines)]
    carried = sum(
        bool(line.kind != kind and (len(line.words) > 14 or bool(line.kind) or _CLOSED.search(line.words)))
        for line in followed
    )
    return carried >= 0.6 * len(members)


def _bare(lines: Sequence[_Line]) -> list[_Line]:
    """Return short lines without closing marks that stand above full paragraphs, if the text uses them throughout."""
    found = list[_Line]()
    for line, after in pairwise(lines):
        short = len(line.words) <= _LONGEST_BARE and not _SENTENCE.search(line.words) and not _CLOSED.search(line.words)
        full = len(after.words) >= max(30, 2 * len(line.words)) and _SENTENCE.search(after.words) is not None
        if short and full and any(character.isalpha() for character in line.words):
            found.append(_Line(line.start, line.end, line.words, "bare", 0))
    first = bool(found and found[0].start == lines[0].start)  # the first line alone is the title of the text
    inner = found[1:] if first else found
    return inner if len(inner) >= 2 and len(inner) <= 0.5 * len(lines) else []


def _title(line: _Line) -> str:
    if line.kind == "article" and line.end - line.start == line.mark:
        return line.words[: line.mark]
    return re.sub(rf"[{_BLANK}]+", " ", line.words)
