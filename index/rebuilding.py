"""All passages made anew: beside the database, document by document, then taken over in one transaction.

Takes    the store, what prepares a document, the fingerprints to come
Gives    how many passages there are; searches go on upon the former ones until then
Touches  sqlalchemy, fcntl          Never  the corpus in memory: one document at a time

What is made lies in a database of its own beside the store's. A rebuild that was interrupted, however, goes on there
if it is for the same fingerprints. Documents that come or go meanwhile are caught up with before the end.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sql

from index import changes, provenance, schema
from index.errors import IndexingError, StoreUnavailable, UnknownDocument
from index.rows import document_digest
from index.store import Store
from index.types import PreparedDocument

Prepare = Callable[[str], PreparedDocument]
Progress = Callable[[int, int], None]

_NAME = "rebuild.db"


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the home against another rebuild; the hold ends with the process, however that ends.

    :raises StoreUnavailable: if another process rebuilds.
    """
    folder = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise StoreUnavailable(f"home {home}: another rebuild is under way; wait for its end") from error
    finally:
        os.close(folder)


@contextmanager
def staging_of(store: Store, made_under: Mapping[str, str]) -> Iterator[Store]:
    """Give the database beside the store, with what an interrupted rebuild made under the same conditions.

    It stays if the block fails, and is removed when the block is done.
    """
    path = store.path.with_name(_NAME)
    staging = _opened(path, made_under)
    try:
        yield staging
    finally:
        staging.close()
    remove_database(path)


def stage(store: Store, staging: Store, prepare: Prepare, made_under: Mapping[str, str], progress: Progress) -> None:
    """Make what is missing in the staging, and remove from it what the store no longer has, or describes otherwise."""
    wanted, made = (_described(each) for each in (store, staging))
    for document_id, told in made.items():
        if wanted.get(document_id) != told:
            staging.remove(document_id)
    for number, (document_id, told) in enumerate(wanted.items(), start=1):
        if made.get(document_id) != told:
            with suppress(UnknownDocument):  # one that was removed meanwhile
                staging.add(prepare(document_id), fingerprints=made_under)
        progress(number, len(wanted))


def take_over(store: Store, staging: Store, fingerprints: Mapping[str, str]) -> bool:
    """Replace all passages by the staged ones in one transaction; false, and nothing changed, if the documents differ.

    The documents stay what they were, ids and dates too; the passages get new keys.
    """
    with store.database.attached(staging.path) as connection:
        if _differ(connection):
            return False
        changes.note_all_gone(connection)
        connection.execute(sql.delete(schema.passages))
        changes.copy_rows(connection, schema.passages, "ORDER BY key")
        connection.execute(sql.delete(schema.labels))
        changes.copy_rows(connection, schema.labels)
        _describe_anew(connection)
        changes.note_there(connection, connection.execute(sql.select(schema.documents.c.id)).scalars().all())
        provenance.renew(connection, fingerprints)
    store.acknowledge()
    return True


def _differ(connection: sql.Connection) -> bool:
    return _told(connection, "main") != _told(connection, "other")


def _described(store: Store) -> dict[str, tuple[str, ...]]:
    with store.database.reading() as connection:
        return _told(connection, "main")


def _told(connection: sql.Connection, name: str) -> dict[str, tuple[str, ...]]:
    """Return by id what a rebuild takes over of each document, in the order in which they came."""
    fields = "id, metadata, headings, pages, blocks, encoding"
    rows = connection.exec_driver_sql(f"SELECT {fields} FROM {name}.documents ORDER BY rowid")
    return {document_id: tuple(told) for document_id, *told in rows}


def _describe_anew(connection: sql.Connection) -> None:
    table = schema.documents
    staged = connection.exec_driver_sql("SELECT * FROM other.documents").mappings()
    for described in staged:
        added_at = connection.execute(sql.select(table.c.added_at).where(table.c.id == described["id"])).scalar_one()
        row = {**described, "added_at": added_at}
        row["digest"] = document_digest(row)
        connection.execute(sql.update(table).where(table.c.id == row["id"]).values(**row))


def _opened(path: Path, made_under: Mapping[str, str]) -> Store:
    """Open what an interrupted rebuild left, or begin anew if it is damaged or was made under other conditions."""
    try:
        staging = Store(path)
    except IndexingError:
        remove_database(path)
        return Store(path)
    known = staging.facts()
    if all(known.get(name, value) == value for name, value in made_under.items()):
        return staging
    staging.close()
    remove_database(path)
    return Store(path)


def remove_database(path: Path) -> None:
    """Remove a database file and what SQLite and we keep beside it; it must not be open."""
    for ending in ("", "-wal", "-shm", "-mark"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
