"""All that a home holds as one file, and back: whole or not at all.

Takes    a store, a file
Gives    an export: one line that says what it is, then the database; the documents of an export in a store
Never    half a file under its name, half an import in a store; caches: they are made from the database

The database is copied as it is at one instant, while the service goes on. An import takes over what is not there yet in
one transaction with its place in the log of changes, so that services that run on the home follow it like any other.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from index import changes, provenance
from index.errors import BadExport, StoreTooNew
from index.rebuilding import alone, remove_database
from index.schema import SCHEMA_VERSION
from index.store import Store

_MAGIC = b"wenqu export 1 "
_LONGEST_HEAD = 10_000
_PORTION = 1 << 20


@dataclass(frozen=True, slots=True)
class Imported:
    """How many documents came, and how many were there already."""

    added: int
    already_there: int


def export_store(store: Store, target: Path) -> int:
    """Write all that a store holds into a new file; return its size in bytes.

    :raises BadExport: if the file exists.
    :raises StoreFull: if the disk has no room for it.
    """
    if target.exists():
        raise BadExport(f"{target}: is there already; choose another name, or move it away")
    copied, part = (target.with_name(f".{target.name}.{ending}") for ending in ("database", "part"))
    try:
        copied.unlink(missing_ok=True)
        store.database.copy_into(copied)
        head = _head_of(copied)
        with copied.open("rb") as content, part.open("wb") as file:
            file.write(_MAGIC + orjson.dumps(head) + b"\n")
            _copy(content, file)
            os.fsync(file.fileno())
        part.rename(target)
        _sync_folder(target.parent)
    finally:
        copied.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    return target.stat().st_size


def import_store(
    store: Store, source: Path, *, fingerprints: Mapping[str, str], merge: bool = False, any_model: bool = False
) -> Imported:
    """Take the documents of an export that are not there yet into a store, in one transaction.

    With `any_model` an empty store takes vectors of another model; it is of no use until all is rebuilt.

    :raises BadExport: if the file is no export, is damaged, was made under other fingerprints, or if the store has
        documents and `merge` is not set.
    :raises StoreTooNew: if a newer program made it.
    :raises StoreFull: if the disk has no room for it.
    """
    held = store.totals()[0]
    if held and not merge:
        raise BadExport(
            f"database {store.path}: holds {held} documents already; use --merge to add to them, or --home for another"
        )
    with alone(store.path.parent), _unpacked(source, store.path.with_name("import.db")) as coming:
        _require(coming.facts(), source, {} if any_model and not held else fingerprints)
        with store.database.attached(coming.path) as connection:
            provenance.claim(connection, store.path, _made_under(coming))
            added = changes.copy_documents(connection)
        store.acknowledge()
        return Imported(added, coming.totals()[0] - added)


@contextmanager
def _unpacked(source: Path, path: Path) -> Iterator[Store]:
    """Give the export's database, brought to the present schema, and remove it in the end."""
    remove_database(path)
    try:
        with source.open("rb") as file:
            head = _read_head(file, source)
            with path.open("wb") as content:
                digest, size = _copy(file, content)
        if (digest, size) != (head["digest"], head["bytes"]):
            raise BadExport(f"{source}: is damaged: its content is not what was exported; use another copy of it")
        unpacked = Store(path)
        try:
            yield unpacked
        finally:
            unpacked.close()
    finally:
        remove_database(path)


def _read_head(file: BinaryIO, source: Path) -> dict[str, Any]:
    line = file.readline(_LONGEST_HEAD)
    if not line.startswith(_MAGIC):
        raise BadExport(f"{source}: is no export of this program; make one with `wenqu export FILE`")
    try:
        head = orjson.loads(line[len(_MAGIC) :])
        fields = (int(head["schema"]), int(head["bytes"]), str(head["digest"]))
    except (ValueError, TypeError, KeyError) as error:
        raise BadExport(f"{source}: is damaged: its first line cannot be read; use another copy of it") from error
    if fields[0] > SCHEMA_VERSION:
        raise StoreTooNew(
            f"{source}: its schema is {fields[0]}, this program's is {SCHEMA_VERSION}; "
            "a newer program made it: import it with that one"
        )
    return {"schema": fields[0], "bytes": fields[1], "digest": fields[2]}


def _require(facts: Mapping[str, str], source: Path, fingerprints: Mapping[str, str]) -> None:
    for name, value in fingerprints.items():
        if facts.get(name, value) != value:
            raise BadExport(
                f"{source}: its {name} is {facts[name]}, this service's is {value}; set the model and dictionary that "
                "it was made with, or import it into an empty home with --any-model and run `wenqu rebuild`"
            )


def _made_under(coming: Store) -> dict[str, str]:
    return {name: value for name, value in coming.facts().items() if name != "schema"}


def _head_of(database: Path) -> dict[str, Any]:
    with database.open("rb") as content:
        digest, size = _copy(content, None)
    return {"schema": SCHEMA_VERSION, "bytes": size, "digest": digest}


def _copy(source: BinaryIO, target: BinaryIO | None) -> tuple[str, int]:
    """Copy to the end, or only read; return the content's digest and its length."""
    hasher, size = hashlib.blake2b(digest_size=32), 0
    while portion := source.read(_PORTION):
        hasher.update(portion)
        size += len(portion)
        if target is not None:
            target.write(portion)
    return hasher.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
