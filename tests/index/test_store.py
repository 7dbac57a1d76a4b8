"""The store: what is stored comes back as it was, what is removed is gone, changes are seen by everybody.

Takes    documents made up, databases in folders of their own
Gives    tests          Never  the network
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from corpus.types import Block, Document, Heading, Section
from index.errors import ModelMismatch, StoreDamaged, UnknownDocument
from index.rows import label_value
from index.store import Store
from index.types import Change, PreparedDocument
from index.verify import verify_store
from tests.index.fakes import FINGERPRINTS, add, change, prepared, remake


def test_what_is_stored_comes_back_as_it_was(store: Store) -> None:
    """The document with all that its reader settled, the passages with terms and vectors."""
    made = prepared("甲乙\n丙", title="题", source="a.txt", year=2026, free=True, share=0.5)
    document = Document(
        made.document.text,
        "题",
        (Heading(0, 2, 1, "甲乙"),),
        made.document.metadata,
        "gb18030",
        (0, 3),
        (Block(0, 2, "table"), Block(3, 4, "code")),
    )
    section = Section(0, 4, "题", "section", ("上", "中"))
    made = PreparedDocument(made.id, made.source, document, (section,), made.passages)
    stored = store.add(made, fingerprints=FINGERPRINTS)
    assert store.document(made.id) == stored == store.documents()[0] == store.by_source("a.txt")
    assert (stored.title, stored.source, stored.characters, stored.passages) == ("题", "a.txt", 4, 2)
    assert stored.sections == (section,)
    assert store.original(made.id) == document
    passages = store.passages_of(made.id)
    assert [(passage.text, passage.start, passage.end, passage.page) for passage in passages] == [
        ("甲乙", 0, 2, 1),
        ("丙", 3, 4, 2),
    ]
    assert store.passages([passage.key for passage in passages] + [99]) == {each.key: each for each in passages}
    for indexed, new in zip(store.indexed_passages(1, 99), made.passages, strict=True):
        assert indexed.terms == new.terms
        assert np.array_equal(indexed.vectors, new.vectors)


def test_adding_again_changes_nothing(store: Store) -> None:
    """The same document, also after the store was opened anew."""
    (first,) = add(store, prepared("甲\n乙"))
    sequence, passages = store.sequence(), store.passages_of(first)
    again = Store(store.path)
    assert add(again, prepared("甲\n乙")) == [first]
    assert (again.sequence(), again.passages_of(first), again.totals()) == (sequence, passages, (1, 2))
    again.close()


def test_a_document_without_passages_is_stored(store: Store) -> None:
    """And its coming is a change of no keys."""
    (empty,) = add(store, prepared("甲", lines=False))
    assert store.document(empty).passages == 0
    assert store.changes_after(0) == [Change(1, "add", empty, 1, 0)]
    store.remove(empty)
    assert store.documents() == []


def test_documents_are_listed_in_the_order_they_came(store: Store) -> None:
    """Also those of one second."""
    assert [document.id for document in store.documents()] == []
    ids = add(store, *(prepared(f"第{number}篇") for number in range(20)))
    assert [document.id for document in store.documents()] == ids
    store.remove(ids.pop(3))
    ids += add(store, prepared("最后一篇"))
    assert [document.id for document in store.documents()] == ids


def test_replacing_is_one_change_for_everybody(store: Store) -> None:
    """The former document is gone when the new one is there; its keys are never given again."""
    former, other = add(store, prepared("甲\n乙", source="a"), prepared("丙", source="b"))
    new = store.add(prepared("甲\n丁", source="a"), fingerprints=FINGERPRINTS, replacing=True).id
    assert {document.id for document in store.documents()} == {other, new}
    kinds = [(each.kind, each.document_id, each.first_key, each.last_key) for each in store.changes_after(2)]
    assert kinds == [("remove", former, 1, 2), ("add", new, 4, 5)]
    assert list(store.passages([1, 2])) == []


def test_a_replacement_that_fails_leaves_the_former(store: Store) -> None:
    """Nothing of it remains."""
    (former,) = add(store, prepared("甲", source="a"))
    sequence = store.sequence()
    with pytest.raises(ModelMismatch):
        store.add(prepared("乙", source="a"), fingerprints={"model": "hash-2"}, replacing=True)
    made = prepared("乙\n丙", source="a")
    twice = replace(made, passages=(made.passages[0], made.passages[0]))
    with pytest.raises(StoreDamaged, match="UNIQUE constraint failed"):
        store.add(twice, fingerprints=FINGERPRINTS, replacing=True)
    assert [document.id for document in store.documents()] == [former]
    assert store.sequence() == sequence
    assert store.totals() == (1, 1)


def test_what_is_said_of_a_document_changes_without_its_passages(store: Store) -> None:
    """One change, in which they keep their keys; filters go by the new words, its date and its place stay."""
    add(store, prepared("甲\n乙", source="a", year=2025, draft=True), prepared("丙", source="b"))
    former, other = store.documents()
    passages = store.held_by(former.id)
    new = store.add(prepared("甲\n乙", source="a", year=2026), fingerprints=FINGERPRINTS, replacing=True)
    assert store.documents() == [new, other] and dict(new.metadata) == {"year": 2026}
    assert (new.id, new.added_at, store.totals()) == (former.id, former.added_at, (2, 3))
    assert [stored for stored, _ in store.held_by(new.id)] == [stored for stored, _ in passages]
    assert store.changes_after(2) == [Change(3, "describe", new.id, 1, 2)]
    assert [len(store.keys_matching(each)) for each in ({"year": 2025}, {"draft": True}, {"year": 2026})] == [0, 0, 2]
    assert not verify_store(store).problems


def test_passages_that_would_be_others_are_replaced(store: Store) -> None:
    """Also where only the reader's marks cut the same text otherwise, or a row is not what it was."""
    add(store, prepared("甲\n乙", source="a"))
    made = prepared("甲\n乙", source="a", year=2026)
    store.add(replace(made, passages=made.passages[:1]), fingerprints=FINGERPRINTS, replacing=True)
    assert [each.kind for each in store.changes_after(0)] == ["add", "remove", "add"]
    change(store.path, "UPDATE passages SET text = '丁' WHERE key = 3")
    assert verify_store(store).problems
    store.add(made, fingerprints=FINGERPRINTS, replacing=True)
    assert not verify_store(store).problems
    assert [stored.key for stored, _ in store.held_by(made.id)] == [4, 5]


