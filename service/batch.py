"""A file of questions into a file of answers.

Takes    jsonl or csv whose rows have `id` and `question`
Gives    jsonl or csv: for each row the object of `ask`, with the `id`; a wrong row gets its error and stops nothing
Touches  csv, orjson          Never  leaves half a file: it is written beside and put in place when whole
"""

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson

from corpus.readers.encoding import decode
from service.api.parse import SearchRequest, checked
from service.api.shapes import HERE, Links, answer_shape
from service.errors import BadRequest, BadTable
from service.types import Answer

_COLUMNS = ("id", "question", "answer", "refused", "reason", "confidence", "citations", "took_ms", "error")


def read_questions(path: Path) -> list[dict[str, Any]]:
    """Return the rows of the file, each with its line number under `line`.

    :raises BadTable: if the file is neither jsonl nor csv, or lacks the columns.
    """
    text = decode(path.read_bytes(), str(path)).text
    match path.suffix.lower():
        case ".jsonl" | ".ndjson":
            return list(_json_rows(text, path))
        case ".csv":
            return list(_csv_rows(text, path))
        case ending:
            raise BadTable(f"{path}: a questions file ends in .jsonl or .csv, not {ending!r}; rename or convert it")


def check_name(out: Path) -> None:
    """Make sure that the answers file has a name that tells its format.

    :raises BadTable: if not.
    """
    if out.suffix.lower() not in (".jsonl", ".ndjson", ".csv"):
        raise BadTable(f"{out}: an answers file ends in .jsonl or .csv, not {out.suffix!r}; name it so")


def answer_table(
    rows: Sequence[dict[str, Any]],
    out: Path,
    *,
    ask: Callable[[str], Answer],
    advance: Callable[[], object],
    links: Links = HERE,
) -> int:
    """Answer every row into `out` and return how many rows were wrong."""
    wrong = 0

    def answered() -> Iterator[dict[str, Any]]:
        nonlocal wrong
        for row in rows:
            shape = _answered(row, ask, links)
            wrong += "error" in shape
            advance()
            yield shape

    unfinished = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            (_write_csv if out.suffix.lower() == ".csv" else _write_jsonl)(file, answered())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
    return wrong


def _answered(row: dict[str, Any], ask: Callable[[str], Answer], links: Links) -> dict[str, Any]:
    identity = {"id": row.get("id")}
    try:
        if row.get("id") in (None, ""):
            raise BadRequest("id is missing; it is required", field="id")
        question = checked(SearchRequest, {"question": row.get("question")}).question
    except BadRequest as error:
        return identity | {"question": row.get("question"), "error": f"line {row['line']}: {error}"}
    start = perf_counter()
    answer = ask(question)
    return identity | answer_shape(answer, (perf_counter() - start) * 1000, links)


def _json_rows(text: str, path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise BadTable(
                f"{path}, line {number}: is not valid JSON ({error}); one object a line is expected"
            ) from error
        if not isinstance(row, dict):
            raise BadTable(f"{path}, line {number}: is no JSON object; expected one with id and question")
        yield row | {"line": number}


def _csv_rows(text: str, path: Path) -> Iterator[dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in ("id", "question") if name not in (reader.fieldnames or ())]
    if missing:
        raise BadTable(f"{path}: has no column {missing[0]!r}; its first line must name id and question")
    for row in reader:
        yield {"id": row["id"], "question": row["question"], "line": reader.line_num}


def _write_jsonl(file: io.TextIOBase, shapes: Iterable[dict[str, Any]]) -> None:
    for shape in shapes:
        file.write(orjson.dumps(shape).decode() + "\n")


def _write_csv(file: io.TextIOBase, shapes: Iterable[dict[str, Any]]) -> None:
    writer = csv.DictWriter(file, _COLUMNS, extrasaction="ignore")
    writer.writeheader()
    for shape in shapes:
        writer.writerow({name: _cell(shape.get(name)) for name in _COLUMNS})


def _cell(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, list | dict | bool) else value
