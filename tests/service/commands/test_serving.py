"""serve: what stands in its way is told at once.

Takes    run_command: the command line as a process
Gives    tests
Touches  sockets of this machine          Never  the model
"""

import socket
from pathlib import Path

from tests.service.process import run_command


def test_a_taken_port_is_told_before_anything_is_done(tmp_path: Path) -> None:
    """With the settings that choose another one; neither a database nor a model is touched."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run_command(tmp_path / "home", "serve", "--port", str(port))
    assert done.returncode == 1
    expected = f"wenqu: WENQU_HOST='127.0.0.1', WENQU_PORT={port}: cannot be listened on (Address already in use); "
    assert done.stderr.startswith(expected) and done.stderr.count("\n") == 1
    assert not (tmp_path / "home").exists()


def test_an_address_that_is_not_this_machines_is_told(tmp_path: Path) -> None:
    """With its name and the setting."""
    done = run_command(tmp_path, "serve", "--host", "192.0.2.1", "--port", "0")
    assert done.returncode == 1
    assert "WENQU_HOST='192.0.2.1', WENQU_PORT=0: cannot be listened on" in done.stderr
