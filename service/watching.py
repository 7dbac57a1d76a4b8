"""Following files and folders as they change, by looking again and again.

Takes    paths
Gives    Watcher: the files that changed and are at rest, after each look
Never    reads them, the index, the terminal

Looking works on every file system, network shares and container mounts included, where notices of changes do not
come through. A file is ready only when two looks in a row found it the same, so that half-written ones are left alone.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from corpus.folder import find_files
from service.sidecars import ENDING, is_sidecar

# Size and time of change of the file and of what lies beside it.
_Look: TypeAlias = tuple[tuple[int, int], tuple[int, int] | None]


class Watcher:
    """Remembers what it saw."""

    def __init__(self, paths: Iterable[Path]) -> None:
        """Take what to watch; all of it counts as new."""
        self._paths = tuple(paths)
        self._seen: dict[Path, _Look] = {}
        self._given: dict[Path, _Look] = {}

    def begin(self) -> tuple[tuple[Path, ...], int]:
        """Return every file there is now, and how many others there are; they count as given.

        :raises FileNotFoundError: naming a path that does not exist.
        """
        found = find_files(self._paths)
        files = tuple(path for path in found.readable if not is_sidecar(path))
        self._seen = self._given = _looks_at(files)
        beside = sum(look[1] is not None for look in self._given.values())
        return files, max(0, found.others - beside)

    def look(self) -> tuple[Path, ...]:
        """Return the files that are new or changed since they were given, and the same as at the last look."""
        present = [path for path in self._paths if path.exists()]
        files = tuple(path for path in find_files(present).readable if not is_sidecar(path))
        seen = _looks_at(files)
        ready = [path for path, look in seen.items() if self._given.get(path) != look and self._seen.get(path) == look]
        self._seen = seen
        self._given = {path: look for path, look in self._given.items() if path in seen} | {
            path: seen[path] for path in ready
        }
        return tuple(ready)


def _looks_at(files: Iterable[Path]) -> dict[Path, _Look]:
    looks: dict[Path, _Look] = {}
    for path in files:
        own = _status(path)
        if own is not None:
            looks[path] = (own, _status(path.with_name(path.name + ENDING)))
    return looks


def _status(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  # ten thousand of them are looked at again and again
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns)
