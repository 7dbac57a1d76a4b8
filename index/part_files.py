"""Parts of the dense arm as files: written while they are made, mapped when they are read.

Takes    parts and their live rows; a folder, or none for parts in memory
Gives    PartData, its rows memory-mapped; FileEntry
Touches  numpy          Never  the manifest, the database

A file is a head of 64 bytes (magic, rows, dimension, bytes of a number), the keys as int64, the rows, and of a
quantised part its FAISS index. Rows are read where they lie, so that a million passages cost the memory of those that
are looked at.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.cache_files import CacheFolder, FileEntry
from index.errors import CacheDamaged
from index.parts import Part, PartData, encode, flat_part, index_bytes, index_from_bytes, sample_size, trained
from index.recall import measured
from index.types import Vectors

_MAGIC = b"wenquden"
_HEAD = struct.Struct("<8sqqq32x")
_SUFFIX = ".rows"


def make_quantised(parts: Sequence[Part], folder: CacheFolder | None) -> tuple[PartData, FileEntry | None]:
    """Return the data of one large part with the live rows of these, and the file that it lies in, if in one."""
    keys = np.concatenate([part.data.keys[part.live] for part in parts])
    index = trained(_sample(parts, sample_size(len(keys))), len(keys))
    if folder is None:
        rows = np.concatenate(list(_encoded(parts, index)))
        return measured(PartData(keys, rows, index)), None
    entry = folder.write(_SUFFIX, _portions(parts, keys, index))
    rows = _mapped(folder.path / entry.name)[1]
    return measured(PartData(keys, rows, index)), entry


def write_part(data: PartData, folder: CacheFolder) -> FileEntry:
    """Write a part that is there already."""
    tail = [index_bytes(data)] if data.quantised else []
    head = _head(len(data.keys), data.rows.shape[1], data.rows.itemsize)
    return folder.write(_SUFFIX, [head, data.keys, np.ascontiguousarray(data.rows), *tail])


def read_part(path: Path, *, probes: int, rescored: int, recall: float) -> PartData:
    """Return the part in a file whose digest was checked.

    :raises CacheDamaged: if it is no such file.
    """
    keys, rows, rest = _mapped(path)
    if rows.dtype == np.float32:
        return flat_part(keys, np.asarray(rows)).data
    return PartData(keys, rows, index_from_bytes(rest), probes=probes, rescored=rescored, recall=recall)


def _mapped(path: Path) -> tuple[Any, Any, Any]:
    mapped = np.asarray(np.memmap(path, np.uint8, "r"))  # plain, for memmap's own indexing is slow
    magic, count, dimension, size = _HEAD.unpack(mapped[: _HEAD.size].tobytes())
    keys_end = _HEAD.size + 8 * count
    rows_end = keys_end + count * dimension * size
    if magic != _MAGIC or size not in (2, 4) or rows_end > len(mapped):
        raise CacheDamaged(f"{path}: is no file of vectors")
    rows = mapped[keys_end:rows_end].view(np.float16 if size == 2 else np.float32).reshape(count, dimension)
    return np.array(mapped[_HEAD.size : keys_end].view(np.int64)), rows, np.array(mapped[rows_end:])


def _portions(parts: Sequence[Part], keys: Any, index: Any) -> Iterator[Any]:
    yield _head(len(keys), index.d, 2)
    yield keys
    yield from _encoded(parts, index)
    yield index_bytes(PartData(keys, keys, index))


def _encoded(parts: Sequence[Part], index: Any) -> Iterator[Any]:
    """Yield the rows as float16, some at a time, and add them to the index as they pass."""
    for part in parts:
        for _, vectors in part.data.portions(part.live):
            if len(vectors):
                encode(index, vectors)
                yield vectors.astype(np.float16)


def _sample(parts: Sequence[Part], size: int) -> Vectors:
    """Return about `size` rows from all over the parts."""
    chance = np.random.default_rng(0)
    total = sum(part.count for part in parts)
    chosen = []
    for part in parts:
        live = np.flatnonzero(part.live)
        places = np.sort(chance.choice(live, min(len(live), -(-size * len(live) // total)), replace=False))
        chosen.append(part.data.rows[places].astype(np.float32))
    return np.concatenate(chosen)


def _head(count: int, dimension: int, size: int) -> bytes:
    return _HEAD.pack(_MAGIC, count, dimension, size)
