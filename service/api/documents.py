"""The native dialect, documents: /api/v1/documents.

Takes    JSON requests and uploads
Gives    JSON as README describes it
Touches  flask          Never  decides: it parses, calls and serialises
"""

from dataclasses import replace

from flask import Blueprint, Response, request

from corpus.readers import read_document
from corpus.types import Document
from service.api.parse import NewDocument, body_as, checked, chosen_collection, parsed
from service.api.reply import reply
from service.api.shapes import Links, description_shape, document_shape, query_of
from service.collections import Collections
from service.errors import BadRequest

# Where documents come from that no file on this machine holds.
_SENT = "sent"


def documents(collections: Collections, public_url: str) -> Blueprint:
    """Return the routes about documents."""
    routes = Blueprint("documents", __name__, url_prefix="/api/v1/documents")

    @routes.get("")
    def list_documents() -> Response:
        with collections.use(chosen_collection()) as parts:
            return reply({"documents": [document_shape(document) for document in parts.store.documents()]})

    @routes.post("")
    def add_document() -> Response:
        name = chosen_collection()
        document = _uploaded() if request.mimetype == "multipart/form-data" else _written()
        with collections.use(name, create=True) as parts:
            before = parts.store.sequence()
            stored = parts.writer.add(document, _SENT)
            made = 201 if parts.store.sequence() > before else 200
        response = reply(document_shape(stored), made)
        response.headers["Location"] = f"/api/v1/documents/{stored.id}{query_of(name)}"
        return response

    @routes.get("/<document_id>")
    def describe(document_id: str) -> Response:
        name = chosen_collection()
        with collections.use(name) as parts:
            passages = parts.store.passages_of(document_id)
            return reply(description_shape(parts.store.document(document_id), passages, Links(public_url, name)))

    @routes.get("/<document_id>/text")
    def text(document_id: str) -> Response:
        with collections.use(chosen_collection()) as parts:
            return Response(parts.store.original(document_id).text, content_type="text/plain; charset=utf-8")

    @routes.delete("/<document_id>")
    def remove(document_id: str) -> Response:
        with collections.use(chosen_collection()) as parts:
            parts.writer.remove(document_id)
        return Response(status=204)

    return routes


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
