"""The read path on one page: question → terms and vector → two arms → fusion → hits.

Takes    a question, how many hits, which arms, filters
Gives    Hit values, best first
Never    HTTP, files, answers
"""

from collections.abc import Sequence

import numpy as np

from index.caches import Caches, Snapshot
from index.fusion import FusionWeights, fuse, traits_of
from index.highlights import highlights
from index.store import Store
from index.terms import Segmenter
from index.types import ArmScore, Embedder, Filters, Hit, Keys, Mode, Ranked, StoredPassage, Terms, Vectors

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
        snapshot = self._caches.current()
        allowed = self._store.keys_matching(filters) if filters else None
        count = max(_CANDIDATES, 2 * top_k)
        terms = self._segmenter.terms(question)
        match mode:
            case "lexical":
                found = snapshot.lexical.search(terms, count, allowed)
                return self._hits(found, terms, top_k, lexical=found)
            case "dense":
                found = snapshot.dense.search(self._embedder.embed_questions([question])[0], count, allowed)
                return self._hits(found, terms, top_k, dense=found)
            case "hybrid":
                return self._hybrid(question, terms, snapshot, count, allowed)[:top_k]

    def _hybrid(self, question: str, terms: Terms, snapshot: Snapshot, count: int, allowed: Keys | None) -> list[Hit]:
        vector = self._embedder.embed_questions([question])[0]
        dense = snapshot.dense.search(vector, count, allowed)
        lexical = snapshot.lexical.search(terms, count, allowed)
        fused = self._fused(question, terms, vector, snapshot, np.union1d(dense.keys, lexical.keys))
        return self._hits(fused, terms, count, dense=dense, lexical=lexical)

    def _fused(self, question: str, terms: Terms, vector: Vectors, snapshot: Snapshot, keys: Keys) -> Ranked:
        """Score every candidate by both arms, also the one that did not bring it."""
        if not len(keys):
            return Ranked(keys, np.empty(0, np.float32))
        traits = traits_of(question, terms, snapshot.lexical.known_share(terms.words))
        scores = fuse(snapshot.dense.scores(vector, keys), snapshot.lexical.scores(terms, keys), traits, self._weights)
        order = np.lexsort((keys, -scores))
        return Ranked(keys[order], scores[order])

    def _hits(
        self, found: Ranked, terms: Terms, count: int, *, dense: Ranked | None = None, lexical: Ranked | None = None
    ) -> list[Hit]:
        passages = self._store.passages(found.keys[: 2 * count].tolist())
        by_dense, by_lexical = _arm_scores(dense), _arm_scores(lexical)
        hits: list[Hit] = []
        for key, score in zip(found.keys.tolist(), found.scores.tolist(), strict=True):
            if key not in passages:
                continue
            hits.append(
                Hit(
                    rank=len(hits) + 1,
                    score=score,
                    dense=by_dense.get(key),
                    lexical=by_lexical.get(key),
                    passage=passages[key],
                    highlights=_in_document(passages[key], terms),
                )
            )
            if len(hits) == count:
                break
        return hits


def _arm_scores(ranked: Ranked | None) -> dict[int, ArmScore]:
    if ranked is None:
        return {}
    pairs: Sequence[tuple[int, float]] = list(zip(ranked.keys.tolist(), ranked.scores.tolist(), strict=True))
    return {key: ArmScore(rank, score) for rank, (key, score) in enumerate(pairs, start=1)}


def _in_document(passage: StoredPassage, terms: Terms) -> tuple[tuple[int, int], ...]:
    return tuple((passage.start + start, passage.start + end) for start, end in highlights(passage.text, terms))
