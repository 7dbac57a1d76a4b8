"""Parts that need no model: an embedder that is a pure function of the text, and the real parts over it.

Takes    a folder for the database
Gives    HashEmbedder, Bench: store, searcher, writer and answerer put together
Touches  hashlib, numpy          Never  torch, the network
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from corpus.types import Document
from index.caches import Caches
from index.fusion import FusionWeights
from index.searcher import Searcher
from index.store import Store
from index.terms import Segmenter
from index.types import StoredDocument, Vectors
from index.writer import Writer, fingerprints_of
from service.answering import Answerer
from service.answering.confidence import ConfidenceWeights
from service.api.native import Parts


class HashEmbedder:
    """Each pair of neighbouring characters points one way; a text is the sum of its pairs, of length 1."""

    dimension = 256
    window = 512
    fingerprint = "hash-1"

    def measure(self, text: str) -> int:
        """Count characters."""
        return len(text)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return (n, 256) float32, rows of length 1."""
        return np.array([self._vector(text) for text in texts], np.float32).reshape(-1, self.dimension)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, 256) float32, rows of length 1."""
        return self.embed_questions(texts)

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, np.float32)
        vector[0] = 1e-3  # so that the vector of an empty text has a length too
        for first, second in pairwise(text):
            digest = hashlib.blake2b((first + second).encode(), digest_size=2).digest()
            vector[int.from_bytes(digest, "little") % self.dimension] += 1.0
        return vector / np.float32(np.linalg.norm(vector))


@dataclass(frozen=True, slots=True)
class Bench:
    """The parts of a service, and what a test puts into them."""

    parts: Parts

    @property
    def answerer(self) -> Answerer:
        """Give the answerer."""
        return self.parts.answerer

    def add(self, title: str, text: str) -> StoredDocument:
        """Store a document."""
        return self.parts.writer.add(Document(text=text, title=title), "sent")


@contextmanager
def bench(
    folder: Path, *, refuse_below: float = 0.0, weights: ConfidenceWeights | None = None, segmenter: Segmenter
) -> Iterator[Bench]:
    """Put real parts together over a database in the folder and an embedder that needs no model."""
    embedder = HashEmbedder()
    store = Store(folder / "wenqu.db")
    caches = Caches(store, embedder.dimension, fingerprints_of(embedder, segmenter))
    searcher = Searcher(
        store=store, caches=caches, embedder=embedder, segmenter=segmenter, weights=FusionWeights.load()
    )
    answerer = Answerer(
        store=store,
        searcher=searcher,
        segmenter=segmenter,
        weights=weights or ConfidenceWeights.load(),
        refuse_below=refuse_below,
    )
    writer = Writer(store=store, embedder=embedder, segmenter=segmenter, passage_target=120, publish=caches.current)
    try:
        yield Bench(Parts(store, searcher, writer, answerer, ""))
    finally:
        store.close()
