"""Is it alive, is it ready: /healthz answers while the process runs, /readyz when a question finds its passage.

Takes    the searcher and the store
Gives    200, or 503 that says why; "writes" says whether changes are taken, or why not, while searches go on
Touches  flask          Never  caches its verdict
"""

from flask import Blueprint, Response

from index.searcher import Searcher
from index.store import Store
from service.api.native import reply
from service.api.problem import problem

_PROBE = "问 ready?"


def health(store: Store, searcher: Searcher) -> Blueprint:
    """Return the two routes."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return reply({"status": "alive"})

    @routes.get("/readyz")
    def readyz() -> Response:
        documents, passages = store.totals()
        if not searcher.search(_PROBE, 1, "dense") and passages:
            return problem(503, "not_ready", "Not ready", f"a probe question finds none of {passages} passages")
        held = {"documents": documents, "passages": passages, "sequence": store.sequence()}
        return reply({"status": "ready", **held, "writes": store.fault or "taken"})

    return routes
