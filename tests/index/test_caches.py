"""Both arms in step with the store, whoever wrote and however often.

Takes    documents made up; random histories of changes
Gives    tests          Never  models
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from index.caches import Snapshot
from index.errors import ModelMismatch, StoreDamaged
from index.store import Store
from tests.index.fakes import FINGERPRINTS, ROOT, HashEmbedder, add, caches_of, change, prepared, remake, terms_of

EMBEDDER = HashEmbedder()

ADD_AND_REMOVE = """
import sys
from pathlib import Path
from index.store import Store
from tests.index.fakes import FINGERPRINTS, prepared

store = Store(Path(sys.argv[1]))
store.add(prepared("丙丁", source="theirs"), fingerprints=FINGERPRINTS)
store.remove(sys.argv[2])
"""


def found_in(snapshot: Snapshot, line: str) -> tuple[list[int], list[int]]:
    """Return the keys that each arm finds for a line: the dense arm all, the lexical arm those with its characters."""
    dense = snapshot.dense.search(EMBEDDER.embed_questions([line])[0], 1000)
    lexical = snapshot.lexical.asked(terms_of(*line)).search(1000)
    return sorted(dense.keys.tolist()), sorted(lexical.keys.tolist())


def test_a_change_is_seen_at_the_next_call(store: Store) -> None:
    """Added, replaced, removed."""
    caches = caches_of(store)
    add(store, prepared("甲乙\n丙丁", source="a"))
    assert found_in(caches.current(), "甲") == ([1, 2], [1])
    second = store.add(prepared("甲丙", source="a"), fingerprints=FINGERPRINTS, replacing=True).id
    assert found_in(caches.current(), "甲") == ([3], [3])
    store.remove(second)
    assert found_in(caches.current(), "甲") == ([], [])
    assert caches.current().sequence == store.sequence() == 4


def test_what_another_process_did_is_seen_too(store: Store) -> None:
    """At the next call, without being told."""
    caches = caches_of(store)
    mine = store.add(prepared("甲乙"), fingerprints=FINGERPRINTS).id
    assert found_in(caches.current(), "甲") == ([1], [1])
    subprocess.run([sys.executable, "-c", ADD_AND_REMOVE, str(store.path), mine], cwd=ROOT, check=True)
    assert found_in(caches.current(), "甲") == ([2], [])
    assert found_in(caches.current(), "丙") == ([2], [2])


def test_a_snapshot_stays_what_it_was(store: Store) -> None:
    """A search that holds one is not disturbed by changes; nothing new means the same snapshot."""
    caches = caches_of(store)
    first = store.add(prepared("甲乙", source="a"), fingerprints=FINGERPRINTS).id
    held = caches.current()
    assert caches.current() is held
    for number in range(12):
        store.add(prepared(f"甲{number}"), fingerprints=FINGERPRINTS)
        caches.current()
    store.remove(first)
    assert found_in(caches.current(), "甲") == (list(range(2, 14)), list(range(2, 14)))
    assert found_in(held, "甲") == ([1], [1])
    assert (len(held.dense), len(held.lexical), held.sequence) == (1, 1, 1)


def test_an_empty_store_has_empty_caches(store: Store) -> None:
    """And a document without passages leaves them so."""
    caches = caches_of(store)
    assert found_in(caches.current(), "甲") == ([], [])
    store.add(prepared("甲", lines=False), fingerprints=FINGERPRINTS)
    assert found_in(caches.current(), "甲") == ([], [])
    assert caches.current().sequence == 1


def test_vectors_of_another_model_are_never_mixed_in(store: Store) -> None:
    """Neither at the start nor when another process rebuilds; agreeing again heals."""
    store.add(prepared("甲"), fingerprints=FINGERPRINTS)
    caches = caches_of(store)
    with pytest.raises(ModelMismatch, match="its model is hash-1, this service's is hash-2"):
        caches_of(store, FINGERPRINTS | {"model": "hash-2"})
    remake(store, prepared("甲"), model="hash-2")
    for _ in range(2):
        with pytest.raises(ModelMismatch, match="its model is hash-2, this service's is hash-1"):
            caches.current()
    remake(store, prepared("甲"), model="hash-1")
    assert found_in(caches.current(), "甲") == ([3], [3])


def test_a_damaged_passage_is_named_and_the_caches_heal_when_it_is_gone(store: Store) -> None:
    """Nothing half applied remains."""
    caches = caches_of(store)
    store.add(prepared("甲乙", source="a"), fingerprints=FINGERPRINTS)
    bad = store.add(prepared("甲丙\n甲丁", source="b"), fingerprints=FINGERPRINTS).id
    change(store.path, "UPDATE passages SET vectors = zeroblob(1024) WHERE key = 3")
    for _ in range(2):
        with pytest.raises(StoreDamaged, match=r"\(key 3\) does not match its digest"):
            caches.current()
    store.remove(bad)
    assert found_in(caches.current(), "甲") == ([1], [1])


class ManyHistories(RuleBasedStateMachine):
    """Add, replace, remove, write through another store, reopen: always what a dict says."""

    documents: Bundle[str] = Bundle("documents")
    texts = some.lists(some.text("甲乙丙", min_size=1, max_size=3), min_size=1, max_size=3).map("\n".join)

    @initialize()
    def begin(self) -> None:
        """Open an empty store in a folder of its own."""
        self.folder = Path(tempfile.mkdtemp())
        self.stores = [Store(self.folder / "wenqu.db"), Store(self.folder / "wenqu.db")]
        self.caches = caches_of(self.stores[0])
        self.held: dict[str, list[str]] = {}
        self.number = 0

    @rule(target=documents, text=texts, by=some.integers(0, 1))
    def add(self, text: str, by: int) -> str:
        """Add a document through either store."""
        return self._add(text, by, None)

    @rule(target=documents, former=consumes(documents), text=texts, by=some.integers(0, 1))
    def replace(self, former: str, text: str, by: int) -> str:
        """Replace one."""
        return self._add(text, by, former)

    @rule(former=consumes(documents), by=some.integers(0, 1))
    def remove(self, former: str, by: int) -> None:
        """Remove one."""
        self.stores[by].remove(former)
        del self.held[former]

    @rule(target=documents, known=consumes(documents))
    def add_again(self, known: str) -> str:
        """Adding what is there changes nothing."""
        sequence = self.stores[0].sequence()
        document = self.stores[0].original(known)
        source = self.stores[0].document(known).source
        self.stores[0].add(prepared(document.text, source=source), fingerprints=FINGERPRINTS)
        assert self.stores[0].sequence() == sequence
        return known

    @rule()
    def look(self) -> None:
        """Bring the caches up to date in between."""
        self.caches.current()

    @rule()
    def reopen(self) -> None:
        """Restart."""
        for store in self.stores:
            store.close()
        self.stores = [Store(self.folder / "wenqu.db") for _ in self.stores]
        self.caches = caches_of(self.stores[0])

    @invariant()
    def agree(self) -> None:
        """Documents, passages, both arms: all as the dict says, and as caches built anew say."""
        lines = sorted(line for held in self.held.values() for line in held)
        store = self.stores[0]
        assert {document.id for document in store.documents()} == self.held.keys()
        assert sorted(each.text for key in self.held for each in store.passages_of(key)) == lines
        snapshot, fresh = self.caches.current(), caches_of(self.stores[1]).current()
        for question in ("甲", "乙丙"):
            dense, lexical = found_in(snapshot, question)
            assert (dense, lexical) == found_in(fresh, question)
            assert sorted(passage.text for passage in store.passages(dense).values()) == lines
            with_it = [line for line in lines if set(line) & set(question)]
            assert sorted(passage.text for passage in store.passages(lexical).values()) == with_it
            vector = EMBEDDER.embed_questions([question])[0]
            keys = np.array(dense, np.int64)
            assert np.array_equal(snapshot.dense.scores(vector, keys), fresh.dense.scores(vector, keys))

    def teardown(self) -> None:
        """Leave nothing behind."""
        for store in getattr(self, "stores", []):
            store.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _add(self, text: str, by: int, former: str | None) -> str:
        self.number += 1
        source = str(self.number) if former is None else self.stores[by].document(former).source
        document = prepared(text, source=source)
        self.stores[by].add(document, fingerprints=FINGERPRINTS, replacing=former is not None)
        if former is not None:
            del self.held[former]
        self.held[document.id] = text.split("\n")
        return document.id


TestManyHistories = ManyHistories.TestCase
TestManyHistories.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
