"""A client of the service over real sockets, which can also say what no well-behaved client says.

Takes    the address of a running service
Gives    Caller, Reply
Touches  http.client, socket          Never  the service's insides
"""

import http.client
import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

BOUNDARY = "wenqu-boundary"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body's JSON value, of which NaN and Infinity are no part."""
        return json.loads(self.body, parse_constant=_no_number)


@dataclass(frozen=True, slots=True)
class Caller:
    """Every call is a connection of its own."""

    url: str

    @property
    def host(self) -> str:
        """Return the name and port that requests are sent to."""
        return urlsplit(self.url).netloc

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send one request."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Reply(response.status, _lower(response.getheaders()), response.read())
        finally:
            connection.close()

    def get(self, path: str) -> Reply:
        """Get a path."""
        return self.call("GET", path)

    def post(self, path: str, value: Any) -> Reply:
        """Post a value as JSON."""
        return self.send(path, json.dumps(value).encode())

    def send(self, path: str, body: bytes, content_type: str = "application/json") -> Reply:
        """Post bytes as they are."""
        return self.call("POST", path, body, {"Content-Type": content_type})

    def upload(self, name: str, data: bytes, **fields: str) -> Reply:
        """Send a file as a form does."""
        return self.send_parts([_file_part(name, data), *(_field_part(*field) for field in fields.items())])

    def send_parts(self, parts: list[bytes]) -> Reply:
        """Send the parts of a form as they are."""
        body = (
            b"".join(f"--{BOUNDARY}\r\n".encode() + part + b"\r\n" for part in parts) + f"--{BOUNDARY}--\r\n".encode()
        )
        return self.send("/api/v1/documents", body, f"multipart/form-data; boundary={BOUNDARY}")

    def raw(self, request: bytes) -> Reply:
        """Send bytes that need not be HTTP, and read the answer until the service closes the connection."""
        host, port = self.host.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            connection.sendall(request)
            response = http.client.HTTPResponse(connection)
            response.begin()
            reply = Reply(response.status, _lower(response.getheaders()), response.read())
            response.close()
            return reply

    def documents(self) -> Any:
        """List the documents."""
        return self.get("/api/v1/documents").json()["documents"]

    def text(self, document_id: str) -> str:
        """Return a document's canonical text."""
        return self.get(f"/api/v1/documents/{document_id}/text").body.decode()

    def search(self, question: str, **settings: Any) -> Any:
        """Return the hits of a question."""
        reply = self.post("/api/v1/search", {"question": question, **settings})
        assert reply.status == 200, reply.body
        return reply.json()["hits"]

    @contextmanager
    def holding(self, title: str, text: str, **metadata: Any) -> Iterator[Any]:
        """Have the service hold a document for a while."""
        reply = self.post("/api/v1/documents", {"title": title, "text": text, "metadata": metadata})
        assert reply.status == 201, reply.body
        document = reply.json()
        try:
            yield document
        finally:
            self.call("DELETE", f"/api/v1/documents/{document['id']}")


def _file_part(name: str, data: bytes) -> bytes:
    return f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + data


def _field_part(name: str, value: str) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()


def _lower(headers: list[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


def _no_number(written: str) -> None:
    raise AssertionError(f"{written} is no JSON")
