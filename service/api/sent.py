"""Documents as they arrive: one text as JSON, or files as a form, checked before anything is read.

Takes    the current request
Gives    pairs of Sent and a stream of bytes
Touches  flask          Never  readers, the index
"""

import io
from typing import IO, TypeAlias

from flask import request

from service.api.parse import NewDocument, UploadFields, body_as, checked, parsed
from service.errors import BadRequest
from service.jobs import Sent

# What came with a file, and its bytes.
Arrival: TypeAlias = tuple[Sent, IO[bytes]]

_LONGEST_NAME = 500
_FIELDS = ("file", "title", "metadata")


def sent_documents() -> list[Arrival]:
    """Return what the request sends, at least one.

    :raises BadRequest: naming the field, the value and the remedy.
    """
    if request.mimetype == "multipart/form-data":
        return _files()
    new = body_as(NewDocument, limited=False)
    title = new.title.strip()
    return [(Sent(title, title, new.metadata, written=True), io.BytesIO(new.text.encode()))]


def size_of(stream: IO[bytes]) -> int:
    """Return how many bytes a stream holds; it stands at its beginning again."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return size


def _files() -> list[Arrival]:
    unknown = [name for name in (*request.files, *request.form) if name not in _FIELDS]
    if unknown:
        raise BadRequest(
            f"{unknown[0]} is not known here; known are {', '.join(_FIELDS)}", code="unknown_field", field=unknown[0]
        )
    files = request.files.getlist("file")
    if not files or not all(file.filename for file in files):
        raise BadRequest(
            "file is missing; send each document as a form field 'file'", code="missing_field", field="file"
        )
    longest = max((file.filename or "" for file in files), key=len)
    if len(longest) > _LONGEST_NAME:
        raise BadRequest(
            f"file has a name of {len(longest):,} characters; at most {_LONGEST_NAME} are taken",
            code="out_of_range",
            field="file",
        )
    title = request.form.get("title") or None
    if title is not None and len(files) > 1:
        raise BadRequest(
            f"title is given for {len(files)} files; send it with a single one", code="invalid_value", field="title"
        )
    metadata = parsed(request.form.get("metadata", "{}").encode(), field="metadata")
    fields = checked(UploadFields, {"title": title, "metadata": metadata})
    given = fields.title.strip() if fields.title is not None else None
    return [(Sent(file.filename or "", given, fields.metadata), file.stream) for file in files]
