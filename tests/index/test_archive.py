"""Exports and imports: what comes out is what went in, and what is damaged or foreign changes nothing.

Takes    stores of their own
Gives    tests          Never  the network
"""

from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sql

from index import changes
from index.archive import Imported, export_store, import_store
from index.errors import BadExport, ModelMismatch, StoreFull, StoreTooNew, StoreUnavailable
from index.store import Store
from index.verify import verify_snapshot, verify_store
from tests.index.fakes import FINGERPRINTS, add, caches_of, change, prepared, remake

DOCUMENTS = (prepared("甲乙\n丙", source="a", year=2026), prepared("空", source="c", lines=False), prepared("丁"))


@pytest.fixture
def exported(store: Store, tmp_path: Path) -> Path:
    """Export a store of three documents, with a past."""
    add(store, *DOCUMENTS)
    store.remove(add(store, prepared("去"))[0])
    target = tmp_path / "all.wenqu"
    assert export_store(store, target) == target.stat().st_size
    return target


@pytest.fixture
def other(tmp_path: Path) -> Store:
    """Open another store."""
    return Store(tmp_path / "other" / "wenqu.db")


def left_behind(folder: Path) -> list[str]:
    """List what is neither a database of a store nor the export."""
    known = {"wenqu.db", "wenqu.db-wal", "wenqu.db-shm", "wenqu.db-mark", "all.wenqu", "other", "bad.wenqu"}
    return [path.name for path in folder.iterdir() if path.name not in known]


def test_what_was_exported_is_what_is_imported(store: Store, exported: Path, other: Store, tmp_path: Path) -> None:
    """Documents, passages, terms, vectors, labels; services that follow the store see them; nothing is left lying."""
    caches = caches_of(other)
    assert import_store(other, exported, fingerprints=FINGERPRINTS) == Imported(3, 0)
    assert other.documents() == store.documents()
    for document in DOCUMENTS:
        assert other.original(document.id) == store.original(document.id)
        for one, two in zip(store.held_by(document.id), other.held_by(document.id), strict=True):
            assert (one[0].id, one[1].terms) == (two[0].id, two[1].terms)
            assert np.array_equal(one[1].vectors, two[1].vectors)
    assert other.keys_matching({"year": 2026}).tolist() == [1, 2]
    report = verify_store(other)
    verify_snapshot(other, caches.current(), report)
    assert report.problems == []
    assert len(caches.current().dense) == 3
    assert other.facts() == store.facts()
    assert left_behind(tmp_path) == left_behind(tmp_path / "other") == []


def test_an_import_into_documents_needs_to_be_told(exported: Path, other: Store) -> None:
    """Then equal documents stay as they are, with their keys, and the others come."""
    here, _ = add(other, prepared("丁"), prepared("己", source="b"))
    with pytest.raises(BadExport, match="holds 2 documents already; use --merge to add to them, or --home for another"):
        import_store(other, exported, fingerprints=FINGERPRINTS)
    assert other.sequence() == 2
    assert import_store(other, exported, fingerprints=FINGERPRINTS, merge=True) == Imported(2, 1)
    assert [passage.key for passage in other.passages_of(here)] == [1]
    assert other.totals() == (4, 4)
    assert import_store(other, exported, fingerprints=FINGERPRINTS, merge=True) == Imported(0, 3)
    assert verify_store(other).problems == []


def test_an_export_that_changed_by_itself_is_refused(exported: Path, other: Store, tmp_path: Path) -> None:
    """A flipped bit anywhere, a lost end, something added: nothing is imported, nothing left lying."""
    content = exported.read_bytes()
    places = [3, 20, 60, 120, *range(200, len(content), len(content) // 40), len(content) - 1]
    bad = tmp_path / "bad.wenqu"
    faults = [content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :] for place in places]
    for fault in [*faults, content[:-1], content[:200], content[:5], b"", content + b"\0", b"wenqu export 1 {}\n"]:
        bad.write_bytes(fault)
        with pytest.raises((BadExport, StoreTooNew), match=r"bad\.wenqu: (is damaged|is no export|its schema is)"):
            import_store(other, bad, fingerprints=FINGERPRINTS)
    assert (other.totals(), other.sequence()) == ((0, 0), 0)
    assert left_behind(tmp_path / "other") == []


def test_an_export_of_another_model_is_refused_with_both(exported: Path, other: Store) -> None:
    """It can be taken into an empty store to be rebuilt."""
    present = FINGERPRINTS | {"model": "hash-2"}
    with pytest.raises(BadExport, match=r"its model is hash-1, this service's is hash-2; .* --any-model .* rebuild"):
        import_store(other, exported, fingerprints=present)
    assert other.sequence() == 0
    assert import_store(other, exported, fingerprints=present, any_model=True) == Imported(3, 0)
    with pytest.raises(ModelMismatch):
        other.require(present)
    remake(other, *DOCUMENTS, model="hash-2")
    other.require(present)
    with pytest.raises(BadExport, match="its model is hash-1"):
        import_store(other, exported, fingerprints=present, merge=True, any_model=True)


def test_an_export_of_a_newer_program_is_refused(exported: Path, other: Store, tmp_path: Path) -> None:
    """The message names both versions."""
    bad = tmp_path / "bad.wenqu"
    bad.write_bytes(exported.read_bytes().replace(b'"schema":2', b'"schema":9'))
    with pytest.raises(StoreTooNew, match="its schema is 9, this program's is 2; a newer program made it"):
        import_store(other, bad, fingerprints=FINGERPRINTS)


def test_no_file_is_overwritten(store: Store, exported: Path) -> None:
    """Another export under the same name is refused."""
    content = exported.read_bytes()
    with pytest.raises(BadExport, match="is there already; choose another name"):
        export_store(store, exported)
    assert exported.read_bytes() == content


def test_where_nothing_can_be_written_nothing_is_left(store: Store, tmp_path: Path) -> None:
    """The folder is missing: the error names it."""
    add(store, *DOCUMENTS)
    with pytest.raises(StoreUnavailable, match="unable to open database"):
        export_store(store, tmp_path / "missing" / "all.wenqu")
    assert left_behind(tmp_path) == []


def test_an_import_that_fails_changes_nothing(exported: Path, other: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half the documents are copied when the disk is full."""

    def full(connection: sql.Connection) -> int:
        copy(connection)
        raise StoreFull("full")

    copy = changes.copy_documents
    monkeypatch.setattr(changes, "copy_documents", full)
    with pytest.raises(StoreFull):
        import_store(other, exported, fingerprints=FINGERPRINTS)
    assert (other.totals(), other.sequence(), list(other.facts())) == ((0, 0), 0, ["schema"])
    monkeypatch.undo()
    assert import_store(other, exported, fingerprints=FINGERPRINTS) == Imported(3, 0)


def test_damage_that_was_exported_is_still_damage(store: Store, other: Store, tmp_path: Path) -> None:
    """A row's digest goes with it."""
    (document, *_) = add(store, *DOCUMENTS)
    change(store.path, "UPDATE passages SET text = '假' WHERE key = 1")
    export_store(store, tmp_path / "all.wenqu")
    import_store(other, tmp_path / "all.wenqu", fingerprints=FINGERPRINTS)
    (problem,) = verify_store(other).problems
    assert f"remove document {document} and ingest it again" in problem
