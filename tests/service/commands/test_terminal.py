"""What holds for every command: help, wrong usage, settings, exit codes.

Takes    run_command: the command line as a process
Gives    tests
Touches  subprocess          Never  the model
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.settings import KNOBS
from tests.service.process import ROOT, environment, run_command

COMMANDS = ["serve", "ask", "search", "ingest", "remove", "list", "status", "verify", "rebuild", "batch"]


def test_help_names_every_command_and_setting(tmp_path: Path) -> None:
    """And the exit codes."""
    done = run_command(tmp_path, "--help")
    assert done.returncode == 0
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout
    words = done.stdout.split()
    assert all(any(knob.variable in word for word in words) for knob in KNOBS)
    assert "130 interrupted" in " ".join(words)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(tmp_path: Path, name: str) -> None:
    """With its own help, --home in it, and --json where it prints a result; nothing is made on disk."""
    done = run_command(tmp_path / "none", name, "-h")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Usage: wenqu {name}") and "--home FOLDER" in done.stdout
    assert ("--json" in done.stdout) == (name not in ("serve", "batch"))
    assert not (tmp_path / "none").exists()


def test_help_never_pays_for_the_model(tmp_path: Path) -> None:
    """Nothing heavy is imported before a command needs it."""
    code = (
        "import service.__main__, sys; assert not {'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], env=environment(tmp_path), cwd=ROOT, check=True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["answer"], "No such command 'answer'"),
        (["ask"], "Missing argument"),
        (["ask", " "], "is blank; write at least one word"),
        (["ask", "长" * 2001], "has 2,001 characters; at most 2,000"),
        (["ask", "问", "--top-k", "0"], "0 is not in the range 1<=x<=100"),
        (["search", "问", "--top-k", "1.5"], "'1.5' is not a valid integer"),
        (["search", "问", "--mode", "magic"], "'hybrid', 'dense', 'lexical'"),
        (["serve", "--port", "65536"], "65536 is not in the range"),
        (["ingest"], "Missing argument 'PATH...'"),
        (["batch", "nowhere.jsonl", "--out", "x.jsonl"], "'nowhere.jsonl' does not exist"),
        (["remove", "a", "b"], "unexpected extra argument"),
    ],
)
def test_wrong_usage_ends_with_two_and_touches_nothing(tmp_path: Path, arguments: list[str], words: str) -> None:
    """The value and what was expected, on standard error."""
    done = run_command(tmp_path / "none", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"WENQU_POTR": "1"}, "WENQU_POTR: no such setting; known are WENQU_HOME"[:31]),
        ({"WENQU_PORT": "x"}, "WENQU_PORT='x': expected a whole number from 0 to 65535"),
    ],
)
def test_a_wrong_setting_is_refused_before_anything_else(tmp_path: Path, settings: dict[str, str], words: str) -> None:
    """In one line, with exit code 2."""
    done = run_command(tmp_path / "none", "list", **settings)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"wenqu: {words}") and done.stderr.count("\n") == 1


def test_the_home_may_be_given_before_or_after_the_command(tmp_path: Path) -> None:
    """Both come before the environment."""
    for number, line in enumerate((["--home", "{}", "list"], ["list", "--home", "{}"])):
        home = tmp_path / str(number)
        assert run_command(tmp_path / "unused", *(part.format(home) for part in line)).returncode == 0
        assert [path.name for path in home.iterdir() if path.suffix == ".db"] == ["wenqu.db"]
    assert not (tmp_path / "unused").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_cannot_be_made_is_told_in_a_line(tmp_path: Path) -> None:
    """No traceback."""
    tmp_path.chmod(0o500)
    done = run_command(tmp_path / "none", "list")
    tmp_path.chmod(0o700)
    assert done.returncode == 1 and done.stderr.startswith("wenqu: ") and "Traceback" not in done.stderr


def test_a_file_in_place_of_a_home_is_told_in_a_line(tmp_path: Path) -> None:
    """No traceback, exit code 1, and the file stays as it was."""
    file = tmp_path / "file"
    file.write_text("mine", "utf-8")
    done = run_command(file, "list")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("wenqu: ") and "Traceback" not in done.stderr
    assert file.read_text("utf-8") == "mine"
