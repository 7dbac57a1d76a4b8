"""Bad input: told in one shape, with the field, the value and the remedy, and without any effect.

Takes    caller: a client of the running service
Gives    tests
Touches  http          Never  the service's insides
"""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest

from tests.service.caller import Caller, Reply

ASK, SEARCH, DOCUMENTS = "/api/v1/ask", "/api/v1/search", "/api/v1/documents"
PROBLEM = ["type", "title", "status", "detail", "instance", "errors", "error"]
HEADERS = [
    "x-request-id",
    "x-content-type-options",
    "referrer-policy",
    "content-security-policy",
    "cross-origin-resource-policy",
    "cross-origin-opener-policy",
    "cache-control",
]


@pytest.fixture(autouse=True)
def nothing_has_changed(caller: Caller) -> Iterator[None]:
    """After every refusal the documents are what they were."""
    before = caller.documents()
    yield
    assert caller.documents() == before


def assert_problem(reply: Reply, status: int, code: str, field: str | None = None) -> str:
    """Check the one shape of all errors, and return its sentence."""
    assert reply.status == status, reply.body
    assert reply.headers["content-type"] == "application/problem+json"
    shape = reply.json()
    assert list(shape) == PROBLEM
    assert shape["status"] == status
    assert shape["type"] == f"urn:wenqu:problem:{code}"
    assert shape["instance"].startswith("urn:request:")
    assert list(shape["error"]) == ["message", "type", "param", "code"]
    assert shape["error"]["message"] == shape["detail"] != ""
    assert (shape["error"]["code"], shape["error"]["param"]) == (code, field)
    assert shape["errors"] == ([{"detail": shape["detail"], "pointer": f"#/{field}"}] if field else [])
    assert all(name in reply.headers for name in HEADERS), reply.headers
    assert shape["instance"] == f"urn:request:{reply.headers['x-request-id']}"
    assert "server" not in reply.headers
    assert not any(word in shape["detail"] for word in ("Traceback", "/site-packages/", "SELECT", "sqlite"))
    return str(shape["detail"])


@pytest.mark.parametrize(
    ("top_k", "shown"),
    [
        (0, "0"),
        (-1, "-1"),
        (101, "101"),
        (10**9, "1000000000"),
        (2**63, "9223372036854775808"),
        (2**70, ""),
        (1.5, "1.5"),
        ("5", "'5'"),
        (True, "true"),
        (None, "null"),
        ([], "[]"),
        ({}, "{}"),
    ],
)
@pytest.mark.parametrize("path", [ASK, SEARCH])
def test_top_k_is_a_whole_number_from_one_to_a_hundred(caller: Caller, path: str, top_k: Any, shown: str) -> None:
    """Nothing is rounded, read out of text or taken for a number."""
    reply = caller.post(path, {"question": "问", "top_k": top_k})
    code = "out_of_range" if isinstance(top_k, int) and top_k is not True and abs(top_k) < 2**64 else "invalid_value"
    detail = assert_problem(reply, 422, code, "top_k")
    assert f"top_k is {shown}" in detail


@pytest.mark.parametrize("path", [ASK, SEARCH])
@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("", "invalid_value"),
        (" \n\u3000", "invalid_value"),
        ("长" * 2001, "out_of_range"),
        ("问\x00", "invalid_value"),
        (7, "invalid_value"),
        (None, "invalid_value"),
        (["问"], "invalid_value"),
    ],
)
def test_a_question_is_words_and_not_too_many(caller: Caller, path: str, question: Any, code: str) -> None:
    """Blank, too long, with NUL, no text at all."""
    assert_problem(caller.post(path, {"question": question}), 422, code, "question")


def test_the_remedy_is_named(caller: Caller) -> None:
    """A person who reads the sentence knows what to do."""
    assert "2,000" in caller.post(ASK, {"question": "长" * 2001}).json()["detail"].replace("2000", "2,000")
    assert "write at least one word" in caller.post(ASK, {"question": " "}).json()["detail"]
    assert "known are question, top_k, mode, filters" in caller.post(ASK, {"question": "问", "k": 1}).json()["detail"]
    assert "'hybrid', 'dense' or 'lexical'" in caller.post(ASK, {"question": "问", "mode": "magic"}).json()["detail"]


