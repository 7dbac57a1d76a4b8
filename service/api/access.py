"""A line in the log for every call, and the id under which it stands there.

Takes    the app
Gives    one line at the end of each call
Touches  flask          Never  what was asked, unless that is wanted: questions are as private as documents

Paths are logged without their query, because the page's address holds the question. Health checks and the page's own
files come by so often that they are told at debug level only.
"""

import logging
from time import perf_counter

import orjson
from flask import Flask, Response, g, request

from service.api.problem import request_id

log = logging.getLogger(__name__)

_OFTEN = ("/healthz", "/readyz", "/static/")


def install(app: Flask, *, log_questions: bool) -> None:
    """Log every call of the app."""

    @app.before_request
    def begin() -> None:
        g.begun = perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        level = logging.DEBUG if request.path.startswith(_OFTEN) else logging.INFO
        if log.isEnabledFor(level):
            log.log(level, "%s", _line(response, log_questions=log_questions))
        return response


def note_question(question: str) -> None:
    """Remember what the present call asks, in case that is to be logged."""
    g.question = question


def _line(response: Response, *, log_questions: bool) -> str:
    milliseconds = (perf_counter() - g.get("begun", perf_counter())) * 1000
    parts = [
        request.method,
        _escaped(request.path),
        str(response.status_code),
        f"{milliseconds:.1f} ms",
        f"{response.content_length or 0} bytes",
        f"from {request.remote_addr}",
        f"request {request_id()}",
    ]
    if log_questions and "question" in g:
        parts.append(f"question {_escaped(g.question)}")
    return " ".join(parts)


def _escaped(words: str) -> str:
    """Return the words without what could forge a line of the log."""
    return words if words.isprintable() else orjson.dumps(words, option=orjson.OPT_NON_STR_KEYS).decode()
