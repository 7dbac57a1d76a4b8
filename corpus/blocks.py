"""What a plain text shows as one thing by its lines alone: lists, tables, and the articles of a law.

Takes    text, its sentences
Gives    Blocks in order, without overlap, beside those that the format itself marks
Touches  nothing          Never  headings, formats, files

Items of a list stand on neighbouring lines under marks of one kind; rows of a table have one number of cells.
An article (第十六条) runs to the next one, also in a text without line breaks.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.types import Block, BlockKind, Document, Sentence

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_ITEMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("bullet", r"\s*(?:[-*+•·●○■□▪▫◆◇★☆▶►✓✔※–]\s*|——)(?=\S)"),
        ("circled", r"\s*[①-⑳㈠-㈩⑴-⒇]"),
        ("digit", r"\s*\d{1,3}(?:[、．)）]|\.(?!\d))\s*(?=\S)"),
        ("bracketed digit", r"\s*[（(]\d{1,3}[)）]\s*(?=\S)"),
        ("chinese", r"\s*[一二三四五六七八九十]{1,3}[、.．]\s*(?=\S)"),
        ("bracketed chinese", r"\s*[（(][一二三四五六七八九十]{1,3}[)）]\s*(?=\S)"),
        ("letter", r"\s*[（(]?[A-Za-z][)）.、]\s*(?=\S)"),
    )
)
_LONGEST_ITEM = 240
_CELLS = (re.compile(r"\t"), re.compile(r"\|"), re.compile(r"(?<=\S)(?: {2,}|\u3000{2,})(?=\S)"))
_FEWEST_CELLS = (1, 2, 2)  # separators of a row: tabs, bars, wide gaps
_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千\d]{1,8}条(?:之[一二三四五六七八九十])?[\s　:：【（(]")
_FEWEST_ARTICLES = 3


@dataclass(frozen=True, slots=True)
class _Row:
    start: int
    end: int
    kind: BlockKind
    make: str


def blocks_of(document: Document, sentences: Sequence[Sentence]) -> tuple[Block, ...]:
    r"""Return what the format marks, and between that what the lines show.

    >>> text = "用料如下：\n- 面粉\n- 水\n- 盐\n搅匀即可。"
    >>> [text[b.start : b.end] for b in find_blocks(text, ())]
    ['- 面粉\n- 水\n- 盐']
    """
    marked = sorted((block for block in document.blocks if block.start < block.end), key=lambda block: block.start)
    own = list[Block]()
    for block in marked:
        if not own or block.start >= own[-1].end:
            own.append(block)
    starts = [block.start for block in own]

    def free(block: Block) -> bool:
        place = bisect_left(starts, block.end)
        return place == 0 or own[place - 1].end <= block.start

    found = [block for block in find_blocks(document.text, sentences) if free(block)]
    return tuple(sorted([*own, *found], key=lambda block: block.start))


def find_blocks(text: str, sentences: Sequence[Sentence]) -> tuple[Block, ...]:
    """Return lists and tables of neighbouring lines; where there are articles, those instead."""
    articles = tuple(_articles(text, sentences))
    return articles or tuple(_runs(text))


def _articles(text: str, sentences: Sequence[Sentence]) -> Iterator[Block]:
    starts = [sentence.start for sentence in sentences if _ARTICLE.match(text, sentence.start)]
    if len(starts) >= _FEWEST_ARTICLES:
        yield from (Block(here, after, "list") for here, after in pairwise([*starts, len(text)]))


def _runs(text: str) -> Iterator[Block]:
    run = list[_Row]()
    for match in _LINE.finditer(text):
        row = _row(match)
        if row is None and not match.group().strip():
            continue  # a blank line between two items does not part them
        if run and (row is None or (row.kind, row.make) != (run[-1].kind, run[-1].make)):
            yield from _block(run)
            run = []
        if row is not None:
            run.append(row)
    yield from _block(run)


def _block(run: Sequence[_Row]) -> Iterator[Block]:
    if len(run) >= (3 if run and run[0].make.startswith("2:") else 2):
        yield Block(run[0].start, run[-1].end, run[0].kind)


def _row(match: re.Match[str]) -> _Row | None:
    line = match.group()
    for place, (cell, fewest) in enumerate(zip(_CELLS, _FEWEST_CELLS, strict=True)):
        count = sum(1 for _ in cell.finditer(line))
        if count >= fewest:
            return _Row(match.start(), match.end(), "table", f"{place}:{count}")
    if len(line) <= _LONGEST_ITEM:
        for name, pattern in _ITEMS:
            if pattern.match(line):
                return _Row(match.start(), match.end(), "list", name)
    return None
