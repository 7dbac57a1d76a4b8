"""The service as a process of its own, and the command line beside it, both without a way out of this machine.

Takes    a folder that holds the state, settings
Gives    ServiceProcess, run_command, environment
Touches  subprocess          Never  the service's insides
"""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[2]

_LISTENING = re.compile(r"Wenqu listens on (http://\S+)")
_PATIENCE = 180.0


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Return what a process of ours is started with: the settings given, no others, and no network."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WENQU_")}
    paths = os.pathsep.join((str(ROOT / "tests" / "offline"), str(ROOT)))
    return kept | {"PYTHONPATH": paths, "PYTHONUNBUFFERED": "1", "WENQU_HOME": str(home)} | settings


def command(*arguments: str) -> list[str]:
    """Return the command line of `python -m service` with these arguments."""
    return [sys.executable, "-m", "service", *arguments]


def run_command(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(*arguments),
        env=environment(home, **settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_PATIENCE,
        check=False,
    )


class ServiceProcess:
    """`python -m service serve --port 0`, ready when made; as a context it never outlives its test."""

    def __init__(self, home: Path, *arguments: str, **settings: str) -> None:
        """Start it, and wait until it says that it is ready."""
        self.home = home
        self._log_path = home / "service.log"
        with self._log_path.open("wb") as log:
            self.process = subprocess.Popen(
                command("serve", "--port", "0", *arguments), env=environment(home, **settings), cwd=ROOT, stderr=log
            )
        try:
            self.url = self._listening()
            self._wait_until_ready()
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> "ServiceProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def log(self) -> str:
        """Return what the service has written to standard error so far."""
        return self._log_path.read_text("utf-8", errors="replace")

    def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def _listening(self) -> str:
        return wait_for_match(_LISTENING, self.log, self.process)

    def _wait_until_ready(self) -> None:
        with urllib.request.urlopen(f"{self.url}/readyz", timeout=_PATIENCE) as answer:
            assert answer.status == 200, self.log()

    def _end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def wait_for_match(wanted: re.Pattern[str], log: Callable[[], str], process: "subprocess.Popen[bytes]") -> str:
    """Return the first group of the pattern once the log holds it.

    :raises AssertionError: showing the log, if the process ends before or takes too long.
    """
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if found := wanted.search(log()):
            return found.group(1)
        assert process.poll() is None, f"ended with {process.returncode} before it was ready:\n{log()}"
        time.sleep(0.1)
    raise AssertionError(f"not ready after {_PATIENCE:.0f} s:\n{log()}")
