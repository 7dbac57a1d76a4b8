"""status, verify, rebuild: from the command line.

Takes    homes that were filled from the command line
Gives    tests
Touches  subprocess, sqlite3 to do damage          Never  the service's insides
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from index.schema import SCHEMA_VERSION
from tests.service.process import run_command


def test_status_tells_what_is_stored_and_under_which_model(filled_home: Path) -> None:
    """For people the same as for programs."""
    done = run_command(filled_home, "status", "--json")
    shape = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    counts = ["documents", "passages", "characters", "sequence", "schema"]
    assert set(shape) == {"database", "bytes", *counts, "stored_under", "present", "usable", "caches"}
    assert (shape["documents"], shape["usable"], shape["schema"], shape["sequence"]) == (2, True, SCHEMA_VERSION, 2)
    assert shape["present"].items() <= shape["stored_under"].items()
    words = run_command(filled_home, "status").stdout
    assert all(name in words for name in shape)


def test_another_splitting_of_words_makes_the_index_unusable_until_it_is_rebuilt(home: Path, tmp_path: Path) -> None:
    """It is named, with both fingerprints and the remedy; rebuilding makes it good."""
    words = tmp_path / "words.txt"
    words.write_text("闻人月 10 nr\n", "utf-8")
    changed = {"WENQU_USER_DICTIONARY": str(words)}
    assert json.loads(run_command(home, "status", "--json", **changed).stdout)["usable"] is False
    refused = run_command(home, "search", "闻人月", "--mode", "lexical", **changed)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "wenqu rebuild" in refused.stderr and "Traceback" not in refused.stderr
    rebuilt = run_command(home, "rebuild", "--json", **changed)
    shape = json.loads(rebuilt.stdout)
    assert (rebuilt.returncode, list(shape)) == (0, ["database", "documents", "passages"])
    assert json.loads(run_command(home, "status", "--json", **changed).stdout)["usable"] is True


def test_a_sound_store_is_told_sound(filled_home: Path) -> None:
    """With what was checked."""
    done = run_command(filled_home, "verify", "--json")
    shape = json.loads(done.stdout)
    assert (done.returncode, list(shape), shape["problems"]) == (0, ["checked", "problems", "seconds"], [])
    assert (shape["checked"]["documents"], shape["checked"]["passages in the dense arm"]) == (2, 2)


def test_a_changed_letter_is_found(home: Path) -> None:
    """Exit code 1, naming the document; SQLite itself would not have noticed."""
    with closing(sqlite3.connect(home / "wenqu.db")) as database:
        database.execute("UPDATE texts SET text = replace(text, '闻人月', '闻人日')")
        database.commit()
    done = run_command(home, "verify")
    assert done.returncode == 1, done.stdout
    assert "does not match its digest" in done.stderr and "Traceback" not in done.stderr


def test_a_file_that_is_no_database_is_told_in_a_line(tmp_path: Path) -> None:
    """It is left as it is."""
    (tmp_path / "wenqu.db").write_bytes(b"no database at all" * 100)
    for name in ("verify", "list"):
        done = run_command(tmp_path, name)
        assert (done.returncode, done.stdout) == (1, "")
        assert "wenqu.db" in done.stderr and "Traceback" not in done.stderr
    assert (tmp_path / "wenqu.db").read_bytes().startswith(b"no database at all")
