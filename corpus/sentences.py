"""Text into sentences, by characters: Chinese and Western marks, closing quotes, line breaks.

Takes    text
Gives    Sentence spans in order, white space between them left out
Touches  nothing          Never  words, models, files

A sentence ends at 。！？；… or ! ? ; with the closing quotes and brackets after it, at a line break, or at a
full stop that ends a Western sentence: not inside 12.6, 3.5.1, example.com or after a single initial or
a common abbreviation.
"""

import re
from collections.abc import Iterator

from corpus.types import Sentence

_CLOSING = "”’\"')）]】》」』〉〕}"
_CLOSERS = f"[{re.escape(_CLOSING)}]*"
# A run of full stops is tried once, not from each of them, which would be quadratic.
_ENDING = re.compile(rf"[。！？!?；;…]+{_CLOSERS}|(?<!\.)\.++{_CLOSERS}(?=\s|$)|[\n\r\u2028\u2029]+")
_ABBREVIATION = re.compile(
    r"(?:^|[^A-Za-z])(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|vs|etc|No|Fig|Eq|Sec|Inc|Ltd|Co|al|approx|e\.g|i\.e)$"
)


def split_sentences(text: str, start: int = 0, end: int | None = None) -> tuple[Sentence, ...]:
    """Return the sentences of `text[start:end]`, as spans into `text`.

    >>> [("他说:“好。”走了。")[s.start:s.end] for s in split_sentences("他说:“好。”走了。")]
    ['他说:“好。”', '走了。']
    >>> len(split_sentences("全长12.6公里。Dr. Li came. He left."))
    3
    """
    stop = len(text) if end is None else end
    return tuple(_trimmed(text, start, stop))


def _trimmed(text: str, start: int, stop: int) -> Iterator[Sentence]:
    for cut_start, cut_end in _cuts(text, start, stop):
        while cut_start < cut_end and text[cut_start].isspace():
            cut_start += 1
        while cut_end > cut_start and text[cut_end - 1].isspace():
            cut_end -= 1
        if cut_start < cut_end:
            yield Sentence(cut_start, cut_end)


def _cuts(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    position = start
    for mark in _ENDING.finditer(text, start, stop):
        if mark.group().startswith(".") and _ABBREVIATION.search(text[max(position, mark.start() - 8) : mark.start()]):
            continue
        yield position, mark.end()
        position = mark.end()
    if position < stop:
        yield position, stop
