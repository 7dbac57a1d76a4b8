"""The caches on disk: which files hold which state, opened only if they are exactly what was written.

Takes    a folder, what the caches depend on, both arms at one sequence
Gives    both arms as they were saved, or None and a problem's name
Touches  the folder of the caches          Never  the database

One manifest names the files of both arms at one sequence, so that they cannot differ. It carries what they depend on,
and the change that they end with, so that neither another model's nor another history's files are believed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.cache_files import CacheFolder, FileEntry, WorkFolder, as_written, entries_of
from index.dense import DenseSnapshot
from index.errors import CacheDamaged
from index.lexical import LexicalIndex, place_files
from index.part_files import make_quantised, read_part, write_part
from index.parts import Part, PartData

log = logging.getLogger(__name__)

# Another process may replace the manifest while its files are read, or tantivy merge its own.
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Settled:
    """The lexical arm's files at one commit, held in the caches' folder."""

    notes: str
    files: tuple[FileEntry, ...]


class Saved:
    """What is saved of one store's caches. Without a folder nothing is, and large parts lie in memory."""

    def __init__(self, folder: Path | None, dependencies: Mapping[str, str]) -> None:
        self._dependencies = dict(dependencies)
        self._folder = self._work = None
        self.sequence = 0
        self._problems: list[str] = []
        self._entries: dict[int, tuple[PartData, FileEntry]] = {}
        self._digests: dict[str, str] = {}
        if folder is None:
            return
        try:
            self._folder = CacheFolder(folder)
            self._work = WorkFolder(self._folder)
        except OSError as error:
            self._folder = None
            self._tell(f"caches {folder}: cannot be used ({error}); they live in memory until the next start")

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong with the files, in the order in which it was met."""
        return tuple(self._problems)

    def new_lexical_folder(self) -> Path | None:
        """Return an empty folder for a lexical index, None if it should live in memory."""
        return self._work.new() if self._work else None

    def make(self, parts: Sequence[Part]) -> PartData:
        """Return the data of one large part made of these, in a file if there is a folder."""
        try:
            data, entry = make_quantised(parts, self._folder)
        except OSError as error:
            self._tell(f"caches: a part cannot be written ({error}); it lives in memory")
            data, entry = make_quantised(parts, None)
        if entry is not None:
            self._entries[id(data)] = (data, entry)
        return data

    def load(self, change_of: Callable[[int], str]) -> tuple[LexicalIndex, DenseSnapshot, int] | None:
        """Return both arms as they were saved and their sequence; None if nothing usable is.

        `change_of` gives the database's change of a number as text.
        """
        if self._folder is None:
            return None
        for attempt in range(_ATTEMPTS):
            manifest = None
            try:
                manifest = self._folder.manifest()
                return None if manifest is None else self._load(manifest, change_of)
            except (CacheDamaged, KeyError, TypeError, ValueError, RuntimeError, OSError) as error:
                if attempt + 1 < _ATTEMPTS and self._replaced(manifest):
                    continue
                self._set_aside(error)
                return None
        return None

    def settle(self, lexical: LexicalIndex) -> Settled | None:
        """Return the files of the index's last commit; must be called while nothing is applied to it."""
        if self._folder is None:
            return None
        for _ in range(_ATTEMPTS):
            notes = lexical.settled()
            try:
                files = lexical.files(notes)
                entries = [self._folder.adopt(path, self._digests.get(path.name, "?")) for path in files]
            except FileNotFoundError:  # tantivy merged these segments just now
                continue
            return Settled(notes, tuple(entries))
        return None

    def save(self, sequence: int, change: str, dense: DenseSnapshot, settled: Settled | None) -> bool:
        """Make this state the current one; return whether the files hold it now.

        :raises OSError: if it cannot be written; the former state stays.
        """
        if self._folder is None or settled is None:
            return False
        with self._folder.lock() as held:
            former = self._manifest_or_none() if held else None
            if not held or (former and former["sequence"] > sequence):
                return False
            if former and (former["sequence"], former["change"]) == (sequence, change):
                self.sequence = sequence  # another process was faster
                return True
            parts = [part for part in (*dense.parts, dense.tail) if part.count]
            live = self._folder.write(".live", [np.packbits(part.live) for part in parts])
            content = {
                "sequence": sequence,
                "change": change,
                "dependencies": self._dependencies,
                "rows": dense.rows,
                "recall": dense.recall,
                "parts": [self._written_part(part) for part in parts],
                "live": as_written(live),
                "lexical": [as_written(self._digested(entry)) for entry in settled.files],
                "notes": settled.notes,
            }
            self._folder.publish(content)
            self._folder.tidy(entry.name for entry in _named(content))
        self.sequence = sequence
        self._entries = {key: value for key, value in self._entries.items() if value[0] in [p.data for p in parts]}
        return True

    def close(self) -> None:
        """Delete what only this process needs."""
        if self._work:
            self._work.close()

    def _load(
        self, manifest: dict[str, Any], change_of: Callable[[int], str]
    ) -> tuple[LexicalIndex, DenseSnapshot, int]:
        assert self._folder is not None and self._work is not None
        if manifest["dependencies"] != self._dependencies:
            raise CacheDamaged(f"made under {manifest['dependencies']}, expected {self._dependencies}")
        sequence = int(manifest["sequence"])
        if change_of(sequence) != manifest["change"]:
            raise CacheDamaged(f"made of another history of the database, whose change {sequence} differs")
        dense = self._load_dense(manifest)
        entries = entries_of(manifest["lexical"])
        paths = [self._folder.check(entry) for entry in entries]
        self._digests = {entry.name: entry.digest for entry in entries}
        work = self._work.new()
        place_files(work, manifest["notes"], paths)
        self.sequence = sequence
        return LexicalIndex(work), dense, sequence

    def _load_dense(self, manifest: dict[str, Any]) -> DenseSnapshot:
        assert self._folder is not None
        live = np.unpackbits(np.fromfile(self._folder.check(entries_of([manifest["live"]])[0]), np.uint8))
        snapshot = DenseSnapshot.empty(int(self._dependencies["dimension"]))
        parts: list[Part] = []
        place = 0
        for written in manifest["parts"]:
            entry = entries_of([written["file"]])[0]
            measured = {name: written[name] for name in ("probes", "rescored", "recall")}
            data = read_part(self._folder.check(entry), **measured)
            self._entries[id(data)] = (data, entry)
            parts.append(Part(data, live[place : place + len(data.keys)].astype(bool)))
            place += -(-len(data.keys) // 8) * 8
        return DenseSnapshot(snapshot.dimension, tuple(parts), snapshot.tail)

    def _written_part(self, part: Part) -> dict[str, Any]:
        assert self._folder is not None
        data, entry = self._entries.get(id(part.data), (part.data, None))
        # Whoever tidied the folder may have taken a file that no manifest named yet.
        if entry is None or not (self._folder.path / entry.name).exists():
            entry = write_part(data, self._folder)
            self._entries[id(data)] = (data, entry)
        return {"file": as_written(entry), "probes": data.probes, "rescored": data.rescored, "recall": data.recall}

    def _digested(self, entry: FileEntry) -> FileEntry:
        assert self._folder is not None
        if entry.digest == "?":
            entry = self._folder.adopt(self._folder.path / entry.name)
            self._digests[entry.name] = entry.digest
        return entry

    def _manifest_or_none(self) -> dict[str, Any] | None:
        try:
            return self._folder.manifest() if self._folder else None
        except CacheDamaged:
            return None

    def _replaced(self, manifest: dict[str, Any] | None) -> bool:
        """Whether another process has made another state the current one meanwhile."""
        return manifest is not None and self._manifest_or_none() not in (None, manifest)

    def _set_aside(self, error: Exception) -> None:
        assert self._folder is not None
        self._entries, self._digests, self.sequence = {}, {}, 0
        self._tell(f"caches {self._folder.path}: {error}; set aside and made anew from the database")
        try:
            with self._folder.lock(wait=True):
                self._folder.set_aside()
        except OSError as failure:
            self._tell(f"caches {self._folder.path}: cannot be set aside ({failure})")

    def _tell(self, problem: str) -> None:
        log.warning("%s", problem)
        self._problems.append(problem)


def describe(folder: Path) -> dict[str, Any]:
    """Return what is saved in a folder, for people: which change it ends with, how many rows, the recall measured."""
    try:
        manifest = CacheFolder(folder).manifest() if folder.is_dir() else None
    except (CacheDamaged, OSError) as error:
        return {"problem": str(error)}
    return {name: manifest[name] for name in ("sequence", "rows", "recall")} if manifest else {}


def file_problems(folder: Path) -> list[str]:
    """Compare every file that is saved with its digest: for each an empty text, or what is wrong with it."""
    problems: list[str] = []
    if not folder.is_dir():
        return problems
    held = CacheFolder(folder)
    for _ in range(_ATTEMPTS):  # another process may replace the manifest meanwhile
        try:
            manifest = held.manifest()
            problems = [_problem_of(held, entry) for entry in _named(manifest)] if manifest else []
            if not any(problems) or held.manifest() == manifest:
                break
        except CacheDamaged as error:
            return [str(error)]
    return problems


def _problem_of(folder: CacheFolder, entry: FileEntry) -> str:
    try:
        folder.check(entry)
    except CacheDamaged as error:
        return str(error)
    return ""


def _named(content: dict[str, Any]) -> list[FileEntry]:
    return entries_of([content["live"], *content["lexical"], *(part["file"] for part in content["parts"])])
