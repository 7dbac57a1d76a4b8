"""Bytes that are no JSON, no HTTP, too many or too few: refused in the one shape, and without any effect.

Takes    caller: a client of the running service
Gives    tests
Touches  http, socket          Never  the service's insides
"""

import gzip
import socket
from typing import Any

import pytest

from tests.service.caller import Caller
from tests.service.problems import assert_problem

ASK, SEARCH, DOCUMENTS = "/api/v1/ask", "/api/v1/search", "/api/v1/documents"

pytestmark = pytest.mark.usefixtures("nothing_has_changed")


@pytest.mark.parametrize("value", [[], ["问"], "问", 7, None, True])
def test_a_body_is_an_object(caller: Caller, value: Any) -> None:
    """Any other JSON value is refused."""
    for path in (ASK, SEARCH, DOCUMENTS):
        assert_problem(caller.post(path, value), 422, "invalid_type")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"question": "\xe9\x97',
        b'{"question": "\xe9\x97\xae"',
        b'{"question": NaN}',
        b'{"question": "a", "top_k": Infinity}',
        b'{"question": "a", "top_k": -Infinity}',
        b'{"question": "\\ud800"}',
        b'{"question": "\\udc00\\ud800"}',
        b'{"question": "\x00"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'\xef\xbb\xbf{"question": "a"}',
        '{"question": "问"}'.encode("utf-16"),
        '{"question": "问"}'.encode("gb18030"),
        gzip.compress(b'{"question": "a"}'),
        b"{'question': 'a'}",
        b'{"question": "a",}',
        b'{"question": "a"} {"question": "b"}',
        b"question=a",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_body_is_json_in_utf_8(caller: Caller, body: bytes) -> None:
    """Broken, truncated, endlessly nested, of another encoding: 400, and no route falls over."""
    for path in (ASK, SEARCH, DOCUMENTS):
        detail = assert_problem(caller.send(path, body), 400, "invalid_json")
        assert "not valid JSON" in detail


def test_a_number_beyond_all_bounds_is_refused(caller: Caller) -> None:
    """1e400 is no number that could be given back."""
    for path, body in [
        (ASK, b'{"question": "a", "top_k": 1e400}'),
        (SEARCH, b'{"question": "a", "filters": {"a": 1e400}}'),
        (DOCUMENTS, b'{"title": "a", "text": "b", "metadata": {"a": 1e400}}'),
    ]:
        reply = caller.send(path, body)
        assert reply.status in (400, 422), reply.body
        assert_problem(reply, reply.status, reply.json()["error"]["code"], reply.json()["error"]["param"])


def test_of_a_name_given_twice_the_last_counts(caller: Caller) -> None:
    """As everywhere with JSON; and what was checked is what is used."""
    assert caller.send(SEARCH, b'{"question": "a", "top_k": 0, "top_k": 1}').status == 200
    assert_problem(caller.send(SEARCH, b'{"question": "a", "top_k": 1, "top_k": 0}'), 422, "out_of_range", "top_k")


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "text/json", "application/xml", "x" * 4000]
)
def test_a_body_says_that_it_is_json(caller: Caller, kind: str) -> None:
    """What a page of another site could send without being asked is not taken."""
    for path in (ASK, SEARCH, DOCUMENTS):
        reply = caller.send(path, b'{"question": "a", "title": "a", "text": "b"}', kind)
        assert "application/json" in assert_problem(reply, 415, "unsupported_media_type")


def test_a_question_of_a_megabyte_is_too_large(caller: Caller) -> None:
    """A limit of its own, which the setting for documents does not raise."""
    body = b'{"question": "a", "filters": {}' + b" " * 1_048_576 + b"}"
    detail = assert_problem(caller.send(ASK, body), 413, "request_entity_too_large")
    assert "1,048,576 bytes" in detail and "WENQU_MAX_UPLOAD_MB" not in detail


def test_a_document_over_the_limit_is_refused_by_the_application(caller: Caller) -> None:
    """A little too large: read, then refused, naming the setting."""
    reply = caller.call("POST", DOCUMENTS, b" " * 20_000_001, {"Content-Type": "application/json"})
    assert "WENQU_MAX_UPLOAD_MB" in assert_problem(reply, 413, "request_entity_too_large")


@pytest.mark.parametrize("length", [b"Content-Length: 99000000", b"Content-Length: 9" + b"9" * 30])
def test_a_document_far_over_the_limit_is_refused_unread(caller: Caller, length: bytes) -> None:
    """Before a byte of it has come, in the same shape and with the same headers."""
    head = b"POST /api/v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    reply = caller.raw(head + length + b"\r\n\r\n")
    assert "WENQU_MAX_UPLOAD_MB" in assert_problem(reply, 413, "request_entity_too_large")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nNo colon\r\n\r\n",
        b"POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 40_000 + b"\r\n\r\n",
        b"POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"nonsense\r\n\r\n",
    ],
    ids=["no colon", "negative", "no number", "header of 40 kB", "two lengths", "no HTTP"],
)
def test_what_is_no_http_gets_the_same_shape(caller: Caller, request_bytes: bytes) -> None:
    """Also what never reaches the application."""
    reply = caller.raw(request_bytes)
    assert 400 <= reply.status < 500
    assert_problem(reply, reply.status, reply.json()["error"]["code"])


def test_a_body_that_breaks_off_leaves_nothing_behind(caller: Caller) -> None:
    """The client goes away in the middle: nothing is stored, and the next one is served."""
    body = b'{"title": "a", "text": "b"}'
    head = b"POST /api/v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    host, port = caller.host.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(head + b"Content-Length: 100\r\n\r\n" + body)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""
    assert caller.get("/healthz").status == 200


def test_a_body_in_chunks_is_a_body_like_any_other(caller: Caller) -> None:
    """Its length is known only at the end, and its limit holds all the same."""
    head = b"POST /api/v1/%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = b'{"question": "a"}'
    assert caller.raw(head % b"search" + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)).status == 200
    large = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    reply = caller.raw(head % b"search" + large + large + b"0\r\n\r\n")
    assert_problem(reply, 413, "request_entity_too_large")
