"""No test, and no process that a test starts, reaches anything beyond this machine.

Takes    nothing: Python imports a module of this name at its start when its folder stands on PYTHONPATH
Gives    an audit hook that refuses names to be looked up and addresses to be reached, loopback excepted
Touches  sys          Never  switches off again: an audit hook cannot be taken out
"""

import ipaddress
import socket
import sys
from typing import Any

_REACHING = ("socket.connect", "socket.sendto", "socket.sendmsg")
_LOOKING_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


class OutsideRefused(RuntimeError):
    """Something tried to leave this machine; no OSError, so that nobody takes it for a network that is down."""


def refuse_outside(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise when an event of the interpreter would leave this machine."""
    if event in _REACHING:
        own, address = arguments[0], arguments[1]
        if own.family in (socket.AF_INET, socket.AF_INET6) and address is not None and not _is_loopback(address[0]):
            raise OutsideRefused(f"{event} to {address!r}: tests run without a network")
    elif event in _LOOKING_UP and arguments[0] and not _is_number_or_local(arguments[0]):
        raise OutsideRefused(f"{event} of {arguments[0]!r}: tests run without a network")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_number_or_local(host: str | bytes) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in ("localhost", socket.gethostname()):
        return True
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


sys.addaudithook(refuse_outside)
