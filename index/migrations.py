"""From any earlier schema to the present one: numbered steps, each small, each one transaction.

Takes    a database
Gives    the same database at the present version, or a refusal that names both versions
Touches  sqlalchemy          Never  models: what must be embedded anew is for a rebuild

A step speaks of the tables as they were then, in SQL of its own, so that later changes of schema.py do not change it.
What was damaged before stays so: a row that does not match its former digest gets one that it does not match either.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import sqlalchemy as sql

from index import provenance, schema
from index.database import Database
from index.errors import StoreTooNew
from index.rows import digest_of

log = logging.getLogger(__name__)


def migrate(database: Database) -> None:
    """Bring a database to the present version; an empty one gets its tables.

    Opening a database of the present version writes nothing and waits for nobody.

    :raises StoreTooNew: if a newer program made it.
    """
    with database.reading() as connection:
        version = _version(connection, database.path)
    while version < schema.SCHEMA_VERSION:
        with database.writing() as connection:
            # Another process that was started at the same time may have been quicker.
            version = _version(connection, database.path)
            if version < schema.SCHEMA_VERSION:
                version = _step(connection, database.path, version)


def _step(connection: sql.Connection, path: Path, version: int) -> int:
    if not version:
        schema.tables.create_all(connection)
        version = schema.SCHEMA_VERSION
    else:
        version += 1
        log.info("database %s: bringing schema %s to %s", path, version - 1, version)
        _STEPS[version](connection)
    provenance.renew(connection, {"schema": str(version)})
    return version


def _version(connection: sql.Connection, path: Path) -> int:
    """Return the version of the database, 0 if it is empty; what is no number was written by nobody we know."""
    if not sql.inspect(connection).has_table("facts"):
        return 0
    written = provenance.known(connection).get("schema", "none")
    if not written.isdecimal() or not 1 <= int(written) <= schema.SCHEMA_VERSION:
        raise StoreTooNew(
            f"database {path}: its schema is {written}, this program's is {schema.SCHEMA_VERSION}; it is left as it "
            "is: start the newer program that made it, or set WENQU_HOME to another folder"
        )
    return int(written)


def _add_blocks_and_digests(connection: sql.Connection) -> None:
    """Version 2: blocks of documents; texts apart from their descriptions; digests of both and of changes."""
    for statement in (
        "CREATE TABLE texts (document_id TEXT NOT NULL PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE, "
        "text TEXT NOT NULL, digest BLOB NOT NULL)",
        "INSERT INTO texts SELECT id, text, x'' FROM documents",
        "ALTER TABLE documents ADD COLUMN blocks TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE changes ADD COLUMN digest BLOB NOT NULL DEFAULT x''",
    ):
        connection.exec_driver_sql(statement)
    for document_id in connection.exec_driver_sql("SELECT id FROM documents").scalars().all():
        _digest_description_and_text(connection, document_id)
    connection.exec_driver_sql("ALTER TABLE documents DROP COLUMN text")
    fields = ("sequence", "kind", "document_id", "first_key", "last_key")
    for change in connection.exec_driver_sql("SELECT * FROM changes").mappings().all():
        digest = digest_of(dict(change), fields)
        connection.exec_driver_sql("UPDATE changes SET digest = ? WHERE sequence = ?", (digest, change["sequence"]))


def _digest_description_and_text(connection: sql.Connection, document_id: str) -> None:
    former = (
        "id", "title", "source", "text", "sections", "headings", "pages", "metadata", "encoding", "passages",
    )  # fmt: skip
    description = (
        "id", "title", "source", "characters", "passages", "sections", "headings", "pages", "blocks", "metadata",
        "encoding", "added_at",
    )  # fmt: skip
    found = connection.exec_driver_sql("SELECT * FROM documents WHERE id = ?", (document_id,)).mappings().one()
    row = {**found, "document_id": document_id}
    if row["digest"] != digest_of(row, former):
        return
    update = "UPDATE documents SET digest = ? WHERE id = ?"
    connection.exec_driver_sql(update, (digest_of(row, description), document_id))
    update = "UPDATE texts SET digest = ? WHERE document_id = ?"
    connection.exec_driver_sql(update, (digest_of(row, ("document_id", "text")), document_id))


_STEPS: Mapping[int, Callable[[sql.Connection], None]] = {2: _add_blocks_and_digests}
