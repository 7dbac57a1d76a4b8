"""Files into a store: what is passed over, what is replaced, what goes, and with which metadata.

Takes    workbench: parts that need no model
Gives    tests
Touches  files          Never  the command line
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import EmptyDocument
from corpus.readers import Reading
from corpus.types import Document, Metadata
from service.ingest import Ingested, Ingester, Manner, path_of, source_of
from service.ledger import Ledger
from tests.service.fakes import Bench

LONG_AGO = 1_600_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of two files that are long at rest."""
    made = tmp_path / "文件 夹"
    made.mkdir()
    write(made / "山.txt", "青山在北。")
    write(made / "水.txt", "绿水在南。")
    return made


@pytest.fixture
def ingester(workbench: Bench) -> Callable[..., Ingester]:
    """Give a maker of ingesters, each as in a run of its own."""

    def made(**metadata: str | int) -> Ingester:
        return Ingester(workbench.parts.writer, workbench.parts.store, Manner(metadata))

    return made


def write(path: Path, text: str, changed: int = LONG_AGO) -> None:
    """Write a file that was changed at some time."""
    path.write_text(text, "utf-8")
    os.utime(path, (changed, changed))


def taken(ingester: Ingester, folder: Path) -> list[Ingested]:
    """Take a folder in; everything must have gone well."""
    outcomes = list(ingester.take_all(sorted(folder.glob("*.txt"))))
    assert [outcome.error for outcome in outcomes] == [None] * len(outcomes)
    return outcomes


def titles(workbench: Bench) -> list[str]:
    """List what is stored."""
    return sorted(document.title for document in workbench.parts.store.documents())


