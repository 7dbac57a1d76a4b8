"""Migrations: what an earlier program stored is what this one reads, or nothing of it is touched.

Takes    databases made with the tables and digests of earlier versions, written here as they were then
Gives    tests          Never  the present schema, to make an earlier one
"""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from index import migrations
from index.errors import StoreDamaged, StoreTooNew
from index.rows import digest_of, document_row, label_rows, passage_rows
from index.schema import SCHEMA_VERSION
from index.store import Store
from index.types import PreparedDocument
from index.verify import verify_store
from tests.index.fakes import FINGERPRINTS, ROOT, add, caches_of, change, prepared

VERSION_1 = """
CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE changes (sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,
    document_id TEXT NOT NULL, first_key INTEGER NOT NULL, last_key INTEGER NOT NULL);
CREATE TABLE documents (id TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL, source TEXT NOT NULL, text TEXT NOT NULL,
    characters INTEGER NOT NULL, passages INTEGER NOT NULL, sections TEXT NOT NULL, headings TEXT NOT NULL,
    pages TEXT NOT NULL, metadata TEXT NOT NULL, encoding TEXT NOT NULL, added_at TEXT NOT NULL, digest BLOB NOT NULL);
CREATE INDEX ix_documents_source ON documents (source);
CREATE TABLE labels (document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE, name TEXT NOT NULL,
    value TEXT NOT NULL, PRIMARY KEY (document_id, name));
CREATE INDEX labels_by_value ON labels (name, value);
CREATE TABLE passages (key INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE, section TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER, text TEXT NOT NULL, sentences TEXT NOT NULL,
    terms TEXT NOT NULL, vectors BLOB NOT NULL, digest BLOB NOT NULL);
CREATE INDEX ix_passages_document_id ON passages (document_id);
"""
DIGESTED_1 = ("id", "title", "source", "text", "sections", "headings", "pages", "metadata", "encoding", "passages")
DOCUMENTS = (prepared("甲乙\n丙", source="a", year=2026), prepared("丁", title="他", source="b"))


def insert(connection: sqlite.Connection, table: str, **row: object) -> None:
    """Insert one row."""
    columns, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", tuple(row.values()))


def insert_1(connection: sqlite.Connection, document: PreparedDocument) -> None:
    """Insert a document as version 1 did."""
    row = document_row(document, "2026-11-01T00:00:00+00:00") | {"text": document.document.text}
    del row["blocks"]
    insert(connection, "documents", **row | {"digest": digest_of(row, DIGESTED_1)})
    for label in label_rows(document):
        insert(connection, "labels", **label)
    keys = []
    for passage in passage_rows(document):
        insert(connection, "passages", **passage)
        keys += connection.execute("SELECT last_insert_rowid()").fetchone()
    insert(connection, "changes", kind="add", document_id=document.id, first_key=keys[0], last_key=keys[-1])


def dump(path: Path) -> list[str]:
    """Return all that a database holds, as statements."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Make a database of version 1 with two documents."""
    path = tmp_path / "wenqu.db"
    connection = sqlite.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(VERSION_1)
    for name, value in (FINGERPRINTS | {"schema": "1"}).items():
        insert(connection, "facts", name=name, value=value)
    for document in DOCUMENTS:
        insert_1(connection, document)
    connection.commit()
    connection.close()
    return path


def test_a_database_of_version_1_is_brought_to_the_present(old: Path, tmp_path: Path) -> None:
    """It says what the same documents say when they are stored today."""
    fresh = Store(tmp_path / "fresh" / "wenqu.db")
    add(fresh, *DOCUMENTS)
    store = Store(old)
    assert store.facts() == fresh.facts() == FINGERPRINTS | {"schema": str(SCHEMA_VERSION)}
    assert store.changes_after(0) == fresh.changes_after(0)
    for document in DOCUMENTS:
        assert store.original(document.id) == fresh.original(document.id) == document.document
        assert store.passages_of(document.id) == fresh.passages_of(document.id)
        assert store.document(document.id).added_at == "2026-11-01T00:00:00+00:00"
    assert store.keys_matching({"year": 2026}).tolist() == [1, 2]
    assert verify_store(store).problems == []
    assert len(caches_of(store).current().dense) == 3
    store.remove(DOCUMENTS[0].id)
    add(store, DOCUMENTS[0])
    assert verify_store(store).problems == []
    store.close()
    fresh.close()


def test_the_tables_are_those_of_a_new_database(old: Path, tmp_path: Path) -> None:
    """The same tables, columns and indexes, whichever way they came to be."""
    Store(old).close()
    Store(tmp_path / "fresh" / "wenqu.db").close()
    shapes = []
    for path in (old, tmp_path / "fresh" / "wenqu.db"):
        connection = sqlite.connect(path)
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite%'")]
        shapes.append(
            {
                name: sorted(row[1:4] for row in connection.execute(f"PRAGMA table_info({name})"))
                or [row[2] for row in connection.execute(f"PRAGMA index_info({name})")]
                for name in names
            }
        )
        connection.close()
    assert shapes[0] == shapes[1]


def test_what_was_damaged_stays_damaged(old: Path) -> None:
    """Its new digest does not cover up for it; the other document is whole."""
    first, second = DOCUMENTS
    change(old, "UPDATE documents SET title = '假' WHERE id = ?", first.id)
    store = Store(old)
    with pytest.raises(StoreDamaged, match=f"document {first.id} does not match its digest"):
        store.document(first.id)
    assert store.original(second.id) == second.document
    store.close()


def test_a_migration_that_is_interrupted_leaves_the_former_version(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it is one transaction; the next start succeeds."""
    content = dump(old)
    step = migrations._STEPS[2]

    def interrupted(connection: object) -> None:
        step(connection)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(migrations, "_STEPS", {2: interrupted})
    with pytest.raises(KeyboardInterrupt):
        Store(old)
    assert dump(old) == content
    monkeypatch.undo()
    store = Store(old)
    assert verify_store(store).problems == []
    store.close()


@pytest.mark.parametrize("version", ["99", "0", "-1", "two", ""])
def test_a_version_that_is_not_known_is_left_as_it_is(old: Path, version: str) -> None:
    """Newer or nonsense: the message names both and the remedy."""
    change(old, "UPDATE facts SET value = ? WHERE name = 'schema'", version)
    content = old.read_bytes()
    with pytest.raises(StoreTooNew, match=f"its schema is {version}, this program's is {SCHEMA_VERSION}.*WENQU_HOME"):
        Store(old)
    assert old.read_bytes() == content


@pytest.mark.parametrize("empty", [True, False])
def test_processes_that_start_at_once_agree(old: Path, tmp_path: Path, empty: bool) -> None:
    """On an empty home and on one of version 1: each opens it and adds, none fails, nothing is done twice."""
    path = tmp_path / "empty" / "wenqu.db" if empty else old
    program = (
        "import sys; from pathlib import Path; from index.store import Store; from tests.index.fakes import *;"
        "store = Store(Path(sys.argv[1])); add(store, prepared('戊', source=sys.argv[2]))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(path), str(number)], cwd=ROOT, stderr=subprocess.PIPE)
        for number in range(4)
    ]
    for process in started:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
    store = Store(path)
    assert store.totals()[0] == 4 + (0 if empty else 2)
    assert verify_store(store).problems == []
    store.close()
