"""Collections over HTTP: every route goes through the one door.

Takes    app: the application over parts that need no model; workbench
Gives    tests
Touches  flask's test client          Never  a model
"""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.service.fakes import Bench

# What is about no collection, and what makes one.
ABOUT_NONE = {"/healthz", "/readyz", "/", "/d/<document_id>", "/static/<path:filename>", "/api/v1/collections"}
MAKES_ONE = {("POST", "/api/v1/documents")}
BODIES = {
    "/api/v1/search": {"question": "山在哪里？"},
    "/api/v1/ask": {"question": "山在哪里？"},
    "/api/v1/documents": {"title": "山", "text": "青山在北。"},
}


def calls_of(app: Flask) -> list[tuple[str, str]]:
    """List every method and route."""
    return [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.rule not in ABOUT_NONE and not rule.rule.startswith("/api/v1/jobs")
    ]


def call(app: Flask, method: str, rule: str, collection: str) -> TestResponse:
    """Call a route about a collection, named in its path or in its query."""
    path = rule.replace("<name>", collection).replace("<document_id>", "0" * 24)
    return app.test_client().open(path, method=method, json=BODIES.get(rule), query_string={"collection": collection})


def test_no_route_passes_the_door_by(app: Flask) -> None:
    """Every route refuses what is no name, and knows nothing of a collection that does not exist."""
    calls = calls_of(app)
    assert len(calls) >= 8
    for method, rule in calls:
        reply = call(app, method, rule, "a b")
        assert (reply.status_code, reply.json["error"]["param"]) == (422, "collection"), (method, rule)
        if (method, rule) in MAKES_ONE:
            continue
        reply = call(app, method, rule, "海")
        assert (reply.status_code, reply.json["error"]["code"]) == (404, "collection_not_found"), (method, rule)


def test_a_collection_is_made_asked_and_removed(app: Flask, workbench: Bench) -> None:
    """Adding makes it; its links lead back to it; after its removal it is unknown, and the default one is as it was."""
    client = app.test_client()
    workbench.add("默认", "绿水在南。")
    added = client.post("/api/v1/documents?collection=山", json=BODIES["/api/v1/documents"])
    assert added.status_code == 201
    assert added.headers["Location"] == f"/api/v1/documents/{added.json['id']}?collection=%E5%B1%B1"
    assert client.get(added.headers["Location"]).json["title"] == "山"
    assert client.get(f"/api/v1/documents/{added.json['id']}").status_code == 404
    listed = client.get("/api/v1/collections").json
    assert listed == {
        "collections": [
            {"name": "default", "documents": 1, "passages": 1},
            {"name": "山", "documents": 1, "passages": 1},
        ]
    }
    hits = client.post("/api/v1/search", json={"question": "青山在哪？", "collection": "山"}).json["hits"]
    assert [hit["passage"]["url"] for hit in hits] == [f"/d/{added.json['id']}?collection=%E5%B1%B1#c0-5"]
    answer = client.post("/api/v1/ask?collection=山", json={"question": "青山在哪？"}).json
    assert [citation["url"].partition("#")[0] for citation in answer["citations"]] == [
        f"/d/{added.json['id']}?collection=%E5%B1%B1"
    ]
    assert client.delete("/api/v1/collections/山").status_code == 204
    assert client.get("/api/v1/documents?collection=山").status_code == 404
    assert [each["name"] for each in client.get("/api/v1/collections").json["collections"]] == ["default"]
    assert client.delete("/api/v1/collections/default").status_code == 422


@pytest.mark.parametrize("query", ["?collection=水", "?collection=山&collection=水"])
def test_two_names_are_not_guessed_between(app: Flask, query: str) -> None:
    """The same name twice is one; two are refused."""
    client = app.test_client()
    client.post("/api/v1/documents?collection=山", json=BODIES["/api/v1/documents"])
    asked = {"question": "青山在哪？", "collection": "山"}
    assert client.post("/api/v1/search?collection=山", json=asked).status_code == 200
    reply = client.post(f"/api/v1/search{query}", json=asked)
    assert (reply.status_code, "named twice" in reply.json["detail"]) == (422, True)


def test_what_cannot_be_read_makes_no_collection(app: Flask) -> None:
    """A refused document leaves no trace."""
    client = app.test_client()
    assert client.post("/api/v1/documents?collection=山", json={"title": "空", "text": " "}).status_code == 422
    assert len(client.get("/api/v1/collections").json["collections"]) == 1