def test_describing_anew_removes_others_of_the_source(store: Store) -> None:
    """In the same transaction, as every replacement does."""
    kept, other = add(store, prepared("甲", source="a"), prepared("乙", source="a"))
    store.add(prepared("甲", source="a", year=2026), fingerprints=FINGERPRINTS, replacing=True)
    assert [document.id for document in store.documents()] == [kept]
    told = [(each.kind, each.document_id) for each in store.changes_after(2)]
    assert told == [("describe", kept), ("remove", other)]


def test_replacing_leaves_one_document_of_a_source(store: Store) -> None:
    """However many there were, whoever added them."""
    other = add(store, prepared("丁", source="b"))
    add(store, prepared("甲", source="a"), prepared("乙", source="a"))
    new = store.add(prepared("丙", source="a"), fingerprints=FINGERPRINTS, replacing=True).id
    assert [document.id for document in store.documents()] == [*other, new]
    assert store.add(prepared("丙", source="a"), fingerprints=FINGERPRINTS, replacing=True).id == new


def test_what_was_removed_is_nowhere(store: Store) -> None:
    """Not by id, source, key or filter; removing it again says so."""
    kept, gone = add(store, prepared("甲", source="a"), prepared("乙\n丙", source="b", year=2026))
    store.remove(gone)
    assert [document.id for document in store.documents()] == [kept]
    assert store.by_source("b") is None
    assert store.passages([2, 3]) == {}
    assert not len(store.keys_matching({"year": 2026}))
    for ask in (store.document, store.original, store.passages_of, store.remove):
        with pytest.raises(UnknownDocument, match=f"'{gone}' is not in the index"):
            ask(gone)
    assert add(store, prepared("乙\n丙", source="b")) == [gone]
    assert [passage.key for passage in store.passages_of(gone)] == [4, 5]


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        ({}, [1, 2, 3, 4]),
        ({"year": 2025}, [1, 2]),
        ({"year": 2025.0}, [1, 2]),
        ({"year": "2025"}, []),
        ({"year": [2025, 2026]}, [1, 2, 3]),
        ({"year": []}, []),
        ({"share": 0.5}, [3]),
        ({"free": True}, [1, 2]),
        ({"free": 1}, []),
        ({"kind": "通知"}, [1, 2, 4]),
        ({"kind": "通知", "year": 2025}, [1, 2]),
        ({"kind": "通知", "year": 2026}, []),
        ({"title": "乙题"}, [3]),
        ({"source": ["a", "c"]}, [1, 2, 4]),
        ({"missing": "x"}, []),
        ({"year": 1e300}, []),
        ({"kind": "' OR 1=1 --"}, []),
    ],
)
def test_filters_are_equality_with_one_or_any_of_several(store: Store, filters: Any, keys: list[int]) -> None:
    """Of the right type: 1 is 1.0 but neither "1" nor true; every filter must hold."""
    add(
        store,
        prepared("甲\n乙", source="a", year=2025, free=True, kind="通知"),
        prepared("丙", title="乙题", source="b", year=2026, share=0.5, kind="公告"),
        prepared("丁", source="c", kind="通知"),
    )
    assert store.keys_matching(filters).tolist() == keys


