"""Flipped bits and cut-off files: does the service refuse by name, or answer as before? Silent change must be none.

Takes    how many faults, a seed
Gives    per kind of fault how often what was seen; beside it what SQLite alone lets through, as the control
Touches  pysqlite3          Never  the home it was given: faults are done to copies

    python -m tests.crash.flips --faults 1000
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from index.errors import IndexingError
from index.store import Store
from index.verify import verify_store
from tests.crash.made import Parts, document_of

_DOCUMENTS = 12
_NAME = "wenqu.db"


@dataclass(slots=True)
class Outcomes:
    """What became of the faults of one kind."""

    ours: Counter[str] = field(default_factory=Counter)
    control: Counter[str] = field(default_factory=Counter)
    verify: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def fill(home: Path) -> None:
    """Store some documents, replace one and remove one, so that every table has rows and the log has a past."""
    parts = Parts.over(home)
    stored = [parts.writer.add(document_of(f"源{n}", "1"), f"源{n}", replacing=True) for n in range(_DOCUMENTS)]
    parts.writer.add(document_of("源1", "2"), "源1", replacing=True)
    parts.writer.remove(stored[2].id)
    parts.close()


@contextmanager
def logged(home: Path) -> Iterator[Path]:
    """Give a copy of the home as it is while it is open: with the last changes in the write-ahead log."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        store = Store(home / _NAME)
        with store.database.reading():
            parts = Parts.over(home)
            for number in range(3):
                parts.writer.add(document_of(f"新{number}", "1"), f"新{number}")
            for path in home.glob(_NAME + "*"):
                if not path.name.endswith("-shm"):
                    shutil.copy(path, copy)
            parts.close()
        store.close()
        yield copy


def observed(home: Path) -> list[Any]:
    """Return all that a service over this home would give out, dates apart.

    :raises IndexingError: if it refuses.
    """
    parts = Parts.over(home)
    try:
        store = parts.store
        seen: list[Any] = [store.totals(), store.facts(), store.changes_after(0)]
        for document in store.documents():
            original = store.original(document.id)
            seen += [document, original, store.passages_of(document.id), store.by_source(document.source)]
            seen.append(store.keys_matching({"document_id": document.id}).tolist())
            hits = parts.searcher.search(original.text[:50], 5)
            seen.append([(hit.passage, hit.sentences) for hit in hits])
        seen += [store.keys_matching({"version": "1"}).tolist(), store.keys_matching({"version": ["2", "3"]}).tolist()]
        seen += [(each.key, each.terms, each.vectors.tobytes()) for each in store.indexed_passages(1, 10**6)]
        return seen
    finally:
        parts.close()


def rows_of(home: Path) -> list[Any]:
    """Return what SQLite alone gives out: the control, without our digests."""
    with closing(sqlite.connect(home / _NAME)) as connection:
        connection.text_factory = bytes
        tables = ("facts", "changes", "documents", "texts", "labels", "passages")
        return [connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables]


def try_faults(template: Path, name: str, faults: int, chance: random.Random, damage: Callable[..., bytes]) -> Outcomes:
    """Do one fault after another to copies of a home, and compare what is seen with what was."""
    outcomes = Outcomes()
    sound, rows = _on_a_copy(template, None, observed), _on_a_copy(template, None, rows_of)
    content = (template / name).read_bytes()
    for _ in range(faults):
        damaged = (name, damage(content, chance))
        seen = _seen(lambda damaged=damaged: _on_a_copy(template, damaged, observed), sound, outcomes)
        outcomes.ours[seen] += 1
        outcomes.control[_seen(lambda damaged=damaged: _on_a_copy(template, damaged, rows_of), rows, None)] += 1
        told = _seen(lambda damaged=damaged: _on_a_copy(template, damaged, _verified), [], None)
        outcomes.verify["found" if told != "as before" else "missed" if seen != "as before" else "nothing to find"] += 1
    return outcomes


def flip(content: bytes, chance: random.Random) -> bytes:
    """Flip one bit."""
    place, bit = chance.randrange(len(content)), chance.randrange(8)
    return content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]


def cut(content: bytes, chance: random.Random) -> bytes:
    """Cut the end off, at a page's border every second time."""
    place = chance.randrange(len(content))
    return content[: place if chance.random() < 0.5 else place // 4096 * 4096]


def _verified(home: Path) -> list[str]:
    store = Store(home / _NAME)
    try:
        return verify_store(store).problems
    finally:
        store.close()


def _seen(look: Callable[[], Any], sound: Any, outcomes: Outcomes | None) -> str:
    try:
        now = look()
    except (IndexingError, sqlite.Error):
        return "refused"
    except Exception as error:  # noqa: BLE001  # a fault that is not told in our own words is what is looked for
        if outcomes is not None:
            outcomes.problems.append(repr(error))
        return "broke"
    return "as before" if now == sound else "changed"


def _on_a_copy(template: Path, damaged: tuple[str, bytes] | None, look: Callable[[Path], Any]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "home"
        shutil.copytree(template, copy)
        if damaged:
            (copy / damaged[0]).write_bytes(damaged[1])
        return look(copy)


def run(faults: int, seed: int) -> dict[str, Outcomes]:
    """Return the outcomes of each kind of fault."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        fill(home)
        found = {
            "bit flipped in the database": try_faults(home, _NAME, faults, chance, flip),
            "database cut off": try_faults(home, _NAME, faults // 5, chance, cut),
        }
        with logged(home) as copy:
            found["bit flipped in the write-ahead log"] = try_faults(copy, f"{_NAME}-wal", faults // 2, chance, flip)
            found["write-ahead log cut off"] = try_faults(copy, f"{_NAME}-wal", faults // 5, chance, cut)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.crash.flips")
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    table = run(given.faults, given.seed)
    shape = {kind: {"ours": o.ours, "control": o.control, "verify": o.verify} for kind, o in table.items()}
    sys.stdout.write(json.dumps(shape, indent=2) + "\n")
    for kind, outcomes in table.items():
        sys.stdout.write("".join(f"{kind}: {problem}\n" for problem in outcomes.problems[:10]))
    sys.exit(any(outcomes.ours.keys() - {"refused", "as before"} for outcomes in table.values()))
