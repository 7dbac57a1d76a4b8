"""Paths into files that a reader takes.

Takes    files and folders
Gives    FoundFiles          Never  reads them, follows hidden files or folders
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus.readers import READERS

# Hidden files, and the marks that Office leaves beside a document while it is open.
_PASSED_OVER = (".", "~$")


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """Files that a reader takes, sorted, each once; and how many others the folders hold."""

    readable: tuple[Path, ...]
    others: int


def find_files(paths: Iterable[Path]) -> FoundFiles:
    """Return the files named, and those in the folders named, hidden ones left out.

    A file that is named itself is always taken: if no reader does, its reading will say so.

    :raises FileNotFoundError: naming the path that does not exist.
    """
    readable: dict[Path, Path] = {}
    others = 0
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such file or folder; check the path")
        for file in _inside(path):
            if file is path or file.suffix.lower() in READERS:
                readable.setdefault(file.resolve(), file)
            else:
                others += 1
    return FoundFiles(tuple(readable.values()), others)


def _inside(path: Path) -> Iterable[Path]:
    if not path.is_dir():
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and not any(part.startswith(_PASSED_OVER) for part in file.relative_to(path).parts)
    )
