"""A process that adds, replaces, removes and rebuilds until it is killed, and journals before and after each.

Takes    a home, its own name, the number of the round, whether it acknowledges too early
Gives    a journal: `begin` before a change, `done` once it is acknowledged
Never    ends by itself

    python -m tests.crash.worker HOME NAME ROUND honest|early
"""

import random
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from tests.crash.made import Journal, Parts, document_of, id_of

_MOST = 30
# How long a change that was acknowledged too early is not yet there: long beside a commit, so that a kill meets it.
_HEAD_START = 0.05


class Worker:
    """Changes the documents of its own sources."""

    def __init__(self, home: Path, name: str, round_number: str, early: bool) -> None:
        self._parts = Parts.over(home)
        self._journal = Journal(home / f"{name}.journal")
        self._name, self._round, self._early = name, round_number, early
        self._chance = random.Random(f"{name} {round_number}")
        self._live = {
            document.source: str(document.metadata["version"])
            for document in self._parts.store.documents()
            if document.source.startswith(name)
        }

    def run(self) -> None:
        """Change for ever."""
        self._journal.write(kind="ready", round=self._round)
        for number in count():
            self._change(f"{self._round}.{number}")

    def _change(self, version: str) -> None:
        kind = self._chance.choices(("add", "replace", "remove", "rebuild"), (44, 30, 22, 4))[0]
        if kind == "rebuild" and self._name == "a":
            self._acknowledged(self._parts.writer.rebuild, kind=kind)
        elif len(self._live) < 5 or (kind == "add" and len(self._live) < _MOST):
            self._put("add", f"{self._name}{version}", version)
        elif kind == "remove" or len(self._live) >= _MOST:
            source = self._chance.choice(sorted(self._live))
            gone = id_of(source, self._live.pop(source))
            self._acknowledged(lambda: self._parts.writer.remove(gone), kind="remove", source=source, gone=gone)
        else:
            self._put("replace", self._chance.choice(sorted(self._live)), version)

    def _put(self, kind: str, source: str, version: str) -> None:
        former = self._live.get(source)
        self._live[source] = version
        document = document_of(source, version)
        gone = id_of(source, former) if former else None
        self._acknowledged(
            lambda: self._parts.writer.add(document, source, replacing=True),
            kind=kind,
            source=source,
            version=version,
            id=id_of(source, version),
            gone=gone,
        )

    def _acknowledged(self, act: Callable[[], object], **entry: str | None) -> None:
        self._journal.write(state="begin", **entry)
        if self._early:
            self._journal.write(state="done", **entry)
            time.sleep(_HEAD_START)
        act()
        if not self._early:
            self._journal.write(state="done", **entry)


if __name__ == "__main__":
    Worker(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4] == "early").run()
