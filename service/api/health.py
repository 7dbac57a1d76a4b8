"""Is it alive, is it ready: /healthz answers while the process runs, /readyz when a question finds its passage.

Takes    the collections
Gives    200, or 503 that says why; "writes" says whether changes are taken, or why not, while searches go on
Touches  flask          Never  caches its verdict
"""

from flask import Blueprint, Response

from service.api.problem import problem
from service.api.reply import reply
from service.collections import DEFAULT, Collections

_PROBE = "问 ready?"


def health(collections: Collections) -> Blueprint:
    """Return the two routes."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return reply({"status": "alive"})

    @routes.get("/readyz")
    def readyz() -> Response:
        with collections.use(DEFAULT) as parts:
            documents, passages = parts.store.totals()
            if not parts.searcher.search(_PROBE, 1, "dense") and passages:
                return problem(503, "not_ready", "Not ready", f"a probe question finds none of {passages} passages")
            held = {"documents": documents, "passages": passages, "sequence": parts.store.sequence()}
            writes = parts.store.fault or "taken"
            caches = "; ".join(parts.searcher.cache_state().problems) or "sound"
        return reply({"status": "ready", **held, "writes": writes, "caches": caches})

    return routes
