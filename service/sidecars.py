"""Metadata that a person gives to files: KEY=VALUE on the command line, or a JSON file beside the file.

Takes    words; the path of a document
Gives    Metadata          Never  the document itself

`report.pdf.meta.json` beside `report.pdf` holds one object of plain values, such as {"author": "苏晚晴", "year": 2024}.
A `title` in it is the document's title. What stands there goes over the command line, and that over the file's own.
"""

from collections.abc import Iterable
from pathlib import Path

import orjson

from corpus.types import Metadata
from service.errors import BadSidecar

ENDING = ".meta.json"


def is_sidecar(path: Path) -> bool:
    """Whether a file speaks of another."""
    return path.name.lower().endswith(ENDING)


def read_sidecar(path: Path) -> Metadata:
    """Return the metadata beside a file; empty if there is none.

    :raises BadSidecar: if it is not one JSON object of plain values.
    """
    beside = path.with_name(path.name + ENDING)
    try:
        data = beside.read_bytes()
    except FileNotFoundError:
        return {}
    try:
        shape = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadSidecar(f"{beside}: is not valid JSON ({error}); mend or remove it") from error
    if not isinstance(shape, dict):
        raise BadSidecar(f'{beside}: holds no JSON object; write one such as {{"author": "…"}}')
    for name, value in shape.items():
        if not name or not isinstance(value, str | int | float | bool):
            raise BadSidecar(f"{beside}: {name!r} is {value!r}; a value is text, a number, true or false")
    if "title" in shape and not str(shape["title"]).strip():
        raise BadSidecar(f"{beside}: title is blank; write one or leave it out")
    return shape


def metadata_from(pairs: Iterable[str]) -> Metadata:
    """Return what KEY=VALUE pairs say; a number, true and false are what they look like, anything else is text.

    >>> metadata_from(["author=苏晚晴", "year=2024", 'code="007"'])
    {'author': '苏晚晴', 'year': 2024, 'code': '007'}

    :raises ValueError: for a pair without a key or a value.
    """
    found: dict[str, str | int | float | bool] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not (name and equals and value):
            raise ValueError(f"{pair!r}: expected KEY=VALUE, such as author=苏晚晴")
        found[name] = _plain(value)
    return found


def _plain(written: str) -> str | int | float | bool:
    try:
        value = orjson.loads(written)
    except orjson.JSONDecodeError:
        return written
    return value if isinstance(value, str | int | float | bool) else written
