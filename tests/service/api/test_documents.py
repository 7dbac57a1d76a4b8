"""/api/v1/documents: adding, listing, describing, removing.

Takes    caller: a client of the running service
Gives    tests
Touches  http          Never  the service's insides
"""

from pathlib import Path

import pytest

from tests.service.caller import Caller
from tests.service.process import ServiceProcess

LISTED = ["id", "title", "source", "characters", "passages", "sections", "metadata", "encoding", "added_at"]
TEXT = "星渠号科考船的母港是望潮镇。船长名叫闻人月。"


def test_a_document_is_searchable_the_moment_it_is_acknowledged(caller: Caller) -> None:
    """201 with its place; another connection finds it at once, and after 204 never again."""
    reply = caller.post("/api/v1/documents", {"title": "望潮镇志", "text": TEXT, "metadata": {"year": 1999}})
    document = reply.json()
    assert reply.status == 201
    assert reply.headers["location"] == f"/api/v1/documents/{document['id']}"
    assert list(document) == LISTED
    assert (document["title"], document["characters"], document["passages"]) == ("望潮镇志", len(TEXT), 1)
    assert document["metadata"] == {"year": 1999}
    assert caller.search("星渠号的船长是谁？")[0]["passage"]["document_id"] == document["id"]
    assert document in caller.documents()

    removed = caller.call("DELETE", f"/api/v1/documents/{document['id']}")
    assert (removed.status, removed.body) == (204, b"")
    for mode in ("hybrid", "dense", "lexical"):
        hits = caller.search("星渠号的船长是谁？", mode=mode, top_k=100)
        assert document["id"] not in {hit["passage"]["document_id"] for hit in hits}
    for path in (f"/api/v1/documents/{document['id']}", f"/api/v1/documents/{document['id']}/text"):
        assert caller.get(path).status == 404
    assert caller.call("DELETE", f"/api/v1/documents/{document['id']}").status == 404
    assert document["id"] not in {each["id"] for each in caller.documents()}


def test_sending_the_same_again_changes_nothing(caller: Caller) -> None:
    """The second time it is 200, the same document, and the list does not grow."""
    with caller.holding("望潮镇志", TEXT) as document:
        before = caller.documents()
        again = caller.post("/api/v1/documents", {"title": "望潮镇志", "text": TEXT})
        assert (again.status, again.json()) == (200, document)
        assert caller.documents() == before


def test_a_description_tells_all_but_the_text(caller: Caller) -> None:
    """Sections cover the text without a gap, passages lie inside it."""
    listed = caller.documents()[0]
    described = caller.get(f"/api/v1/documents/{listed['id']}").json()
    text = caller.text(listed["id"])
    assert list(described) == LISTED
    assert described["characters"] == len(text)
    assert len(described["passages"]) == listed["passages"]
    place = 0
    for section in described["sections"]:
        assert list(section) == ["title", "kind", "path", "start", "end"]
        assert section["start"] == place
        place = section["end"]
    assert place == len(text)
    for passage in described["passages"]:
        assert list(passage) == ["id", "section", "start", "end", "page", "url"]
        assert 0 <= passage["start"] < passage["end"] <= len(text)


@pytest.mark.parametrize(
    "text", ["一行\r\n又一行。\r\n", "\ufeff前有标记。", " 前后有空白 \n", "e\u0301𠮷👩‍🚀\u202e反\u202c。"]
)
def test_the_text_comes_back_to_the_letter(caller: Caller, text: str) -> None:
    """Nothing is stripped, normalised or joined."""
    with caller.holding("原样", text) as document:
        assert caller.text(document["id"]) == text
        reply = caller.get(f"/api/v1/documents/{document['id']}/text")
        assert reply.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("name", "data", "title", "encoding"),
    [
        ("望潮镇志.txt", TEXT.encode(), "望潮镇志", "utf-8"),
        ("notes.md", f"# 望潮镇\n\n{TEXT}\n".encode(), "望潮镇", "utf-8"),
        ("国标.txt", TEXT.encode("gb18030"), "国标", "gb18030"),
        ("../../x.txt", TEXT.encode(), "x", "utf-8"),
        ("/etc/passwd.txt", TEXT.encode(), "passwd", "utf-8"),
        ("CON.txt", TEXT.encode(), "CON", "utf-8"),
    ],
)
def test_a_file_is_read_by_its_kind_and_named_by_its_name(
    caller: Caller, name: str, data: bytes, title: str, encoding: str
) -> None:
    """Text and Markdown in the encodings of the house; folders in a name are no part of it."""
    reply = caller.upload(name, data)
    assert reply.status == 201, reply.body
    document = reply.json()
    try:
        assert (document["title"], document["encoding"]) == (title, encoding)
        assert TEXT in caller.text(document["id"])
    finally:
        caller.call("DELETE", f"/api/v1/documents/{document['id']}")


@pytest.mark.parametrize("name", ["..%2F..%2Fx.txt", "%2Fetc%2Fx.txt", "%E6%9C%9B%E6%BD%AE%2Fx.txt"])
def test_a_name_that_is_written_in_escapes_is_only_a_name_too(caller: Caller, name: str) -> None:
    """The other way in which a form may give it."""
    disposition = f"Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''{name}\r\n\r\n"
    reply = caller.send_parts([disposition.encode() + TEXT.encode()])
    document = reply.json()
    caller.call("DELETE", f"/api/v1/documents/{document['id']}")
    assert (reply.status, document["title"]) == (201, "x")


def test_a_file_may_come_with_a_title_and_metadata(caller: Caller) -> None:
    """The form's own fields are taken before what the file's name says."""
    reply = caller.upload("x.txt", TEXT.encode(), title="望潮镇志", metadata='{"year": 1999}')
    document = reply.json()
    caller.call("DELETE", f"/api/v1/documents/{document['id']}")
    assert (reply.status, document["title"], document["metadata"]) == (201, "望潮镇志", {"year": 1999})


@pytest.mark.parametrize("text", ["。。。", "1", "𠮷", "\n\n甲\n\n", "字" * 3_000, "a " * 1_000, "句。" * 600])
def test_no_text_is_too_strange_to_be_stored(caller: Caller, text: str) -> None:
    """Without sentences, without words, without an end: stored whole, and every passage is a slice."""
    with caller.holding("怪文", text) as document:
        described = caller.get(f"/api/v1/documents/{document['id']}").json()
        assert described["sections"][-1]["end"] == len(text)
        assert described["passages"]


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    """What was removed stays removed, what was added stays, and the sample is not put back into an emptied home."""
    with ServiceProcess(tmp_path) as service:
        first = Caller(service.url)
        (sample,) = first.documents()
        kept = first.post("/api/v1/documents", {"title": "望潮镇志", "text": TEXT}).json()
        before = first.search("星渠号的船长是谁？", filters={"document_id": kept["id"]})
        assert first.call("DELETE", f"/api/v1/documents/{sample['id']}").status == 204
        service.process.kill()
    with ServiceProcess(tmp_path) as service:
        second = Caller(service.url)
        assert second.documents() == [kept]
        assert [hit["passage"] for hit in before] == [hit["passage"] for hit in second.search("星渠号的船长是谁？")]
        for mode in ("hybrid", "dense", "lexical"):
            hits = second.search("成都都市圈如何推进通勤？", mode=mode, top_k=100)
            assert sample["id"] not in {hit["passage"]["document_id"] for hit in hits}
        assert second.get(f"/api/v1/documents/{sample['id']}").status == 404
        assert service.stop() == 0
