"""Is this row what was stored? Every row that is given out passes here.

Takes    rows of the tables in schema.py, the driver's connection to read a description with
Gives    the row, or what it describes; StoreDamaged that names it and the remedy
Never    repairs
"""

from pathlib import Path
from typing import Any

from index import schema
from index.errors import StoreDamaged
from index.rows import Row, document_digest, passage_digest, stored_document_from_row
from index.types import StoredDocument

_MOST_SEEN = 20_000

_DOCUMENT_COLUMNS = tuple(column.name for column in schema.documents.columns)
_DOCUMENT = f"SELECT {', '.join(_DOCUMENT_COLUMNS)} FROM documents WHERE id = ?"


class Checks:
    """Compares rows with their digests; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: dict[str, tuple[str, bytes]] = {}

    def whole(self, row: Row) -> Row:
        """Return a passage's row, once it is seen to say what was stored."""
        if row["digest"] != passage_digest(row):
            what = f"passage {row['id']} (key {row['key']}) does not match its digest"
            raise self.damaged(what, row["document_id"])
        return row

    def described(self, row: Row) -> StoredDocument:
        """Return what a document's row describes, once it is seen to say what was stored."""
        if row["digest"] != document_digest(row):
            raise self.damaged(f"document {row['id']} does not match its digest", row["id"])
        return stored_document_from_row(row)

    def damaged(self, what: str, document_id: str) -> StoreDamaged:
        """Return the error that says what is wrong with a document, and the remedy."""
        remedy = f"remove document {document_id} and ingest it again, or restore a backup"
        return StoreDamaged(f"database {self._path}: {what}; {remedy}")

    def titles(self, raw: Any, ids: set[str]) -> dict[str, str]:
        """Return the documents' titles by id, each once its whole description was seen to match this digest."""
        marks = ", ".join(["?"] * len(ids))
        query = f"SELECT id, title, digest FROM documents WHERE id IN ({marks})"
        found = {each: (title, digest) for each, title, digest in raw.execute(query, tuple(ids))}
        if lost := ids - found.keys():
            raise self.damaged(f"document {min(lost)} is gone, its passages are not", min(lost))
        if len(self._seen) > _MOST_SEEN:
            self._seen.clear()
        for document_id, title_and_digest in found.items():
            if self._seen.get(document_id) != title_and_digest:
                whole = raw.execute(_DOCUMENT, (document_id,)).fetchone()
                self.described(dict(zip(_DOCUMENT_COLUMNS, whole, strict=True)))
                self._seen[document_id] = title_and_digest
        return {document_id: title for document_id, (title, _) in found.items()}
