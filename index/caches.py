"""Both arms in step with the store: "apply every change after mine".

Takes    the store
Gives    a Snapshot: both arms at one sequence number, which never changes while it is searched
Touches  threading          Never  files: the caches live in memory, made from stored vectors and terms

Opening, following what another process wrote, and recovering are one motion. It needs no model, and a cache that is
never written to disk cannot be torn.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.dense import DenseSnapshot
from index.errors import IndexingError
from index.lexical import LexicalIndex, LexicalSnapshot
from index.store import Store
from index.types import Change, IndexedPassage, Keys, Terms

# Passages are applied in portions, so that building the caches does not hold every row in memory twice.
_PORTION = 20_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Both arms as they stood after the change `sequence`."""

    sequence: int
    dense: DenseSnapshot
    lexical: LexicalSnapshot


class Caches:
    """Holds the current snapshot of a store; any thread may ask for it, one at a time brings it up to date."""

    def __init__(self, store: Store, dimension: int, fingerprints: Mapping[str, str]) -> None:
        """Build the caches from what is stored.

        :raises ModelMismatch: if what is stored was made under other fingerprints.
        :raises StoreDamaged: if a stored passage does not match its digest.
        """
        self._store = store
        self._fingerprints = fingerprints
        self._dimension = dimension
        self._lock = threading.Lock()
        self._lexical, self._snapshot = self._nothing()
        self.current()

    def current(self) -> Snapshot:
        """Return a snapshot that shows every change committed before this call, by any process."""
        if self._store.sequence() > self._snapshot.sequence:
            with self._lock:
                self._catch_up()
        return self._snapshot

    def _nothing(self) -> tuple[LexicalIndex, Snapshot]:
        lexical = LexicalIndex()
        empty = lexical.apply((), np.empty(0, np.int64))
        return lexical, Snapshot(0, DenseSnapshot.empty(self._dimension), empty)

    def _catch_up(self) -> None:
        changes = self._store.changes_after(self._snapshot.sequence)
        if not changes:
            return
        try:
            self._store.require(self._fingerprints)
            self._snapshot = self._after(changes)
        except IndexingError:
            # The lexical index may hold half of the changes: begin again from nothing at the next call.
            self._lexical, self._snapshot = self._nothing()
            raise

    def _after(self, changes: Sequence[Change]) -> Snapshot:
        removed = _keys_of(change for change in changes if change.kind == "remove")
        dense, lexical = self._snapshot.dense.removing(removed), self._lexical.apply((), removed)
        for portion in self._portions(change for change in changes if change.kind == "add"):
            keys = np.array([passage.key for passage in portion], np.int64)
            rows = [len(passage.vectors) for passage in portion]
            dense = dense.adding(np.repeat(keys, rows), np.concatenate([passage.vectors for passage in portion]))
            lexical = self._lexical.apply(_terms_of(portion), np.empty(0, np.int64))
        return Snapshot(changes[-1].sequence, dense, lexical)

    def _portions(self, additions: Iterable[Change]) -> Iterable[list[IndexedPassage]]:
        """Yield the passages that were added and still exist. What a later change removed is simply not there."""
        portion: list[IndexedPassage] = []
        for first_key, last_key in _joined(additions):
            for passage in self._store.indexed_passages(first_key, last_key):
                portion.append(passage)
                if len(portion) == _PORTION:
                    yield portion
                    portion = []
        if portion:
            yield portion


def _joined(additions: Iterable[Change]) -> list[tuple[int, int]]:
    """Return the key ranges of the changes, neighbouring ones joined into one."""
    ranges: list[tuple[int, int]] = []
    for change in additions:
        if change.first_key > change.last_key:
            continue
        if ranges and change.first_key == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], change.last_key)
        else:
            ranges.append((change.first_key, change.last_key))
    return ranges


def _keys_of(changes: Iterable[Change]) -> Keys:
    ranges = [np.arange(change.first_key, change.last_key + 1, dtype=np.int64) for change in changes]
    return np.concatenate(ranges) if ranges else np.empty(0, np.int64)


def _terms_of(portion: list[IndexedPassage]) -> Iterable[tuple[int, Terms]]:
    return ((passage.key, passage.terms) for passage in portion)
