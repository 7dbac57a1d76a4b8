"""Wenqu itself under measurement: filled as a service would be, asked, changed, and started anew.

Takes    a Corpus
Gives    rates, times, recall, memory; as a program: the time from start to first answer on what is there
Never    the network, a model: vectors are looked up
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks.measuring import Corpus, resident_mb, size_mb
from corpus.types import Document, Section, Sentence
from index.caches import Caches, cache_folder
from index.fusion import FusionWeights
from index.rows import document_id_of, passage_id_of
from index.searcher import Searcher
from index.store import Store
from index.terms import Segmenter
from index.types import NewPassage, PreparedDocument, Vectors

_FINGERPRINTS = {"model": "looked-up", "terms": "benchmark"}
_PASSAGES_A_DOCUMENT = 1000
_DATABASE = "wenqu.db"


class LookedUp:
    """An embedder that knows its questions' vectors."""

    window = 512
    fingerprint = "looked-up"

    def __init__(self, corpus: Corpus) -> None:
        self._known = dict(zip(corpus.questions, corpus.question_vectors, strict=True))
        self.dimension = corpus.question_vectors.shape[1]

    def measure(self, text: str) -> int:
        """Count characters."""
        return len(text)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Look up."""
        return np.stack([self._known[text] for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Look up."""
        return self.embed_questions(texts)


class Product:
    """Store, caches and searcher over a corpus in its folder."""

    def __init__(self, corpus: Corpus, segmenter: Segmenter) -> None:
        self._corpus, self._segmenter = corpus, segmenter
        self._store = Store(corpus.folder / _DATABASE)
        start, begun = perf_counter(), process_time()
        for document in _documents(corpus, segmenter):
            self._store.add(document, fingerprints=_FINGERPRINTS)
        stored = perf_counter()
        self._caches = Caches(self._store, corpus.vectors.shape[1], _FINGERPRINTS, cache_folder(self._store.path))
        built = perf_counter()
        self._caches.save()
        count = len(corpus.texts)
        self._filled = {
            "store_per_second": count / (stored - start),
            "build_per_second": count / (built - stored),
            "ingest_per_second": count / (perf_counter() - start),
            "ingest_per_cpu_second": count / (process_time() - begun),
            "save_s": perf_counter() - built,
        }
        self._searcher = Searcher(
            store=self._store,
            caches=self._caches,
            embedder=LookedUp(corpus),
            segmenter=segmenter,
            weights=FusionWeights.load(),
        )

    def close(self) -> None:
        """Save and close."""
        self._caches.close()
        self._store.close()

    def measure(self) -> dict[str, Any]:
        """Return everything."""
        corpus, snapshot = self._corpus, self._caches.current()
        asked = [self._segmenter.terms(question) for question in corpus.questions]
        vectors = corpus.question_vectors
        return self._filled | {
            "recall": corpus.recall(lambda i: snapshot.dense.search(vectors[i], 10).keys - 1),
            "dense": corpus.timed(lambda i: snapshot.dense.search(vectors[i], 50)),
            "lexical": corpus.timed(lambda i: snapshot.lexical.asked(asked[i]).search(50)),
            "ranked": corpus.timed(lambda i: self._searcher.search(corpus.questions[i], 0)),
            "hybrid": corpus.timed(lambda i: self._searcher.search(corpus.questions[i], 10)),
            "parts": [(part.count, part.data.probes, part.data.recall) for part in snapshot.dense.parts],
            "found_after_ms": self._found_after(),
            "filling_mb": resident_mb(),
            "database_mb": self._store.path.stat().st_size // 1_000_000,
            "caches_mb": size_mb(cache_folder(self._store.path)),
        }

    def _found_after(self) -> float:
        """Return the median milliseconds from giving a prepared passage to its being the first hit for its vector."""
        times = []
        for number in range(9):
            vector = np.roll(self._corpus.question_vectors[number], 7)
            start = perf_counter()
            document = document_of(f"added {number}", [f"新增第{number}段。"], vector[None, :], self._segmenter)
            self._store.add(document, fingerprints=_FINGERPRINTS)
            found = self._caches.current().dense.search(vector, 1)
            times.append(1000 * (perf_counter() - start))
            if found.scores[0] < 0.99:
                sys.exit("an added passage was not found")
        return float(np.median(times))


def start_anew(folder: Path) -> dict[str, Any]:
    """Open what is there and answer: seconds to the first answer, memory after all questions."""
    start = perf_counter()
    corpus = Corpus.read(folder)
    segmenter = Segmenter()
    embedder = LookedUp(corpus)
    corpus.texts.clear()
    begun = perf_counter()
    store = Store(folder / _DATABASE)
    caches = Caches(store, embedder.dimension, _FINGERPRINTS, cache_folder(store.path))
    searcher = Searcher(
        store=store, caches=caches, embedder=embedder, segmenter=segmenter, weights=FusionWeights.load()
    )
    searcher.search(corpus.questions[0], 10)
    answered = perf_counter()
    for question in corpus.questions:
        searcher.search(question, 10)
    result = {
        "open_to_first_answer_s": answered - begun,
        "segmenter_and_reading_s": begun - start,
        "resident_mb": resident_mb(),
        "problems": caches.state().problems,
    }
    caches.close()
    return result


def _documents(corpus: Corpus, segmenter: Segmenter) -> Iterator[PreparedDocument]:
    for start in range(0, len(corpus.texts), _PASSAGES_A_DOCUMENT):
        texts = corpus.texts[start : start + _PASSAGES_A_DOCUMENT]
        yield document_of(f"made {start}", texts, np.array(corpus.vectors[start : start + len(texts)]), segmenter)


def document_of(title: str, texts: list[str], vectors: Vectors, segmenter: Segmenter) -> PreparedDocument:
    """Return a document of these passages, one after the other, one vector each."""
    document = Document(text="".join(texts), title=title)
    document_id = document_id_of(document, "benchmark")
    ends = np.cumsum([len(text) for text in texts]).tolist()
    made = tuple(
        NewPassage(
            id=passage_id_of(document_id, end - len(text), end, text),
            section=0,
            start=end - len(text),
            end=end,
            text=text,
            sentences=(Sentence(end - len(text), end),),
            terms=segmenter.terms(text),
            vectors=vector[None, :],
        )
        for text, end, vector in zip(texts, ends, vectors, strict=True)
    )
    return PreparedDocument(document_id, "benchmark", document, (Section(0, ends[-1], title),), made)


if __name__ == "__main__":
    print(json.dumps(start_anew(Path(sys.argv[1]))))
