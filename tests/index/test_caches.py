"""The caches follow the store: any order of changes, by anybody, leaves what building anew would give."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from index.caches import Caches
from index.errors import ModelMismatch, StoreDamaged
from index.store import Store
from index.types import Terms
from tests.index.test_store import UNDER, prepared

QUESTION = np.full(4, 0.5, np.float32)


def found_by(caches: Caches, store: Store) -> tuple[set[str], set[str]]:
    """Return the documents that each arm finds for a question that every passage answers."""
    snapshot = caches.current()
    terms = Terms(("gb/t-7714",), (), ())
    both = [snapshot.dense.search(QUESTION, 500).keys.tolist(), snapshot.lexical.search(terms, 500).keys.tolist()]
    dense, lexical = ({passage.document_id for passage in store.passages(keys).values()} for keys in both)
    return dense, lexical


class Following(RuleBasedStateMachine):
    """One process searches while another one writes; a plain set is the model of what must be found."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self._path = Path(self._folder.name) / "wenqu.db"
        self._writing, self._reading = Store(self._path), Store(self._path)
        self._caches = Caches(self._reading, 4, UNDER)
        self._model: set[str] = set()

    @rule(name=st.sampled_from("甲乙丙丁戊"), passages=st.integers(1, 4))
    def add(self, name: str, passages: int) -> None:
        """Add a document; one that is there stays."""
        self._writing.add(prepared(name, passages=passages), fingerprints=UNDER)
        self._model.add(name)

    @rule(name=st.sampled_from("甲乙丙丁戊"))
    def remove(self, name: str) -> None:
        """Remove a document if it is there."""
        if name in self._model:
            self._writing.remove(name)
            self._model.remove(name)

    @rule(new=st.sampled_from("己庚"), former=st.sampled_from("甲乙丙丁戊"))
    def replace(self, new: str, former: str) -> None:
        """Put a document in another one's place."""
        if former in self._model and new not in self._model:
            self._writing.add(prepared(new), fingerprints=UNDER, replaces=former)
            self._model = (self._model - {former}) | {new}

    @rule()
    def restart(self) -> None:
        """Build the caches anew."""
        self._caches = Caches(self._reading, 4, UNDER)

    @invariant()
    def both_arms_find_exactly_what_is_there(self) -> None:
        """Neither a ghost nor a gap."""
        assert found_by(self._caches, self._reading) == (self._model, self._model)

    def teardown(self) -> None:
        """Close what was opened."""
        self._writing.close()
        self._reading.close()
        self._folder.cleanup()


TestFollowing = Following.TestCase
TestFollowing.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)


def test_a_snapshot_in_hand_stays_as_it_is(store: Store) -> None:
    """A search that began before a removal ends on the state that it began with."""
    store.add(prepared("甲"), fingerprints=UNDER)
    caches = Caches(store, 4, UNDER)
    former = caches.current()
    store.remove("甲")
    assert len(caches.current().dense) == len(caches.current().lexical) == 0
    assert len(former.dense) == len(former.lexical) == 2


def test_another_model_s_vectors_are_never_served(store: Store) -> None:
    """Neither at the start nor when somebody rebuilds under a running service."""
    store.add(prepared("甲"), fingerprints=UNDER)
    with pytest.raises(ModelMismatch):
        Caches(store, 4, {"model": "m2"})
    caches = Caches(store, 4, UNDER)
    store.replace_passages([prepared("甲")], fingerprints={"model": "m2", "terms": "t1"}, sequence=1)
    with pytest.raises(ModelMismatch):
        caches.current()


def test_after_damage_is_mended_it_begins_again_from_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half-applied changes are not applied twice."""
    caches = Caches(store, 4, UNDER)
    store.add(prepared("甲"), fingerprints=UNDER)
    whole = store.indexed_passages

    def torn(first: int, last: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
        yield from list(whole(first, last))[:1]
        raise StoreDamaged("a row")

    monkeypatch.setattr(store, "indexed_passages", torn)
    with pytest.raises(StoreDamaged):
        caches.current()
    monkeypatch.undo()
    assert (len(caches.current().dense), len(caches.current().lexical)) == (2, 2)
