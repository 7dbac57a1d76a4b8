"""Rounds of a crash test: two workers and a reader run, are killed at random instants, and the home is judged.

Takes    an empty home, how many kills, a seed
Gives    Summary: what was killed, acknowledged, searched, and everything wrong
Touches  subprocess, signal          Never  the store while a worker runs
"""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.crash.checker import Verdict, check
from tests.crash.made import Journal

ROOT = Path(__file__).parents[2]
_WORKERS = ("a", "b")
_PATIENCE = 300.0


@dataclass(slots=True)
class Summary:
    """The figures of a whole run."""

    kills: int = 0
    checks: int = 0
    acknowledged: int = 0
    searches: int = 0
    verdicts: list[Verdict] = field(default_factory=list)
    reader_problems: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """Return everything wrong."""
        return [*self.reader_problems, *(problem for verdict in self.verdicts for problem in verdict.problems())]

    def shape(self) -> dict[str, Any]:
        """Return the figures by name."""
        seconds = [verdict.recovery_seconds for verdict in self.verdicts]
        return {
            "kills": self.kills,
            "checks, each with verify": self.checks,
            "changes acknowledged": self.acknowledged,
            "acknowledged changes lost": sum(len(verdict.lost) for verdict in self.verdicts),
            "removed documents returned": sum(len(verdict.resurrected) for verdict in self.verdicts),
            "torn states": sum(len(verdict.torn) for verdict in self.verdicts),
            "searches meanwhile": self.searches,
            "wrong searches meanwhile": len(self.reader_problems),
            "documents at the end": self.verdicts[-1].documents,
            "recovery, median seconds": round(median(seconds), 3),
            "recovery, longest seconds": round(max(seconds), 3),
            "problems": self.problems[:20],
        }


def run(home: Path, *, kills: int, seed: int, early: bool, tell: Callable[[str], object]) -> Summary:
    """Kill that often, and judge the home after each round; in every second one no process at all is left alive."""
    chance = random.Random(seed)
    summary = Summary()
    reader: subprocess.Popen[bytes] | None = None
    try:
        for number in range(sys.maxsize):
            if reader is None:
                reader = _started(home, "tests.crash.reader", *_WORKERS)
            summary.kills += _round(home, f"{seed}-{number}", chance, early)
            if number % 2:
                _kill(reader)
                reader = None
                summary.kills += 1
            summary.verdicts.append(check(home, _WORKERS))
            summary.checks += 1
            if summary.kills >= kills:
                break
            if number % 10 == 9:
                latest = summary.verdicts[-1]
                tell(f"{summary.kills} kills, {latest.acknowledged} acknowledged, {len(summary.problems)} wrong")
    finally:
        if reader is not None:
            _kill(reader)
    summary.acknowledged = summary.verdicts[-1].acknowledged
    told = Journal.read(home / "reader.journal")
    summary.searches = sum(entry.get("searches", 0) for entry in told)
    summary.reader_problems = [entry["problem"] for entry in told if entry["kind"] == "wrong"]
    return summary


def _round(home: Path, name: str, chance: random.Random, early: bool) -> int:
    """Start both workers, let them work a while, kill one and then the other."""
    manner = "early" if early else "honest"
    workers = [_started(home, "tests.crash.worker", worker, name, manner) for worker in _WORKERS]
    try:
        if chance.random() < 0.8:
            for worker, process in zip(_WORKERS, workers, strict=True):
                _wait_until_ready(home / f"{worker}.journal", name, process)
            time.sleep(chance.uniform(0.02, 0.5))
        else:
            # Also while they start and bring what was left in order.
            time.sleep(chance.uniform(0.0, 2.0))
    finally:
        chance.shuffle(workers)
        _kill(workers[0])
        time.sleep(chance.uniform(0.0, 0.1))
        _kill(workers[1])
    return len(workers)


def _started(home: Path, module: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", module, str(home), *arguments], cwd=ROOT)


def _wait_until_ready(path: Path, name: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not any(entry.get("round") == name for entry in Journal.read(path)):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{path.stem} did not start: exit code {process.poll()}")
        time.sleep(0.02)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill it; one that ended before by itself did something wrong."""
    process.send_signal(signal.SIGKILL)
    if process.wait() != -signal.SIGKILL:
        raise RuntimeError(f"{process.args} ended by itself with {process.returncode}")
