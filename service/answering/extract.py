"""Hits into cited sentences: those of the best passages that come nearest to the question, in reading order.

Takes    the question, its hits with their sentences' nearness, a segmenter
Gives    Citation values, numbered in the order in which the answer reads
Never    words of its own: a quote is a slice of a passage, a passage a slice of its document
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.terms import Segmenter
from index.types import FoundSentence, Hit, Vectors
from service.types import Citation

# Sentences of passages that score far below the best one are not considered, nor are sentences far below the best.
_PASSAGES = 4
_PASSAGE_SHARE = 0.5
_SENTENCE_MARGIN = 0.12
_SENTENCES = 3

# A sentence is judged by its own nearness, by the question's words it holds, and by its passage.
_OWN, _WORDS, _PASSAGE = 1.0, 0.6, 0.4


@dataclass(frozen=True, slots=True)
class _Candidate:
    hit: Hit
    sentence: FoundSentence

    @property
    def quote(self) -> str:
        """The sentence's words, a slice of the passage's."""
        offset = self.hit.passage.start
        return self.hit.passage.text[self.sentence.start - offset : self.sentence.end - offset]


def extract(question: str, hits: Sequence[Hit], segmenter: Segmenter) -> tuple[Citation, ...]:
    """Return one to three citations, or none if there are no hits."""
    candidates = _candidates(hits)
    if not candidates:
        return ()
    scores = (
        _OWN * np.array([2 * candidate.sentence.score - 1 for candidate in candidates], np.float32)
        + _WORDS * _shared(question, [candidate.quote for candidate in candidates], segmenter)
        + _PASSAGE * np.array([candidate.hit.score for candidate in candidates], np.float32)
    )
    best = scores.max()
    order = [place for place in np.argsort(-scores, kind="stable") if scores[place] >= best - _SENTENCE_MARGIN]
    chosen = sorted(order[:_SENTENCES], key=lambda place: _reading_order(candidates[place], hits))
    top = float(_OWN + _WORDS + _PASSAGE)
    return tuple(
        _citation(number, candidates[place], float(np.clip(scores[place] / top, 0.0, 1.0)))
        for number, place in enumerate(chosen, start=1)
    )


def _candidates(hits: Sequence[Hit]) -> list[_Candidate]:
    worthy = [hit for hit in hits[:_PASSAGES] if hit.score >= hits[0].score * _PASSAGE_SHARE]
    return [_Candidate(hit, sentence) for hit in worthy for sentence in hit.sentences]


def _shared(question: str, quotes: Sequence[str], segmenter: Segmenter) -> Vectors:
    """Return for each quote (n,) which share of the question's pairs and words it holds, rare ones counting more."""
    asked = _vocabulary(question, segmenter)
    held = [_vocabulary(quote, segmenter) & asked for quote in quotes]
    weights = {term: 1.0 / (1 + sum(term in terms for terms in held)) for term in asked}
    total = sum(weights.values()) or 1.0
    return np.array([sum(weights[term] for term in terms) / total for terms in held], np.float32)


def _vocabulary(text: str, segmenter: Segmenter) -> set[str]:
    terms = segmenter.terms(text)
    return {*terms.words, *terms.pairs}


def _reading_order(candidate: _Candidate, hits: Sequence[Hit]) -> tuple[int, int]:
    """Documents in the order of their best hit, then sentences as they stand in the document."""
    documents = [hit.passage.document_id for hit in hits]
    return documents.index(candidate.hit.passage.document_id), candidate.sentence.start


def _citation(number: int, candidate: _Candidate, score: float) -> Citation:
    passage = candidate.hit.passage
    return Citation(
        number=number,
        document_id=passage.document_id,
        title=passage.title,
        section=passage.section,
        start=candidate.sentence.start,
        end=candidate.sentence.end,
        quote=candidate.quote,
        page=passage.page,
        score=score,
    )
