"""The database file: opened, read and written in transactions, its failures told with the remedy.

Takes    the path of the file
Gives    Database: reading and writing transactions, durable when they end; why writing has stopped, if it has
Touches  sqlalchemy, pysqlite3          Never  what the rows mean: that is store.py's

pysqlite3 brings its own SQLite: builds before 3.51.3 can corrupt a database when a write meets the reset of the
write-ahead log (sqlite.org/wal.html, "The WAL-reset bug"), and a system's SQLite is often older.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import sqlalchemy as sql
from sqlalchemy.exc import DatabaseError

from index import schema
from index.errors import IndexingError, StoreDamaged, StoreFull, StoreUnavailable

log = logging.getLogger(__name__)

OLDEST_SQLITE = (3, 51, 3)

# A writer waits this long for another process's: the copying at the end of a rebuild is the longest there is.
_BUSY_SECONDS = 30
_BUSY, _READONLY, _IOERR, _FULL = 5, 8, 10, 13


class Database:
    """One database file. Safe to use from several threads and several processes.

    `fault` says why nothing can be written at present, or is None. A full disk heals by itself: the next write that
    succeeds clears it. After an input or output error nothing is written any more until the program starts anew:
    what a failed fsync left on the disk is unknown, and trying again would report success (Rebello et al., "Can
    applications recover from fsync failures?", USENIX ATC 2020).
    """

    def __init__(self, path: Path) -> None:
        """Open the file, made if absent.

        :raises StoreUnavailable: if the folder cannot be made or written, or the SQLite at hand is too old.
        :raises StoreDamaged: if the file is no database, or another program's.
        """
        self.path = path
        self.fault: str | None = None
        self._stopped = False
        self._identity: tuple[int, int] | None = None
        if sqlite.sqlite_version_info < OLDEST_SQLITE:
            raise StoreUnavailable(
                f"SQLite {sqlite.sqlite_version} may corrupt a database under load; install pysqlite3 0.6.1 or later"
            )
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"home folder {path.parent}: cannot be made ({error}); set WENQU_HOME") from error
        self._engine = sql.create_engine(
            "sqlite://", module=sqlite, creator=self._connect, poolclass=sql.QueuePool, pool_size=8, max_overflow=-1
        )
        sql.event.listen(self._engine, "begin", _begin)
        self._writing_engine = self._engine.execution_options(writes=True)
        with self.reading():
            self._identity = self._present()

    def close(self) -> None:
        """Give the connections back; the database must not be used afterwards."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sql.Connection]:
        """Give a connection that sees one state of the database, whatever is written meanwhile."""
        with self._translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def glimpse(self) -> Iterator[Any]:
        """Give the driver's own connection for the statements that every search needs.

        It sees one state of the database, as in `reading`. SQLAlchemy's own work would cost more than such a statement.
        """
        with self._translated():
            lent = self._engine.raw_connection()
            try:
                raw = lent.driver_connection
                assert raw is not None
                raw.execute("BEGIN")
                yield raw
            finally:
                lent.close()  # which ends the transaction

    @contextmanager
    def writing(self) -> Iterator[sql.Connection]:
        """Give a connection of the only writer; what it did is durable when the block ends, or did not happen.

        :raises StoreFull: if the disk is full.
        :raises StoreUnavailable: if the file or its folder vanished, or an earlier write failed for good.
        """
        if self._stopped:
            raise StoreUnavailable(self.fault)
        try:
            with self._translated(), self._writing_engine.begin() as connection:
                self._require_presence()
                yield connection
                self._require_presence()
        except StoreUnavailable as error:
            self._note(error)
            raise
        self.fault = None

    @contextmanager
    def attached(self, other: Path) -> Iterator[sql.Connection]:
        """Give a connection of the only writer that also reads the database `other`, under the name `other`."""
        if self._stopped:
            raise StoreUnavailable(self.fault)
        with self._translated(), self._engine.connect() as plain:
            raw = plain.connection.driver_connection
            assert raw is not None
            raw.execute("ATTACH DATABASE ? AS other", (str(other),))
            try:
                writing = plain.execution_options(writes=True)
                with writing.begin():
                    self._require_presence()
                    yield writing
            finally:
                raw.execute("DETACH DATABASE other")

    def copy_into(self, path: Path) -> None:
        """Write all of it as it is at this instant into a new file; what is written meanwhile is not in it.

        :raises StoreFull: if the disk has no room.
        """
        with self._translated(), self._engine.connect() as plain:
            raw = plain.connection.driver_connection
            assert raw is not None
            raw.execute("VACUUM INTO ?", (str(path),))

    def problems(self) -> list[str]:
        """Return what SQLite's own check finds wrong with the file; nothing if it is sound."""
        with self.reading() as connection:
            lines = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        return [str(line) for line in lines if line != "ok"]

    def _note(self, error: StoreUnavailable) -> None:
        """Remember why nothing could be written; another writer's being busy is no fault."""
        code = getattr(error.__cause__, "sqlite_errorcode", _READONLY) & 0xFF
        if code == _BUSY:
            return
        if code == _IOERR and not self._stopped:
            self._stopped = True
            log.error("%s; nothing is written any more until the program starts anew", error)
            self._engine.dispose()
        self.fault = f"{error}; then start again" if self._stopped else str(error)

    def _connect(self) -> Any:
        if self._identity is not None:
            # SQLite would make an empty file in the place of one that vanished.
            self._require_presence()
        connection = sqlite.connect(str(self.path), timeout=_BUSY_SECONDS, check_same_thread=False)
        try:
            _configure(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _present(self) -> tuple[int, int] | None:
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _require_presence(self) -> None:
        if self._present() != self._identity:
            raise StoreUnavailable(
                f"database {self.path}: the file was moved, removed or replaced while it was open; "
                "put it back, or start again"
            )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the database's own errors into ours, naming the file and the remedy."""
        try:
            yield
        except DatabaseError as error:
            raise _failure(self.path, error.orig) from error.orig
        except sqlite.DatabaseError as error:
            raise _failure(self.path, error) from error


def _failure(path: Path, error: BaseException | None) -> IndexingError:
    if not isinstance(error, sqlite.OperationalError):
        return StoreDamaged(
            f"database {path}: {error}; it is left as it is: restore a backup, or move it away and ingest again"
        )
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == _FULL:
        return StoreFull(f"database {path}: {error}; nothing was changed: make room on the disk and try again")
    if code == _BUSY:
        return StoreUnavailable(
            f"database {path}: another process has been writing for {_BUSY_SECONDS} seconds; "
            "nothing was changed: try again"
        )
    return StoreUnavailable(
        f"database {path}: {error}; check that the disk has room and that the folder can be written"
    )


def _configure(connection: Any) -> None:
    # SQLAlchemy begins transactions itself (see _begin), so that reading ones never wait for a writer.
    connection.isolation_level = None
    # Damaged text is read with replacements, so that its digest names the row instead of nothing being read at all.
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if names and schema.tables.tables.keys().isdisjoint(names):
        raise sqlite.DatabaseError(f"it is another program's, with tables {', '.join(sorted(names)[:5])}")
    _use_log(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _use_log(connection: Any) -> None:
    """Switch to the write-ahead log; of several processes that open a new file at once, SQLite lets one not wait."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != _BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin(connection: sql.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
