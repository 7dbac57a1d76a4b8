"""Parts that need no model: an embedder that is a pure function of the text, and a store of one's own.

Takes    a folder for the database
Gives    HashEmbedder; Bench: store, caches, searcher and writer put together; documents and passages made up
Touches  hashlib, numpy, pysqlite3          Never  torch, the network
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pysqlite3.dbapi2 as sqlite

from corpus.types import Document, Section, Sentence
from index.caches import Caches
from index.fusion import FusionWeights
from index.rebuilding import stage, staging_of, take_over
from index.rows import document_id_of, passage_id_of
from index.searcher import Searcher
from index.store import Store
from index.terms import Segmenter
from index.types import Embedder, Keys, NewPassage, PreparedDocument, StoredDocument, Terms, Vectors
from index.writer import Writer, fingerprints_of

ROOT = Path(__file__).parents[2]
FINGERPRINTS = {"model": "hash-1", "terms": "split-1"}
ARTICLE = (
    "第一章 总则\n城市群要推进轨道交通建设。成都都市圈率先开通市域铁路，通勤时间缩短到一小时。\n"
    "第二章 公共服务\n户籍准入年限累计互认，最早在长三角落地。图书馆、博物馆实行一卡通。\n"
)


class HashEmbedder:
    """Each pair of neighbouring characters points one way; a text is the sum of its pairs, of length 1."""

    dimension = 256

    def __init__(self, fingerprint: str = "hash-1", window: int = 512) -> None:
        self.fingerprint = fingerprint
        self.window = window

    def measure(self, text: str) -> int:
        """Count characters, and a mark at each end."""
        return len(text) + 2

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
            digest = hashlib.blake2b((self.fingerprint + first + second).encode(), digest_size=2).digest()
            vector[int.from_bytes(digest, "little") % self.dimension] += 1.0
        return vector / np.float32(np.linalg.norm(vector))


class Noting(HashEmbedder):
    """Remembers what it was given."""

    def __init__(self, window: int = 512) -> None:
        super().__init__(window=window)
        self.seen: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed."""
        self.seen += texts
        return super().embed_passages(texts)


@dataclass(frozen=True, slots=True)
class Bench:
    """The parts of a search, and what a test puts into them."""

    store: Store
    caches: Caches
    searcher: Searcher
    writer: Writer

    @classmethod
    def over(cls, path: Path, segmenter: Segmenter, embedder: Embedder | None = None) -> "Bench":
        """Put real parts together over the database at `path`."""
        embedder = embedder or HashEmbedder()
        store = Store(path)
        caches = Caches(store, embedder.dimension, fingerprints_of(embedder, segmenter))
        weights = FusionWeights.load()
        searcher = Searcher(store=store, caches=caches, embedder=embedder, segmenter=segmenter, weights=weights)
        return cls(store, caches, searcher, make_writer(store, segmenter, embedder, caches))

    def add(self, title: str, text: str, source: str = "sent", **metadata: str | int | float | bool) -> StoredDocument:
        """Store a document."""
        return self.writer.add(Document(text=text, title=title, metadata=metadata), source)


def make_writer(
    store: Store, segmenter: Segmenter, embedder: Embedder | None = None, caches: Caches | None = None
) -> Writer:
    """Return a writer of short passages; without caches it publishes to nobody."""
    return Writer(
        store=store,
        embedder=embedder or HashEmbedder(),
        segmenter=segmenter,
        passage_target=120,
        publish=caches.current if caches else lambda: None,
    )


def caches_of(store: Store, fingerprints: Mapping[str, str] = FINGERPRINTS) -> Caches:
    """Build caches anew for what `prepared` stores."""
    return Caches(store, HashEmbedder.dimension, fingerprints)


def keys_of(*keys: int) -> Keys:
    """Return keys as the arms take them."""
    return np.array(keys, np.int64)


def terms_of(*words: str) -> Terms:
    """Return terms that are nothing but these words."""
    return Terms(words, (), ())


def prepared(
    text: str, title: str = "题", source: str = "made", lines: bool = True, **metadata: str | int | float | bool
) -> PreparedDocument:
    """Return a document ready for the store: a passage a line, its characters as words, its vector from its text."""
    document = Document(text=text, title=title, metadata=metadata)
    document_id = document_id_of(document, source)
    vectors = HashEmbedder()
    passages = []
    start = 0
    for line in text.split("\n") if lines else []:
        passages.append(
            NewPassage(
                id=passage_id_of(document_id, start, start + len(line), line),
                section=0,
                start=start,
                end=start + len(line),
                text=line,
                sentences=(Sentence(start, start + len(line)),),
                terms=terms_of(*line),
                vectors=vectors.embed_passages([line]),
            )
        )
        start += len(line) + 1
    return PreparedDocument(document_id, source, document, (Section(0, len(text), title),), tuple(passages))


def add(store: Store, *documents: PreparedDocument) -> list[str]:
    """Store documents; return their ids."""
    return [store.add(document, fingerprints=FINGERPRINTS).id for document in documents]


def remake(store: Store, *documents: PreparedDocument, **fingerprints: str) -> None:
    """Replace the passages of all documents by these, under other fingerprints, as a rebuild does."""
    made = {document.id: document for document in documents}
    under = FINGERPRINTS | fingerprints
    with staging_of(store, under) as staging:
        stage(store, staging, made.__getitem__, under, lambda done, total: None)
        assert take_over(store, staging, under)


def change(path: Path, statement: str, *values: Any) -> None:
    """Write past the store, as a fault would."""
    connection = sqlite.connect(path)
    assert connection.execute(statement, values).rowcount > 0
    connection.commit()
    connection.close()
