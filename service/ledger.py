"""Which files were taken in as they are now, so that a folder that did not change is passed over without being read.

Takes    the folder of a collection's database
Gives    Ledger: what is noted of a file, and noting it
Touches  orjson          Never  the database: this is a cache, and losing it costs only time

A line a file, appended as soon as the file is stored, the last one of a file counts; half a line at the end is what a
crash leaves. A file changed in the very moment it was read could keep its size and time, so that a note is believed
without reading only if the file had been at rest for two seconds.
"""

import hashlib
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex

import orjson

from service import VERSION

_NAME = "ingested.jsonl"
_REST_NS = 2_000_000_000
_HEAD = {"wenqu": VERSION}


@dataclass(frozen=True, slots=True)
class Note:
    """A file as it was taken in: size, time of change in nanoseconds, digest of its bytes and of what it was taken in
    with, when, and the ids of its documents.
    """

    source: str
    size: int
    changed_ns: int
    digest: str
    manner: str
    noted_ns: int
    documents: tuple[str, ...]

    def is_surely(self, status: os.stat_result) -> bool:
        """Whether the file is as it was, told without reading it."""
        same = (status.st_size, status.st_mtime_ns) == (self.size, self.changed_ns)
        return same and self.noted_ns - self.changed_ns > _REST_NS


def digest_of(data: bytes) -> str:
    """Return what tells one content from another."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


class Ledger:
    """The notes of one collection. What another version of Wenqu noted does not count: it may read files otherwise."""

    def __init__(self, folder: Path) -> None:
        """Read the notes, if there are any."""
        self._path = folder / _NAME
        self._notes: dict[str, Note] = {}
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            lines = []
        if not lines or _parsed(lines[0]) != _HEAD:
            self._write_anew()
            return
        for line in lines[1:]:
            if (shape := _parsed(line)) is not None:
                self._remember(shape)
        if len(lines) > 1000 + 2 * len(self._notes) or lines[-1]:
            self._write_anew()

    def find(self, source: str) -> Note | None:
        """Return what is noted of a file."""
        return self._notes.get(source)

    def sources(self) -> list[str]:
        """Return the sources of all files that are noted."""
        return list(self._notes)

    def note(
        self, source: str, status: os.stat_result, *, digest: str, manner: str, documents: tuple[str, ...]
    ) -> None:
        """Note a file whose documents are stored; `status` is what it was before it was read."""
        noted = Note(source, status.st_size, status.st_mtime_ns, digest, manner, time.time_ns(), documents)
        self._notes[source] = noted
        self._append(asdict(noted))

    def forget(self, source: str) -> None:
        """Forget a file."""
        if self._notes.pop(source, None) is not None:
            self._append({"source": source, "documents": None})

    def _remember(self, shape: dict[str, object]) -> None:
        source = str(shape.get("source"))
        try:
            self._notes[source] = Note(**{**shape, "documents": tuple(shape["documents"])})  # type: ignore[arg-type]
        except (TypeError, KeyError):
            self._notes.pop(source, None)

    def _append(self, shape: dict[str, object]) -> None:
        # Without room for a note the document is stored all the same, and the file is read again next time.
        with suppress(OSError), self._path.open("ab") as file:
            file.write(orjson.dumps(shape) + b"\n")

    def _write_anew(self) -> None:
        lines = [orjson.dumps(_HEAD), *(orjson.dumps(asdict(note)) for note in self._notes.values())]
        unfinished = self._path.with_name(f".{_NAME}.{token_hex(4)}")
        try:
            unfinished.write_bytes(b"\n".join(lines) + b"\n")
            unfinished.replace(self._path)
        except OSError:
            unfinished.unlink(missing_ok=True)


def _parsed(line: bytes) -> dict[str, object] | None:
    try:
        shape = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return shape if isinstance(shape, dict) else None
