"""Paths into files that a reader takes.

Takes    files and folders
Gives    paths of files, sorted, each once          Never  reads them, follows hidden files or folders
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus.readers import READERS


def readable_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files named, and those in the folders named whose kind a reader takes, hidden ones left out.

    :raises FileNotFoundError: naming the path that does not exist.
    """
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such file or folder; check the path")
        for file in _inside(path):
            resolved = file.resolve()
            if resolved not in seen:
                seen.add(resolved)
                yield file


def _inside(path: Path) -> Iterable[Path]:
    if not path.is_dir():
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.is_file()
        and file.suffix.lower() in READERS
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )
