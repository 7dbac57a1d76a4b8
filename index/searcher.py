"""The read path on one page: question → terms and vector → two arms → fusion → hits.

Takes    a question, how many hits, which arms, filters
Gives    Hit values, best first
Never    HTTP, files, answers
"""

from dataclasses import dataclass

import numpy as np

from index.caches import Caches, CacheState, Snapshot
from index.fusion import FusionWeights, fuse, traits_of
from index.highlights import Highlighter
from index.lexical import LexicalQuestion, best_first
from index.store import Store
from index.terms import Segmenter
from index.types import (
    NOTHING,
    ArmScore,
    Embedder,
    Filters,
    FoundSentence,
    Hit,
    Keys,
    Mode,
    Ranked,
    StoredPassage,
    Terms,
    Vectors,
)

# Each arm offers this many candidates, more if more hits are wanted.
_CANDIDATES = 50


class Searcher:
    """Searches one store; safe to use from several threads."""

    def __init__(
        self, *, store: Store, caches: Caches, embedder: Embedder, segmenter: Segmenter, weights: FusionWeights
    ) -> None:
        """Take the ready parts; nothing is loaded or built here."""
        self._store = store
        self._caches = caches
        self._embedder = embedder
        self._segmenter = segmenter
        self._weights = weights

    def search(self, question: str, top_k: int = 5, mode: Mode = "hybrid", filters: Filters | None = None) -> list[Hit]:
        """Return at most `top_k` hits, best first; none if nothing is stored or matches."""
        terms = self._segmenter.terms(question)
        vector = None if mode == "lexical" else self._embedder.embed_questions([question])[0]
        snapshot = self._caches.current()
        asked = _Asked(terms, vector, snapshot, snapshot.lexical.asked(terms))
        allowed = self._store.keys_matching(filters) if filters else None
        count = max(_CANDIDATES, 2 * top_k)
        dense, lexical = asked.dense(count, allowed), NOTHING
        match mode:
            case "dense":
                found = dense
            case "lexical":
                found = lexical = asked.words.search(count, allowed)
            case "hybrid":
                found, lexical = self._fused(question, asked, dense, asked.words.candidates(count, allowed))
        return self._hits(found, asked, top_k, (_Arm(dense), _Arm(lexical)))

    def close(self) -> None:
        """Save the caches and end what they do in the background; the store must still be open."""
        self._caches.close()

    def cache_state(self) -> CacheState:
        """Return how the caches behind the searches are."""
        return self._caches.state()

    def _fused(self, question: str, asked: "_Asked", dense: Ranked, worded: Keys) -> tuple[Ranked, Ranked]:
        """Score every candidate by both arms, also the one that did not bring it; return all, and the words' own."""
        keys = np.union1d(dense.keys, worded)
        if not len(keys) or asked.vector is None:
            return NOTHING, NOTHING
        near = asked.near(dense, keys)
        lexical = asked.words.scores(keys)
        traits = traits_of(question, asked.terms, asked.snapshot.lexical.known_share(asked.terms.words))
        scores = fuse(near, lexical, traits, self._weights)
        of_words = lexical[np.searchsorted(keys, worded)]
        return best_first(keys, scores, len(keys)), best_first(worded, of_words, len(worded))

    def _hits(self, found: Ranked, asked: "_Asked", count: int, arms: "tuple[_Arm, _Arm]") -> list[Hit]:
        keys = found.keys[: 2 * count].tolist()
        passages = self._store.passages(keys[:count])
        if len(passages) < min(count, len(keys)):  # some were removed since the snapshot was taken
            passages |= self._store.passages(keys[count:])
        places = [place for place, key in enumerate(keys) if key in passages][:count]
        dense, lexical = arms
        highlighter = Highlighter(asked.terms)
        sentences = asked.sentences_of([passages[keys[place]] for place in places])
        return [
            Hit(
                rank=rank,
                score=float(found.scores[place]),
                dense=dense.score(key),
                lexical=lexical.score(key),
                passage=passages[key],
                highlights=_in_document(passages[key], highlighter),
                sentences=own,
            )
            for rank, (place, key, own) in enumerate(
                zip(places, (keys[place] for place in places), sentences, strict=True), start=1
            )
        ]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question made ready: its terms, its vector unless only words are asked for, and what it is asked of."""

    terms: Terms
    vector: Vectors | None
    snapshot: Snapshot
    words: LexicalQuestion

    def dense(self, count: int, allowed: Keys | None) -> Ranked:
        return NOTHING if self.vector is None else self.snapshot.dense.search(self.vector, count, allowed)

    def near(self, found: Ranked, keys: Keys) -> Vectors:
        """Return the nearness of `keys` (n,), ascending: of those found it is known, the others are looked up."""
        assert self.vector is not None
        scores = np.zeros(len(keys), np.float32)
        places = np.searchsorted(keys, found.keys)
        scores[places] = found.scores
        others = np.ones(len(keys), bool)
        others[places] = False
        scores[others] = self.snapshot.dense.scores(self.vector, keys[others])
        return scores

    def sentences_of(self, passages: list[StoredPassage]) -> list[tuple[FoundSentence, ...]]:
        """Return each passage's sentences with their own nearness; each has a row of its own in the dense arm."""
        keys = np.array([passage.key for passage in passages], np.int64)
        near = [] if self.vector is None else self.snapshot.dense.row_scores(self.vector, keys)
        scores = [each.tolist() for each in near] or [[] for _ in passages]
        return [
            tuple(
                FoundSentence(sentence.start, sentence.end, score)
                for sentence, score in zip(passage.sentences, own or [0.0] * len(passage.sentences), strict=True)
            )
            for passage, own in zip(passages, scores, strict=True)
        ]


class _Arm:
    """What one arm found, by key."""

    def __init__(self, ranked: Ranked) -> None:
        self._places = {key: place for place, key in enumerate(ranked.keys.tolist())}
        self._scores = ranked.scores

    def score(self, key: int) -> ArmScore | None:
        """Return the passage's place in the arm, None if it was not found there."""
        place = self._places.get(key)
        return None if place is None else ArmScore(place + 1, float(self._scores[place]))


def _in_document(passage: StoredPassage, highlighter: Highlighter) -> tuple[tuple[int, int], ...]:
    return tuple((passage.start + start, passage.start + end) for start, end in highlighter.spans(passage.text))
