"""The truth: documents, passages, vectors and terms in one database; one transaction a change.

Takes    documents with their passages, terms and vectors; ids to remove
Gives    StoredDocument, StoredPassage, Change; a sequence number that grows with every change
Touches  sqlalchemy          Never  faiss, tantivy, models

FAISS and tantivy are caches of this: whoever keeps one remembers the last sequence it has seen and asks for
`changes_after` it. A change is durable when the method that made it returns. Each row carries a digest of its own
content, because SQLite does not notice a flipped bit; it is checked whenever the row is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from corpus.types import Document
from index import changes, labels, provenance, schema
from index.checks import Checks
from index.database import Database
from index.errors import StoreDamaged, UnknownDocument
from index.mark import Mark
from index.migrations import migrate
from index.room import require_room
from index.rows import (
    Row,
    change_digest,
    document_from_row,
    indexed_from_row,
    passage_from_row,
    text_digest,
)
from index.types import Change, Filters, IndexedPassage, Keys, PreparedDocument, StoredDocument, StoredPassage

_BATCH = 2000
# What every search asks, ready for the driver.
_LAST_SEQUENCE = "SELECT max(sequence) FROM changes"
_PASSAGE_COLUMNS = tuple(column.name for column in schema.passages.columns)
_SELECT = f"""SELECT {", ".join(f'"{name}"' for name in _PASSAGE_COLUMNS)} FROM passages WHERE key"""


class Store:
    """One database file. Safe to use from several threads and several processes."""

    def __init__(self, path: Path) -> None:
        """Open the database, made if absent, brought to the present version if it is older.

        :raises StoreUnavailable: if it cannot be opened, or a newer program made it.
        :raises StoreDamaged: if the file is no database of ours, or lacks changes that were acknowledged.
        """
        self.path = path
        self.database = Database(path)
        self._labels_sound = False
        self._checks = Checks(path)
        migrate(self.database)
        self._mark = Mark(path)
        # Read before the sequence, which another process may raise in between.
        acknowledged = self._mark.read()
        self._mark.require(acknowledged, self.sequence())

    def close(self) -> None:
        """Give the connections back; the store must not be used afterwards."""
        self.database.close()
        self._mark.close()

    def acknowledge(self) -> None:
        """Note that the last change is about to be acknowledged: a database without it is damaged from now on."""
        self._mark.note(self.sequence())

    @property
    def fault(self) -> str | None:
        """Why nothing can be written at present; None if the last write succeeded."""
        return self.database.fault

    # Writing

    def add(
        self,
        prepared: PreparedDocument,
        *,
        fingerprints: Mapping[str, str],
        replacing: bool = False,
        describing: bool = False,
    ) -> StoredDocument:
        """Store a document and its passages in one transaction, which with `replacing` removes others of its source.

        A document with this id that is already there stays as it is; with `replacing` or `describing` only if its
        metadata and all that its reader marked are the same. Where its passages would be, they keep their keys.

        :raises ModelMismatch: if the stored vectors or terms were made under other fingerprints.
        :raises StoreFull: if the disk has little or no room.
        :raises StoreUnavailable: if the database cannot be written.
        """
        require_room(self.path.parent)
        with self.database.writing() as connection:
            known = self._document_row(connection, prepared.id)
            if known is not None and not ((replacing or describing) and changes.differs(known, prepared)):
                return self._checks.described(known)
            provenance.claim(connection, self.path, fingerprints)
            row = changes.put_document(connection, prepared, known, replacing=replacing)
        self.acknowledge()
        return self._checks.described(row)

    def remove(self, document_id: str) -> None:
        """Remove a document with all its passages.

        :raises UnknownDocument: if there is none with this id.
        :raises StoreUnavailable: if the database cannot be written.
        """
        with self.database.writing() as connection:
            self._required_row(connection, document_id)
            changes.delete_document(connection, document_id)
        self.acknowledge()

    # Reading

    def sequence(self) -> int:
        """Return the sequence number of the last change, 0 if there was none."""
        with self.database.glimpse() as raw:
            return int(raw.execute(_LAST_SEQUENCE).fetchone()[0] or 0)

    def totals(self) -> tuple[int, int]:
        """Return how many documents and how many passages there are."""
        table = schema.documents
        query = sql.select(sql.func.count(), sql.func.coalesce(sql.func.sum(table.c.passages), 0)).select_from(table)
        with self.database.reading() as connection:
            documents, passages = connection.execute(query).one()
        return int(documents), int(passages)

    def facts(self) -> dict[str, str]:
        """Return the schema's version and, once something is stored, the fingerprints it was stored under."""
        with self.database.reading() as connection:
            return provenance.known(connection)

    def require(self, expected: Mapping[str, str]) -> None:
        """Make sure that what is stored, if anything is, was made under these fingerprints.

        :raises ModelMismatch: if not; the message names both.
        """
        with self.database.reading() as connection:
            provenance.require(connection, self.path, expected)

    def changes_after(self, sequence: int) -> list[Change]:
        """Return the later changes, oldest first.

        :raises StoreDamaged: if one is missing or does not match its digest.
        """
        query = sql.select(schema.changes).where(schema.changes.c.sequence > sequence).order_by("sequence")
        with self.database.reading() as connection:
            rows = _rows(connection, query)
        for expected, row in enumerate(rows, start=sequence + 1):
            if row["sequence"] != expected or row.pop("digest") != change_digest(row):
                raise StoreDamaged(
                    f"database {self.path}: change {expected} is missing or does not match its digest; "
                    "run `wenqu rebuild`, or restore a backup"
                )
        return [Change(**row) for row in rows]

    def indexed_passages(self, first_key: int, last_key: int) -> Iterator[IndexedPassage]:
        """Yield what the caches need of the passages with these keys that still exist, by growing key.

        :raises StoreDamaged: if a row does not match its digest.
        """
        while first_key <= last_key:
            with self.database.glimpse() as raw:
                found = raw.execute(
                    f"{_SELECT} BETWEEN ? AND ? ORDER BY key LIMIT ?", (first_key, last_key, _BATCH)
                ).fetchall()
            for each in found:
                row = dict(zip(_PASSAGE_COLUMNS, each, strict=True))
                yield indexed_from_row(self._checks.whole(row))
            if len(found) < _BATCH:
                return
            first_key = row["key"] + 1

    def passages(self, keys: Sequence[int]) -> dict[int, StoredPassage]:
        """Return the passages with these keys; one that was removed meanwhile is missing.

        :raises StoreDamaged: if a row does not match its digest, or is gone though nobody removed it.
        """
        with self.database.glimpse() as raw:
            found = raw.execute(f"{_SELECT} IN ({', '.join('?' * len(keys))})", keys).fetchall()
            rows = [self._checks.whole(dict(zip(_PASSAGE_COLUMNS, row, strict=True))) for row in found]
            titles = self._checks.titles(raw, {row["document_id"] for row in rows})
        if missing := set(keys) - {row["key"] for row in rows}:
            self._require_removed(missing)
        return {row["key"]: passage_from_row(row, titles[row["document_id"]]) for row in rows}

    def passages_of(self, document_id: str) -> list[StoredPassage]:
        """Return the passages of a document in reading order.

        :raises UnknownDocument: if there is none with this id.
        :raises StoreDamaged: if a row does not match its digest, or there are not as many as there were.
        """
        return [stored for stored, _ in self.held_by(document_id)]

    def held_by(self, document_id: str) -> list[tuple[StoredPassage, IndexedPassage]]:
        """Return the passages of a document in reading order, each with its terms and vectors.

        :raises UnknownDocument: if there is none with this id.
        :raises StoreDamaged: if a row does not match its digest, or there are not as many as there were.
        """
        table = schema.passages
        query = sql.select(table).where(table.c.document_id == document_id).order_by("key")
        with self.database.reading() as connection:
            document = self._checks.described(self._required_row(connection, document_id))
            rows = [self._checks.whole(row) for row in _rows(connection, query)]
        if len(rows) != document.passages:
            what = f"document {document_id}: has {len(rows)} passages, should have {document.passages}"
            raise self._checks.damaged(what, document_id)
        return [(passage_from_row(row, document.title), indexed_from_row(row)) for row in rows]

    def documents(self) -> list[StoredDocument]:
        """Return all documents in the order in which they were added.

        :raises StoreDamaged: if a row does not match its digest.
        """
        query = sql.select(schema.documents).order_by(sql.literal_column("rowid"))
        with self.database.reading() as connection:
            return [self._checks.described(row) for row in _rows(connection, query)]

    def document_ids(self) -> list[str]:
        """Return the ids of all documents in the order in which they were added."""
        query = sql.select(schema.documents.c.id).order_by(sql.literal_column("rowid"))
        with self.database.reading() as connection:
            return list(connection.execute(query).scalars())

    def document(self, document_id: str) -> StoredDocument:
        """Return one document.

        :raises UnknownDocument: if there is none with this id.
        :raises StoreDamaged: if its row does not match its digest.
        """
        with self.database.reading() as connection:
            return self._checks.described(self._required_row(connection, document_id))

    def original(self, document_id: str) -> Document:
        """Return a document as its reader settled it, with its whole text.

        :raises UnknownDocument: if there is none with this id.
        :raises StoreDamaged: if a row does not match its digest.
        """
        query = sql.select(schema.texts).where(schema.texts.c.document_id == document_id)
        with self.database.reading() as connection:
            row = self._required_row(connection, document_id)
            texts = _rows(connection, query)
        self._checks.described(row)
        if not texts or texts[0]["digest"] != text_digest(texts[0]):
            raise self._checks.damaged(f"the text of document {document_id} does not match its digest", document_id)
        return document_from_row(row, texts[0]["text"])

    def by_source(self, source: str) -> StoredDocument | None:
        """Return the document that came from this source, if there is one."""
        query = sql.select(schema.documents).where(schema.documents.c.source == source).limit(1)
        with self.database.reading() as connection:
            rows = _rows(connection, query)
        return self._checks.described(rows[0]) if rows else None

    def keys_matching(self, filters: Filters) -> Keys:
        """Return the keys, ascending, of the passages whose documents satisfy every filter.

        A filter names a metadata field, `document_id`, `title` or `source`; its value is one value or a list of
        values of which one must be equal. The first call checks all labels against the documents: one that is
        missing could not be noticed later.

        :raises StoreDamaged: if the labels are not what the documents say.
        """
        with self.database.reading() as connection:
            if not self._labels_sound:
                for problem in labels.problems(connection):
                    raise StoreDamaged(f"database {self.path}: {problem}; remove it and ingest it again")
                self._labels_sound = True
            try:
                return labels.keys_matching(connection, filters)
            except ValueError as error:
                raise StoreDamaged(f"database {self.path}: {error}; run `wenqu verify`") from error

    # The inside

    def _require_removed(self, keys: set[int]) -> None:
        """Make sure that these passages, which are not there, were removed by somebody."""
        with self.database.reading() as connection:
            for key, document_id in changes.lost(connection, keys):
                raise self._checks.damaged(f"the passage with key {key} is gone, though nobody removed it", document_id)

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


def _rows(connection: sql.Connection, query: sql.Select[Any]) -> list[Row]:
    return [row._asdict() for row in connection.execute(query)]
