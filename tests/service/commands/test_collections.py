"""collections and --collection: from the command line.

Takes    home: a copy of a home that holds two documents in its default collection
Gives    tests
Touches  subprocess          Never  the service's insides
"""

import json
from pathlib import Path

from tests.service.process import run_command


def test_a_collection_lives_and_goes(home: Path, tmp_path: Path) -> None:
    """Ingesting makes it; each command works in the one that is named; removal asks first, and takes all of it."""
    (tmp_path / "法.txt").write_text("第一条 云梦桥由县人民政府管理。", "utf-8")
    made = run_command(home, "ingest", "--collection", "法规", str(tmp_path / "法.txt"))
    assert made.returncode == 0, made.stderr
    listed = json.loads(run_command(home, "collections", "--json").stdout)["collections"]
    assert [(each["name"], each["documents"]) for each in listed] == [("default", 2), ("法规", 1)]
    titles = [
        [each["title"] for each in json.loads(run_command(home, *where, "list", "--json").stdout)["documents"]]
        for where in ([], ["--collection", "法规"])
    ]
    assert [sorted(each) for each in titles] == [["听雨轩", "好"], ["法"]]
    refused = run_command(home, "collections", "--remove", "法规")
    assert (refused.returncode, "(documents: 1)" in refused.stderr) == (1, True)
    removed = run_command(home, "collections", "--remove", "法规", "--yes")
    assert (removed.returncode, removed.stdout) == (0, "removed 法规 (documents: 1)\n")
    gone = run_command(home, "list", "--collection", "法规")
    assert gone.returncode == 1
    assert "collection '法规' does not exist; there are default" in gone.stderr
    assert list((home / "collections").iterdir()) == []


def test_a_wrong_name_is_wrong_usage(tmp_path: Path) -> None:
    """Exit code 2, before anything is opened; serve takes none."""
    wrong = run_command(tmp_path, "list", "--collection", "../x")
    assert (wrong.returncode, "1 to 60 letters" in wrong.stderr) == (2, True)
    served = run_command(tmp_path, "--collection", "法规", "serve")
    assert (served.returncode, "serves every collection" in served.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []
