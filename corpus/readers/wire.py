"""Documents as JSON between the process that parses and the one that stores, checked on arrival.

Takes    Reading values; what the other side says they are
Gives    bytes; Reading values          Never  trusts: a parser that was taken over can send anything
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args

from corpus import errors
from corpus.errors import CorpusError, UnreadableDocument
from corpus.readers.composer import cleaned, plain_metadata
from corpus.readers.names import shown_name
from corpus.types import Block, BlockKind, Document, Heading

_ERRORS: dict[str, type[CorpusError]] = {
    kind.__name__: kind
    for kind in (
        errors.EmptyDocument,
        errors.LimitExceeded,
        errors.UnknownEncoding,
        errors.UnreadableDocument,
        errors.UnsupportedFormat,
    )
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one document in a file: its name inside ("" if it is the file itself), and it or the error."""

    inner: str
    document: Document | None
    error: CorpusError | None = None


def to_bytes(reading: Reading) -> bytes:
    """Return the reading as JSON."""
    return json.dumps(_shape(reading), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _shape(reading: Reading) -> dict[str, object]:
    document = reading.document
    if document is None:
        return {"inner": reading.inner, "error": type(reading.error).__name__, "message": str(reading.error)}
    return {
        "inner": reading.inner,
        "text": document.text,
        "title": document.title,
        "headings": [[each.start, each.end, each.level, each.title] for each in document.headings],
        "metadata": dict(document.metadata),
        "encoding": document.encoding,
        "pages": document.page_starts,
        "blocks": [[each.start, each.end, each.kind] for each in document.blocks],
    }


def from_bytes(data: bytes) -> Reading:
    """Return the reading that the JSON tells.

    :raises ValueError: if it is not what `to_bytes` writes, or a span lies outside its text.
    """
    try:
        shape = json.loads(data)
        inner = shown_name(str(shape["inner"]))
        if "error" in shape:
            kind = _ERRORS.get(shape["error"], UnreadableDocument)
            return Reading(inner, None, kind(cleaned(str(shape["message"]))[:2000]))
        return Reading(inner, _document(shape))
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no reading: {error!r}") from error


def _document(shape: Mapping[str, Any]) -> Document:
    text = str(shape["text"])
    return Document(
        text=text,
        title=str(shape["title"]),
        headings=tuple(
            Heading(start, end, int(level), str(title))
            for start, end, level, title in _spans(shape["headings"], len(text), lambda each: isinstance(each[2], int))
        ),
        metadata=plain_metadata(shape["metadata"]),
        encoding=str(shape["encoding"]),
        page_starts=tuple(sorted(int(start) for start in shape["pages"] if 0 <= start <= len(text))),
        blocks=tuple(
            Block(start, end, cast(BlockKind, kind))
            for start, end, kind in _spans(shape["blocks"], len(text), lambda each: each[2] in get_args(BlockKind))
        ),
    )


def _spans(spans: list[list[Any]], length: int, good: Callable[[list[Any]], bool]) -> list[list[Any]]:
    for span in spans:
        start, end = span[:2]
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= length and good(span)):
            raise ValueError(f"the span {span!r} lies outside its text")
    return spans
