"""Named, separate corpora in one home: which there are, and the one door to the parts of each.

Takes    a home, a way to put parts together over a database
Gives    Collections: `use` hands out the Parts of one collection, opened when first asked for
Touches  the folders under the home          Never  HTTP; what a collection holds

The default collection is the home's own database; any other has a folder under `collections/`, called as it is called.
A name has one form whatever the writing: width, case and composition are made equal, and nothing but letters, digits,
`-` and `_` passes, so that no name leads out of that folder or is two collections on one disk and one on another.
"""

import shutil
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from index.errors import StoreUnavailable
from index.searcher import Searcher
from index.store import Store
from index.writer import Writer
from service.answering import Answerer
from service.errors import BadRequest, CollectionInUse, UnknownCollection

DEFAULT = "default"
DATABASE = "wenqu.db"

_FOLDER = "collections"
_LONGEST = 60
_REMOVED = ".removed-"
# How long a removal waits for calls under way.
_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What a collection is asked through."""

    store: Store
    searcher: Searcher
    writer: Writer
    answerer: Answerer

    def close(self) -> None:
        """Save what a later start need not make again, and close the database."""
        self.searcher.close()
        self.store.close()


@dataclass(slots=True)
class _Open:
    """The parts of a collection, which file they stand on, and how many calls use them now."""

    parts: Parts
    file: tuple[int, int] | None
    users: int = 0


def collection_name(written: str) -> str:
    """Return the one form of a collection's name.

    >>> collection_name("Ｌaws-2024")
    'laws-2024'

    :raises BadRequest: if it is no name.
    """
    name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", written).casefold())
    kinds = [unicodedata.category(character)[0] for character in name]
    speaking = kinds[:1] in (["L"], ["N"]) and all(
        kind in "LNM" or character in "-_" for kind, character in zip(kinds, name, strict=True)
    )
    if not speaking or len(name) > _LONGEST:
        shown = written if len(written) <= _LONGEST else f"{written[:20]}…"
        raise BadRequest(
            f"collection is {shown!r}: a name has 1 to {_LONGEST} letters of any script, digits, - and _, "
            "and begins with a letter or a digit",
            code="invalid_value",
            field="collection",
        )
    return name


def _is_name(name: str) -> bool:
    try:
        return collection_name(name) == name
    except BadRequest:
        return False


def database_of(home: Path, name: str) -> Path:
    """Return where the database of a collection is; `name` may be written in any form.

    :raises BadRequest: if it is no name.
    """
    name = collection_name(name)
    return home / DATABASE if name == DEFAULT else home / _FOLDER / name / DATABASE


def collection_names(home: Path) -> list[str]:
    """Return the names of all collections, the default one first: it is always there."""
    folder = home / _FOLDER
    found = folder.iterdir() if folder.is_dir() else ()
    # Some file systems give names back decomposed.
    names = {unicodedata.normalize("NFKC", each.name) for each in found if (each / DATABASE).is_file()}
    return [DEFAULT, *sorted(name for name in names - {DEFAULT} if _is_name(name))]


def require_collection(home: Path, name: str) -> Path:
    """Return the database of a collection that exists.

    :raises UnknownCollection: if it does not; the message names those that do.
    """
    path = database_of(home, name)
    if collection_name(name) != DEFAULT and not path.is_file():
        known = collection_names(home)
        others = f" and {len(known) - 8} more" if len(known) > 8 else ""
        raise UnknownCollection(
            f"collection {name!r} does not exist; there are {', '.join(known[:8])}{others}. "
            "Adding a document under a new name makes one"
        )
    return path


def require_removable(home: Path, name: str) -> Path:
    """Return the folder of a collection that can be removed.

    :raises BadRequest: for the default collection, which is always there.
    :raises UnknownCollection: if there is none of this name.
    """
    if collection_name(name) == DEFAULT:
        raise BadRequest(
            f"collection {DEFAULT!r} is always there and cannot be removed; remove its documents instead",
            code="invalid_value",
            field="collection",
        )
    return require_collection(home, name).parent


def remove_folder_of(home: Path, name: str) -> None:
    """Remove a collection's folder at one stroke: whoever looks sees all of it or nothing.

    :raises BadRequest: for the default collection, which is always there.
    :raises UnknownCollection: if there is none of this name.
    """
    folder = require_removable(home, name)
    going = folder.with_name(f"{_REMOVED}{token_hex(8)}")
    folder.rename(going)
    shutil.rmtree(going, ignore_errors=True)


class Collections:
    """The collections of one home. Safe to use from several threads; other processes may add and remove some."""

    def __init__(self, home: Path, open_parts: Callable[[Path], Parts], most_open: int = 8) -> None:
        """Take a way to open the parts over a database; so many at most stay open while nobody uses them."""
        self.home = home
        self._open_parts = open_parts
        self._most_open = most_open
        self._held: OrderedDict[str, _Open] = OrderedDict()
        self._lock = threading.Condition()
        # Opening takes long, and while one is opened those that are open must go on.
        self._opening = threading.Lock()
        for left in (home / _FOLDER).glob(f"{_REMOVED}*"):
            shutil.rmtree(left, ignore_errors=True)

    @contextmanager
    def use(self, name: str, *, create: bool = False) -> Iterator[Parts]:
        """Hand out the parts of a collection for the length of the block: there is no other way to them.

        :raises BadRequest: if it is no name.
        :raises UnknownCollection: if there is none of this name, and it is not to be made.
        """
        name = collection_name(name)
        entry = self._entered(name, create)
        try:
            yield entry.parts
        finally:
            with self._lock:
                entry.users -= 1
                if not entry.users and self._held.get(name) is not entry:
                    entry.parts.close()
                self._lock.notify_all()

    def names(self) -> list[str]:
        """Return the names of all collections, the default one first."""
        return collection_names(self.home)

    def totals(self, name: str) -> tuple[int, int]:
        """Return how many documents and passages a collection holds, without building what it is searched with."""
        with self._lock:
            entry = self._held.get(collection_name(name))
            if entry is not None:
                return entry.parts.store.totals()
        store = Store(require_collection(self.home, name))
        try:
            return store.totals()
        finally:
            store.close()

    def remove(self, name: str) -> None:
        """Remove a collection with all its documents, once the calls under way in it are done.

        :raises CollectionInUse: if they take too long; nothing is removed then.
        """
        name = collection_name(name)
        require_removable(self.home, name)
        with self._opening, self._lock:
            entry = self._held.pop(name, None)
            if entry is not None and not self._lock.wait_for(lambda: not entry.users, _PATIENCE_SECONDS):
                self._held[name] = entry
                raise CollectionInUse(f"collection {name!r} is being used; try again when its jobs are done")
            if entry is not None:
                entry.parts.close()
            remove_folder_of(self.home, name)

    def close(self) -> None:
        """Close all of them; no more are to be used."""
        with self._lock:
            for entry in self._held.values():
                entry.parts.close()
            self._held.clear()

    def _entered(self, name: str, create: bool) -> _Open:
        path = database_of(self.home, name)
        with self._lock:
            entry = self._present(name, path)
        if entry is not None:
            return entry
        with self._opening:
            with self._lock:
                entry = self._present(name, path)
            if entry is None:
                if not create:
                    require_collection(self.home, name)
                entry = _Open(self._open_parts(path), _file_at(path), users=1)
                with self._lock:
                    self._held[name] = entry
                    self._close_idle()
            return entry

    def _present(self, name: str, path: Path) -> _Open | None:
        """Return the open entry, one more user counted; none if another process has put another file in its place."""
        entry = self._held.get(name)
        if entry is None:
            return None
        file = _file_at(path)
        if file is None and name == DEFAULT:
            raise StoreUnavailable(f"database {path}: is gone; put it back, or start the service again")
        if file != entry.file:
            self._forget(name)
            return None
        entry.users += 1
        self._held.move_to_end(name)
        return entry

    def _close_idle(self) -> None:
        idle = [name for name, entry in self._held.items() if not entry.users and name != DEFAULT]
        for name in idle[: max(0, len(self._held) - self._most_open)]:
            self._forget(name)

    def _forget(self, name: str) -> None:
        """Close an entry now, or when its last user leaves."""
        entry = self._held.pop(name)
        if not entry.users:
            entry.parts.close()


def _file_at(path: Path) -> tuple[int, int] | None:
    """Return which file this is, whatever it is called; None if it is gone."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_dev, found.st_ino)
