"""Which words of a passage the question asked for: spans to be marked.

Takes    a passage's text, the question's Terms
Gives    spans into the text, merged, in order
Never    changes text: matching is on folded text, the spans are of the original
"""

import re

from corpus.folding import fold_aligned
from index.types import Terms


def highlights(text: str, question: Terms) -> tuple[tuple[int, int], ...]:
    """Return where the question's words and pairs stand in the text.

    >>> from index.terms import Segmenter
    >>> highlights("建成軌道交通後,通勤更快", Segmenter().terms("轨道交通如何改善通勤"))
    ((2, 6), (8, 10))
    """
    folded = fold_aligned(text)
    pattern = _pattern(question)
    if pattern is None:
        return ()
    spans: list[tuple[int, int]] = []
    for found in pattern.finditer(folded.text):
        term = found.group(1)
        start, end = folded.original_span(found.start(), found.start() + len(term))
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return tuple(spans)


def _pattern(question: Terms) -> re.Pattern[str] | None:
    """Match at every position the longest term there, without consuming it, so that overlapping terms are all seen."""
    terms = {term for term in (*question.words, *question.pairs) if len(term) > 1 or term.isascii()}
    if not terms:
        return None
    ordered = sorted(terms, key=lambda term: (-len(term), term))
    alternatives = "|".join(
        rf"(?<![a-z0-9]){re.escape(term)}(?![a-z0-9])" if term.isascii() else re.escape(term) for term in ordered
    )
    return re.compile(f"(?=({alternatives}))")
