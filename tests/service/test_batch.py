"""A file of questions into a file of answers, without a model.

Takes    files, an answerer that repeats the question
Gives    tests
Touches  csv          Never  the model
"""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from service.batch import answer_table, check_name, read_questions
from service.errors import BadTable
from service.types import Answer, Citation


def repeated(question: str) -> Answer:
    """Answer with the question, cited from nowhere."""
    citation = Citation(1, "d", "题", "节", 0, len(question), question, None, 0.5)
    return Answer(question, f"{question}[1]", False, None, 0.75, (citation,), ())


def answer(source: Path, out: Path, ask: Callable[[str], Answer] = repeated) -> tuple[int, int]:
    """Answer a file, and return how many rows were wrong, and how many were walked."""
    walked: list[None] = []
    wrong = answer_table(read_questions(source), out, ask=ask, advance=lambda: walked.append(None))
    return wrong, len(walked)


def test_lines_of_json_become_lines_of_json(tmp_path: Path) -> None:
    """The object of `ask` with the id in front, in the order of the questions; blank lines are none."""
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "a", "question": "甲？"}\n\n{"id": 2, "question": "乙\u2028？", "note": "x"}\n', "utf-8")
    assert answer(source, out) == (0, 2)
    first, second = [json.loads(line) for line in out.read_text("utf-8").split("\n")[:-1]]
    names = ["id", "question", "answer", "refused", "reason", "confidence", "citations", "hits", "took_ms"]
    assert list(first) == names
    assert (first["id"], first["answer"], second["id"], second["question"]) == ("a", "甲？[1]", 2, "乙\u2028？")


def test_a_table_becomes_a_table(tmp_path: Path) -> None:
    """With line breaks, quotes and commas in a cell, in an encoding of the house, with other columns left out."""
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes('id,备注,question\r\n1,无,"他说""甲"",\n乙？"\r\n'.encode("gb18030"))
    assert answer(source, out) == (0, 1)
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert list(row) == ["id", "question", "answer", "refused", "reason", "confidence", "citations", "took_ms", "error"]
    assert (row["id"], row["question"], row["refused"], row["error"]) == ("1", '他说"甲",\n乙？', "false", "")
    assert json.loads(row["citations"])[0]["quote"] == '他说"甲",\n乙？'


def test_a_wrong_row_gets_its_error_and_stops_nothing(tmp_path: Path) -> None:
    """No id, no question, blank, too long, no text: each names its line and its field."""
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [
        {"question": "甲？"},
        {"id": "b"},
        {"id": "c", "question": " "},
        {"id": "d", "question": "长" * 2001},
        {"id": "e", "question": 5},
        {"id": "", "question": "甲？"},
        {"id": "g", "question": "好？"},
    ]
    source.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    assert answer(source, out) == (6, 7)
    shapes = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert ["error" in shape for shape in shapes] == [True] * 6 + [False]
    for number, field in enumerate(["id", "question", "question", "question", "question", "id"], start=1):
        assert shapes[number - 1]["error"].startswith(f"line {number}: {field} is ")


def test_a_short_row_of_a_table_is_a_wrong_row(tmp_path: Path) -> None:
    """A cell that is not there is no question."""
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,question\n1\n2,好？\n", "utf-8")
    assert answer(source, out) == (1, 2)
    with out.open(encoding="utf-8", newline="") as file:
        assert [bool(row["error"]) for row in csv.DictReader(file)] == [True, False]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("in.csv", "id,frage\n1,甲\n", "has no column 'question'"),
        ("in.csv", "", "has no column 'id'"),
        ("in.jsonl", '{"id": 1}\n{', "line 2: is not valid JSON"),
        ("in.jsonl", "[1]\n", "line 1: is no JSON object"),
        ("in.txt", "甲", "ends in .jsonl or .csv, not '.txt'"),
        ("in", "甲", "ends in .jsonl or .csv, not ''"),
    ],
)
def test_a_file_of_another_make_is_refused(tmp_path: Path, name: str, content: str, words: str) -> None:
    """With its path, the line, and what was expected."""
    path = tmp_path / name
    path.write_text(content, "utf-8")
    with pytest.raises(BadTable) as caught:
        read_questions(path)
    assert words in str(caught.value) and str(path) in str(caught.value)


def test_an_out_of_another_make_is_refused_before_any_answer(tmp_path: Path) -> None:
    """Nothing is computed for nothing."""
    with pytest.raises(BadTable, match=r"not '\.xlsx'"):
        check_name(tmp_path / "out.xlsx")


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_the_answers_are_put_in_place_whole_or_not_at_all(
    tmp_path: Path, ending: str, failure: type[BaseException]
) -> None:
    """An interruption leaves the former file as it was, and nothing beside it."""
    source, out = tmp_path / "in.jsonl", tmp_path / f"out.{ending}"
    source.write_text('{"id": 1, "question": "甲？"}\n{"id": 2, "question": "乙？"}\n', "utf-8")
    out.write_text("former", "utf-8")

    def fail_at_the_second(question: str) -> Answer:
        assert out.read_text("utf-8") == "former"
        if question == "乙？":
            raise failure
        return repeated(question)

    with pytest.raises(failure):
        answer(source, out, fail_at_the_second)
    assert out.read_text("utf-8") == "former"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", out.name]
    answer(source, out)
    assert "乙？" in out.read_text("utf-8")


def broken(question: str) -> Answer:
    """Never be asked."""
    raise AssertionError(question)
