"""Values as JSON: the shapes that the native dialect, the batch files and the command line share.

Takes    Hit, Answer, StoredDocument, StoredPassage; Links
Gives    plain dictionaries          Never  HTTP
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from index.types import ArmScore, Hit, StoredDocument, StoredPassage
from service.collections import DEFAULT
from service.types import Answer, Citation


def query_of(collection: str) -> str:
    """Return what names a collection in an address; nothing for the default one."""
    return "" if collection == DEFAULT else f"?collection={quote(collection)}"


@dataclass(frozen=True, slots=True)
class Links:
    """Where the reader view of a collection's documents is: the service's public address, and the collection."""

    public_url: str = ""
    collection: str = DEFAULT

    def to(self, document_id: str, start: int, end: int) -> str:
        """Return the address where the reader view shows a span of a document.

        >>> Links("https://ask.example.org/", "laws").to("08f6", 3, 9)
        'https://ask.example.org/d/08f6?collection=laws#c3-9'
        """
        return f"{self.public_url.rstrip('/')}/d/{document_id}{query_of(self.collection)}#c{start}-{end}"


HERE = Links()


def hit_shape(hit: Hit, links: Links = HERE) -> dict[str, Any]:
    """Return a hit as `search` gives it."""
    return {
        "rank": hit.rank,
        "score": _rounded(hit.score),
        "arms": {"dense": _arm_shape(hit.dense), "lexical": _arm_shape(hit.lexical)},
        "passage": _passage_shape(hit.passage, links),
        "highlights": [list(span) for span in hit.highlights],
    }


def search_shape(question: str, hits: list[Hit], took_ms: float, links: Links = HERE) -> dict[str, Any]:
    """Return the answer of `search`."""
    return {
        "question": question,
        "took_ms": round(took_ms, 2),
        "hits": [hit_shape(hit, links) for hit in hits],
    }


def answer_shape(answer: Answer, took_ms: float, links: Links = HERE) -> dict[str, Any]:
    """Return the answer of `ask`."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "refused": answer.refused,
        "reason": answer.reason,
        "confidence": _rounded(answer.confidence),
        "citations": [_citation_shape(citation, links) for citation in answer.citations],
        "hits": [hit_shape(hit, links) for hit in answer.hits],
        "took_ms": round(took_ms, 2),
    }


def document_shape(document: StoredDocument) -> dict[str, Any]:
    """Return a document as a list of documents shows it."""
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "characters": document.characters,
        "passages": document.passages,
        "sections": sum(section.kind == "section" for section in document.sections),
        "metadata": dict(document.metadata),
        "encoding": document.encoding,
        "added_at": document.added_at,
    }


def description_shape(document: StoredDocument, passages: list[StoredPassage], links: Links = HERE) -> dict[str, Any]:
    """Return all there is to know of a document but its text."""
    return document_shape(document) | {
        "sections": [
            {
                "title": section.title,
                "kind": section.kind,
                "path": list(section.path),
                "start": section.start,
                "end": section.end,
            }
            for section in document.sections
        ],
        "passages": [_place_shape(passage, links) for passage in passages],
    }


def _passage_shape(passage: StoredPassage, links: Links) -> dict[str, Any]:
    return {
        "id": passage.id,
        "document_id": passage.document_id,
        "title": passage.title,
        "section": passage.section,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "page": passage.page,
        "url": links.to(passage.document_id, passage.start, passage.end),
    }


def _place_shape(passage: StoredPassage, links: Links) -> dict[str, Any]:
    shape = _passage_shape(passage, links)
    return {name: shape[name] for name in ("id", "section", "start", "end", "page", "url")}


def _citation_shape(citation: Citation, links: Links) -> dict[str, Any]:
    return {
        "number": citation.number,
        "document_id": citation.document_id,
        "title": citation.title,
        "section": citation.section,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "page": citation.page,
        "score": _rounded(citation.score),
        "url": links.to(citation.document_id, citation.start, citation.end),
    }


def _arm_shape(arm: ArmScore | None) -> dict[str, Any] | None:
    return None if arm is None else {"rank": arm.rank, "score": _rounded(arm.score)}


def _rounded(score: float) -> float:
    return round(float(score), 6)
