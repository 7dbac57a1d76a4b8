"""What can go wrong between a passage and a hit.

IndexingError
├── ModelUnavailable       the embedding model cannot be loaded, or gives no usable vectors
├── ModelMismatch          the stored vectors were made by another model or another tokenizer
├── StoreDamaged           the database, or a row of it, does not match its own digest
├── CacheDamaged           a cache file is not what was written; it is made anew from the database
├── StoreUnavailable       the database cannot be opened or written
│   ├── StoreFull          the disk has no room for a change
│   └── StoreTooNew        a newer program made the database
├── BadExport              a file to be imported is no export, is damaged, or cannot be taken into this home
├── UnknownDocument        no document has this id
└── UnknownFilter          a filter names what no document carries, or compares what cannot be compared

Every message holds the offending value, the expected one and the remedy.
"""


class IndexingError(Exception):
    """Base of all errors of this room."""


class ModelUnavailable(IndexingError):
    """The embedding model cannot be loaded, or gives vectors that cannot be compared."""


class ModelMismatch(IndexingError):
    """The stored vectors or terms were made by another model or another tokenizer."""


class StoreDamaged(IndexingError):
    """The database, or a row of it, does not match its own digest."""


class CacheDamaged(IndexingError):
    """A cache file is missing, torn, flipped, or of another format: never shown to people, the cache is made anew."""


class StoreUnavailable(IndexingError):
    """The database cannot be opened or written."""


class StoreFull(StoreUnavailable):
    """The disk has no room for a change; nothing was changed."""


class StoreTooNew(StoreUnavailable):
    """A newer program made the database."""


class BadExport(IndexingError):
    """A file to be imported is no export, is damaged, or cannot be taken into this home."""


class UnknownDocument(IndexingError):
    """No document has this id."""


class UnknownFilter(IndexingError):
    """A filter is of a shape that no document could satisfy."""
