"""Jobs over HTTP: what becomes one, following and cancelling it.

Takes    app, service: the application over parts that need no model
Gives    tests
Touches  flask's test client          Never  a model
"""

import io
import time
import zipfile
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corpus.types import Document
from service.app import Service

SHAPE = ["id", "collection", "state", "done", "total", "failed", "created_at", "finished_at", "files"]
FILE_SHAPE = ["name", "bytes", "state", "progress", "documents", "inner", "error"]


def send(client: FlaskClient, *files: tuple[str, bytes], query: str = "", **headers: str) -> TestResponse:
    """Send files as a form does."""
    parts = {"file": [(io.BytesIO(data), name) for name, data in files]}
    return client.post(f"/api/v1/documents{query}", data=parts, headers=headers)


def followed(client: FlaskClient, reply: TestResponse) -> Any:
    """Follow a job to its end."""
    assert reply.status_code == 202, reply.text
    assert reply.headers["Location"] == f"/api/v1/jobs/{reply.json['id']}"
    for _ in range(2000):
        job = client.get(reply.headers["Location"]).json
        if job["state"] not in ("waiting", "running"):
            return job
        time.sleep(0.01)
    raise AssertionError(job)


def test_several_files_become_a_job(app: Flask) -> None:
    """Each has its outcome; what was taken in is found, what was not is told."""
    client = app.test_client()
    sent = send(client, ("山.txt", "青山在北。".encode()), ("空.txt", b""), query="?collection=山")
    job = followed(client, sent)
    assert list(job) == SHAPE and [list(file) for file in job["files"]] == [FILE_SHAPE] * 2
    assert (job["state"], job["done"], job["total"], job["failed"]) == ("done", 2, 2, 1)
    good, bad = job["files"]
    assert (good["state"], good["progress"], bad["state"]) == ("added", 1.0, "failed")
    assert bad["error"]["code"] == "empty_document" and "空.txt" in bad["error"]["message"]
    listed = client.get("/api/v1/documents?collection=山").json["documents"]
    assert listed == good["documents"]
    assert [each["id"] for each in client.get("/api/v1/jobs").json["jobs"]] == [job["id"]]


@pytest.mark.parametrize(
    ("name", "data", "headers"),
    [
        ("大.txt", "青山在北。\n".encode() * 4000, {}),
        ("小.txt", "青山在北。".encode(), {"Prefer": "respond-async"}),
    ],
)
def test_what_takes_long_or_is_asked_for_becomes_a_job(
    app: Flask, name: str, data: bytes, headers: dict[str, str]
) -> None:
    """A large file, and any file if the client would rather not wait."""
    client = app.test_client()
    job = followed(client, send(client, (name, data), **headers))
    assert (job["state"], job["files"][0]["state"]) == ("done", "added")
    assert len(job["files"][0]["documents"]) == 1


