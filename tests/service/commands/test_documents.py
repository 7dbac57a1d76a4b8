"""ingest, remove, list: from the command line.

Takes    ingested: what became of a folder of good and bad files
Gives    tests
Touches  subprocess, signals          Never  the service's insides
"""

import json
import re
import signal
import subprocess
import time
from pathlib import Path

from tests.service.caller import Caller
from tests.service.commands.conftest import GOOD, Ingested
from tests.service.process import ROOT, ServiceProcess, command, environment, run_command

LISTED = ["id", "title", "source", "characters", "passages", "sections", "metadata", "encoding", "added_at"]


def test_one_bad_file_stops_nothing(ingested: Ingested) -> None:
    """Exit code 3; each file has its line, the bad ones with the reason, the good ones with the document."""
    assert ingested.code == 3
    assert list(ingested.shape) == ["files", "failed", "left_out", "gone"]
    assert ingested.shape["failed"] == 3
    outcomes = {Path(outcome["path"]).name: outcome for outcome in ingested.shape["files"]}
    assert set(outcomes) == {"好.txt", "笔记.md", "空.txt", "图.txt", "表.xyz"}
    for name, words in [("空.txt", "holds no text"), ("图.txt", "PNG picture"), ("表.xyz", "no reader")]:
        assert list(outcomes[name]) == ["path", "inner", "document", "unchanged", "error"]
        assert words in outcomes[name]["error"] and name in outcomes[name]["error"]
        assert outcomes[name]["document"] is None
    good = outcomes["好.txt"]
    assert (good["error"], good["unchanged"], list(good["document"])) == (None, False, LISTED)
    assert (good["document"]["title"], good["document"]["characters"]) == ("好", len(GOOD))
    assert good["document"]["source"].startswith("file://")


def test_an_unchanged_file_is_not_done_again(ingested: Ingested, home: Path) -> None:
    """Words instead of JSON; all good: exit code 0."""
    done = run_command(home, "ingest", str(ingested.folder / "好.txt"), str(ingested.folder / "笔记.md"))
    assert (done.returncode, done.stderr) == (0, "2 of 2 files are in the index\n")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["unchanged", "unchanged"]


def test_nothing_but_bad_files_is_a_failure(tmp_path: Path) -> None:
    """Exit code 1, and so is a path that does not exist, before any file is read."""
    (tmp_path / "空.txt").write_bytes(b"")
    done = run_command(tmp_path / "home", "ingest", str(tmp_path / "空.txt"))
    assert done.returncode == 1 and "空.txt" in done.stderr
    done = run_command(tmp_path / "home", "ingest", str(tmp_path / "空.txt"), str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "nowhere: no such file or folder; check the path" in done.stderr and "空" not in done.stderr


def test_what_is_listed_can_be_removed(home: Path) -> None:
    """Each once; the second time it is unknown, and told in a line."""
    listed = json.loads(run_command(home, "list", "--json").stdout)
    assert list(listed) == ["documents"]
    first = next(each for each in listed["documents"] if each["title"] == "好")
    assert list(first) == LISTED
    assert first["id"] in run_command(home, "list").stdout

    done = run_command(home, "remove", "--json", first["id"])
    assert (done.returncode, json.loads(done.stdout)) == (0, {"removed": first})
    again = run_command(home, "remove", first["id"])
    assert (again.returncode, again.stdout) == (1, "")
    assert f"document '{first['id']}' is not in the index; list the documents" in again.stderr
    assert first["id"] not in run_command(home, "list").stdout


def test_a_running_service_follows_the_command_line(live_service: ServiceProcess, tmp_path: Path) -> None:
    """What another process adds or removes is found, or not, by the very next question."""
    caller, file = Caller(live_service.url), tmp_path / "望潮镇志.txt"
    file.write_text(GOOD, "utf-8")
    done = run_command(live_service.home, "ingest", "--json", str(file))
    (outcome,) = json.loads(done.stdout)["files"]
    passages = [hit["passage"] for hit in caller.search("星渠号的船长是谁？")]
    assert passages[0]["document_id"] == outcome["document"]["id"]
    assert run_command(live_service.home, "remove", outcome["document"]["id"]).returncode == 0
    passages = [hit["passage"] for hit in caller.search("星渠号的船长是谁？", top_k=100)]
    assert outcome["document"]["id"] not in {passage["document_id"] for passage in passages}


def test_an_empty_list_says_what_to_do(tmp_path: Path) -> None:
    """Words for people, an empty list for programs."""
    assert "wenqu ingest PATH" in run_command(tmp_path, "list").stdout
    assert json.loads(run_command(tmp_path, "list", "--json").stdout) == {"documents": []}


def test_an_interrupted_ingest_leaves_the_store_whole(tmp_path: Path) -> None:
    """Exit code 130; what was told as added is there, whole, and nothing else."""
    folder, home = tmp_path / "files", tmp_path / "home"
    folder.mkdir()
    for number in range(2000):
        (folder / f"{number:04}.txt").write_text(f"{number}号站的站长是顾听澜。他住在{number}号楼。" * 3, "utf-8")
    with (tmp_path / "out").open("wb") as out:
        line = command("ingest", str(folder))
        process = subprocess.Popen(line, env=environment(home), cwd=ROOT, stdout=out, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while (tmp_path / "out").read_bytes().count(b"\n") < 5 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors.decode()
    assert "interrupted" in errors.decode() and "Traceback" not in errors.decode()
    added = re.findall(r"^added +(\w+) ", (tmp_path / "out").read_text("utf-8"), re.MULTILINE)
    stored = json.loads(run_command(home, "list", "--json").stdout)["documents"]
    assert set(added) <= {document["id"] for document in stored}
    assert len(added) <= len(stored) <= len(added) + 1 < 2000
    verified = run_command(home, "verify", "--json")
    assert (verified.returncode, json.loads(verified.stdout)["problems"]) == (0, [])


def test_watching_follows_changes_until_it_is_stopped(tmp_path: Path) -> None:
    """A new file is taken in, a removed one is told and removed with --delete; Ctrl-C ends it well."""
    folder, home = tmp_path / "files", tmp_path / "home"
    folder.mkdir()
    (folder / "旧.txt").write_text("旧的在此。", "utf-8")
    process = subprocess.Popen(
        command("ingest", "--watch", "--delete", "--meta", "year=2024", str(folder)),
        env=environment(home),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline().split()[0] == b"added"
    (folder / "新.txt").write_text("新的在此。", "utf-8")
    assert "新.txt" in process.stdout.readline().decode()
    (folder / "旧.txt").unlink()
    assert process.stdout.readline().decode().split()[0] == "removed"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, "stopped watching" in errors.decode()) == (0, True), errors.decode()
    listed = json.loads(run_command(home, "list", "--json").stdout)["documents"]
    assert [(each["title"], each["metadata"]) for each in listed] == [("新", {"year": 2024})]
