"""ask, search, batch: questions from the command line.

Takes    filled_home: a home that was filled from the command line
Gives    tests
Touches  subprocess          Never  the service's insides
"""

import csv
import json
from pathlib import Path

from tests.service.process import run_command


def test_an_answer_is_told_in_words_with_its_places(filled_home: Path) -> None:
    """The sentence with its mark, then where it stands."""
    done = run_command(filled_home, "ask", "青鸾站的站长是谁？", WENQU_REFUSE_BELOW="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "青鸾站的站长是顾听澜。[1]" in done.stdout
    assert "[1] 好" in done.stdout and "characters 22-33" in done.stdout


def test_an_answer_for_programs_is_that_of_the_api(filled_home: Path) -> None:
    """The same names in the same order; a refusal is exit code 3 and keeps the shape."""
    done = run_command(filled_home, "ask", "青鸾站的站长是谁？", "--json", "--top-k", "1", WENQU_REFUSE_BELOW="1")
    shape = json.loads(done.stdout)
    names = ["question", "answer", "refused", "reason", "confidence", "citations", "hits", "took_ms"]
    assert list(shape) == names
    assert (done.returncode, shape["refused"], shape["reason"]) == (3, True, "low_confidence")
    assert (shape["answer"], shape["citations"], len(shape["hits"])) == ("", [], 1)


def test_a_search_is_told_in_words_and_in_json(filled_home: Path) -> None:
    """Nothing found is exit code 3."""
    found = run_command(filled_home, "search", "听雨轩的主人是谁？", "--json", "--mode", "lexical")
    shape = json.loads(found.stdout)
    assert (found.returncode, list(shape)) == (0, ["question", "took_ms", "hits"])
    assert shape["hits"][0]["passage"]["text"] == "听雨轩\n听雨轩的主人是苏晚晴。"
    nothing = run_command(filled_home, "search", "zzzz", "--mode", "lexical")
    assert (nothing.returncode, nothing.stdout) == (3, "no passage found\n")


def test_a_file_of_questions_becomes_a_file_of_answers(filled_home: Path, tmp_path: Path) -> None:
    """A wrong row is exit code 3, and its error stands in its place."""
    source, out = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text("id,question\na,青鸾站的站长是谁？\nb, \n", "utf-8")
    done = run_command(filled_home, "batch", str(source), "--out", str(out), "--top-k", "2")
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
    assert f"1 of 2 questions answered into {out}" in done.stderr
    good, bad = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert (good["id"], good["hits"][0]["passage"]["title"], len(good["hits"])) == ("a", "好", 2)
    assert (bad["id"], bad["error"]) == ("b", "line 3: question is ' ': is blank; write at least one word")


def test_lines_of_json_become_a_table(filled_home: Path, tmp_path: Path) -> None:
    """The endings decide; all rows good is exit code 0."""
    source, out = tmp_path / "in.jsonl", tmp_path / "out.csv"
    source.write_text('{"id": 7, "question": "听雨轩的主人是谁？"}\n', "utf-8")
    done = run_command(filled_home, "batch", str(source), "--out", str(out), WENQU_REFUSE_BELOW="0")
    assert done.returncode == 0, done.stderr
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["id"], row["answer"], row["error"]) == ("7", "听雨轩的主人是苏晚晴。[1]", "")


def test_a_table_without_questions_is_told_in_a_line(filled_home: Path, tmp_path: Path) -> None:
    """Exit code 1, and no file of answers."""
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,frage\n1,甲\n", "utf-8")
    done = run_command(filled_home, "batch", str(source), "--out", str(out))
    assert done.returncode == 1
    assert done.stderr == f"wenqu: {source}: has no column 'question'; its first line must name id and question\n"
    assert not out.exists()
