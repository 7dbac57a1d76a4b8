"""The native dialect, documents: /api/v1/documents.

Takes    JSON requests and uploads
Gives    JSON as README describes it
Touches  flask          Never  decides: it parses, calls and serialises
"""

from flask import Blueprint, Response, request

from service.api.jobs import job_shape
from service.api.parse import chosen_collection
from service.api.reply import reply
from service.api.sent import Arrival, sent_documents, size_of
from service.api.shapes import Links, description_shape, document_shape, query_of
from service.collections import Collections
from service.jobs import Jobs
from service.uploads import readings_of, taken_in

# Up to so many bytes, and bytes of text, a document is stored within the request: that takes a second or two.
_SMALL = 50_000


def documents(collections: Collections, jobs: Jobs, public_url: str) -> Blueprint:
    """Return the routes about documents."""
    routes = Blueprint("documents", __name__, url_prefix="/api/v1/documents")

    @routes.get("")
    def list_documents() -> Response:
        with collections.use(chosen_collection()) as parts:
            return reply({"documents": [document_shape(document) for document in parts.store.documents()]})

    @routes.post("")
    def add_documents() -> Response:
        name = chosen_collection()
        sent = sent_documents()
        return _added_now(collections, name, sent, jobs) or _as_job(jobs, name, sent)

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


def _added_now(collections: Collections, name: str, sent: list[Arrival], jobs: Jobs) -> Response | None:
    """Return the answer about a document that was stored at once; None if what was sent had better be a job."""
    (only, stream), *others = sent
    if others or size_of(stream) > _SMALL or _is_async() or jobs.busy():
        return None
    reading, *more = readings_of(only, stream.read())
    stream.seek(0)
    if reading.error is not None and not more:
        raise reading.error
    if more or reading.document is None or len(reading.document.text.encode()) > _SMALL:
        return None
    with collections.use(name, create=True) as parts:
        outcome = taken_in(parts, only, reading)
    document = dict(outcome.document or {})
    response = reply(document, 201 if outcome.new else 200)
    response.headers["Location"] = f"/api/v1/documents/{document['id']}{query_of(name)}"
    return response


def _as_job(jobs: Jobs, name: str, sent: list[Arrival]) -> Response:
    job = jobs.submit(name, sent)
    response = reply(job_shape(job), 202)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return response


def _is_async() -> bool:
    """Whether the client asks not to wait (RFC 7240)."""
    return any(part.strip().lower() == "respond-async" for part in request.headers.get("Prefer", "").split(","))