@pytest.mark.parametrize(
    ("path", "body", "code", "field"),
    [
        (ASK, {}, "missing_field", "question"),
        (ASK, {"question": "问", "stream": True}, "unknown_field", "stream"),
        (SEARCH, {"question": "问", "limit": 5}, "unknown_field", "limit"),
        (SEARCH, {"question": "问", "mode": "magic"}, "invalid_value", "mode"),
        (SEARCH, {"question": "问", "mode": None}, "invalid_value", "mode"),
        (SEARCH, {"question": "问", "filters": []}, "invalid_value", "filters"),
        (SEARCH, {"question": "问", "filters": {"a": None}}, "invalid_value", "filters"),
        (SEARCH, {"question": "问", "filters": {"a": {"b": 1}}}, "invalid_value", "filters"),
        (SEARCH, {"question": "问", "filters": {"": 1}}, "out_of_range", "filters"),
        (SEARCH, {"question": "问", "filters": {str(n): 1 for n in range(33)}}, "invalid_value", "filters"),
        (DOCUMENTS, {"title": "题"}, "missing_field", "text"),
        (DOCUMENTS, {"text": "文"}, "missing_field", "title"),
        (DOCUMENTS, {"title": " ", "text": "文"}, "invalid_value", "title"),
        (DOCUMENTS, {"title": "题" * 501, "text": "文"}, "out_of_range", "title"),
        (DOCUMENTS, {"title": "题", "text": " \n"}, "invalid_value", "text"),
        (DOCUMENTS, {"title": "题", "text": "文\x00"}, "invalid_value", "text"),
        (DOCUMENTS, {"title": "题", "text": "文", "id": "mine"}, "unknown_field", "id"),
        (DOCUMENTS, {"title": "题", "text": "文", "metadata": {"a": [1]}}, "invalid_value", "metadata"),
        (DOCUMENTS, {"title": "题", "text": "文", "metadata": None}, "invalid_value", "metadata"),
    ],
)
def test_every_field_is_known_and_of_its_kind(caller: Caller, path: str, body: Any, code: str, field: str) -> None:
    """The fault is told with the field's name as people know it."""
    assert_problem(caller.post(path, body), 422, code, field)


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


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("空.txt", b"", 422, "empty_document"),
        ("白.txt", " \n\u3000".encode(), 422, "empty_document"),
        ("图.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xd8" * 9, 422, "unknown_encoding"),
        ("图.png", b"\x89PNG\r\n\x1a\n", 415, "unsupported_format"),
        ("无尾", "文".encode(), 415, "unsupported_format"),
        (".txt", "文".encode(), 415, "unsupported_format"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(caller: Caller, name: str, data: bytes, status: int, code: str) -> None:
    """The file, what was found, and the remedy."""
    assert name in assert_problem(caller.upload(name, data), status, code)


def test_a_name_without_end_is_refused(caller: Caller) -> None:
    """A file's name becomes its title, and a title has a bound."""
    assert_problem(caller.upload("长" * 1365 + ".txt", "文。".encode()), 422, "out_of_range", "title")


def test_a_form_holds_one_file_and_nothing_unknown(caller: Caller) -> None:
    """No file, two files, an unknown field, broken metadata: nothing is taken silently."""
    file = b'Content-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n\xe7\x94\xb2\xe3\x80\x82'
    other = file.replace(b"a.txt", b"b.txt")
    assert_problem(caller.send_parts([]), 422, "missing_field", "file")
    assert_problem(caller.send_parts([file.replace(b'; filename="a.txt"', b"")]), 422, "missing_field", "file")
    assert_problem(caller.send_parts([file, other]), 422, "invalid_value", "file")
    assert_problem(caller.upload("a.txt", b"a.", colour="red"), 422, "unknown_field", "colour")
    assert_problem(caller.upload("a.txt", b"a.", metadata="{"), 400, "invalid_json", "metadata")
    assert_problem(caller.upload("a.txt", b"a.", metadata="[]"), 422, "invalid_value", "metadata")
    assert_problem(caller.upload("a.txt", b"a.", title=" "), 422, "invalid_value", "title")


def test_a_form_of_too_many_or_too_large_parts_is_refused(caller: Caller) -> None:
    """17 parts, or a field of 600 kB."""
    assert_problem(caller.upload("a.txt", b"a.", **{f"f{n}": "" for n in range(17)}), 413, "request_entity_too_large")
    assert_problem(caller.upload("a.txt", b"a.", metadata=" " * 600_000), 413, "request_entity_too_large")


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
        b"nonsense\r\n\r\n",
    ],
    ids=["no colon", "negative", "no number", "header of 40 kB", "no HTTP"],
)
def test_what_is_no_http_gets_the_same_shape(caller: Caller, request_bytes: bytes) -> None:
    """Also what never reaches the application."""
    reply = caller.raw(request_bytes)
    assert 400 <= reply.status < 500
    assert_problem(reply, reply.status, reply.json()["error"]["code"])


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", ASK, {"OPTIONS", "POST"}),
        ("GET", SEARCH, {"OPTIONS", "POST"}),
        ("PUT", DOCUMENTS, {"GET", "HEAD", "OPTIONS", "POST"}),
        ("POST", DOCUMENTS + "/any", {"DELETE", "GET", "HEAD", "OPTIONS"}),
        ("DELETE", "/healthz", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/", {"GET", "HEAD", "OPTIONS"}),
        ("BREW", ASK, {"OPTIONS", "POST"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(caller: Caller, method: str, path: str, allowed: set[str]) -> None:
    """405 with Allow."""
    reply = caller.call(method, path)
    assert_problem(reply, 405, "method_not_allowed")
    assert set(reply.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", ["/nothing", "/api/v1/nothing", "/api/v1/ask/", "/static/nothing.js"])
def test_an_unknown_path_is_not_found(caller: Caller, path: str) -> None:
    """404 in the same shape."""
    assert_problem(caller.get(path), 404, "not_found")


@pytest.mark.parametrize("name", ["nothing-here", "0" * 24, "%00", "..%2f..%2fetc", "%F0%A0%AE%B7", "x" * 2000])
def test_an_unknown_document_is_named(caller: Caller, name: str) -> None:
    """404, with what can be done."""
    for method, path in [("GET", ""), ("GET", "/text"), ("DELETE", "")]:
        reply = caller.call(method, f"{DOCUMENTS}/{name}{path}")
        assert reply.status == 404
        assert_problem(reply, 404, reply.json()["error"]["code"])
    assert "list the documents" in caller.get(f"{DOCUMENTS}/nothing-here").json()["detail"]
