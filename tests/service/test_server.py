"""How the service listens and stops: what is under way is answered, nothing new is begun.

Takes    tests.service.slow: a service that needs no model
Gives    tests
Touches  subprocess, signals          Never  the service's insides
"""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.service.caller import Caller
from tests.service.process import ROOT, environment, wait_for_match


@dataclass(frozen=True, slots=True)
class Slow:
    """The running process, a client of it, and what it has written."""

    process: "subprocess.Popen[bytes]"
    caller: Caller
    log: Callable[[], str]

    def wait_for(self, words: str) -> None:
        """Wait until the process has written these words."""
        wait_for_match(re.compile(f"({words})"), self.log, self.process)

    def refuses(self) -> bool:
        """Tell whether no new connection is taken."""
        host, port = self.caller.host.rsplit(":", 1)
        try:
            socket.create_connection((host, int(port)), timeout=5).close()
        except ConnectionRefusedError:
            return True
        return False


Start = Callable[..., AbstractContextManager[Slow]]


@pytest.fixture
def slow(tmp_path: Path) -> Start:
    """Give what starts the slow service and ends it whatever happens."""

    @contextmanager
    def start(host: str = "127.0.0.1") -> Iterator[Slow]:
        path = tmp_path / "log"
        with path.open("wb") as log:
            line = [sys.executable, "-m", "tests.service.slow", host]
            process = subprocess.Popen(line, env=environment(tmp_path), cwd=ROOT, stderr=log)

        def read() -> str:
            return path.read_text("utf-8")

        try:
            url = wait_for_match(re.compile(r"Wenqu listens on (http\S+) "), read, process)
            yield Slow(process, Caller(url), read)
        finally:
            process.kill()
            process.wait()

    return start


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_service_stops_within_two_seconds(slow: Start, number: signal.Signals) -> None:
    """Exit code 0, and whatever follows serving is done too."""
    with slow() as service:
        assert service.caller.get("/").body == b"quick"
        asked = time.monotonic()
        service.process.send_signal(number)
        assert service.process.wait(10) == 0
        assert time.monotonic() - asked < 2
        assert "stopped" in service.log()


def test_an_open_connection_without_a_request_does_not_hold_the_stop(slow: Start) -> None:
    """A browser keeps connections open for later."""
    with slow() as service:
        host, port = service.caller.host.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as kept:
            kept.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"200 OK" in kept.recv(1000)
            service.process.send_signal(signal.SIGTERM)
            assert service.process.wait(2) == 0


def test_a_request_under_way_is_answered_and_a_new_one_refused(slow: Start) -> None:
    """After the first signal, and the process ends when the answer is out."""
    with slow() as service, ThreadPoolExecutor() as pool:
        answer = pool.submit(service.caller.get, "/slow")
        service.wait_for("slow begins")
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert service.refuses()
        assert not answer.done()
        assert answer.result(10).body == b"slow"
        assert service.process.wait(5) == 0


def test_requests_that_wait_for_a_thread_are_answered_too(slow: Start) -> None:
    """Three requests for two threads: the third was taken before the signal, so it is answered."""
    with slow() as service, ThreadPoolExecutor() as pool:
        answers = [pool.submit(service.caller.get, "/slow") for _ in range(3)]
        service.wait_for("slow begins \nslow begins")
        time.sleep(0.3)
        service.process.send_signal(signal.SIGTERM)
        assert [answer.result(20).body for answer in answers] == [b"slow"] * 3
        assert service.process.wait(5) == 0


def test_a_second_signal_ends_it_at_once(slow: Start) -> None:
    """Who asks twice does not want to wait."""
    with slow() as service, ThreadPoolExecutor() as pool:
        answer = pool.submit(service.caller.get, "/slow")
        service.wait_for("slow begins")
        service.process.send_signal(signal.SIGTERM)
        service.wait_for("slow begins")
        time.sleep(0.3)
        asked = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(5) == 128 + signal.SIGTERM
        assert time.monotonic() - asked < 1
        assert answer.exception(5) is not None


def test_a_name_with_several_addresses_can_be_listened_on(slow: Start) -> None:
    """Localhost is often both 127.0.0.1 and ::1."""
    with slow("localhost") as service:
        assert service.caller.get("/").body == b"quick"
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(5) == 0


def test_an_address_in_six_parts_is_shown_in_brackets(slow: Start) -> None:
    """As addresses on the web are written."""
    if not _has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    with slow("::1") as service:
        assert service.caller.url.startswith("http://[::1]:")


def _has_ipv6() -> bool:
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return False
    return True
