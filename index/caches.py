"""Both arms in step with the store: "apply every change after mine".

Takes    the store, and a folder for what need not be made again at the next start
Gives    a Snapshot: both arms at one sequence number, which never changes while it is searched
Touches  threading          Never  what the files hold (saved.py), models, segmentation

Opening, following what another process wrote, and recovering are one motion. It needs no model. Whatever is wrong with
a file, the arms are made from stored vectors and terms instead, and `state` says so.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from index.dense import DenseSnapshot, merge
from index.errors import IndexingError
from index.lexical import LexicalIndex, LexicalSnapshot
from index.parts import Part, PartData
from index.saved import Saved
from index.store import Store
from index.types import Change, IndexedPassage, Keys

log = logging.getLogger(__name__)

# Passages are applied in portions, so that building the caches does not hold every row in memory twice.
_PORTION = 5000
# So many rows may wait to be merged before whoever adds more does it himself.
_UNMERGED_ROWS = 200_000
# The keeper saves when nothing changed for so long, or when the first unsaved change is so old.
_IDLE_SECONDS = 3.0
_OLDEST_SECONDS = 60.0
_TICK_SECONDS = 0.5
_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Both arms as they stood after the change `sequence`."""

    sequence: int
    dense: DenseSnapshot
    lexical: LexicalSnapshot


@dataclass(frozen=True, slots=True)
class CacheState:
    """How the caches are: which change they show, which one the files hold, what was wrong with files, the recall.

    `recall` is the dense arm's recall@10, the least that was measured on a sample of any of its parts.
    """

    sequence: int
    saved_sequence: int
    problems: tuple[str, ...]
    recall: float