def test_a_filter_by_id_gives_that_document(store: Store) -> None:
    """One or several."""
    first, second = add(store, prepared("甲\n乙"), prepared("丙"))
    assert store.keys_matching({"document_id": first}).tolist() == [1, 2]
    assert store.keys_matching({"document_id": [first, second, "none"]}).tolist() == [1, 2, 3]


@pytest.mark.parametrize("value", [1e300, -1e300, 2.0**63, float("inf"), 10**18, "", "甲", False])
def test_every_value_can_be_written_for_comparison(value: Any) -> None:
    """Also numbers beyond 64 bits."""
    assert isinstance(label_value(value), str)


def test_two_stores_on_one_file_see_each_others_changes(store: Store) -> None:
    """Each change as soon as it is acknowledged."""
    other = Store(store.path)
    (first,) = add(store, prepared("甲"))
    assert other.document(first).id == first
    (second,) = add(other, prepared("乙"))
    other.remove(first)
    assert [document.id for document in store.documents()] == [second]
    assert store.sequence() == other.sequence() == 3
    other.close()


def test_a_rebuild_gives_new_keys_under_the_new_fingerprints(store: Store) -> None:
    """The documents stay what they were, ids and dates too; those without passages as well."""
    ids = add(store, prepared("甲\n乙"), prepared("空", lines=False), prepared("丙"))
    former = store.documents()
    remake(store, prepared("甲\n乙"), prepared("空", lines=False), prepared("丙"), model="hash-2")
    assert store.documents() == former
    assert [passage.key for each in ids for passage in store.passages_of(each)] == [4, 5, 6]
    assert store.facts()["model"] == "hash-2"
    assert verify_store(store).problems == []
    assert [path.name for path in store.path.parent.iterdir() if path.name.startswith("rebuild")] == []


def test_a_title_that_a_rebuild_settles_anew_is_what_filters_compare(store: Store) -> None:
    """The labels follow the documents."""
    (document,) = add(store, prepared("甲\n乙"))
    made = prepared("甲\n乙")
    remake(store, replace(made, document=replace(made.document, title="新题")), model="hash-2")
    assert store.document(document).title == "新题"
    assert store.keys_matching({"title": "新题"}).tolist() == [3, 4]
    assert store.keys_matching({"title": "题"}).tolist() == []
