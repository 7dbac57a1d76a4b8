"""The queue of jobs: order, cancelling, a full queue, stopping, and what a restart tells.

Takes    nothing
Gives    tests
Touches  threading          Never  the index, HTTP
"""

import errno
import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from corpus.errors import EmptyDocument
from index.errors import StoreFull
from service.errors import QueueFull, UnknownJob, verdict_on
from service.jobs import Job, Jobs, Outcome, Sent
from service.jobs.queue import Progress
from service.jobs.types import UNFINISHED

PATIENCE = 20.0


class Gate:
    """Work that a test lets go on portion by portion; a file called 空 cannot be read, one called 坏 is a defect."""

    def __init__(self) -> None:
        """Begin closed."""
        self.begun = threading.Semaphore(0)
        self.portions = threading.Semaphore(0)
        self.taken: list[tuple[str, bytes]] = []

    def __call__(self, collection: str, sent: Sent, data: bytes, progress: Progress) -> Iterator[Outcome]:
        """Take two portions for a file; before the second, one called 双 has given a document."""
        self.begun.release()
        if sent.name.startswith("空"):
            raise EmptyDocument(f"{sent.name}: holds no text")
        if sent.name.startswith("坏"):
            raise RuntimeError("secret")
        for done in (1, 2):
            assert self.portions.acquire(timeout=PATIENCE)
            progress(done, 2)
            if sent.name.startswith("双") and done == 1:
                yield Outcome("上", {"id": "上", "passages": 1}, new=True)
        new = (sent.name, data) not in self.taken
        self.taken.append((sent.name, data))
        yield Outcome("", {"id": sent.name, "passages": 1}, new)

    def open(self) -> None:
        """Hold nothing up any more."""
        self.portions.release(1000)


@pytest.fixture
def gate() -> Gate:
    """Give work that waits for the test."""
    return Gate()


@pytest.fixture
def jobs(tmp_path: Path, gate: Gate) -> Iterator[Jobs]:
    """Give a queue in which two jobs may wait."""
    made = Jobs(tmp_path / "jobs", gate, most_waiting=2)
    yield made
    gate.open()
    made.close(PATIENCE)


