"""Collections: names that lead nowhere else, one door, no more open than may be.

Takes    workbench: parts that need no model, of whose collections two may stay open
Gives    tests
Touches  hypothesis          Never  HTTP
"""

import threading
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Document
from index.errors import StoreUnavailable
from service.collections import (
    DEFAULT,
    Collections,
    collection_name,
    collection_names,
    database_of,
    remove_folder_of,
)
from service.errors import BadRequest, CollectionInUse, UnknownCollection
from tests.service.fakes import Bench

NO_NAMES = [
    "",
    " ",
    ".",
    "..",
    "../x",
    "a/b",
    "a\\b",
    "／etc",
    "a\x00b",
    "-a",
    "_a",
    "a b",
    "a.b",
    "律\u202e法",
    "😀",
    "a" * 61,
]


@pytest.mark.parametrize("written", NO_NAMES)
def test_what_is_no_name_is_refused_with_the_rule(written: str) -> None:
    """The message shows what was written, and what may be."""
    with pytest.raises(BadRequest, match="1 to 60 letters of any script, digits, - and _") as caught:
        collection_name(written)
    assert caught.value.field == "collection"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("法规", "法规"),
        ("Laws", "laws"),
        ("Ｌａｗｓ", "laws"),
        ("cafe\u0301", "café"),
        ("Straße", "strasse"),
        ("2024-q1_b", "2024-q1_b"),
    ],
)
def test_one_name_has_one_form(written: str, name: str) -> None:
    """Case, width and composition make no other collection."""
    assert collection_name(written) == name == collection_name(name)


@given(st.text(max_size=70))
def test_no_name_leads_out_of_the_home(written: str) -> None:
    """Whatever is written is refused, or is a folder right under the home's, of a name that every disk can hold."""
    home = Path("/home/wenqu")
    try:
        path = database_of(home, written)
    except BadRequest:
        return
    name = collection_name(written)
    assert path == (home if name == DEFAULT else home / "collections" / name) / "wenqu.db"
    assert Path(name).name == name and len(name.encode()) <= 255
    assert collection_name(unicodedata.normalize("NFD", name)) == name


def add(collections: Collections, name: str, text: str) -> str:
    """Store a text in a collection, made if absent."""
    with collections.use(name, create=True) as parts:
        return parts.writer.add(Document(text=text, title=text[:4]), "sent").id


def test_collections_know_nothing_of_each_other(workbench: Bench) -> None:
    """The same text in two is two documents; what one does not hold, it does not find."""
    collections = workbench.collections
    add(collections, "山", "青山在北。")
    add(collections, "水", "绿水在南。")
    assert collections.names() == [DEFAULT, "山", "水"]
    assert [collections.totals(name)[0] for name in collections.names()] == [0, 1, 1]
    with collections.use("山") as parts:
        assert [hit.passage.text for hit in parts.searcher.search("绿水在哪里？")] in ([], ["青山在北。"])
        assert parts.store.documents()[0].title == "青山在北"


def test_an_unknown_one_is_told_with_those_that_exist(workbench: Bench, tmp_path: Path) -> None:
    """Nothing is made by asking."""
    add(workbench.collections, "山", "青山在北。")
    known = "does not exist; there are default, 山"
    with pytest.raises(UnknownCollection, match=known), workbench.collections.use("海"):
        pass
    assert not (tmp_path / "collections" / "海").exists()


def test_only_so_many_stay_open_and_none_that_is_used(workbench: Bench) -> None:
    """Two may stay open, the default among them; a third that is in use stays usable until its user leaves."""
    collections = workbench.collections
    for name in ("一", "二", "三"):
        add(collections, name, f"第{name}座山。")
    assert set(collections._held) == {DEFAULT, "三"}
    with collections.use("一") as first, collections.use("二") as second:
        assert first.store.totals() == second.store.totals() == (1, 1)
        assert set(collections._held) == {DEFAULT, "一", "二"}
    add(collections, "三", "第四座山。")
    assert set(collections._held) == {DEFAULT, "三"}


def test_removal_waits_for_its_users_and_leaves_nothing(workbench: Bench, tmp_path: Path) -> None:
    """A call under way is finished first; afterwards there is no folder, and the name may be used again."""
    collections = workbench.collections
    add(collections, "山", "青山在北。")
    with collections.use("山") as parts:
        removal = threading.Thread(target=collections.remove, args=("山",))
        removal.start()
        assert parts.store.totals() == (1, 1)
    removal.join(10)
    assert list((tmp_path / "collections").iterdir()) == []
    add(collections, "山", "南山在南。")
    with collections.use("山") as parts:
        assert [document.title for document in parts.store.documents()] == ["南山在南"]


def test_what_is_used_too_long_is_not_removed(workbench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays whole, and the message says what to do."""
    monkeypatch.setattr("service.collections._PATIENCE_SECONDS", 0.01)
    add(workbench.collections, "山", "青山在北。")
    with workbench.collections.use("山") as parts:
        with pytest.raises(CollectionInUse, match="try again"):
            workbench.collections.remove("山")
        assert parts.store.totals() == (1, 1)
    assert workbench.collections.totals("山") == (1, 1)


def test_the_default_one_cannot_be_removed(workbench: Bench) -> None:
    """Under no spelling."""
    with pytest.raises(BadRequest, match="always there"):
        workbench.collections.remove("Default")


def test_what_another_process_did_is_seen(workbench: Bench, tmp_path: Path) -> None:
    """A removed collection is unknown at once, one put in its place is opened anew; a vanished default is told."""
    collections = workbench.collections
    add(collections, "山", "青山在北。")
    remove_folder_of(tmp_path, "山")
    with pytest.raises(UnknownCollection), collections.use("山"):
        pass
    add(collections, "山", "南山在南。")
    assert collections.totals("山") == (1, 1)
    (tmp_path / "wenqu.db").rename(tmp_path / "away.db")
    with pytest.raises(StoreUnavailable, match=r"wenqu\.db: is gone; put it back"), collections.use(DEFAULT):
        pass


def test_a_removal_that_was_cut_short_is_finished_at_the_next_start(tmp_path: Path) -> None:
    """What is left of it is no collection, and goes."""
    left = tmp_path / "collections" / ".removed-0123"
    left.mkdir(parents=True)
    (left / "wenqu.db").write_bytes(b"half")
    assert collection_names(tmp_path) == [DEFAULT]
    Collections(tmp_path, lambda path: pytest.fail("nothing is to be opened"))
    assert not left.exists()
