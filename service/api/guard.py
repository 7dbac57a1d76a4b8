"""What stands before and behind every route: the Host a request names, the Origin it comes from, safe headers.

Takes    the app, the host names under which it may be called
Gives    refusals of foreign hosts and origins; headers on every answer
Touches  flask          Never  routes: none can be forgotten

A page of another site that a person has open could otherwise write to a service on their own machine (CSRF), or read it
through a name that resolves to 127.0.0.1 (DNS rebinding). An address in numbers cannot be rebound.
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, Response, request

from service.api.problem import SAFE_HEADERS, request_id
from service.errors import BadRequest

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask, trusted_hosts: Iterable[str]) -> None:
    """Guard every route of the app."""
    names = {"localhost", *(name.lower() for name in trusted_hosts)}

    @app.before_request
    def refuse_foreigners() -> None:
        _check_host(request.host, names)
        if request.method not in _SAFE_METHODS:
            _check_origin()

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id()
        for name, value in SAFE_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def _check_host(host: str, names: set[str]) -> None:
    name = (urlsplit(f"//{host}").hostname or "").lower()
    if name not in names and not _is_address(name):
        raise BadRequest(
            f"host {host!r} is not served here; call the service by localhost or its address, "
            "or list the name in WENQU_TRUSTED_HOSTS",
            status=400,
            code="untrusted_host",
        )


def _check_origin() -> None:
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site") == "cross-site" or (
        origin is not None and _place(origin) != request.host.lower()
    ):
        raise BadRequest(
            f"origin {origin!r} is another site; only this service's own page and programs may write",
            status=403,
            code="foreign_origin",
        )


def _place(origin: str) -> str:
    """Return an origin's host and port; nothing where it has none or is malformed."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
