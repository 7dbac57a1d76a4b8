"""What one change does to the tables: a document with all that belongs to it comes or goes, and that is noted.

Takes    a connection that writes, documents ready to be stored, ids
Gives    rows in every table, and one numbered change for each coming, going and describing anew
Touches  sqlalchemy          Never  begins or ends a transaction: whoever calls decides what happens together
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import sqlalchemy as sql

from index import schema
from index.rows import Row, change_digest, change_row, document_row, label_rows, passage_rows, text_row
from index.types import PreparedDocument


def last_sequence(connection: sql.Connection) -> int:
    """Return the number of the last change, 0 if there was none."""
    return connection.execute(sql.select(sql.func.max(schema.changes.c.sequence))).scalar() or 0


def _ids_of_source(connection: sql.Connection, source: str) -> Sequence[str]:
    """Return the ids of the documents that came from this source."""
    table = schema.documents
    return connection.execute(sql.select(table.c.id).where(table.c.source == source)).scalars().all()


def put_document(connection: sql.Connection, prepared: PreparedDocument, known: Row | None, *, replacing: bool) -> Row:
    """Store a document in the place of `known`, which has its id, with `replacing` in that of all others of its source.

    Return the row that describes it.
    """
    row = _redescribed(connection, prepared, known["added_at"]) if known else None
    former = {prepared.id} if known and row is None else set[str]()
    if replacing:
        former |= set(_ids_of_source(connection, prepared.source)) - {prepared.id}
    for document_id in sorted(former):
        delete_document(connection, document_id)
    return row or _insert_document(connection, prepared)


def _insert_document(connection: sql.Connection, prepared: PreparedDocument) -> Row:
    """Insert a document with its text, labels and passages; return the row that describes it."""
    row = document_row(prepared, datetime.now(UTC).isoformat(timespec="seconds"))
    passages = passage_rows(prepared)
    connection.execute(sql.insert(schema.documents), row)
    connection.execute(sql.insert(schema.texts), text_row(prepared))
    connection.execute(sql.insert(schema.labels), label_rows(prepared))
    if passages:
        # SQLAlchemy's own work for a row would cost as much as SQLite's.
        names = list(passages[0])
        columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join(["?"] * len(names))
        rows = [tuple(row.values()) for row in passages]
        connection.exec_driver_sql(f"INSERT INTO passages ({columns}) VALUES ({marks})", rows)
    _note(connection, "add", prepared.id)
    return row


def differs(row: Row, prepared: PreparedDocument) -> bool:
    """Say whether a document would be described otherwise than it is, its date apart."""
    return bool(document_row(prepared, row["added_at"])["digest"] != row["digest"])


def _redescribed(connection: sql.Connection, prepared: PreparedDocument, added_at: str) -> Row | None:
    """Describe a stored document anew, and leave its text and passages as they are; return the row that describes it.

    None, and nothing is done, where a row of those is not what it would be now: then the document must be replaced.
    """
    passages, texts = schema.passages, schema.texts
    stored = sql.select(passages).where(passages.c.document_id == prepared.id).order_by(passages.c.key)
    rows = [
        {name: value for name, value in row._asdict().items() if name != "key"} for row in connection.execute(stored)
    ]
    text = connection.execute(sql.select(texts).where(texts.c.document_id == prepared.id)).first()
    if rows != passage_rows(prepared) or text is None or text._asdict() != text_row(prepared):
        return None
    row = document_row(prepared, added_at)
    connection.execute(sql.update(schema.documents).where(schema.documents.c.id == prepared.id), row)
    connection.execute(sql.delete(schema.labels).where(schema.labels.c.document_id == prepared.id))
    connection.execute(sql.insert(schema.labels), label_rows(prepared))
    _note(connection, "describe", prepared.id)
    return row


def delete_document(connection: sql.Connection, document_id: str) -> None:
    """Delete a document; its text, labels and passages go with it."""
    _note(connection, "remove", document_id)
    connection.execute(sql.delete(schema.documents).where(schema.documents.c.id == document_id))


def key_ranges(connection: sql.Connection) -> dict[str, tuple[int, int, int]]:
    """Return the first key, the last one and the number of passages by document, of those that have any."""
    owner, key = schema.passages.c.document_id, schema.passages.c.key
    query = sql.select(owner, sql.func.min(key), sql.func.max(key), sql.func.count()).group_by(owner)
    return {owner: (first, last, count) for owner, first, last, count in connection.execute(query)}


def note_all_gone(connection: sql.Connection) -> None:
    """Note that every passage there ever was is gone, whichever documents it was of.

    Whoever follows the log forgets all here, so that a change before that was damaged can be replaced by an empty one.
    """
    last = last_sequence(connection)
    table = schema.changes
    whole = {
        row.sequence for row in connection.execute(sql.select(table)) if row.digest == change_digest(row._asdict())
    }
    damaged = set(range(1, last + 1)) - whole
    if damaged:
        connection.execute(sql.delete(table).where(table.c.sequence.in_(damaged)))
    key = connection.execute(sql.select(sql.func.max(schema.passages.c.key))).scalar() or 0
    key = max(key, connection.execute(sql.select(sql.func.max(table.c.last_key))).scalar() or 0)
    rows = [change_row(sequence, "remove", "", 1, 0) for sequence in sorted(damaged)]
    connection.execute(sql.insert(table), [*rows, change_row(last + 1, "remove", "", 1, key)])


def note_there(connection: sql.Connection, ids: Iterable[str]) -> None:
    """Note that the passages of these documents come now, by growing key."""
    ranges = key_ranges(connection)
    noted = sorted((*ranges.get(document_id, (1, 0))[:2], document_id) for document_id in ids)
    start = last_sequence(connection) + 1
    rows = [change_row(number, "add", owner, first, last) for number, (first, last, owner) in enumerate(noted, start)]
    if rows:
        connection.execute(sql.insert(schema.changes), rows)


def copy_documents(connection: sql.Connection) -> int:
    """Copy the documents of the attached database `other` that are not here, with all that belongs to them.

    Return how many there were.
    """
    missing = "SELECT id FROM other.documents EXCEPT SELECT id FROM main.documents"
    ids = set(connection.exec_driver_sql(missing).scalars())
    connection.exec_driver_sql(f"CREATE TEMP TABLE coming AS {missing}")
    copy_rows(connection, schema.documents, "WHERE id IN (SELECT id FROM coming) ORDER BY rowid")
    for table in (schema.texts, schema.labels):
        copy_rows(connection, table, "WHERE document_id IN (SELECT id FROM coming)")
    copy_rows(connection, schema.passages, "WHERE document_id IN (SELECT id FROM coming) ORDER BY key")
    connection.exec_driver_sql("DROP TABLE coming")
    note_there(connection, ids)
    return len(ids)


def copy_rows(connection: sql.Connection, table: sql.Table, which: str = "") -> None:
    """Copy rows of a table of the attached database `other`; passages get keys of their own, in the order given."""
    listed = ", ".join(f'"{column.name}"' for column in table.columns if column.name != "key")
    connection.exec_driver_sql(
        f"INSERT INTO main.{table.name} ({listed}) SELECT {listed} FROM other.{table.name} {which}"
    )


def lost(connection: sql.Connection, keys: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Yield those of the keys that came and were never removed, each with its document's id."""
    table = schema.changes
    for key in keys:
        covering = sql.select(table).where(table.c.first_key <= key, table.c.last_key >= key)
        kinds = {row.kind: row.document_id for row in connection.execute(covering)}
        if "add" in kinds and "remove" not in kinds:
            yield key, kinds["add"]


def _note(connection: sql.Connection, kind: str, document_id: str) -> None:
    """Note what becomes of all passages that the document has now; without any, of the empty range 1-0."""
    key = schema.passages.c.key
    own = schema.passages.c.document_id == document_id
    first, last = connection.execute(sql.select(sql.func.min(key), sql.func.max(key)).where(own)).one()
    row = change_row(last_sequence(connection) + 1, kind, document_id, first or 1, last or 0)
    connection.execute(sql.insert(schema.changes), row)
