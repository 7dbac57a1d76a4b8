"""Hits into cited sentences: those of the best passages that come nearest to the question, in reading order.

Takes    the question, its hits, an embedder and a segmenter
Gives    Citation values, numbered in the order in which the answer reads
Never    words of its own: a quote is a slice of a passage, a passage a slice of its document
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus.sentences import split_sentences
from index.terms import Segmenter
from index.types import Embedder, Hit, Vectors
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
    start: int
    end: int
    quote: str


def extract(question: str, hits: Sequence[Hit], embedder: Embedder, segmenter: Segmenter) -> tuple[Citation, ...]:
    """Return one to three citations, or none if there are no hits."""
    candidates = _candidates(hits)
    if not candidates:
        return ()
    quotes = [candidate.quote for candidate in candidates]
    nearness = embedder.embed_passages(quotes) @ embedder.embed_questions([question])[0]
    scores = (
        _OWN * nearness
        + _WORDS * _shared(question, quotes, segmenter)
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
    found: list[_Candidate] = []
    for hit in hits[:_PASSAGES]:
        if hit.score < hits[0].score * _PASSAGE_SHARE:
            break
        for sentence in split_sentences(hit.passage.text):
            quote = hit.passage.text[sentence.start : sentence.end]
            start = hit.passage.start + sentence.start
            found.append(_Candidate(hit, start, start + len(quote), quote))
    return found


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
    return documents.index(candidate.hit.passage.document_id), candidate.start


def _citation(number: int, candidate: _Candidate, score: float) -> Citation:
    passage = candidate.hit.passage
    return Citation(
        number=number,
        document_id=passage.document_id,
        title=passage.title,
        section=passage.section,
        start=candidate.start,
        end=candidate.end,
        quote=candidate.quote,
        page=passage.page,
        score=score,
    )
