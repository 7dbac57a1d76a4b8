"""A question into an answer: search, weigh whether there is one, quote it.

Takes    a question, how many hits, which arms, filters
Gives    Answer: quoted sentences with marks, or a refusal that says why
Never    HTTP
"""

import re
from collections.abc import Sequence

from index.searcher import Searcher
from index.store import Store
from index.terms import Segmenter
from index.types import Filters, Hit, Mode
from service.answering.confidence import ConfidenceWeights, confidence
from service.answering.extract import extract
from service.types import Answer, Citation, RefusalReason

# A document's own "[1]" must not pass for a citation of ours, so brackets round digits are widened in the answer.
_FOREIGN_MARK = re.compile(r"\[(\d+)\]")


class Answerer:
    """Answers from one store by quoting it; safe to use from several threads."""

    def __init__(
        self,
        *,
        store: Store,
        searcher: Searcher,
        segmenter: Segmenter,
        weights: ConfidenceWeights,
        refuse_below: float,
    ) -> None:
        """Take the ready parts; an answer of less confidence than `refuse_below` is refused."""
        self._store = store
        self._searcher = searcher
        self._segmenter = segmenter
        self._weights = weights
        self._refuse_below = refuse_below

    def ask(self, question: str, top_k: int = 5, mode: Mode = "hybrid", filters: Filters | None = None) -> Answer:
        """Return the answer; its hits are the same that a search returns."""
        hits = tuple(self._searcher.search(question, max(top_k, 5), mode, filters))
        judged = hits if mode == "hybrid" else self._searcher.search(question, 5, "hybrid", filters)
        certainty = confidence(judged, self._weights)
        reason = self._reason(hits, certainty)
        citations = () if reason else extract(question, hits, self._segmenter)
        return Answer(
            question=question,
            text=compose(citations),
            refused=reason is not None,
            reason=reason,
            confidence=certainty,
            citations=citations,
            hits=hits[:top_k],
        )

    def _reason(self, hits: Sequence[Hit], certainty: float) -> RefusalReason | None:
        if not hits:
            return "nothing_found" if self._store.totals()[0] else "empty_corpus"
        return "low_confidence" if certainty < self._refuse_below else None


def compose(citations: Sequence[Citation]) -> str:
    """Return the quotes, each with its mark.

    >>> quote = Citation(1, "d", "t", "s", 0, 7, "见[3],是的。", None, 1.0)
    >>> compose([quote])
    '见［3］,是的。[1]'
    """
    pieces: list[str] = []
    for citation in citations:
        quote = _FOREIGN_MARK.sub(r"［\1］", citation.quote)
        space = " " if pieces and citation.quote[:1].isascii() else ""
        pieces.append(f"{space}{quote}[{citation.number}]")
    return "".join(pieces)