def archive(**members: bytes) -> bytes:
    """Pack files under names without their ending .txt."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, data in members.items():
            file.writestr(f"{name}.txt", data)
    return packed.getvalue()


def test_a_file_of_several_documents_becomes_a_job(app: Flask) -> None:
    """However small it is; each has its outcome, and the same file a second time brings nothing new."""
    client = app.test_client()
    data = archive(青山="青山在北。".encode(), 空=b"", 绿水="绿水在南。".encode(), 又="绿水在南。".encode())
    (file,) = followed(client, send(client, ("全.zip", data)))["files"]
    assert (file["state"], [each["title"] for each in file["documents"]]) == ("added", ["青山", "绿水", "又"])
    ids = iter(each["id"] for each in file["documents"])
    assert [(each["name"], each["state"], each["document"]) for each in file["inner"]] == [
        ("青山.txt", "added", next(ids)),
        ("空.txt", "failed", None),
        ("绿水.txt", "added", next(ids)),
        ("又.txt", "added", next(ids)),
    ]
    broken = file["inner"][1]["error"]
    assert broken["code"] == "empty_document" and "空.txt: holds no text" in broken["message"]
    assert file["error"] == {
        "code": "partly_unreadable",
        "message": f"1 of 4 documents in it cannot be read; the first: {broken['message']}",
    }
    (again,) = followed(client, send(client, ("全.zip", data)))["files"]
    assert (again["state"], again["documents"]) == ("unchanged", file["documents"])
    assert [each["state"] for each in again["inner"]] == ["unchanged", "failed", "unchanged", "unchanged"]


def test_records_and_letters_tell_each_of_their_documents(app: Flask) -> None:
    """Lines by their ids, the letter itself by an empty name; one document among failures is a job too."""
    client = app.test_client()
    lines = '{"id": "甲", "text": "青山在北。"}\n{"id": "乙"\n'.encode()
    letter = (
        "From: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Type: text/plain; charset=utf-8\n\n信在此。\n"
        "--b\nContent-Type: text/plain; charset=utf-8\nContent-Disposition: attachment; filename=a.txt\n\n"
        "附件在此。\n--b--\n"
    ).encode()
    told = []
    for name, data in (("录.jsonl", lines), ("信.eml", letter)):
        (file,) = followed(client, send(client, (name, data)))["files"]
        told.append([(each["name"], each["state"]) for each in file["inner"]])
    assert told == [[("甲", "added"), ("2", "failed")], [("", "added"), ("a.txt", "added")]]


def test_an_archive_of_which_nothing_can_be_read_has_failed(app: Flask) -> None:
    """Two bad files are a job that says why of each; a single one is refused at once, as it would be by itself."""
    client = app.test_client()
    (file,) = followed(client, send(client, ("二.zip", archive(一=b"", 二=b"\x00\xff\x00"))))["files"]
    assert (file["state"], file["documents"], file["error"]["code"]) == ("failed", [], "unreadable_document")
    assert [each["error"]["code"] for each in file["inner"]] == ["empty_document", "unknown_encoding"]
    reply = send(client, ("一.zip", archive(一=b"")))
    assert (reply.status_code, reply.json["errors"][0]["pointer"]) == (422, "#/file")


def test_one_title_is_not_for_several_documents(app: Flask) -> None:
    """Refused where the field is named, in a job as at once."""
    client = app.test_client()
    data = archive(青山="青山在北。".encode(), 绿水="绿水在南。".encode())
    form = {"title": "别名", "file": (io.BytesIO(data), "全.zip")}
    reply = client.post("/api/v1/documents", data=form)
    assert (reply.status_code, reply.json["error"]["param"]) == (422, "title")
    form = {"title": "别名", "file": (io.BytesIO(data), "全.zip")}
    (file,) = followed(client, client.post("/api/v1/documents", data=form, headers={"Prefer": "respond-async"}))[
        "files"
    ]
    assert (file["state"], file["error"]["code"]) == ("failed", "invalid_value")
    assert "leave it out" in file["error"]["message"]


def test_what_unpacks_to_a_long_text_becomes_a_job(app: Flask) -> None:
    """A small file may hold much: its text counts as well as its bytes."""
    client = app.test_client()
    page = f"<html><body>{'<p>青山在北。</p>' * 1000}</body></html>".encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("山.html", page * 4)
    assert len(packed.getvalue()) < 50_000
    assert followed(client, send(client, ("山.zip", packed.getvalue())))["state"] == "done"


def test_while_others_are_taken_in_a_small_one_waits_its_turn(
    app: Flask, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It becomes a job too, so that no thread of the service stands still behind a large one."""
    client = app.test_client()
    new = {"title": "山", "text": "青山在北。"}
    monkeypatch.setattr(service.jobs, "busy", lambda: True)
    job = followed(client, client.post("/api/v1/documents", json=new | {"metadata": {"年": 2024}}))
    assert job["files"][0]["documents"][0]["metadata"] == {"年": 2024}
    monkeypatch.undo()
    assert client.post("/api/v1/documents", json=new).status_code == 200


def test_title_and_metadata_go_over_the_files_own(app: Flask) -> None:
    """In a job as at once; one title for two files is refused."""
    client = app.test_client()
    form = {"title": "别名", "metadata": '{"作者": "苏晚晴"}'}
    for headers in ({}, {"Prefer": "respond-async"}):
        data = form | {"file": (io.BytesIO(b"---\ntitle: x\n---\n\nwords " + str(headers).encode()), "原名.md")}
        reply = client.post("/api/v1/documents", data=data, headers=headers)
        document = followed(client, reply)["files"][0]["documents"][0] if headers else reply.json
        assert (document["title"], document["metadata"]["作者"]) == ("别名", "苏晚晴")
    data = {"title": "别名", "file": [(io.BytesIO(b"a"), "a.txt"), (io.BytesIO(b"b"), "b.txt")]}
    reply = client.post("/api/v1/documents", data=data)
    assert (reply.status_code, reply.json["error"]["param"]) == (422, "title")


