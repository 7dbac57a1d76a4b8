"""The guard itself: tests that could reach the world would prove nothing about working without it.

Takes    tests.offline.sitecustomize
Gives    tests
Touches  socket, subprocess          Never  the network
"""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.offline.sitecustomize import OutsideRefused
from tests.service.process import environment

# Addresses that are kept for documentation: nobody is there, should the guard fail.
OUTSIDE = [(socket.AF_INET, ("192.0.2.1", 80)), (socket.AF_INET6, ("2001:db8::1", 80, 0, 0))]


@pytest.mark.parametrize(("family", "address"), OUTSIDE)
def test_no_address_outside_can_be_reached(family: int, address: tuple[str, int]) -> None:
    """Neither with a connection nor with a single packet."""
    with socket.socket(family, socket.SOCK_STREAM) as stream:
        for reach in (stream.connect, stream.connect_ex):
            with pytest.raises(OutsideRefused, match="without a network"):
                reach(address)
    with socket.socket(family, socket.SOCK_DGRAM) as packets, pytest.raises(OutsideRefused):
        packets.sendto(b"", address)


def test_no_name_can_be_looked_up() -> None:
    """For asking who somebody is leaves the machine too."""
    with pytest.raises(OutsideRefused):
        socket.getaddrinfo("wenqu.example", 80)


def test_this_machine_can_be_reached() -> None:
    """By its address and by its name."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, listening.getsockname()[1])).close()


def test_a_process_that_a_test_starts_is_held_back_too(tmp_path: Path) -> None:
    """The service and the command line among them."""
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    line = [sys.executable, "-c", code]
    done = subprocess.run(line, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "OutsideRefused" in done.stderr
