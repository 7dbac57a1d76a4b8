"""A fault at every call by which a change reaches the disk: killed there, or told that the disk failed or is full.

Takes    strace, and the right to trace a process of one's own
Gives    how many calls there are, and per fault what was left: all of the change or nothing of it
Touches  subprocess, signal          Never  more than one change at once

    python -m tests.crash.syscalls

A child is made ready and stopped; strace takes hold of it, and lets the k-th call of a kind fail; k grows until the
change passes untouched. Afterwards another process judges the home.
"""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path

from index.errors import IndexingError
from index.store import Store
from index.verify import verify_store
from tests.index.fakes import FINGERPRINTS, add, prepared

CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "openat")
FAULTS = ("signal=SIGKILL", "error=EIO", "error=ENOSPC")
_FORMER, _GONE, _SAID = (prepared(f"{word}乙\n丙" * 40, source=word, year=1) for word in ("前", "去", "述"))


def change(store: Store) -> None:
    """Replace one document, remove another, and describe a third anew."""
    for new in (prepared("后乙\n丙" * 40, source="前", year=1), prepared("述乙\n丙" * 40, source="述", year=2)):
        store.add(new, fingerprints=FINGERPRINTS, replacing=True)
    store.remove(_GONE.id)


def child(home: Path, outcome: Path, act: Callable[[Store], None]) -> None:
    """Stop until strace has taken hold, then change, and say how that ended."""
    logging.disable()
    os.kill(os.getpid(), signal.SIGSTOP)
    said = "acknowledged"
    try:
        store = Store(home / "wenqu.db")
        act(store)
        store.close()
    except IndexingError as error:
        said = f"refused: {error}"
    except BaseException as error:  # noqa: BLE001  # anything else is what is looked for
        said = f"broke: {error!r}"
    outcome.write_text(said, "utf-8")
    os._exit(0)


def attempt(template: Path, call: str, fault: str, number: int) -> tuple[str, str]:
    """Do one fault; return how the change ended and what is wrong with what was left."""
    with tempfile.TemporaryDirectory() as folder:
        home, outcome = Path(folder) / "home", Path(folder) / "outcome"
        shutil.copytree(template, home)
        pid = os.fork()
        if not pid:
            child(home, outcome, change)
        os.waitpid(pid, os.WUNTRACED)
        inject = f"inject={call}:{fault}:when={number}"
        # Only calls on files of the home count: whatever else the process does is none of the store's.
        paths = [
            f"--trace-path={home / name}" for name in ("wenqu.db", "wenqu.db-wal", "wenqu.db-shm", "wenqu.db-mark")
        ]
        tracer = subprocess.Popen(
            ["strace", "-f", "-o", f"{folder}/trace", *paths, "-e", f"trace={call}", "-e", inject, "-p", str(pid)],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert tracer.stderr is not None
        attached = tracer.stderr.readline()
        if "attached" not in attached:
            os.kill(pid, signal.SIGKILL)
            raise RuntimeError(f"strace: {attached}")
        os.kill(pid, signal.SIGCONT)
        os.waitpid(pid, 0)
        tracer.communicate()
        met = "INJECTED" in Path(folder, "trace").read_text() or "killed" in Path(folder, "trace").read_text()
        said = outcome.read_text("utf-8") if outcome.exists() else "killed"
        return (said if met or said == "killed" else "untouched"), judged(home, said)


def judged(home: Path, said: str) -> str:
    """Return what is wrong with the home, given what was said of the change; nothing if all is well."""
    store = Store(home / "wenqu.db")
    try:
        documents = [(store.original(each.id).text[0], each.metadata["year"]) for each in store.documents()]
        years = {year: len(store.keys_matching({"year": year})) for year in (1, 2)}
        report = verify_store(store)
    finally:
        store.close()
    steps = [
        {("前", 1), ("去", 1), ("述", 1)},
        {("后", 1), ("去", 1), ("述", 1)},
        {("后", 1), ("去", 1), ("述", 2)},
        {("后", 1), ("述", 2)},
    ]
    if report.problems:
        return f"verify: {report.problems[0]}"
    if set(documents) not in (steps[3:] if said == "acknowledged" else steps):
        return f"said {said}, left {documents}"
    if any(count != 41 * sum(told == year for _, told in documents) for year, count in years.items()):
        return f"filters find {years}, the documents are {documents}"
    return f"broke: {said}" if said.startswith("broke") else ""


def main() -> None:
    """Try every fault at every call, and leave with 1 if anything is wrong."""
    table: dict[str, Counter[str]] = {}
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder)
        store = Store(template / "wenqu.db")
        add(store, _FORMER, _GONE, _SAID)
        store.close()
        for fault in FAULTS:
            for call in CALLS:
                for number in count(1):
                    said, problem = attempt(template, call, fault, number)
                    wrong += [f"{fault} at {call} {number}: {problem}"] if problem else []
                    if said == "untouched":
                        break
                    table.setdefault(fault, Counter())[f"{call}: {said.partition(':')[0]}"] += 1
    sys.stdout.write(json.dumps({"points": table, "wrong": wrong}, indent=2, ensure_ascii=False) + "\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
