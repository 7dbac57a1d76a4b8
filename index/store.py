"""The truth: documents, passages, vectors and terms in one database; one transaction a change.

Takes    documents with their passages, terms and vectors; ids to remove
Gives    StoredDocument, StoredPassage, Change; a sequence number that grows with every change
Touches  sqlalchemy, through schema.py          Never  faiss, tantivy, models

FAISS and tantivy are caches of this: whoever keeps one remembers the last sequence it has seen and asks for
`changes_after` it. A change is durable when the method that made it returns. Each row carries a digest of its own
content, because SQLite does not notice a flipped bit; it is checked whenever a passage or a whole text is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sql

from corpus.types import Document
from index import provenance, schema
from index import rows as written
from index.errors import StoreDamaged, StoreUnavailable, UnknownDocument
from index.rows import Row
from index.types import (
    Change,
    Filters,
    IndexedPassage,
    IndexedPortion,
    Keys,
    PreparedDocument,
    StoredDocument,
    StoredPassage,
)

_BATCH = 2000


class Store:
    """One database file. Safe to use from several threads and several processes."""

    def __init__(self, path: Path) -> None:
        """Open the database, made if absent.

        :raises StoreUnavailable: if it cannot be opened.
        :raises StoreDamaged: if the file is no database of ours.
        """
        self.path = path
        self._engine = schema.open_engine(path)
        self._writing_engine = self._engine.execution_options(writes=True)
        with self._writing() as connection:
            schema.tables.create_all(connection)
            provenance.claim(connection, self.path, {"schema": schema.SCHEMA_VERSION})

    def close(self) -> None:
        """Give the connections back; the store must not be used afterwards."""
        self._engine.dispose()

    def add(
        self, prepared: PreparedDocument, *, fingerprints: Mapping[str, str], replaces: str | None = None
    ) -> StoredDocument:
        """Store a document and its passages, and remove the document that it replaces, in one transaction.

        A document with this id that is already there stays as it is.

        :raises ModelMismatch: if the stored vectors or terms were made under other fingerprints.
        """
        row = written.document_row(prepared, datetime.now(UTC).isoformat(timespec="seconds"))
        with self._writing() as connection:
            known = self._document_row(connection, prepared.id)
            if known is not None:
                return written.stored_document_from_row(known)
            provenance.claim(connection, self.path, fingerprints)
            if replaces is not None:
                self._remove(connection, replaces)
            connection.execute(sql.insert(schema.documents), row)
            connection.execute(sql.insert(schema.labels), written.label_rows(prepared))
            self._insert_passages(connection, prepared)
            return written.stored_document_from_row(row)

    def remove(self, document_id: str) -> None:
        """Remove a document with all its passages.

        :raises UnknownDocument: if there is none with this id.
        """
        with self._writing() as connection:
            self._remove(connection, document_id)

    def replace_passages(
        self, remade: Sequence[PreparedDocument], *, fingerprints: Mapping[str, str], sequence: int
    ) -> None:
        """Replace the passages of all documents at once by those `remade`, and note their fingerprints.

        :raises StoreUnavailable: if documents came or went since `sequence`, so that `remade` is not all of them.
        """
        table = schema.documents
        with self._writing() as connection:
            if self._sequence(connection) != sequence:
                raise StoreUnavailable("documents came or went during the rebuild; nothing was changed: rebuild again")
            for prepared in remade:
                self._forget_passages(connection, prepared.id)
                former = self._required_row(connection, prepared.id)
                row = written.document_row(prepared, former["added_at"])
                connection.execute(sql.update(table).where(table.c.id == prepared.id).values(**row))
                self._insert_passages(connection, prepared)
            provenance.renew(connection, fingerprints)

    def sequence(self) -> int:
        """Return the sequence number of the last change, 0 if there was none."""
        with self._reading() as connection:
            return self._sequence(connection)

    def totals(self) -> tuple[int, int]:
        """Return how many documents and how many passages there are."""
        table = schema.documents
        query = sql.select(sql.func.count(), sql.func.coalesce(sql.func.sum(table.c.passages), 0)).select_from(table)
        with self._reading() as connection:
            documents, passages = connection.execute(query).one()
        return int(documents), int(passages)

    def facts(self) -> dict[str, str]:
        """Return the schema's version and, once something is stored, the fingerprints it was stored under."""
        with self._reading() as connection:
            return provenance.known(connection)

    def require(self, expected: Mapping[str, str]) -> None:
        """Make sure that what is stored, if anything is, was made under these fingerprints.

        :raises ModelMismatch: if not; the message names both.
        """
        with self._reading() as connection:
            provenance.require(connection, self.path, expected)

    def changes_after(self, sequence: int) -> list[Change]:
        """Return the later changes, oldest first."""
        query = sql.select(schema.changes).where(schema.changes.c.sequence > sequence).order_by("sequence")
        with self._reading() as connection:
            return [Change(**row._mapping) for row in connection.execute(query)]

    def indexed_passages(self, first_key: int, last_key: int) -> Iterator[IndexedPassage]:
        """Yield what the caches need of the passages with these keys that still exist, by growing key.

        :raises StoreDamaged: if a row does not match its digest.
        """
        for rows in self._portions(first_key, last_key):
            yield from map(written.indexed_from_row, rows)

    def indexed_portions(self, first_key: int, last_key: int, dimension: int) -> Iterator[IndexedPortion]:
        """Yield the same some at a time, their vectors in one array, their terms unparsed."""
        for rows in self._portions(first_key, last_key):
            yield written.portion_from_rows(rows, dimension)

    def passages(self, keys: Sequence[int]) -> dict[int, StoredPassage]:
        """Return the passages with these keys; one that was removed meanwhile is missing.

        :raises StoreDamaged: if a row does not match its digest.
        """
        table = schema.passages
        query = (
            sql.select(table, schema.documents.c.title)
            .join(schema.documents, schema.documents.c.id == table.c.document_id)
            .where(table.c.key.in_(keys))
        )
        with self._reading() as connection:
            return {row["key"]: written.passage_from_row(self._whole(row)) for row in _rows(connection, query)}

    def passages_of(self, document_id: str) -> list[StoredPassage]:
        """Return the passages of a document in reading order.

        :raises UnknownDocument: if there is none with this id.
        :raises StoreDamaged: if a row does not match its digest.
        """
        table = schema.passages
        query = sql.select(table).where(table.c.document_id == document_id).order_by("key")
        with self._reading() as connection:
            title = self._required_row(connection, document_id)["title"]
            return [written.passage_from_row(self._whole(row) | {"title": title}) for row in _rows(connection, query)]

    def documents(self) -> list[StoredDocument]:
        """Return all documents in the order in which they were added."""
        table = schema.documents
        columns = [column for column in table.columns if column.name != "text"]
        query = sql.select(*columns).order_by(sql.literal_column("rowid"))
        with self._reading() as connection:
            return [self._described(row) for row in _rows(connection, query)]

    def document(self, document_id: str) -> StoredDocument:
        """Return one document.

        :raises UnknownDocument: if there is none with this id.
        """
        with self._reading() as connection:
            return self._described(self._required_row(connection, document_id))

    def original(self, document_id: str) -> Document:
        """Return a document as its reader settled it, with its whole text.

        :raises UnknownDocument: if there is none with this id.
        :raises StoreDamaged: if the row does not match its digest.
        """
        with self._reading() as connection:
            row = self._required_row(connection, document_id)
        if row["digest"] != written.document_digest(row):
            raise self._damaged(f"document {document_id} does not match its digest", document_id)
        return written.document_from_row(row)

    def by_source(self, source: str) -> StoredDocument | None:
        """Return the document that came from this source, if there is one."""
        query = sql.select(schema.documents).where(schema.documents.c.source == source).limit(1)
        with self._reading() as connection:
            rows = _rows(connection, query)
        return self._described(rows[0]) if rows else None

    def keys_matching(self, filters: Filters) -> Keys:
        """Return the keys, ascending, of the passages whose documents satisfy every filter.

        A filter names a metadata field, `document_id`, `title` or `source`; its value is one value or a list of
        values of which one must be equal.
        """
        query = sql.select(schema.passages.c.key).order_by("key")
        for name, wanted in filters.items():
            values = [written.label_value(value) for value in (wanted if isinstance(wanted, list) else [wanted])]
            table = schema.labels
            among = sql.select(table.c.document_id).where(table.c.name == name, table.c.value.in_(values))
            query = query.where(schema.passages.c.document_id.in_(among))
        with self._reading() as connection:
            return np.array(connection.execute(query).scalars().all(), np.int64)

    def integrity_problems(self) -> list[str]:
        """Return what SQLite's own check finds wrong with the file; nothing if it is sound."""
        with self._reading() as connection:
            lines = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        return [str(line) for line in lines if line != "ok"]

    @contextmanager
    def _reading(self) -> Iterator[sql.Connection]:
        with schema.translated(self.path), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sql.Connection]:
        with schema.translated(self.path), self._writing_engine.begin() as connection:
            yield connection

    def _portions(self, first_key: int, last_key: int) -> Iterator[list[Row]]:
        table = schema.passages
        while first_key <= last_key:
            query = sql.select(table).where(table.c.key.between(first_key, last_key)).order_by("key").limit(_BATCH)
            with self._reading() as connection:
                rows = [self._whole(row) for row in _rows(connection, query)]
            if rows:
                yield rows
            if len(rows) < _BATCH:
                return
            first_key = rows[-1]["key"] + 1

    def _whole(self, row: Row) -> Row:
        """Return a passage's row, once it is seen to say what was stored."""
        if row["digest"] != written.passage_digest(row):
            what = f"passage {row['id']} (key {row['key']}) does not match its digest"
            raise self._damaged(what, row["document_id"])
        return row

    def _described(self, row: Row) -> StoredDocument:
        try:
            return written.stored_document_from_row(row)
        except (ValueError, TypeError, KeyError) as error:
            raise self._damaged(f"document {row['id']} cannot be read ({error})", row["id"]) from error

    def _damaged(self, what: str, document_id: str) -> StoreDamaged:
        remedy = f"remove document {document_id} and ingest it again, or restore a backup"
        return StoreDamaged(f"database {self.path}: {what}; {remedy}")

    @staticmethod
    def _sequence(connection: sql.Connection) -> int:
        return connection.execute(sql.select(sql.func.max(schema.changes.c.sequence))).scalar() or 0

    @staticmethod
    def _document_row(connection: sql.Connection, document_id: str) -> Row | None:
        query = sql.select(schema.documents).where(schema.documents.c.id == document_id)
        row = connection.execute(query).first()
        return None if row is None else row._asdict()

    def _required_row(self, connection: sql.Connection, document_id: str) -> Row:
        row = self._document_row(connection, document_id)
        if row is None:
            raise UnknownDocument(f"document {document_id!r} is not in the index; list the documents to see their ids")
        return row

    def _remove(self, connection: sql.Connection, document_id: str) -> None:
        self._required_row(connection, document_id)
        self._forget_passages(connection, document_id)
        connection.execute(sql.delete(schema.documents).where(schema.documents.c.id == document_id))

    def _forget_passages(self, connection: sql.Connection, document_id: str) -> None:
        self._note(connection, "remove", document_id)
        connection.execute(sql.delete(schema.passages).where(schema.passages.c.document_id == document_id))

    def _insert_passages(self, connection: sql.Connection, prepared: PreparedDocument) -> None:
        rows = written.passage_rows(prepared)
        if rows:
            connection.execute(sql.insert(schema.passages), rows)
        self._note(connection, "add", prepared.id)

    @staticmethod
    def _note(connection: sql.Connection, kind: str, document_id: str) -> None:
        """Note the coming or going of all passages that the document has now; without any, of the empty range 1-0."""
        key = schema.passages.c.key
        own = schema.passages.c.document_id == document_id
        first, last = connection.execute(sql.select(sql.func.min(key), sql.func.max(key)).where(own)).one()
        change = {"kind": kind, "document_id": document_id, "first_key": first or 1, "last_key": last or 0}
        connection.execute(sql.insert(schema.changes), change)


def _rows(connection: sql.Connection, query: sql.Select[Any]) -> list[Row]:
    return [row._asdict() for row in connection.execute(query)]
