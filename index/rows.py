"""Values into rows and back: how documents and passages are written down, and the digest each row carries.

Takes    Document, Section, NewPassage; rows of the tables in schema.py
Gives    rows; StoredDocument, StoredPassage, Document
Touches  orjson, hashlib, numpy          Never  the database
"""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

import numpy as np
import orjson

from corpus.types import Block, Document, Heading, Metadata, Section, Sentence
from index.types import IndexedPassage, NewPassage, PreparedDocument, StoredDocument, StoredPassage

Row: TypeAlias = dict[str, Any]

_DOCUMENT_FIELDS = (
    "id", "title", "source", "characters", "passages", "sections", "headings", "pages", "blocks", "metadata",
    "encoding", "added_at",
)  # fmt: skip
_TEXT_FIELDS = ("document_id", "text")
_CHANGE_FIELDS = ("sequence", "kind", "document_id", "first_key", "last_key")
_PASSAGE_FIELDS = ("id", "document_id", "section", "start", "end", "page", "text", "sentences", "terms", "vectors")


def document_id_of(document: Document, source: str) -> str:
    """Return the id: derived from what the document says and where it comes from, never from chance."""
    return _hexdigest(source, document.title, document.text)


def passage_id_of(document_id: str, start: int, end: int, text: str) -> str:
    """Return the id: derived from the document, the place and the words."""
    return _hexdigest(document_id, str(start), str(end), text)


def document_row(prepared: PreparedDocument, added_at: str) -> Row:
    """Return the row that describes a document, with its digest."""
    document = prepared.document
    row = {
        "id": prepared.id,
        "title": document.title,
        "source": prepared.source,
        "characters": len(document.text),
        "passages": len(prepared.passages),
        "sections": _json([asdict(section) for section in prepared.sections]),
        "headings": _json([asdict(heading) for heading in document.headings]),
        "pages": _json(document.page_starts),
        "blocks": _json([asdict(block) for block in document.blocks]),
        "metadata": _json(dict(document.metadata)),
        "encoding": document.encoding,
        "added_at": added_at,
    }
    return row | {"digest": document_digest(row)}


def text_row(prepared: PreparedDocument) -> Row:
    """Return the row of a document's text, with its digest."""
    row = {"document_id": prepared.id, "text": prepared.document.text}
    return row | {"digest": text_digest(row)}


def change_row(sequence: int, kind: str, document_id: str, first_key: int, last_key: int) -> Row:
    """Return the row of a change, with its digest."""
    row = dict(zip(_CHANGE_FIELDS, (sequence, kind, document_id, first_key, last_key), strict=True))
    return row | {"digest": change_digest(row)}


def passage_rows(prepared: PreparedDocument) -> list[Row]:
    """Return the rows of a document's passages, each with its digest."""
    return [_passage_row(prepared, passage) for passage in prepared.passages]


def _passage_row(prepared: PreparedDocument, passage: NewPassage) -> Row:
    row = {
        "id": passage.id,
        "document_id": prepared.id,
        "section": prepared.sections[passage.section].title,
        "start": passage.start,
        "end": passage.end,
        "page": bisect_right(prepared.document.page_starts, passage.start) or None,
        "text": passage.text,
        "sentences": _json([[sentence.start, sentence.end] for sentence in passage.sentences]),
        "terms": passage.terms.written(),
        "vectors": np.ascontiguousarray(passage.vectors, "<f4").tobytes(),
    }
    return row | {"digest": passage_digest(row)}


def label_rows(prepared: PreparedDocument) -> list[Row]:
    """Return a row for everything that a filter may compare."""
    document = prepared.document
    labels = labels_of(prepared.id, document.title, prepared.source, document.metadata)
    return [{"document_id": prepared.id, "name": name, "value": value} for name, value in labels.items()]


def labels_of(document_id: str, title: str, source: str, metadata: Metadata) -> dict[str, str]:
    """Return what a filter may compare, by name: metadata, id, title and source."""
    fields = {**metadata, "document_id": document_id, "title": title, "source": source}
    return {name: label_value(value) for name, value in fields.items()}


def label_value(value: str | int | float | bool) -> str:
    """Return how a value is written for comparison: equal values are written alike, 1 and 1.0 too."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        value = int(value)
    return _json(value)


def document_digest(row: Row) -> bytes:
    """Return the digest over all that describes a document."""
    return digest_of(row, _DOCUMENT_FIELDS)


def text_digest(row: Row) -> bytes:
    """Return the digest over a document's text."""
    return digest_of(row, _TEXT_FIELDS)


def passage_digest(row: Row) -> bytes:
    """Return the digest over all that a passage's row says."""
    return digest_of(row, _PASSAGE_FIELDS)


def change_digest(row: Row) -> bytes:
    """Return the digest over all that a change says."""
    return digest_of(row, _CHANGE_FIELDS)


def digest_of(row: Row, fields: Sequence[str]) -> bytes:
    """Return the digest (16 bytes) over these fields, each with its length, so that no two rows write alike."""
    values = [row[name] for name in fields]
    contents = [value if isinstance(value, bytes) else str(value).encode() for value in values]
    parts = [part for content in contents for part in (len(content).to_bytes(8, "little"), content)]
    return hashlib.blake2b(b"".join(parts), digest_size=16).digest()


def document_from_row(row: Row, text: str) -> Document:
    """Return the document as its reader settled it."""
    return Document(
        text=text,
        title=row["title"],
        headings=tuple(Heading(**heading) for heading in orjson.loads(row["headings"])),
        metadata=orjson.loads(row["metadata"]),
        encoding=row["encoding"],
        page_starts=tuple(orjson.loads(row["pages"])),
        blocks=tuple(Block(**block) for block in orjson.loads(row["blocks"])),
    )


def stored_document_from_row(row: Row) -> StoredDocument:
    """Return the document's description, without its text."""
    sections = orjson.loads(row["sections"])
    return StoredDocument(
        id=row["id"],
        title=row["title"],
        source=row["source"],
        characters=row["characters"],
        passages=row["passages"],
        sections=tuple(Section(**{**section, "path": tuple(section["path"])}) for section in sections),
        metadata=orjson.loads(row["metadata"]),
        encoding=row["encoding"],
        added_at=row["added_at"],
    )


def passage_from_row(row: Row, title: str) -> StoredPassage:
    """Return the passage of a row, with its document's title."""
    fields = ("key", "id", "document_id", "section", "start", "end", "page", "text")
    return StoredPassage(**{name: row[name] for name in fields}, title=title, sentences=_sentences(row))


def indexed_from_row(row: Row) -> IndexedPassage:
    """Return what the caches keep of the passage: its terms, and a vector (s, dim) float32 for each sentence."""
    vectors = np.frombuffer(row["vectors"], "<f4").reshape(len(orjson.loads(row["sentences"])), -1)
    return IndexedPassage(row["key"], row["terms"], vectors)


def _sentences(row: Row) -> tuple[Sentence, ...]:
    return tuple(Sentence(start, end) for start, end in orjson.loads(row["sentences"]))


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _hexdigest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
