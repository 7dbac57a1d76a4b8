"""The store on a disk that fails: full, limited, read-only, vanished, or held by another process.

Takes    homes of their own, faults that need no privilege: limits of a process, of a database, permissions
Gives    tests          Never  a pass by skipping: each fault is made here
"""

import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
import sqlalchemy as sql

from index import database
from index.errors import StoreFull, StoreUnavailable
from index.store import Store
from index.verify import verify_store
from tests.index.fakes import FINGERPRINTS, ROOT, add, prepared
from tests.patience import patience

# What the limited process runs: it adds until its limit is met, and says what became of it.
ADD_UNTIL_THE_LIMIT = """
import resource, sys
from pathlib import Path
from index.errors import StoreUnavailable
from index.store import Store
from tests.index.fakes import FINGERPRINTS, add, prepared

store = Store(Path(sys.argv[1]))
print("+", *add(store, prepared("甲", source="first")), flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
for attempt in range(1000):
    try:
        print("+", *add(store, prepared("第%d行\\n乙" % attempt * 9, source=str(attempt))), flush=True)
    except StoreUnavailable as error:
        print("!", error, flush=True)
        break
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
try:
    add(store, prepared("丙"))
except StoreUnavailable as error:
    print("?", error, flush=True)
print("=", len(store.documents()), store.fault, flush=True)
"""

# What the process without rights runs: it opens what it may read, and tries to write.
READ_WHAT_IS_READ_ONLY = """
import os, sys
from pathlib import Path
from index.errors import StoreUnavailable
from index.store import Store
from tests.index.fakes import add, prepared

if not os.geteuid():
    os.setuid(65534)
store = Store(Path(sys.argv[1]))
print("=", len(store.documents()), len(list(store.indexed_passages(1, 99))), flush=True)
try:
    add(store, prepared("丙"))
except StoreUnavailable as error:
    print("!", error, flush=True)
print("?", store.fault, flush=True)
"""

REPLACE_THE_SAME = """
import sys
from pathlib import Path
from index.store import Store
from tests.index.fakes import FINGERPRINTS, prepared

store = Store(Path(sys.argv[1]))
for number in range(15):
    store.add(prepared(f"{sys.argv[2]} 的第 {number} 版", source="同"), fingerprints=FINGERPRINTS, replacing=True)
"""


