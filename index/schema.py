"""The tables of the truth, and how a connection to them is opened.

Takes    the path of the database file
Gives    an engine whose transactions are durable when they end, and the tables
Touches  sqlalchemy, pysqlite3          Never  what the rows mean: that is store.py's

pysqlite3 brings its own SQLite: builds before 3.51.3 can corrupt a database when a write meets the reset of the
write-ahead log (sqlite.org/wal.html, "The WAL-reset bug"), and a system's SQLite is often older.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import sqlalchemy as sql
from sqlalchemy.exc import DatabaseError, OperationalError

from index.errors import StoreDamaged, StoreUnavailable

SCHEMA_VERSION = "1"
OLDEST_SQLITE = (3, 51, 3)

tables = sql.MetaData()

facts = sql.Table(
    "facts",
    tables,
    sql.Column("name", sql.Text, primary_key=True),
    sql.Column("value", sql.Text, nullable=False),
)

changes = sql.Table(
    "changes",
    tables,
    sql.Column("sequence", sql.Integer, primary_key=True),
    sql.Column("kind", sql.Text, nullable=False),
    sql.Column("document_id", sql.Text, nullable=False),
    sql.Column("first_key", sql.Integer, nullable=False),
    sql.Column("last_key", sql.Integer, nullable=False),
    sqlite_autoincrement=True,
)

documents = sql.Table(
    "documents",
    tables,
    sql.Column("id", sql.Text, primary_key=True),
    sql.Column("title", sql.Text, nullable=False),
    sql.Column("source", sql.Text, nullable=False, index=True),
    sql.Column("text", sql.Text, nullable=False),
    sql.Column("characters", sql.Integer, nullable=False),
    sql.Column("passages", sql.Integer, nullable=False),
    sql.Column("sections", sql.Text, nullable=False),
    sql.Column("headings", sql.Text, nullable=False),
    sql.Column("pages", sql.Text, nullable=False),
    sql.Column("metadata", sql.Text, nullable=False),
    sql.Column("encoding", sql.Text, nullable=False),
    sql.Column("added_at", sql.Text, nullable=False),
    sql.Column("digest", sql.LargeBinary, nullable=False),
)

labels = sql.Table(
    "labels",
    tables,
    sql.Column("document_id", sql.Text, sql.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    sql.Column("name", sql.Text, primary_key=True),
    sql.Column("value", sql.Text, nullable=False),
    sql.Index("labels_by_value", "name", "value"),
)

passages = sql.Table(
    "passages",
    tables,
    sql.Column("key", sql.Integer, primary_key=True),
    sql.Column("id", sql.Text, nullable=False, unique=True),
    sql.Column("document_id", sql.Text, sql.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True),
    sql.Column("section", sql.Text, nullable=False),
    sql.Column("start", sql.Integer, nullable=False),
    sql.Column("end", sql.Integer, nullable=False),
    sql.Column("page", sql.Integer),
    sql.Column("text", sql.Text, nullable=False),
    sql.Column("sentences", sql.Text, nullable=False),
    sql.Column("terms", sql.Text, nullable=False),
    sql.Column("vectors", sql.LargeBinary, nullable=False),
    sql.Column("digest", sql.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)


def open_engine(path: Path) -> sql.Engine:
    """Open the database file, made if absent.

    :raises StoreUnavailable: if the folder cannot be made or written, or the SQLite at hand is too old.
    """
    if sqlite.sqlite_version_info < OLDEST_SQLITE:
        raise StoreUnavailable(
            f"SQLite {sqlite.sqlite_version} may corrupt a database under load; install pysqlite3 0.6.1 or later"
        )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"home folder {path.parent}: cannot be made ({error}); set WENQU_HOME") from error
    url = sql.URL.create("sqlite", database=str(path))
    engine = sql.create_engine(url, module=sqlite, connect_args={"check_same_thread": False})
    sql.event.listen(engine, "connect", _configure)
    sql.event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the database's own errors into ours, naming the file and the remedy."""
    try:
        yield
    except OperationalError as error:
        raise StoreUnavailable(
            f"database {path}: {error.orig}; check that the disk has room and that the folder can be written"
        ) from error
    except DatabaseError as error:
        raise StoreDamaged(
            f"database {path}: {error.orig}; it is left as it is: restore a backup, or move it away and ingest again"
        ) from error


def _configure(connection: Any, _record: object) -> None:
    # SQLAlchemy begins transactions itself (see _begin), so that reading ones never wait for a writer.
    connection.isolation_level = None
    # Damaged text is read with replacements, so that its digest names the row instead of nothing being read at all.
    connection.text_factory = lambda stored: stored.decode("utf-8", "replace")
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if names and tables.tables.keys().isdisjoint(names):
        raise sqlite.DatabaseError(f"it is another program's, with tables {', '.join(sorted(names)[:5])}")
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sql.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