class Caches:
    """Holds the current snapshot of a store; any thread may ask for it, one at a time brings it up to date."""

    def __init__(
        self, store: Store, dimension: int, fingerprints: Mapping[str, str], folder: Path | None = None
    ) -> None:
        """Open the caches in `folder`, or build them from what is stored; without a folder they live in memory.

        :raises ModelMismatch: if what is stored was made under other fingerprints.
        :raises StoreDamaged: if a stored passage does not match its digest.
        """
        self._store = store
        self._fingerprints = fingerprints
        self._dimension = dimension
        self._lock = threading.Lock()
        self._saved = Saved(folder, {**fingerprints, "dimension": str(dimension)})
        self._change = ""
        self._lexical, self._snapshot = self._opened()
        self._changed_at = self._first_change_at = 0.0
        self._stopping = threading.Event()
        self.current()
        self._keeper = self._start_keeper() if folder else None
        self._finish = weakref.finalize(self, _finish, self._stopping, self._keeper, self._saved)

    def close(self) -> None:
        """Save, and stop what runs in the background; snapshots handed out can still be searched, no new one made."""
        self._stopping.set()
        if self._keeper is not None:
            # A large part may be in the making; whoever stops does not wait for it, nor for what is not saved.
            self._keeper.join(_STOP_SECONDS)
            try:
                if self._snapshot.sequence > self._saved.sequence and not self._keeper.is_alive():
                    self.save()
            except OSError as error:
                log.warning("caches cannot be saved: %s; the next start makes them anew", error)
        self._finish()

    def current(self) -> Snapshot:
        """Return a snapshot that shows every change committed before this call, by any process."""
        if self._store.sequence() > self._snapshot.sequence:
            with self._lock:
                self._catch_up()
        return self._snapshot

    def state(self) -> CacheState:
        """Return how the caches are."""
        snapshot = self._snapshot
        return CacheState(snapshot.sequence, self._saved.sequence, self._saved.problems, snapshot.dense.recall)

    def save(self) -> bool:
        """Write what is not written yet; return whether the files now hold the present state."""
        with self._lock:
            snapshot, change, settled = self._snapshot, self._change, self._saved.settle(self._lexical)
        return self._saved.save(snapshot.sequence, change, snapshot.dense, settled)

    def _nothing(self) -> tuple[LexicalIndex, Snapshot]:
        lexical = LexicalIndex(self._saved.new_lexical_folder())
        return lexical, Snapshot(0, DenseSnapshot.empty(self._dimension), lexical.commit())

    def _opened(self) -> tuple[LexicalIndex, Snapshot]:
        found = self._saved.load(self._change_at)
        if found is None:
            return self._nothing()
        lexical, dense, sequence = found
        self._change = self._change_at(sequence)
        return lexical, Snapshot(sequence, dense, lexical.snapshot())

    def _change_at(self, sequence: int) -> str:
        """Return the change with this number as text, so that another history with the same numbers is told apart."""
        changes = self._store.changes_after(sequence - 1)
        return repr(changes[0]) if changes and changes[0].sequence == sequence else ""

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
        self._change = repr(changes[-1])
        self._changed_at = time.monotonic()
        self._first_change_at = self._first_change_at or self._changed_at

    def _after(self, changes: Sequence[Change]) -> Snapshot:
        removed = _keys_of(change for change in changes if change.kind == "remove")
        dense = self._snapshot.dense.removing(removed)
        self._lexical.remove(removed)
        for portion in self._portions(change for change in changes if change.kind == "add"):
            keys = np.array([passage.key for passage in portion], np.int64)
            rows = [len(passage.vectors) for passage in portion]
            dense = dense.adding(np.repeat(keys, rows), np.concatenate([passage.vectors for passage in portion]))
            self._lexical.add((passage.key, passage.written) for passage in portion)
            if sum(part.count for part in dense.parts if not part.data.quantised) > _UNMERGED_ROWS:
                dense = dense.compacted(self._make)
        if not self._keeping:
            dense = dense.compacted(self._make)
        return Snapshot(changes[-1].sequence, dense, self._lexical.commit())

    @property
    def _keeping(self) -> bool:
        """Whether a thread merges parts meanwhile."""
        return getattr(self, "_keeper", None) is not None

    def _portions(self, additions: Iterable[Change]) -> Iterator[list[IndexedPassage]]:
        """Yield the passages that were added and still exist. What a later change removed is simply not there."""
        passages = (
            passage
            for first_key, last_key in _joined(additions)
            for passage in self._store.indexed_passages(first_key, last_key)
        )
        while portion := list(islice(passages, _PORTION)):
            yield portion

    def _make(self, parts: Sequence[Part]) -> PartData:
        return self._saved.make(parts)

    def _start_keeper(self) -> threading.Thread:
        # It holds the caches weakly, so that they can be forgotten without being closed.
        keeper = threading.Thread(
            target=_keep, args=(weakref.ref(self), self._stopping), name="wenqu-caches", daemon=True
        )
        keeper.start()
        return keeper

    def tend(self) -> None:
        """Merge parts that should be one, and save if it is time; the keeper calls it all the time."""
        parts = self._snapshot.dense.unmerged()
        if parts:
            data = merge(parts, self._make)
            with self._lock:
                dense = self._snapshot.dense.merged(parts, data)
                self._snapshot = Snapshot(self._snapshot.sequence, dense, self._snapshot.lexical)
            return
        now = time.monotonic()
        idle = now - self._changed_at > _IDLE_SECONDS or now - self._first_change_at > _OLDEST_SECONDS
        if self._snapshot.sequence > self._saved.sequence and idle and self.save():
            self._first_change_at = 0.0


def cache_folder(database: Path) -> Path:
    """Return where the caches of a database lie: beside it, for they are nothing without it."""
    return database.with_suffix(".caches")


def _keep(caches: weakref.ref[Caches], stopping: threading.Event) -> None:
    while not stopping.wait(_TICK_SECONDS):
        held = caches()
        if held is None:
            return
        try:
            held.tend()
        except (OSError, IndexingError) as error:
            # A full disk is no reason to stop answering: what is not saved is made again at the next start.
            log.warning("caches cannot be saved: %s; free some room, answers go on", error)
        del held


def _finish(stopping: threading.Event, keeper: threading.Thread | None, saved: Saved) -> None:
    stopping.set()
    if keeper is not None and keeper is not threading.current_thread():
        keeper.join(_STOP_SECONDS)
    saved.close()


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