def run(program: str, *arguments: str) -> list[str]:
    """Run a program to its end and return its lines."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def limit_pages(store: Store) -> Callable[[int], None]:
    """Give what lets the database grow to so many pages and no further: SQLite says what a full disk makes it say."""
    limit = [2**31 - 2]

    def checked_out(connection: sqlite.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={limit[0]}")

    sql.event.listen(store.database._engine, "checkout", checked_out)

    def set_limit(pages: int) -> None:
        limit[0] = pages

    return set_limit


def test_a_full_disk_changes_nothing_and_heals(store: Store, limit_pages: Callable[[int], None]) -> None:
    """It is told with the remedy, searches and removals go on, and the next write after room was made succeeds."""
    first, *_ = add(store, prepared("甲乙"))
    limit_pages(60)
    added = [first]
    with pytest.raises(StoreFull, match="is full; nothing was changed: make room on the disk and try again"):
        for number in count():
            added += add(store, prepared(f"第{number}行\n乙" * 9, source=str(number)))
    assert store.fault is not None and "make room on the disk" in store.fault
    assert [document.id for document in store.documents()] == added
    assert len(list(store.indexed_passages(1, 10**6))) == store.totals()[1]
    store.remove(added.pop(0))
    assert store.fault is None
    limit_pages(2**31 - 2)
    added += add(store, prepared("丙丁"))
    assert [document.id for document in store.documents()] == added
    assert verify_store(store).problems == []


def test_after_a_failed_write_nothing_is_written_until_the_next_start(tmp_path: Path) -> None:
    """The process may write no more than 200 kB: searches go on, what was acknowledged stays, the next start heals."""
    path = tmp_path / "wenqu.db"
    lines = run(ADD_UNTIL_THE_LIMIT, str(path))
    added = [line[2:] for line in lines if line.startswith("+")]
    (failed,) = (line for line in lines if line.startswith("!"))
    (refused,) = (line for line in lines if line.startswith("?"))
    assert "disk I/O error" in failed and "check that the disk has room" in failed
    assert refused[2:] == f"{failed[2:]}; then start again"
    assert lines[-1] == f"= {len(added)} {refused[2:]}"
    store = Store(path)
    assert [document.id for document in store.documents()] == added
    assert verify_store(store).problems == []
    add(store, prepared("丙"))
    store.close()


def test_a_read_only_home_is_read_by_those_who_may_not_write(store: Store) -> None:
    """Beside a process that has it open; a change is refused with the remedy."""
    add(store, prepared("甲\n乙"))
    home = store.path.parent
    # pytest's own two folders above are closed to others, and whoever has all rights must give them up to be refused.
    for path in home.parents[:2]:
        path.chmod(0o755)
    for path in home.iterdir():
        path.chmod(0o444)
    home.chmod(0o555)
    try:
        read, refused, fault = run(READ_WHAT_IS_READ_ONLY, str(store.path))
    finally:
        home.chmod(0o755)
    assert read == "= 1 2"
    assert "readonly database; check that the disk has room and that the folder can be written" in refused
    assert fault[2:] == refused[2:]


def test_a_home_that_vanished_takes_no_change_and_is_not_made_anew(store: Store, tmp_path: Path) -> None:
    """Acknowledged would be lost: the file is open, but nobody will ever find it. Put back, all goes on."""
    (kept,) = add(store, prepared("甲"))
    home, away = tmp_path / "home", tmp_path / "away"
    home.mkdir()
    moved = Store(home / "wenqu.db")
    add(moved, prepared("甲"))
    home.rename(away)
    with pytest.raises(StoreUnavailable, match="file was moved, removed or replaced while it was open; put it back"):
        add(moved, prepared("乙"))
    assert moved.fault is not None
    assert [document.id for document in moved.documents()] == [kept]
    assert not home.exists()
    home.mkdir()
    other = Store(home / "wenqu.db")
    with pytest.raises(StoreUnavailable, match="replaced while it was open"):
        add(moved, prepared("乙"))
    other.close()
    (home / "wenqu.db").unlink()
    home.rmdir()
    away.rename(home)
    add(moved, prepared("乙"))
    assert moved.fault is None
    assert len(moved.documents()) == 2
    moved.close()


def test_a_writer_that_holds_on_is_told_of(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change waits for another process's; for how long, and that nothing was changed, is said. It is no fault."""
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.2)
    impatient = Store(store.path)
    with store.database.writing():
        assert impatient.documents() == []
        with pytest.raises(StoreUnavailable, match=r"another process has been writing for 0\.2 seconds; .* try again"):
            add(impatient, prepared("甲"))
    assert impatient.fault is None
    add(impatient, prepared("甲"))
    impatient.close()


def test_a_change_waits_for_another(store: Store) -> None:
    """It succeeds as soon as the other is done."""
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with store.database.writing():
            entered.set()
            leave.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(20)
    threading.Timer(0.3, leave.set).start()
    with patience(20):
        add(store, prepared("甲"))
    holder.join()
    assert store.totals() == (1, 1)


def test_whoever_replaces_last_is_the_only_one_left(tmp_path: Path) -> None:
    """Four processes replace the same source: none fails, no update is lost, one document remains."""
    path = tmp_path / "wenqu.db"
    processes = [
        subprocess.Popen([sys.executable, "-c", REPLACE_THE_SAME, str(path), name], cwd=ROOT, stderr=subprocess.PIPE)
        for name in "甲乙丙丁"
    ]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    store = Store(path)
    (left,) = store.documents()
    assert store.original(left.id).text.endswith("的第 14 版")
    assert sum(change.kind == "add" for change in store.changes_after(0)) == 4 * 15
    assert verify_store(store).problems == []
    store.close()


def test_many_threads_that_add_the_same_document_add_one(store: Store) -> None:
    """One change, one document; each is told of it."""
    told: list[str] = []
    threads = [threading.Thread(target=lambda: told.extend(add(store, prepared("甲\n乙")))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert told == [store.documents()[0].id] * 12
    assert (store.totals(), store.sequence()) == ((1, 2), 1)


def test_many_threads_need_no_more_than_a_connection_each(store: Store) -> None:
    """Sixty of them read at once while one writes."""
    add(store, prepared("甲\n乙"))
    barrier = threading.Barrier(60)
    failures: list[BaseException] = []

    def read() -> None:
        try:
            barrier.wait(30)
            for _ in range(3):
                assert len(list(store.indexed_passages(1, 2))) == 2
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test tells it
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(60)]
    for thread in threads:
        thread.start()
    store.add(prepared("丙", source="c"), fingerprints=FINGERPRINTS)
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 60
