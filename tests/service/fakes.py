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
from index.types import StoredDocument
from service.answering import Answerer
from service.answering.confidence import ConfidenceWeights
from service.api.native import Parts
from tests.index import fakes


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
    under = fakes.Bench.over(folder / "wenqu.db", segmenter)
    answerer = Answerer(
        store=under.store,
        searcher=under.searcher,
        segmenter=segmenter,
        weights=weights or ConfidenceWeights.load(),
        refuse_below=refuse_below,
    )
    try:
        yield Bench(Parts(under.store, under.searcher, under.writer, answerer, ""))
    finally:
        under.store.close()
