"""Records in JSON: a document each, its text, title and metadata in the fields that hold them.

Takes    the bytes of a .json or .jsonl file, the names of the fields
Gives    Readings: a Document or an error a record          Touches  json of the standard library
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from corpus.errors import CorpusError, UnreadableDocument
from corpus.readers.composer import Composer
from corpus.readers.encoding import decode
from corpus.readers.options import ReadOptions
from corpus.readers.wire import Reading
from corpus.types import Document

# The names that exports use, the likeliest first.
_TEXT_FIELDS = ("text", "content", "body", "正文", "内容", "内文", "document", "passage", "answer")
_TITLE_FIELDS = ("title", "name", "标题", "题目", "名称", "subject", "headline", "question")
_ID_FIELDS = ("id", "_id", "uid", "doc_id", "编号")
_MOST_LINES = 10_000


def read_json(data: bytes, name: str, options: ReadOptions) -> Iterator[Reading]:
    """Yield a document for each object of a list, or one for everything else.

    :raises UnreadableDocument: if it is not JSON.
    """
    decoded = decode(data, name)
    value = _parsed(decoded.text.removeprefix("\ufeff"), name)
    records = _records(value)
    if records is None:
        yield Reading("", _document(value if isinstance(value, dict) else {"": value}, name, options, decoded.encoding))
        return
    yield from _numbered(
        ((str(place), record) for place, record in enumerate(records, 1)), name, options, decoded.encoding
    )


def read_jsonl(data: bytes, name: str, options: ReadOptions) -> Iterator[Reading]:
    """Yield a document, or the error, for each line.

    :raises UnknownEncoding: if the bytes are not text.
    """
    decoded = decode(data, name)
    # Only a line feed ends a record: JSON may hold the other separators of lines inside its strings.
    lines = decoded.text.removeprefix("\ufeff").split("\n")
    records = ((str(place), line) for place, line in enumerate(lines, 1) if line.strip())
    yield from _numbered(records, name, options, decoded.encoding)


def _numbered(records: Iterator[tuple[str, Any]], name: str, options: ReadOptions, encoding: str) -> Iterator[Reading]:
    """Yield what each record says, called by its id, or by its number where it has none of its own."""
    called: set[str] = set()
    for number, record in records:
        place = f"{name}, record {number}"
        try:
            value = _parsed(record, place) if isinstance(record, str) else record
            document = _document(value if isinstance(value, dict) else {"": value}, place, options, encoding)
            inner = _id_of(value) or number
            inner = f"{inner}, record {number}" if inner in called else inner
            called.add(inner)
            yield Reading(inner, document)
        except CorpusError as error:
            yield Reading(number, None, error)


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableDocument(f"{name}: is not valid JSON ({error}); export it again") from error


def _records(value: Any) -> list[dict[str, Any]] | None:
    """Return the list of objects that the file is, or that its only list is; None if there is no such list."""
    if isinstance(value, dict):
        lists = [each for each in value.values() if isinstance(each, list)]
        value = lists[0] if len(lists) == 1 and not any(field in value for field in _TEXT_FIELDS) else None
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return value
    return None


def _id_of(value: Any) -> str:
    if isinstance(value, dict):
        for field in _ID_FIELDS:
            if isinstance(value.get(field), str | int):
                return str(value[field])[:100]
    return ""


def _document(record: Mapping[str, Any], name: str, options: ReadOptions, encoding: str) -> Document:
    text_field = options.text_field or _first(record, _TEXT_FIELDS)
    if options.text_field and not isinstance(record.get(options.text_field), str):
        known = ", ".join(str(field) for field in list(record)[:8])
        raise UnreadableDocument(f"{name}: has no text in the field {options.text_field!r}; its fields are {known}")
    title_field = options.title_field or _first(record, _TITLE_FIELDS)
    composer = Composer(name)
    if text_field is None:
        for line in _lines(record):
            composer.paragraph(line)
    else:
        composer.paragraph(record[text_field])
    others = {field: value for field, value in record.items() if field not in (text_field, title_field)}
    wanted = options.metadata_fields
    metadata = {field: _plain(value) for field, value in others.items() if wanted is None or field in wanted}
    title = str(record.get(title_field, "")) if title_field else ""
    return composer.document(title, metadata if text_field or wanted else {}, encoding)


def _first(record: Mapping[str, Any], fields: tuple[str, ...]) -> str | None:
    return next((field for field in fields if isinstance(record.get(field), str) and record[field].strip()), None)


def _plain(value: Any) -> object:
    """Return a list of words as one value; what is deeper is no metadata."""
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return ", ".join(str(each) for each in value)
    return value


def _lines(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each value of a record without a text, deeper ones under the path to them."""
    waiting: list[tuple[str, Any]] = [("", record)]
    count = 0
    while waiting and count < _MOST_LINES:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((f"{path}.{key}" if path else str(key), each) for key, each in reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend((path, each) for each in reversed(value))
        elif value is not None and str(value).strip():
            count += 1
            yield f"{path}: {value}" if path else str(value)
