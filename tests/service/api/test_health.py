"""/healthz and /readyz: alive, and ready when a question finds a passage.

Takes    caller: a client of the running service
Gives    tests
Touches  http          Never  the service's insides
"""

from tests.service.caller import Caller


def test_a_running_service_is_alive(caller: Caller) -> None:
    """The process answers."""
    reply = caller.get("/healthz")
    assert (reply.status, reply.json()) == (200, {"status": "alive"})


def test_a_ready_service_says_what_it_holds(caller: Caller) -> None:
    """A probe question works; passages and the sequence of changes are told."""
    ready = caller.get("/readyz").json()
    assert list(ready) == ["status", "documents", "passages", "sequence", "writes", "caches"]
    assert (ready["status"], ready["writes"], ready["caches"]) == ("ready", "taken", "sound")
    assert ready["passages"] == sum(document["passages"] for document in caller.documents()) > 0
    with caller.holding("甲", "听雨轩的主人是苏晚晴。"):
        assert caller.get("/readyz").json()["sequence"] == ready["sequence"] + 1
