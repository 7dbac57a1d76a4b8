"""A service's parts that need no model: the index's bench with an answerer over it.

Takes    a folder for the database
Gives    Bench; bench: the parts put together, closed at the end          Never  torch, the network
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.types import Document
from index.terms import Segmenter
from index.types import Embedder, StoredDocument
from service.answering import Answerer
from service.answering.confidence import ConfidenceWeights
from service.collections import DEFAULT, Collections, Parts
from tests.index import fakes


@dataclass(frozen=True, slots=True)
class Bench:
    """The parts of a service, and what a test puts into them."""

    collections: Collections
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
    folder: Path,
    *,
    refuse_below: float = 0.0,
    weights: ConfidenceWeights | None = None,
    segmenter: Segmenter,
    embedder: Embedder | None = None,
) -> Iterator[Bench]:
    """Put real parts together over a home in the folder and an embedder that needs no model."""

    def parts_over(database: Path) -> Parts:
        under = fakes.Bench.over(database, segmenter, embedder)
        answerer = Answerer(
            store=under.store,
            searcher=under.searcher,
            segmenter=segmenter,
            weights=weights or ConfidenceWeights.load(),
            refuse_below=refuse_below,
        )
        return Parts(under.store, under.searcher, under.writer, answerer)

    collections = Collections(folder, parts_over, most_open=2)
    try:
        with collections.use(DEFAULT) as parts:
            yield Bench(collections, parts)
    finally:
        collections.close()
