"""What can go wrong between a passage and a hit.

IndexingError
├── ModelUnavailable       the embedding model cannot be loaded
├── ModelMismatch          the stored vectors were made by another model or another tokenizer
├── StoreDamaged           the database, or a row of it, does not match its own digest
├── StoreUnavailable       the database cannot be opened or written
├── UnknownDocument        no document has this id
└── UnknownFilter          a filter names what no document carries, or compares what cannot be compared

Every message holds the offending value, the expected one and the remedy.
"""

from pathlib import Path
from typing import Self


class IndexingError(Exception):
    """Base of all errors of this room."""


class ModelUnavailable(IndexingError):
    """The embedding model cannot be loaded."""


class ModelMismatch(IndexingError):
    """The stored vectors or terms were made by another model or another tokenizer."""

    @classmethod
    def between(cls, path: Path, name: str, stored: str, present: str) -> Self:
        """Return the error that names both fingerprints and the remedy."""
        return cls(
            f"database {path}: its {name} is {stored}, this service's is {present}; "
            "set the former model and dictionary again, or run `wenqu rebuild` to make all passages anew"
        )


class StoreDamaged(IndexingError):
    """The database, or a row of it, does not match its own digest."""


class StoreUnavailable(IndexingError):
    """The database cannot be opened or written."""


class UnknownDocument(IndexingError):
    """No document has this id."""


class UnknownFilter(IndexingError):
    """A filter is of a shape that no document could satisfy."""
