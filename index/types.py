"""The vocabulary of retrieval: what is stored, what is found, and what an embedder must do.

Takes    corpus.types
Gives    StoredDocument, StoredPassage, Change, ArmScore, Hit, the protocol Embedder
Touches  numpy for array types          Never  libraries that search or embed

Every score is in [0, 1], larger is better.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.types import Document, Metadata, Section, Sentence

Vectors: TypeAlias = NDArray[np.float32]
Keys: TypeAlias = NDArray[np.int64]
Mode: TypeAlias = Literal["hybrid", "dense", "lexical"]
Filters: TypeAlias = Mapping[str, str | int | float | bool | list[str | int | float | bool]]


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as the store knows it; its text is asked for separately, for it may be long."""

    id: str
    title: str
    source: str
    characters: int
    passages: int
    sections: tuple[Section, ...]
    metadata: Metadata
    encoding: str
    added_at: str


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the store knows it. `key` grows and is never given twice; `id` is derived from its content.

    `sentences` are spans of the document, like `start` and `end`.
    """

    key: int
    id: str
    document_id: str
    title: str
    section: str
    start: int
    end: int
    page: int | None
    text: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a text offers the lexical arm: its words, its pairs of neighbouring Han characters, its single ones."""

    words: tuple[str, ...]
    pairs: tuple[str, ...]
    characters: tuple[str, ...]

    def written(self) -> str:
        """Return the terms as they are stored and indexed: three lines, spaces between terms."""
        return f"{' '.join(self.words)}\n{' '.join(self.pairs)}\n{' '.join(self.characters)}"

    @classmethod
    def read(cls, written: str) -> "Terms":
        """Return the terms that were written so."""
        words, pairs, characters = written.split("\n")
        return cls(tuple(words.split()), tuple(pairs.split()), tuple(characters.split()))


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage about to be stored: its span, its sentences, its terms, and for each sentence a vector (s, dim).

    A sentence's vector is the mean of its own unit vector and of its passage's, so that its product with a question's
    vector is the mean of two cosines.
    """

    id: str
    section: int
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]
    terms: Terms
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document about to be stored, with all that is derived from it. `source` says where it came from."""

    id: str
    source: str
    document: Document
    sections: tuple[Section, ...]
    passages: tuple[NewPassage, ...]


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """What the caches keep of a passage: its key, its terms as written, its sentences' vectors (s, dim) float32."""

    key: int
    written: str
    vectors: Vectors

    @property
    def terms(self) -> Terms:
        """The terms, read."""
        return Terms.read(self.written)


@dataclass(frozen=True, slots=True)
class Change:
    """Passages `first_key` to `last_key` of a document came or went; of all documents, if its id is empty.

    When only what is said of the document changed, they stay as they are.
    """

    sequence: int
    kind: Literal["add", "remove", "describe"]
    document_id: str
    first_key: int
    last_key: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """One arm's result: keys (n,) int64 and scores (n,) float32 in [0, 1], best first."""

    keys: Keys
    scores: Vectors


NOTHING = Ranked(np.empty(0, np.int64), np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class ArmScore:
    """A passage's place in one arm; rank 1 is the best."""

    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """A sentence of a hit: its span in the document, and its nearness to the question in [0, 1], 0 if not measured."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, its place, its score, what each arm said of it, what was asked for in it, and its sentences."""

    rank: int
    score: float
    dense: ArmScore | None
    lexical: ArmScore | None
    passage: StoredPassage
    highlights: tuple[tuple[int, int], ...]
    sentences: tuple[FoundSentence, ...]


class Embedder(Protocol):
    """Turns texts into unit vectors; questions and passages are two methods, for models may prompt them apart."""

    @property
    def dimension(self) -> int:
        """Length of the vectors."""

    @property
    def window(self) -> int:
        """How many tokens the model reads at most."""

    @property
    def fingerprint(self) -> str:
        """What identifies the model: equal fingerprints give equal vectors."""

    def measure(self, text: str) -> int:
        """Return the number of tokens that the model sees in a text."""

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, rows of length 1."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, rows of length 1."""
