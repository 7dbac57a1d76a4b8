"""The native dialect: /api/v1.

Takes    JSON requests and uploads
Gives    JSON as README describes it
Touches  flask          Never  decides: it parses, calls and serialises
"""

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import orjson
from flask import Blueprint, Response, request

from corpus.readers import read_document
from corpus.types import Document
from index.searcher import Searcher
from index.store import Store
from index.writer import Writer
from service.answering import Answerer
from service.api.parse import NewDocument, SearchRequest, body_as, checked, parsed
from service.api.shapes import answer_shape, description_shape, document_shape, search_shape
from service.errors import BadRequest

# Where documents come from that no file on this machine holds.
_SENT = "sent"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the dialects call."""

    store: Store
    searcher: Searcher
    writer: Writer
    answerer: Answerer
    public_url: str


def native(parts: Parts) -> Blueprint:
    """Return the routes of the native dialect."""
    routes = Blueprint("native", __name__, url_prefix="/api/v1")

    @routes.post("/search")
    def search() -> Response:
        asked = body_as(SearchRequest)
        start = perf_counter()
        hits = parts.searcher.search(asked.question, asked.top_k, asked.mode, asked.filters)
        return reply(search_shape(asked.question, hits, _milliseconds(start), parts.public_url))

    @routes.post("/ask")
    def ask() -> Response:
        asked = body_as(SearchRequest)
        start = perf_counter()
        answer = parts.answerer.ask(asked.question, asked.top_k, asked.mode, asked.filters)
        return reply(answer_shape(answer, _milliseconds(start), parts.public_url))

    @routes.get("/documents")
    def list_documents() -> Response:
        return reply({"documents": [document_shape(document) for document in parts.store.documents()]})

    @routes.post("/documents")
    def add_document() -> Response:
        document = _uploaded() if request.mimetype == "multipart/form-data" else _written()
        before = parts.store.sequence()
        stored = parts.writer.add(document, _SENT)
        made = 201 if parts.store.sequence() > before else 200
        response = reply(document_shape(stored), made)
        response.headers["Location"] = f"/api/v1/documents/{stored.id}"
        return response

    @routes.get("/documents/<document_id>")
    def describe(document_id: str) -> Response:
        passages = parts.store.passages_of(document_id)
        return reply(description_shape(parts.store.document(document_id), passages, parts.public_url))

    @routes.get("/documents/<document_id>/text")
    def text(document_id: str) -> Response:
        return Response(parts.store.original(document_id).text, content_type="text/plain; charset=utf-8")

    @routes.delete("/documents/<document_id>")
    def remove(document_id: str) -> Response:
        parts.writer.remove(document_id)
        return Response(status=204)

    return routes


def reply(shape: dict[str, Any], status: int = 200) -> Response:
    """Return a JSON response."""
    return Response(orjson.dumps(shape), status=status, content_type="application/json")


def _written() -> Document:
    new = body_as(NewDocument, limited=False)
    return Document(text=new.text, title=new.title.strip(), metadata=new.metadata)


def _uploaded() -> Document:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadRequest(
            "file is missing; send the document as the form field 'file'", code="missing_field", field="file"
        )
    if len(request.files.getlist("file")) > 1:
        raise BadRequest(
            "file is given more than once; send each document in a request of its own",
            code="invalid_value",
            field="file",
        )
    unknown = [name for name in (*request.files, *request.form) if name not in ("file", "title", "metadata")]
    if unknown:
        raise BadRequest(
            f"{unknown[0]} is not known here; known are file, title, metadata", code="unknown_field", field=unknown[0]
        )
    document = read_document(file.read(), file.filename)
    title = request.form.get("title") or document.title
    metadata = parsed(request.form.get("metadata", "{}").encode(), field="metadata")
    new = checked(NewDocument, {"title": title, "text": document.text, "metadata": metadata})
    return replace(document, title=new.title.strip(), metadata={**document.metadata, **new.metadata})


def _milliseconds(start: float) -> float:
    return (perf_counter() - start) * 1000
