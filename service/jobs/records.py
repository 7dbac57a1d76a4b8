"""What is remembered of jobs: a small file each, put in place whole, so that a restart can tell what became of them.

Takes    a folder in the home
Gives    Records: written, read; those of a process that died are told as interrupted
Touches  orjson, fcntl          Never  threads; what a job does

Each process holds a lock on a file of its own while it lives. A job that is unfinished and whose owner holds no lock
any more was interrupted: what it had stored by then stands in the index, of the files before in its record too, and
the rest never began.
"""

import fcntl
import os
import shutil
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import IO, Any

import orjson

from index.errors import StoreUnavailable
from service.errors import UnknownJob
from service.jobs.types import UNFINISHED, Job, JobFile

_MOST_KEPT = 200


def now() -> str:
    """Return the time as it is written down."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def ended(job: Job, state: Any) -> Job:
    """Return the job, and those of its files that were not finished, as `cancelled` or `interrupted`."""
    files = tuple(replace(file, state=state) if file.state in UNFINISHED else file for file in job.files)
    return replace(job, state=state, files=files, finished_at=now())


class Records:
    """The records of all processes on one home."""

    def __init__(self, folder: Path) -> None:
        """Take a folder, made if absent; tell the unfinished jobs of dead processes as interrupted.

        :raises StoreUnavailable: if it cannot be written.
        """
        self._folder = folder
        self.owner = token_hex(8)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._mark = self._lock_file(self.owner).open("wb")
        except OSError as error:
            raise StoreUnavailable(f"folder {folder}: cannot be written ({error.strerror}); set WENQU_HOME") from error
        fcntl.flock(self._mark, fcntl.LOCK_EX)
        self._sweep()

    def close(self) -> None:
        """Give up the lock: from now on other processes may tell what is unfinished here as interrupted."""
        self._mark.close()
        self._lock_file(self.owner).unlink(missing_ok=True)

    def new_id(self) -> str:
        """Return an id that no job has."""
        return token_hex(8)

    def files_of(self, job_id: str) -> Path:
        """Return the folder for what was sent with a job."""
        return self._folder / f"{job_id}.files"

    def forget_files(self, job_id: str) -> None:
        """Remove what was sent with a job."""
        shutil.rmtree(self.files_of(job_id), ignore_errors=True)

    def write(self, job: Job) -> None:
        """Put a job's record in place, whole."""
        unfinished = self._folder / f".{job.id}.{self.owner}.tmp"
        with unfinished.open("wb") as file:
            file.write(orjson.dumps(asdict(job)))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._folder / f"{job.id}.json")

    def read(self, job_id: str) -> Job:
        """Return a job of any process.

        :raises UnknownJob: if there is none, or its record cannot be read.
        """
        known = job_id.isascii() and job_id.isalnum()
        try:
            job = _job_from(orjson.loads((self._folder / f"{job_id}.json").read_bytes())) if known else None
        except (OSError, ValueError, TypeError, KeyError):
            job = None
        if job is None:
            raise UnknownJob(f"job {job_id!r} is not known; it may be long finished: list the jobs to see their ids")
        if job.state in UNFINISHED and not self._lives(job.owner):
            job = ended(job, "interrupted")
        return job

    def all(self) -> list[Job]:
        """Return all jobs of all processes, oldest first."""
        found = []
        for path in self._folder.glob("*.json"):
            try:
                found.append(self.read(path.stem))
            except UnknownJob:
                continue
        return sorted(found, key=lambda job: (job.created_at, job.id))

    def trim(self) -> None:
        """Forget the oldest jobs that have ended, when there are more than twice as many as are kept."""
        if sum(1 for _ in self._folder.glob("*.json")) <= 2 * _MOST_KEPT:
            return
        finished = [job for job in self.all() if job.state not in UNFINISHED]
        for job in finished[:-_MOST_KEPT]:
            (self._folder / f"{job.id}.json").unlink(missing_ok=True)

    def _sweep(self) -> None:
        for job in self.all():
            if job.state == "interrupted":
                self.write(job)
            if job.state not in UNFINISHED:
                self.forget_files(job.id)
        for mark in self._folder.glob("*.owner"):
            if not self._lives(mark.stem):
                mark.unlink(missing_ok=True)

    def _lives(self, owner: str) -> bool:
        if owner == self.owner:
            return True
        try:
            with self._lock_file(owner).open("rb") as mark:
                return not _lockable(mark)
        except FileNotFoundError:
            return False

    def _lock_file(self, owner: str) -> Path:
        return self._folder / f"{owner}.owner"


def _lockable(mark: IO[bytes]) -> bool:
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _job_from(shape: dict[str, Any]) -> Job:
    files = tuple(_file_from(file) for file in shape["files"])
    return Job(**{**shape, "files": files})


def _file_from(shape: dict[str, Any]) -> JobFile:
    # A record of an earlier version tells nothing of what lies inside a file.
    return JobFile(**{**shape, "documents": tuple(shape["documents"]), "inner": tuple(shape.get("inner", ()))})
