"""What a person or program is told when something fails: one table from exception to status and code.

ServiceError
├── BadSetting       a setting is unknown or malformed; the service does not start
├── BadRequest       a request is malformed; carries the field, and the HTTP status
├── UnknownCollection  there is no collection of this name
├── CollectionInUse  a collection cannot be removed while it is used
├── UnknownJob       there is no job with this id
├── QueueFull        as many jobs wait as may; carries after how many seconds to try again
├── BadSidecar       the metadata beside a file is malformed
└── BadTable         a batch's questions file is malformed
"""

from dataclasses import dataclass

from corpus.errors import CorpusError, EmptyDocument, UnknownEncoding, UnreadableDocument, UnsupportedFormat
from index.errors import (
    BadExport,
    IndexingError,
    ModelMismatch,
    ModelUnavailable,
    StoreDamaged,
    StoreFull,
    StoreUnavailable,
    UnknownDocument,
)


class ServiceError(Exception):
    """Base of all errors of this room."""


class BadSetting(ServiceError):
    """A setting is unknown or malformed."""


class BadTable(ServiceError):
    """A batch's questions file is malformed."""


class BadSidecar(ServiceError):
    """The metadata beside a file is malformed."""


class UnknownCollection(ServiceError):
    """There is no collection of this name."""


class CollectionInUse(ServiceError):
    """A collection cannot be removed while it is used."""


class UnknownJob(ServiceError):
    """There is no job with this id."""


class QueueFull(ServiceError):
    """As many jobs wait as may."""

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class BadRequest(ServiceError):
    """A request is malformed. `field` is the JSON pointer or the name of what is wrong."""

    def __init__(self, detail: str, *, status: int = 422, code: str = "invalid_request", field: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.field = field


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an exception is told: HTTP status, stable code, title, and the field of a request that it is about."""

    status: int
    code: str
    title: str
    field: str = ""


# The first class of an exception's ancestry that stands here decides.
VERDICTS: dict[type[Exception], Verdict] = {
    UnknownCollection: Verdict(404, "collection_not_found", "Collection not found"),
    CollectionInUse: Verdict(409, "collection_in_use", "Collection in use"),
    UnknownJob: Verdict(404, "job_not_found", "Job not found"),
    QueueFull: Verdict(429, "queue_full", "Too many jobs"),
    UnknownDocument: Verdict(404, "document_not_found", "Document not found"),
    UnsupportedFormat: Verdict(415, "unsupported_format", "Unsupported document format", "file"),
    UnknownEncoding: Verdict(422, "unknown_encoding", "Unreadable document", "file"),
    EmptyDocument: Verdict(422, "empty_document", "Empty document", "file"),
    UnreadableDocument: Verdict(422, "unreadable_document", "Unreadable document", "file"),
    ModelMismatch: Verdict(503, "model_mismatch", "Index made by another model"),
    ModelUnavailable: Verdict(503, "model_unavailable", "Embedding model unavailable"),
    StoreFull: Verdict(507, "insufficient_storage", "Disk full"),
    StoreDamaged: Verdict(503, "store_damaged", "Database damaged"),
    StoreUnavailable: Verdict(503, "store_unavailable", "Database unavailable"),
    BadExport: Verdict(422, "bad_export", "Unusable export"),
    CorpusError: Verdict(422, "unreadable_document", "Unreadable document", "file"),
    IndexingError: Verdict(500, "internal_error", "Internal error"),
}


def verdict_on(error: Exception) -> Verdict | None:
    """Return how to tell this exception, or None if it is not one of ours."""
    for ancestor in type(error).__mro__:
        if ancestor in VERDICTS:
            return VERDICTS[ancestor]
    return None
