"""What the processes of the crash test share: texts made up from a number, parts without a model, a journal.

Takes    a home, a seed
Gives    text_of, Parts, Journal
Touches  hashlib, os          Never  torch, jieba: a start must be short
"""

import json
import os
import random
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from corpus.types import Document
from index.caches import Caches, cache_folder
from index.fusion import FusionWeights
from index.rows import document_id_of
from index.searcher import Searcher
from index.store import Store
from index.types import Terms
from index.writer import Writer, fingerprints_of
from tests.index.fakes import HashEmbedder

_CHARACTERS = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 3000))


class PairSegmenter:
    """Cuts a text into its characters and pairs; made in no time."""

    fingerprint = "pairs-1"

    def terms(self, text: str) -> Terms:
        """Return the terms of a text."""
        letters = [letter for letter in text if letter.isalnum()]
        pairs = tuple(first + second for first, second in pairwise(letters))
        return Terms(pairs, pairs, ())


def text_of(source: str, version: str) -> str:
    """Return the text of a version: most sentences are the source's own, some the version's; the first names both."""
    own, new = random.Random(source), random.Random(source + version)
    sentences = [f"来源{source}的第{version}版。"]
    for _ in range(own.randint(3, 14)):
        kept, fresh = (
            "".join(chance.choices(_CHARACTERS, k=chance.randint(8, 30))) + "。\n"[: chance.randint(1, 2)]
            for chance in (own, new)
        )
        sentences.append(fresh if new.random() < 0.3 else kept)
    return "".join(sentences)


def document_of(source: str, version: str) -> Document:
    """Return the document of a version."""
    return Document(text=text_of(source, version), title="崩溃", metadata={"version": version})


def id_of(source: str, version: str) -> str:
    """Return the id under which a version is stored."""
    return document_id_of(document_of(source, version), source)


@dataclass(frozen=True, slots=True)
class Parts:
    """Real parts over a home, with an embedder and a segmenter that cost nothing."""

    store: Store
    caches: Caches
    searcher: Searcher
    writer: Writer

    @classmethod
    def over(cls, home: Path) -> "Parts":
        """Put them together."""
        embedder, segmenter = HashEmbedder(), PairSegmenter()
        store = Store(home / "wenqu.db")
        fingerprints = fingerprints_of(embedder, segmenter)
        caches = Caches(store, embedder.dimension, fingerprints, cache_folder(store.path))
        weights = FusionWeights.load()
        searcher = Searcher(store=store, caches=caches, embedder=embedder, segmenter=segmenter, weights=weights)
        writer = Writer(store=store, embedder=embedder, segmenter=segmenter, passage_target=60, publish=caches.current)
        return cls(store, caches, searcher, writer)

    def close(self) -> None:
        """Save the caches and give back what is open."""
        self.caches.close()
        self.store.close()


class Journal:
    """Lines that are kept whatever becomes of the process: each is one write to the end of a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, **entry: Any) -> None:
        """Add a line."""
        os.write(self._descriptor, json.dumps(entry).encode() + b"\n")

    @staticmethod
    def read(path: Path) -> list[dict[str, Any]]:
        """Return the lines written so far."""
        if not path.exists():
            return []
        content = path.read_bytes()
        return [json.loads(line) for line in content[: content.rfind(b"\n") + 1].splitlines()]
