"""The native dialect, questions and collections: /api/v1/search, /ask, /collections.

Takes    JSON requests
Gives    JSON as README describes it
Touches  flask          Never  decides: it parses, calls and serialises
"""

from time import perf_counter
from typing import Any

from flask import Blueprint, Response

from service.api.access import note_question
from service.api.parse import SearchRequest, body_as, chosen_collection
from service.api.reply import reply
from service.api.shapes import Links, answer_shape, search_shape
from service.collections import Collections, collection_name
from service.courtesy import Courtesy
from service.jobs import Jobs


def native(collections: Collections, jobs: Jobs, courtesy: Courtesy, public_url: str) -> Blueprint:
    """Return the routes that ask, and those that tell which collections there are."""
    routes = Blueprint("native", __name__, url_prefix="/api/v1")

    @routes.post("/search")
    def search() -> Response:
        asked = body_as(SearchRequest)
        note_question(asked.question)
        name = chosen_collection(asked.collection)
        with collections.use(name) as parts, courtesy.question():
            start = perf_counter()
            hits = parts.searcher.search(asked.question, asked.top_k, asked.mode, asked.filters)
            return reply(search_shape(asked.question, hits, _milliseconds(start), Links(public_url, name)))

    @routes.post("/ask")
    def ask() -> Response:
        asked = body_as(SearchRequest)
        note_question(asked.question)
        name = chosen_collection(asked.collection)
        with collections.use(name) as parts, courtesy.question():
            start = perf_counter()
            answer = parts.answerer.ask(asked.question, asked.top_k, asked.mode, asked.filters)
            return reply(answer_shape(answer, _milliseconds(start), Links(public_url, name)))

    @routes.get("/collections")
    def list_collections() -> Response:
        return reply({"collections": [_described(name) for name in collections.names()]})

    @routes.delete("/collections/<name>")
    def remove_collection(name: str) -> Response:
        jobs.cancel_all(collection_name(name))
        collections.remove(name)
        return Response(status=204)

    def _described(name: str) -> dict[str, Any]:
        documents, passages = collections.totals(name)
        return {"name": name, "documents": documents, "passages": passages}

    return routes


def _milliseconds(start: float) -> float:
    return (perf_counter() - start) * 1000
