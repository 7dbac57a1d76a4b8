"""Which words of a passage the question asked for: spans to be marked.

Takes    the question's Terms, a passage's text
Gives    spans into the text, merged, in order
Never    changes text: matching is on folded text, the spans are of the original
"""

from corpus.folding import fold_aligned
from index.types import Terms

_WESTERN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class Highlighter:
    """What a question asks for, made ready to be marked in several texts."""

    def __init__(self, question: Terms) -> None:
        """Take the question's words and pairs; single Han characters would be everywhere."""
        terms = dict.fromkeys((*question.words, *question.pairs))
        self._western = [term for term in terms if term.isascii()]
        self._others = [term for term in terms if len(term) > 1 and not term.isascii()]

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """Return where the question's words and pairs stand in the text.

        >>> from index.terms import Segmenter
        >>> Highlighter(Segmenter().terms("轨道交通如何改善通勤")).spans("建成軌道交通後,通勤更快")
        ((2, 6), (8, 10))
        """
        folded = fold_aligned(text)
        merged: list[tuple[int, int]] = []
        for place, stop in sorted(self._found(folded.text)):
            start, end = folded.original_span(place, stop)
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)

    def _found(self, text: str) -> list[tuple[int, int]]:
        """Return where each term stands in a folded text; Western ones only where they are whole words."""
        found = [(place, place + len(term)) for term in self._others for place in _places(text, term)]
        for term in self._western:
            for start in _places(text, term):
                end = start + len(term)
                if text[start - 1 : start] not in _WESTERN and text[end : end + 1] not in _WESTERN:
                    found.append((start, end))
        return found


def _places(text: str, term: str) -> list[int]:
    places = []
    place = text.find(term)
    while place >= 0:
        places.append(place)
        place = text.find(term, place + 1)
    return places
