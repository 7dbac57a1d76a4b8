"""The vocabulary of answering: citations and answers.

Takes    index.types
Gives    Citation, Answer          Never  HTTP

`text[start:end] == quote` holds for every citation, where `text` is the document's canonical text.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from index.types import Hit

RefusalReason: TypeAlias = Literal["empty_corpus", "nothing_found", "low_confidence"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence of the answer as it stands in its document. `number` is the mark in the answer's text."""

    number: int
    document_id: str
    title: str
    section: str
    start: int
    end: int
    quote: str
    page: int | None
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Quoted sentences with marks [1] [2] …, or a refusal with its reason.

    `confidence` is the estimated probability, in [0, 1], that the corpus answers the question at all.
    """

    question: str
    text: str
    refused: bool
    reason: RefusalReason | None
    confidence: float
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
