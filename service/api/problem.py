"""Failures as programs read them: one shape for every error, RFC 9457, with the member that OpenAI's clients read.

Takes    any exception that leaves a route; the page that a browser gets where there is nothing
Gives    application/problem+json: type, title, status, detail, instance, errors, error
Touches  flask, werkzeug          Never  a path, a traceback or SQL in an answer: those go to the log
"""

import logging
import re
import secrets
from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask, Response, current_app, g, has_request_context, request
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge
from werkzeug.http import HTTP_STATUS_CODES

from service.errors import BadRequest, QueueFull, verdict_on

log = logging.getLogger(__name__)

_HARMLESS = re.compile(r"[A-Za-z0-9._-]{1,64}")

# On every answer, also on those that never reach the application.
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


def problem(status: int, code: str, title: str, detail: str, field: str = "") -> Response:
    """Return the response that tells of a failure; `field` is a JSON pointer or a field's name."""
    body = orjson.dumps(problem_body(status, code, title, detail, field))
    return Response(body, status=status, content_type="application/problem+json")


def problem_body(status: int, code: str, title: str, detail: str, field: str = "") -> dict[str, Any]:
    """Return the members of a problem, as WIRE asks for both worlds."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {
        "type": f"urn:wenqu:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"urn:request:{request_id()}",
        "errors": [{"detail": detail, "pointer": f"#/{field}"}] if field else [],
        "error": {"message": detail, "type": kind, "param": field or None, "code": code},
    }


def status_title(status: int) -> str:
    """Return what HTTP calls a status, the same for failures inside the application and before it."""
    return HTTP_STATUS_CODES.get(status, "Error")


def request_id() -> str:
    """Return the id under which the present request stands in the log: the caller's own, if it is harmless."""
    if not has_request_context():
        return secrets.token_hex(8)
    if "request_id" not in g:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _HARMLESS.fullmatch(given) else secrets.token_hex(8)
    return str(g.request_id)


def install(app: Flask, show_missing: Callable[[], Response]) -> None:
    """Make every failure of the app answer in this shape; a person who follows a wrong link gets a page instead."""
    app.register_error_handler(NotFound, lambda error: show_missing() if _for_a_person() else _http(error))
    app.register_error_handler(BadRequest, _bad_request)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _any)


def _bad_request(error: BadRequest) -> Response:
    return problem(error.status, error.code, "Invalid request", str(error), error.field)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    title = error.name
    detail = error.description or title
    if isinstance(error, RequestEntityTooLarge):
        detail = _too_large()
    response = problem(status, title.lower().replace(" ", "_"), title, detail)
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _for_a_person() -> bool:
    """Say whether a browser wants a page here: a program that takes anything is told what programs read."""
    wanted = request.accept_mimetypes.best_match(["application/problem+json", "text/html"])
    return wanted == "text/html" and request.method in ("GET", "HEAD") and not request.path.startswith("/api/")


def _too_large() -> str:
    """Name the limit that was met: a route may have a lower one of its own, which no setting raises."""
    own, common = request.max_content_length, current_app.config["MAX_CONTENT_LENGTH"]
    if own is not None and own != common:
        return f"the body is larger than the {own:,} bytes taken here; send less"
    return "the body is larger than the service takes; send less, or raise WENQU_MAX_UPLOAD_MB"


def _any(error: Exception) -> Response:
    verdict = verdict_on(error)
    if verdict is None or verdict.status >= 500:
        log.exception("request %s failed", request_id())
    if verdict is None:
        return problem(500, "internal_error", "Internal error", f"the log tells more under request {request_id()}")
    response = problem(verdict.status, verdict.code, verdict.title, str(error), verdict.field)
    if isinstance(error, QueueFull):
        response.headers["Retry-After"] = str(error.retry_after)
    return response
