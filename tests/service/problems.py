"""The one shape of all errors, checked to the last member.

Takes    Reply
Gives    assert_problem, HEADERS
Never    the service's insides
"""

from tests.service.caller import Reply

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
