"""The vocabulary of documents: frozen values, every one a span into one text.

Takes    nothing
Gives    Document, Heading, Block, Sentence, Section, Passage
Touches  the standard library          Never  files, models, settings

`start` and `end` count Unicode code points of `Document.text`; `end` is exclusive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Metadata: TypeAlias = Mapping[str, str | int | float | bool]
SectionKind: TypeAlias = Literal["title", "section", "boilerplate"]
BlockKind: TypeAlias = Literal["table", "list", "code"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that the format itself marks: its line, its level (1 is the highest) and its words."""

    start: int
    end: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that the format marks as one thing and that a passage keeps together where they fit its window."""

    start: int
    end: int
    kind: BlockKind


@dataclass(frozen=True, slots=True)
class Document:
    """One readable text, as its reader settled it; everything later is a span into `text`."""

    text: str
    title: str
    headings: tuple[Heading, ...] = ()
    metadata: Metadata = field(default_factory=dict)
    encoding: str = "utf-8"
    page_starts: tuple[int, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, with its closing marks and without the white space around it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of one topic. The sections of a document cover its text without gap or overlap."""

    start: int
    end: int
    title: str
    kind: SectionKind = "section"
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """What is searched and shown: whole sentences of one section, an exact slice of the text."""

    start: int
    end: int
    section: int
    text: str
    sentences: tuple[Sentence, ...]