def test_what_did_not_change_is_not_even_read(
    folder: Path, ingester: Callable[..., Ingester], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Size and time are enough for a file at rest; the answer names the document all the same."""
    first = taken(ingester(), folder)
    reads: list[str] = []
    monkeypatch.setattr("service.ingest._bytes_of", lambda path, status: reads.append(path.name) or path.read_bytes())
    again = taken(ingester(), folder)
    assert reads == []
    assert [outcome.document for outcome in again] == [outcome.document for outcome in first]
    assert [outcome.unchanged for outcome in first + again] == [False, False, True, True]
    os.utime(folder / "山.txt", (LONG_AGO + 9, LONG_AGO + 9))
    assert [outcome.unchanged for outcome in taken(ingester(), folder)] == [True, True]
    assert reads == ["山.txt"]


def test_a_note_of_a_file_that_was_just_written_is_not_believed(
    folder: Path, ingester: Callable[..., Ingester], workbench: Bench
) -> None:
    """The same size in the same moment, but other words."""
    path = folder / "山.txt"
    path.write_text("红山在东。", "utf-8")
    status = path.stat()
    taken(ingester(), folder)
    path.write_text("白山在西。", "utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    taken(ingester(), folder)
    (stored,) = [each for each in workbench.parts.store.documents() if each.title == "山"]
    assert workbench.parts.store.original(stored.id).text == "白山在西。"


def test_a_changed_file_replaces_exactly_its_own(
    folder: Path, ingester: Callable[..., Ingester], workbench: Bench
) -> None:
    """The other one is untouched."""
    before = {each.title: each.id for each in workbench.parts.store.documents()}
    taken(ingester(), folder)
    write(folder / "山.txt", "青山变绿。", LONG_AGO + 1)
    outcomes = taken(ingester(), folder)
    assert [outcome.unchanged for outcome in outcomes] == [False, True]
    assert before == {} and titles(workbench) == ["山", "水"]


def test_what_was_removed_by_hand_comes_back(folder: Path, ingester: Callable[..., Ingester], workbench: Bench) -> None:
    """A note is no document."""
    first = taken(ingester(), folder)[0].document
    assert first is not None
    workbench.parts.writer.remove(first.id)
    assert [outcome.unchanged for outcome in taken(ingester(), folder)] == [False, True]
    assert titles(workbench) == ["山", "水"]


def test_files_that_are_gone_are_told_and_removed_when_asked(
    folder: Path, ingester: Callable[..., Ingester], workbench: Bench
) -> None:
    """Only those of the folder named; not if the whole folder is away, as an unmounted disk is."""
    taken(ingester(), folder)
    (folder / "山.txt").unlink()
    gone = ingester().gone([folder])
    assert [path_of(source) for source in gone] == [(folder / "山.txt").resolve()]
    assert ingester().gone([folder.parent / "other"]) == []
    assert titles(workbench) == ["山", "水"]
    ingester().remove(gone[0])
    assert (titles(workbench), ingester().gone([folder])) == (["水"], [])
    folder.rename(folder.with_name("away"))
    assert ingester().gone([folder]) == []


@pytest.mark.parametrize(
    ("given", "beside", "wanted"),
    [
        ({"作者": "苏晚晴"}, None, {"作者": "苏晚晴"}),
        ({}, {"year": 2024}, {"year": 2024}),
        ({"year": 1, "作者": "苏"}, {"year": 2}, {"year": 2, "作者": "苏"}),
    ],
)
def test_metadata_comes_from_the_command_and_from_beside(
    folder: Path,
    ingester: Callable[..., Ingester],
    workbench: Bench,
    given: Metadata,
    beside: Metadata | None,
    wanted: Metadata,
) -> None:
    """Other metadata make the same text be taken in again, once."""
    taken(ingester(), folder)
    if beside is not None:
        (folder / "山.txt.meta.json").write_text(json.dumps(beside), "utf-8")
    first, *_ = taken(ingester(**given), folder)
    again, *_ = taken(ingester(**given), folder)
    assert first.document is not None and dict(first.document.metadata) == wanted
    assert (first.unchanged, again.unchanged, titles(workbench)) == (False, True, ["山", "水"])
    found = workbench.parts.searcher.search("青山", 5, filters=dict(wanted))
    assert "青山在北。" in [hit.passage.text for hit in found]


def test_a_wrong_sidecar_fails_its_file_alone(folder: Path, ingester: Callable[..., Ingester]) -> None:
    """The message names the file beside, and the other file is taken in."""
    (folder / "山.txt.meta.json").write_text("{", "utf-8")
    wrong, right = ingester().take_all(sorted(folder.glob("*.txt")))
    assert wrong.error is not None and "山.txt.meta.json: is not valid JSON" in wrong.error
    assert right.document is not None


def test_an_archive_that_lost_a_document_loses_it_here(
    folder: Path, ingester: Callable[..., Ingester], workbench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its other documents stay; while one of them cannot be read, nothing goes, and it is tried again."""
    inner = {name: Reading(name, Document(text=f"{name}在此。", title=name)) for name in ("甲", "乙", "丙")}
    held = ["甲", "乙"]
    broken = Reading("坏", None, EmptyDocument("坏: holds no text"))
    shown: list[Reading] = []
    monkeypatch.setattr("service.ingest.read_documents", lambda *_: tuple(shown))
    path = folder / "包.zip"

    def take(changed: int, *names: str, also: tuple[Reading, ...] = ()) -> list[Ingested]:
        shown[:] = [*(inner[name] for name in names), *also]
        write(path, str(changed), changed)
        return list(ingester().take_all([path]))

    take(LONG_AGO, *held)
    assert titles(workbench) == sorted(held)
    outcomes = take(LONG_AGO + 1, "丙", also=(broken,))
    assert [bool(outcome.error) for outcome in outcomes] == [False, True]
    assert titles(workbench) == sorted(["甲", "乙", "丙"])
    take(LONG_AGO + 2, "乙", "丙")
    assert titles(workbench) == sorted(["乙", "丙"])


def test_half_a_line_and_foreign_notes_do_no_harm(
    folder: Path, ingester: Callable[..., Ingester], tmp_path: Path
) -> None:
    """What a crash leaves at the end is dropped; what another version noted does not count."""
    taken(ingester(), folder)
    notes = tmp_path / "ingested.jsonl"
    whole = notes.read_bytes()
    notes.write_bytes(whole[:-9])
    assert [outcome.unchanged for outcome in taken(ingester(), folder)] == [True, True]
    notes.write_bytes(whole.replace(b'{"wenqu":"', b'{"wenqu":"0.0.0-'))
    assert Ledger(tmp_path).sources() == []
    assert [outcome.unchanged for outcome in taken(ingester(), folder)] == [True, True]
    assert sorted(Ledger(tmp_path).sources()) == sorted(source_of(path) for path in folder.glob("*.txt"))