def test_metadata_that_are_sent_describe_what_is_there_anew(app: Flask) -> None:
    """At once as in a job; sent again without any, or with the same, the document stays as it is."""
    client = app.test_client()
    new = {"title": "山", "text": "青山在北。"}
    first = client.post("/api/v1/documents", json=new | {"metadata": {"年": 2024}})
    other = client.post("/api/v1/documents", json={"title": "水", "text": "绿水在南。"}).json
    same = [client.post("/api/v1/documents", json=new | each) for each in ({}, {"metadata": {"年": 2024}})]
    assert [(reply.status_code, reply.json) for reply in same] == [(200, first.json)] * 2
    again = client.post("/api/v1/documents", json=new | {"metadata": {"年": 2025}})
    assert (again.status_code, again.json) == (201, first.json | {"metadata": {"年": 2025}})
    later = {"Prefer": "respond-async"}
    sent = client.post("/api/v1/documents", json=new | {"metadata": {"年": 2026}}, headers=later)
    (file,) = followed(client, sent)["files"]
    assert (file["state"], file["documents"]) == ("added", [first.json | {"metadata": {"年": 2026}}])
    assert client.get("/api/v1/documents").json["documents"] == [*file["documents"], other]


def test_a_full_queue_is_told_with_the_time_to_wait(
    app: Flask, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """429 in the shape of all errors."""
    monkeypatch.setattr(service.jobs, "_most_waiting", 0)
    reply = send(app.test_client(), ("一.txt", b"1"), ("二.txt", b"2"))
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "5")
    assert (reply.content_type, reply.json["error"]["code"]) == ("application/problem+json", "queue_full")


def test_removing_a_collection_ends_its_jobs(app: Flask, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file under way is not stored, and the collection does not come back."""
    client = app.test_client()
    client.post("/api/v1/documents?collection=山", json={"title": "山", "text": "青山在北。"})
    monkeypatch.setattr(service.courtesy, "give_way", lambda: time.sleep(0.1))
    lines = "".join(f"第{number}座青山在北。\n" for number in range(2000)).encode()
    reply = send(client, ("长.txt", lines), ("短.txt", b"short"), query="?collection=山")
    while client.get(reply.headers["Location"]).json["files"][0]["progress"] == 0.0:
        time.sleep(0.01)
    assert client.delete("/api/v1/collections/山").status_code == 204
    job = client.get(reply.headers["Location"]).json
    assert (job["state"], {file["state"] for file in job["files"]}) == ("cancelled", {"cancelled"})
    assert [each["name"] for each in client.get("/api/v1/collections").json["collections"]] == ["default"]


def test_questions_go_first(service: Service) -> None:
    """Between two portions work waits while a question is under way, but not for ever."""
    begin = time.monotonic()
    with service.courtesy.question():
        service.courtesy.give_way()
    waited = time.monotonic() - begin
    service.courtesy.give_way()
    assert waited >= 0.25 > time.monotonic() - begin - waited


def test_a_cancelled_job_is_told_as_it_ended(app: Flask, service: Service) -> None:
    """DELETE answers with the job; of one that has ended nothing changes; of an unknown one it says so."""
    client = app.test_client()
    job = followed(client, send(client, ("一.txt", b"one"), ("二.txt", b"two")))
    assert client.delete(f"/api/v1/jobs/{job['id']}").json == job
    for method in ("GET", "DELETE"):
        reply = client.open("/api/v1/jobs/0123456789abcdef", method=method)
        assert (reply.status_code, reply.json["error"]["code"]) == (404, "job_not_found")


def test_documents_of_a_job_are_exact(app: Flask, service: Service) -> None:
    """What is stored by a job is what is stored at once: the same id."""
    client = app.test_client()
    job = followed(client, send(client, ("山.txt", "青山在北。".encode()), ("水.txt", "绿水在南。".encode())))
    with service.collections.use("default") as parts:
        stored = parts.writer.add(Document(text="青山在北。", title="山"), "sent")
    assert stored.id == job["files"][0]["documents"][0]["id"]