def files(*names: str) -> list[tuple[Sent, io.BytesIO]]:
    """Make files whose bytes are their names."""
    return [(Sent(name), io.BytesIO(name.encode())) for name in names]


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread brings about."""
    waiting = threading.Event()
    for _ in range(int(PATIENCE / 0.005)):
        if condition():
            return
        waiting.wait(0.005)
    raise AssertionError("it never came")


def ended(jobs: Jobs, job: Job) -> Job:
    """Return the job once it has ended."""
    until(lambda: jobs.find(job.id).state not in UNFINISHED)
    return jobs.find(job.id)


def test_files_are_taken_in_one_after_the_other(jobs: Jobs, gate: Gate, tmp_path: Path) -> None:
    """A bad file and a defect stop nothing; each file tells its own outcome, and nothing that was sent stays behind."""
    job = jobs.submit("山", files("一", "空", "坏", "一"))
    assert (job.state, job.done, [file.bytes for file in job.files]) == ("waiting", 0, [3, 3, 3, 3])
    gate.open()
    done = ended(jobs, job)
    assert (done.state, done.done, done.failed) == ("done", 4, 2)
    assert [file.state for file in done.files] == ["added", "failed", "failed", "unchanged"]
    assert [file.error["code"] for file in done.files if file.error] == ["empty_document", "internal_error"]
    assert "secret" not in str(done)
    assert gate.taken == [("一", "一".encode())] * 2
    until(lambda: not jobs.busy())
    assert sorted(path.suffix for path in (tmp_path / "jobs").iterdir()) == [".json", ".owner"]


def test_a_job_that_took_nothing_in_has_failed(jobs: Jobs) -> None:
    """State failed, so that a program need not look at each file."""
    assert ended(jobs, jobs.submit("山", files("空", "空空"))).state == "failed"


def test_progress_can_be_followed(jobs: Jobs, gate: Gate) -> None:
    """The share of the file under way grows."""
    job = jobs.submit("山", files("一"))
    gate.begun.acquire()
    gate.portions.release()
    until(lambda: jobs.find(job.id).files[0].progress == 0.5)
    assert jobs.find(job.id).state == "running"


def test_what_is_cancelled_leaves_no_trace(jobs: Jobs, gate: Gate) -> None:
    """The file under way is not taken in, those before it stay, those after it never begin; twice is once."""
    job, later = jobs.submit("山", files("一", "二", "三")), jobs.submit("山", files("四"))
    gate.portions.release(2)
    until(lambda: jobs.find(job.id).done == 1)
    assert jobs.cancel(later.id).state == "cancelled"
    threading.Timer(0.05, gate.portions.release).start()
    cancelled = jobs.cancel(job.id)
    assert (cancelled.state, [file.state for file in cancelled.files]) == (
        "cancelled",
        ["added", "cancelled", "cancelled"],
    )
    assert jobs.cancel(job.id) == cancelled
    assert [name for name, _ in gate.taken] == ["一"]


def test_what_came_before_the_cancelling_is_told(jobs: Jobs, gate: Gate) -> None:
    """A file of several documents: those that are stored stay, and the job says which."""
    job = jobs.submit("山", files("双"))
    gate.portions.release()
    until(lambda: jobs.find(job.id).files[0].progress == 0.5)
    threading.Timer(0.05, gate.portions.release).start()
    (file,) = jobs.cancel(job.id).files
    assert (file.state, [each["id"] for each in file.documents]) == ("cancelled", ["上"])
    assert file.inner == ({"name": "上", "state": "added", "document": "上", "error": None},)
    assert jobs._records.read(job.id).files == (file,)


def test_a_full_queue_says_when_to_come_again(jobs: Jobs, gate: Gate, tmp_path: Path) -> None:
    """One under way and two waiting; nothing of the third is kept."""
    jobs.submit("山", files("一"))
    gate.begun.acquire()
    for name in ("二", "三"):
        jobs.submit("山", files(name))
    before = sorted((tmp_path / "jobs").iterdir())
    with pytest.raises(QueueFull, match="2 jobs wait already; try again in 5 seconds") as caught:
        jobs.submit("山", files("四"))
    assert caught.value.retry_after == 5
    assert sorted((tmp_path / "jobs").iterdir()) == before


def test_stopping_finishes_the_file_under_way(tmp_path: Path, gate: Gate) -> None:
    """What never began is interrupted, and a restart tells it so."""
    jobs = Jobs(tmp_path / "jobs", gate)
    job = jobs.submit("山", files("一", "二"))
    gate.begun.acquire()
    threading.Timer(0.05, gate.open).start()
    jobs.close(PATIENCE)
    again = Jobs(tmp_path / "jobs", gate)
    told = again.find(job.id)
    again.close(0.0)
    assert (told.state, [file.state for file in told.files]) == ("interrupted", ["added", "interrupted"])


def test_stopping_does_not_wait_for_ever(tmp_path: Path, gate: Gate) -> None:
    """After its grace the file under way is ended between two portions, without a trace."""
    jobs = Jobs(tmp_path / "jobs", gate)
    job = jobs.submit("山", files("一"))
    gate.begun.acquire()
    threading.Timer(0.2, gate.portions.release).start()
    jobs.close(0.05)
    assert gate.taken == []
    again = Jobs(tmp_path / "jobs", gate)
    assert again.find(job.id).state == "interrupted"
    again.close(0.0)


def test_a_death_is_told_by_whoever_starts_next(tmp_path: Path, gate: Gate) -> None:
    """A process that holds its lock is alive, and its jobs are left alone; one that does not is dead."""
    jobs = Jobs(tmp_path / "jobs", gate)
    job = jobs.submit("山", files("一", "二"))
    gate.portions.release(2)
    until(lambda: jobs.find(job.id).done == 1)
    beside = Jobs(tmp_path / "jobs", gate)
    assert beside.find(job.id).state in UNFINISHED
    with pytest.raises(UnknownJob, match="belongs to another process"):
        beside.cancel(job.id)
    beside.close(0.0)
    jobs._records.close()  # all that other processes see of a kill -9
    after = Jobs(tmp_path / "jobs", gate)
    told = after.find(job.id)
    assert (told.state, [file.state for file in told.files]) == ("interrupted", ["added", "interrupted"])
    assert [each.id for each in after.all()] == [job.id]
    assert not (tmp_path / "jobs" / f"{job.id}.files").exists()
    after.close(0.0)
    gate.open()
    jobs._thread.join(0.1)


@pytest.mark.parametrize("job_id", ["", "0", "../x", "a.json", "一"])
def test_an_unknown_id_is_told(jobs: Jobs, job_id: str) -> None:
    """Also one that looks like a path."""
    with pytest.raises(UnknownJob, match="list the jobs"):
        jobs.find(job_id)


def test_a_disk_that_takes_no_records_stops_no_work(jobs: Jobs, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files are taken in, the job is told from memory, and the next one has its turn."""
    gate.open()
    with monkeypatch.context() as full:
        job = jobs.submit("山", files("一"))
        full.setattr(jobs._records, "write", _no_room)
        assert ended(jobs, job).state == "done"
        until(lambda: not jobs.busy())
        assert jobs.cancel(job.id).state == "done"
        with pytest.raises(StoreFull, match="no room for what was sent"):
            jobs.submit("山", files("二"))
    assert ended(jobs, jobs.submit("山", files("三"))).state == "done"
    assert [name for name, _ in gate.taken] == ["一", "三"]


def test_nothing_more_is_kept_on_a_disk_that_is_nearly_full(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused before a byte is written, with 507."""
    with monkeypatch.context() as full:
        full.setattr("index.room.disk_usage", lambda folder: SimpleNamespace(total=10**9, free=10**6))
        with pytest.raises(StoreFull, match=r"nothing is added below 50\.0 MB") as refused:
            jobs.submit("山", files("一"))
    verdict = verdict_on(refused.value)
    assert verdict is not None and verdict.status == 507
    assert (jobs.all(), list(jobs._folder.glob("*.files"))) == ([], [])


def _no_room(job: Job) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
