"""The log of calls: one line each, without what was asked unless that is wanted.

Takes    service: parts that need no model
Gives    tests
Touches  flask's test client, logging          Never  a model
"""

import logging
from pathlib import Path

import pytest
from flask import Flask

from service.app import Service, create_app
from service.settings import Settings

QUESTION = "闻人月的工资是多少？"


def calls_of(app: Flask, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Make some calls and return what was logged at info level."""
    client = app.test_client()
    with caplog.at_level(logging.INFO, "service.api.access"):
        client.post("/api/v1/ask", json={"question": QUESTION}, headers={"X-Request-Id": "call-7"})
        client.get(f"/?q={QUESTION}")
        client.get("/healthz")
        client.get("/api/v1/documents/%0aforged")
    return [record.getMessage() for record in caplog.records]


def test_every_call_has_a_line_and_no_question(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Method, path, status, time, size, whence, id; health checks are left out at this level."""
    lines = calls_of(app, caplog)
    assert [line.split()[:3] for line in lines[:2]] == [["POST", "/api/v1/ask", "200"], ["GET", "/", "200"]]
    assert lines[0].endswith("from 127.0.0.1 request call-7")
    assert len(lines) == 3 and "\n" not in "".join(lines)
    assert "闻人月" not in "".join(lines)


def test_questions_are_logged_when_that_is_wanted(
    service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """WENQU_LOG_QUESTIONS=true."""
    settings = Settings.read({"WENQU_LOG_QUESTIONS": "true"}, home=str(tmp_path))
    lines = calls_of(create_app(settings, service), caplog)
    assert [QUESTION in line for line in lines] == [True, False, False]


@pytest.mark.parametrize(("given", "kept"), [("call-7_a.b", True), ("a b", False), ("é", False), ("x" * 65, False)])
def test_a_callers_own_id_is_kept_if_it_is_harmless(app: Flask, given: str, kept: bool) -> None:
    """So that one id can be followed through several services."""
    reply = app.test_client().get("/healthz", headers={"X-Request-Id": given})
    assert (reply.headers["X-Request-Id"] == given) is kept
