"""Hosts, origins and headers: what stands before and behind every route, none forgotten.

Takes    caller: a client of the running service; make_app: an application whose routes can be walked
Gives    tests
Touches  http, flask          Never  the network
"""

import pytest
from flask import Flask

from tests.service.caller import Caller
from tests.service.problems import HEADERS, assert_problem


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8080", "127.0.0.1:99"])
def test_the_services_own_names_are_served(caller: Caller, host: str) -> None:
    """Localhost and addresses in numbers, which cannot be rebound."""
    assert caller.call("GET", "/healthz", None, {"Host": host}).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "", "[", "[::1", "a b", "x@localhost:y"]
)
@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/documents", "/static/page.js", "/nothing"])
def test_a_foreign_host_is_refused(caller: Caller, host: str, path: str) -> None:
    """Also where the host makes no sense, and on every kind of route."""
    reply = caller.call("GET", path, None, {"Host": host})
    assert_problem(reply, 400, reply.json()["error"]["code"])
    assert reply.json()["error"]["code"] in ("untrusted_host", "bad_request")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://["},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_site_may_not_write(caller: Caller, headers: dict[str, str]) -> None:
    """403 before anything is read, on every route that is not only read."""
    for method, path in [("POST", "/api/v1/documents"), ("POST", "/api/v1/ask"), ("DELETE", "/api/v1/documents/any")]:
        reply = caller.call(method, path, b'{"question": "a"}', {"Content-Type": "application/json", **headers})
        assert_problem(reply, 403, "foreign_origin")


def test_the_own_page_and_programs_may_write(caller: Caller) -> None:
    """The service's own origin, and callers that are no browser."""
    body = b'{"question": "a"}'
    for headers in ({"Origin": caller.url, "Sec-Fetch-Site": "same-origin"}, {}):
        reply = caller.call("POST", "/api/v1/search", body, {"Content-Type": "application/json", **headers})
        assert reply.status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/d/any"),
        ("GET", "/static/page.js"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/api/v1/documents"),
        ("HEAD", "/api/v1/documents"),
        ("OPTIONS", "/api/v1/ask"),
        ("DELETE", "/api/v1/documents/any"),
        ("GET", "/nothing"),
        ("PUT", "/"),
    ],
)
def test_every_answer_carries_the_headers(caller: Caller, method: str, path: str) -> None:
    """Read or refused: no guessing of types, no framing, no keeping, no word of what serves."""
    reply = caller.call(method, path)
    assert [name for name in HEADERS if name not in reply.headers] == []
    assert "server" not in reply.headers
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    assert "access-control-allow-origin" not in reply.headers


def test_no_route_escapes_the_guard(app: Flask) -> None:
    """Whatever is routed, with any of its methods, refuses a foreign host; what writes, a foreign origin."""
    client = app.test_client()
    walked = 0
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<document_id>", "any").replace("<path:filename>", "page.js")
        path = path.replace("<name>", "any").replace("<job_id>", "any")
        assert "<" not in path, f"{rule.rule}: tell this test what to put in"
        for method in rule.methods or ():
            assert client.open(path, method=method, headers={"Host": "evil.example"}).status_code == 400, rule
            if method not in ("GET", "HEAD", "OPTIONS"):
                reply = client.open(path, method=method, headers={"Origin": "http://evil.example"})
                assert reply.status_code == 403, rule
            walked += 1
    assert walked > 20


def test_a_defect_is_told_without_its_insides(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """500 in the same shape; the log tells more under the request's id."""

    def fall_over() -> str:
        raise RuntimeError("secret /home/somebody")

    app.add_url_rule("/fall", view_func=fall_over)
    reply = app.test_client().get("/fall")
    assert (reply.status_code, reply.content_type) == (500, "application/problem+json")
    assert "secret" not in reply.text
    assert reply.json is not None
    assert reply.json["instance"].removeprefix("urn:request:") in caplog.text
    assert "secret" in caplog.text
    assert all(name in reply.headers for name in HEADERS)
