"""The queue: jobs wait in it, one thread works on them, anybody may look and cancel.

Takes    files that were sent; the work to do on one of them
Gives    Jobs: submit, find, cancel, close
Touches  threading          Never  HTTP, readers, the index: the work is handed in

One thread, because the model computes on every core already. A document is the unit: it is stored whole or, when it
is cancelled between two portions, not at all; those of its file that came before it stay, and are told.
"""

import errno
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, Protocol

from corpus.errors import CorpusError
from index.errors import IndexingError, StoreFull, StoreUnavailable
from index.room import require_room
from service.errors import QueueFull, ServiceError, UnknownJob
from service.jobs.outcomes import fault, told
from service.jobs.records import Records, ended, now
from service.jobs.types import UNFINISHED, Cancelled, Job, JobFile, Outcome, Sent

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

_MOST_WAITING = 32
_RETRY_SECONDS = 5


class Work(Protocol):
    """What is done with one file. It calls `progress` between portions, and ends at once if that raises Cancelled."""

    def __call__(self, collection: str, sent: Sent, data: bytes, progress: Progress) -> Iterator[Outcome]:
        """Take a file into a collection; yield what became of each of its documents as soon as it is stored."""


class Jobs:
    """The jobs of this process, and a view of those of others on the same home."""

    def __init__(self, folder: Path, work: Work, most_waiting: int = _MOST_WAITING) -> None:
        """Take a folder for records and for what was sent; `most_waiting` jobs may wait."""
        self._folder = folder
        self._records = Records(folder)
        self._work = work
        self._most_waiting = most_waiting
        # Those that have not ended, and those that ended without the disk taking their record.
        self._jobs: dict[str, Job] = {}
        self._sent: dict[str, tuple[Sent, ...]] = {}
        self._waiting: deque[str] = deque()
        self._cancelled: set[str] = set()
        self._stopping = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def submit(self, collection: str, files: Sequence[tuple[Sent, IO[bytes]]]) -> Job:
        """Keep what was sent, and return the job that will take it in.

        :raises QueueFull: if too many wait already; nothing is kept then.
        :raises StoreFull: if the disk has little or no room for what was sent.
        :raises StoreUnavailable: if it cannot be written.
        """
        self._require_place()
        require_room(self._folder)
        job_id = self._records.new_id()
        folder = self._records.files_of(job_id)
        try:
            folder.mkdir(mode=0o700)
            sizes = [_copied(stream, folder / str(number)) for number, (_, stream) in enumerate(files)]
            listed = tuple(JobFile(sent.name, size) for (sent, _), size in zip(files, sizes, strict=True))
            job = Job(job_id, collection, self._records.owner, now(), listed)
            with self._changed:
                self._require_place()
                self._records.write(job)
                self._jobs[job_id] = job
                self._sent[job_id] = tuple(sent for sent, _ in files)
                self._waiting.append(job_id)
                self._changed.notify_all()
        except OSError as error:
            self._records.forget_files(job_id)
            raise _not_kept(error) from error
        except BaseException:
            self._records.forget_files(job_id)
            raise
        return job

    def find(self, job_id: str) -> Job:
        """Return a job of this or of another process.

        :raises UnknownJob: if there is none.
        """
        with self._changed:
            own = self._jobs.get(job_id)
        return own or self._records.read(job_id)

    def all(self) -> list[Job]:
        """Return all jobs that are remembered, oldest first."""
        with self._changed:
            own = dict(self._jobs)
        return [own.get(job.id, job) for job in self._records.all()]

    def busy(self) -> bool:
        """Whether work waits or is under way here."""
        with self._changed:
            return any(job.state in UNFINISHED for job in self._jobs.values())

    def cancel(self, job_id: str) -> Job:
        """End a job: the file under way leaves no trace, those before it stay. One that has ended stays as it is.

        :raises UnknownJob: if there is none, or if another process works on it.
        """
        with self._changed:
            job = self._jobs.get(job_id)
            if job is not None and job.state in UNFINISHED:
                self._cancelled.add(job_id)
                if job_id in self._waiting:
                    self._waiting.remove(job_id)
                    self._finish(ended(job, "cancelled"))
                else:
                    self._changed.wait_for(lambda: not self._unfinished(job_id), 5.0)
        other = self.find(job_id)
        if other.state in UNFINISHED and job is None:
            raise UnknownJob(f"job {job_id!r} belongs to another process on this home; cancel it there")
        return other

    def cancel_all(self, collection: str) -> None:
        """End every job of a collection."""
        with self._changed:
            doomed = [job_id for job_id, job in self._jobs.items() if job.collection == collection]
        for job_id in doomed:
            self.cancel(job_id)

    def close(self, grace: float = 10.0) -> None:
        """Stop: the file under way is finished if it takes at most `grace` seconds; the rest is told as interrupted."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(grace)
        if self._thread.is_alive():
            with self._changed:
                self._cancelled.update(self._jobs)
            self._thread.join(grace)
        with self._changed:
            for job in [job for job in self._jobs.values() if job.state in UNFINISHED]:
                self._finish(ended(job, "interrupted"))
        self._records.close()

    def _require_place(self) -> None:
        if len(self._waiting) >= self._most_waiting:
            raise QueueFull(
                f"{self._most_waiting} jobs wait already; try again in {_RETRY_SECONDS} seconds", _RETRY_SECONDS
            )

    def _run(self) -> None:
        while (job := self._next()) is not None:
            # Cancelled comes this far where the job was given up meanwhile, because stopping could not wait for it.
            with suppress(Cancelled):
                self._perform(job)

    def _next(self) -> Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            if self._stopping:
                return None
            job = replace(self._jobs[self._waiting.popleft()], state="running")
            self._jobs[job.id] = job
            return job

    def _perform(self, job: Job) -> None:
        for number, sent in enumerate(self._sent[job.id]):
            if self._stopping or job.id in self._cancelled:
                break
            self._change(job.id, number, state="running")
            self._change(job.id, number, **self._done(job, number, sent))
        with self._changed:
            if self._unfinished(job.id):
                self._finish(_concluded(self._jobs[job.id], stopping=self._stopping))

    def _done(self, job: Job, number: int, sent: Sent) -> dict[str, Any]:
        """Do the work on one file and return what changes in it; whatever goes wrong is told, and stops nothing."""

        def progress(done: int, total: int) -> None:
            self._change(job.id, number, progress=round(done / total, 3) if total else 1.0)
            if job.id in self._cancelled:
                raise Cancelled

        outcomes: list[Outcome] = []
        try:
            data = (self._records.files_of(job.id) / str(number)).read_bytes()
            for outcome in self._work(job.collection, sent, data, progress):
                outcomes.append(outcome)
        except Cancelled:
            return told(outcomes) | {"state": "interrupted" if self._stopping else "cancelled"}
        except (CorpusError, IndexingError, ServiceError, OSError) as error:
            return told(outcomes) | {"error": fault(error)}
        except Exception:
            log.exception("job %s: file %d failed", job.id, number + 1)
            return told(outcomes) | {"error": {"code": "internal_error", "message": "the log tells more"}}
        return told(outcomes) | {"progress": 1.0}

    def _change(self, job_id: str, number: int, **changes: Any) -> None:
        with self._changed:
            job = self._jobs.get(job_id)
            if job is None or job.state not in UNFINISHED:
                raise Cancelled
            files = list(job.files)
            files[number] = replace(files[number], **changes)
            self._jobs[job_id] = replace(job, files=tuple(files))
            if "documents" in changes:
                self._written(self._jobs[job_id])

    def _unfinished(self, job_id: str) -> bool:
        return job_id in self._jobs and self._jobs[job_id].state in UNFINISHED

    def _written(self, job: Job) -> bool:
        """Write a job's record, if the disk takes it: what was stored is stored, whatever is remembered of the job."""
        try:
            self._records.write(job)
        except OSError:
            log.exception("the record of job %s cannot be written", job.id)
            return False
        return True

    def _finish(self, job: Job) -> None:
        """Keep only the record of a job that has ended; the lock is held."""
        if self._written(job):
            self._records.trim()
            self._jobs.pop(job.id)
        else:
            self._jobs[job.id] = job
        self._records.forget_files(job.id)
        self._sent.pop(job.id)
        self._cancelled.discard(job.id)
        self._changed.notify_all()


def _not_kept(error: OSError) -> IndexingError:
    """Return the failure to keep what was sent, in our own words."""
    if error.errno == errno.ENOSPC:
        return StoreFull("the disk has no room for what was sent; free some, then send it again")
    return StoreUnavailable(f"what was sent cannot be kept ({error.strerror}); check that the home can be written")


def _concluded(job: Job, *, stopping: bool) -> Job:
    if job.done < len(job.files) or any(file.state in ("cancelled", "interrupted") for file in job.files):
        return ended(job, "interrupted" if stopping else "cancelled")
    return replace(job, state="failed" if job.failed == len(job.files) else "done", finished_at=now())


def _copied(stream: IO[bytes], path: Path) -> int:
    size = 0
    with path.open("wb") as file:
        while portion := stream.read(1 << 20):
            size += file.write(portion)
    return size
