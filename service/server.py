"""The application on a socket: threads, limits, and a stop that lets answers under way be finished.

Takes    a Flask application, where to listen
Gives    serves until SIGTERM, SIGINT or Ctrl-C
Touches  waitress          Never  routes

waitress was chosen because its threads and limits are plain numbers and one slow client does not hold a thread: the
request is read before a thread takes it.
"""

import logging
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType

import orjson
from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask

from service.api.problem import SAFE_HEADERS, problem_body, status_title
from service.errors import BadSetting

log = logging.getLogger(__name__)

# How long answers under way may take after the first signal to stop.
_GRACE_SECONDS = 10.0
_TICK_SECONDS = 0.2


class _ProblemTask(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """Tells of requests that never reach the application, too large or no HTTP, in the application's own shape."""

    def execute(self) -> None:
        error = self.request.error
        title = status_title(error.code)
        shape = problem_body(error.code, title.lower().replace(" ", "_"), title, _remedy(error.code, error.body))
        body = orjson.dumps(shape)
        self.status = f"{error.code} {error.reason}"
        self.content_length = len(body)
        self.close_on_finish = True
        self.response_headers = [
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
            ("X-Request-Id", shape["instance"].removeprefix("urn:request:")),
            *SAFE_HEADERS.items(),
        ]
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    error_task_class = _ProblemTask


def _remedy(code: int, body: str) -> str:
    if code == 413:
        return "the body is larger than the service takes; send less, or raise WENQU_MAX_UPLOAD_MB"
    return body


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that holds the address but takes no connection yet, so that a taken port is told before the work.

    Of a name with several addresses the first one is bound, by preference one of IPv4; port 0 takes a free one.

    :raises BadSetting: if the name has no address, or the address cannot be bound.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise BadSetting(f"WENQU_HOST={host!r}: has no address ({error}); try 127.0.0.1") from error
    family, kind, protocol, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise BadSetting(
            f"WENQU_HOST={host!r}, WENQU_PORT={port}: cannot be listened on ({error.strerror}); "
            "stop the other program, or choose another port with --port (0 takes a free one)"
        ) from error
    return bound


class Server:
    """Listens from the moment it is made; `run` serves."""

    def __init__(self, app: Flask, bound: socket.socket, host: str, *, threads: int, body_limit: int) -> None:
        """Listen on a bound socket; `host` is how its address is shown."""
        self._server: BaseWSGIServer = create_server(
            app,
            sockets=[bound],
            threads=threads,
            connection_limit=1000,
            channel_timeout=60,
            max_request_body_size=body_limit,
            max_request_header_size=32_768,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
        self._server.channel_class = _Channel
        self._stopping_since: float | None = None
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._server.effective_port}"

    def run(self) -> None:
        """Serve until told to stop; then finish the answers under way, for at most ten seconds."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._finished():
            wasyncore.loop(timeout=_TICK_SECONDS, map=self._server._map, use_poll=True, count=1)
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        if self._stopping_since is not None:
            log.warning("second signal: stopping at once")
            sys.exit(128 + number)
        log.info("%s: finishing answers under way", signal.Signals(number).name)
        self._stopping_since = time.monotonic()
        wasyncore.dispatcher.close(self._server)

    def _finished(self) -> bool:
        if self._stopping_since is None:
            return False
        overdue = time.monotonic() - self._stopping_since > _GRACE_SECONDS
        busy = any(
            channel.requests or channel.total_outbufs_len or channel.request is not None
            for channel in list(self._server.active_channels.values())
        )
        return overdue or not busy


def serve(
    app: Flask, bound: socket.socket, *, host: str, threads: int, body_limit: int, announce: Callable[[str], None]
) -> None:
    """Serve the application until told to stop; `announce` is given the address once it listens."""
    server = Server(app, bound, host, threads=threads, body_limit=body_limit)
    announce(server.url)
    server.run()
