"""Bad input: told in one shape, with the field, the value and the remedy, and without any effect.

Takes    caller: a client of the running service
Gives    tests
Touches  http          Never  the service's insides
"""

from typing import Any

import pytest

from tests.service.caller import Caller
from tests.service.problems import assert_problem

ASK, SEARCH, DOCUMENTS = "/api/v1/ask", "/api/v1/search", "/api/v1/documents"

pytestmark = pytest.mark.usefixtures("nothing_has_changed")


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


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("空.txt", b"", 422, "empty_document"),
        ("白.txt", " \n\u3000".encode(), 422, "empty_document"),
        ("图.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xd8" * 9, 415, "unsupported_format"),
        ("图.png", b"\x89PNG\r\n\x1a\n", 415, "unsupported_format"),
        ("无尾", "文".encode(), 415, "unsupported_format"),
        (".txt", "文".encode(), 415, "unsupported_format"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(caller: Caller, name: str, data: bytes, status: int, code: str) -> None:
    """The file, what was found, and the remedy."""
    assert name in assert_problem(caller.upload(name, data), status, code, "file")


def test_a_name_without_end_is_refused(caller: Caller) -> None:
    """A file's name becomes its title, and a title has a bound."""
    assert_problem(caller.upload("长" * 1365 + ".txt", "文。".encode()), 422, "out_of_range", "file")


def test_a_form_holds_files_and_nothing_unknown(caller: Caller) -> None:
    """No file, an unknown field, broken metadata: nothing is taken silently."""
    file = b'Content-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n\xe7\x94\xb2\xe3\x80\x82'
    assert_problem(caller.send_parts([]), 422, "missing_field", "file")
    assert_problem(caller.send_parts([file.replace(b'; filename="a.txt"', b"")]), 422, "missing_field", "file")
    assert_problem(caller.upload("a.txt", b"a.", colour="red"), 422, "unknown_field", "colour")
    assert_problem(caller.upload("a.txt", b"a.", metadata="{"), 400, "invalid_json", "metadata")
    assert_problem(caller.upload("a.txt", b"a.", metadata="[]"), 422, "invalid_value", "metadata")
    assert_problem(caller.upload("a.txt", b"a.", title=" "), 422, "invalid_value", "title")


def test_a_form_of_too_many_or_too_large_parts_is_refused(caller: Caller) -> None:
    """103 parts, or a field of 600 kB."""
    assert_problem(caller.upload("a.txt", b"a.", **{f"f{n}": "" for n in range(102)}), 413, "request_entity_too_large")
    assert_problem(caller.upload("a.txt", b"a.", metadata=" " * 600_000), 413, "request_entity_too_large")


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


@pytest.mark.parametrize(
    ("method", "path", "accept"),
    [
        ("GET", "/api/v1/nothing", "text/html"),
        ("POST", "/nothing", "text/html"),
        ("GET", "/nothing", "application/json, text/html;q=0.5, application/*;q=0.9"),
    ],
)
def test_only_a_browser_at_a_page_gets_a_page(caller: Caller, method: str, path: str, accept: str) -> None:
    """The API, other methods, and whoever likes JSON better get the problem."""
    assert_problem(caller.call(method, path, headers={"Accept": accept}), 404, "not_found")


@pytest.mark.parametrize("name", ["nothing-here", "0" * 24, "%00", "..%2f..%2fetc", "%F0%A0%AE%B7", "x" * 2000])
def test_an_unknown_document_is_named(caller: Caller, name: str) -> None:
    """404, with what can be done."""
    for method, path in [("GET", ""), ("GET", "/text"), ("DELETE", "")]:
        reply = caller.call(method, f"{DOCUMENTS}/{name}{path}")
        assert reply.status == 404
        assert_problem(reply, 404, reply.json()["error"]["code"])
    assert "list the documents" in caller.get(f"{DOCUMENTS}/nothing-here").json()["detail"]
