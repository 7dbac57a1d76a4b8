"""The vocabulary of jobs: frozen values, replaced as work goes on.

Takes    corpus.types, corpus.errors
Gives    Job, JobFile, Sent, Outcome, Cancelled          Never  threads, files
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from corpus.errors import CorpusError
from corpus.types import Metadata

JobState: TypeAlias = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
FileState: TypeAlias = Literal["waiting", "running", "added", "unchanged", "failed", "cancelled", "interrupted"]

UNFINISHED = ("waiting", "running")


class Cancelled(Exception):
    """Raised inside a piece of work, between two of its portions, to have it end without a trace."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a file: its name, a title and metadata that go over its own. A `written` text has no format."""

    name: str
    title: str | None = None
    metadata: Metadata = field(default_factory=dict)
    written: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document of a file: its name inside ("" if it is the file itself), and it or the error."""

    inner: str
    document: Mapping[str, Any] | None = None
    new: bool = False
    error: CorpusError | None = None


@dataclass(frozen=True, slots=True)
class JobFile:
    """One file of a job. `progress` is the share in [0, 1] of its text that is embedded.

    `inner` has what became of each document in it, where it is a file of several: name, state, document id, error.
    """

    name: str
    bytes: int
    state: FileState = "waiting"
    progress: float = 0.0
    documents: tuple[Mapping[str, Any], ...] = ()
    inner: tuple[Mapping[str, Any], ...] = ()
    error: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Files on their way into a collection. `owner` is the process that works on them."""

    id: str
    collection: str
    owner: str
    created_at: str
    files: tuple[JobFile, ...]
    state: JobState = "waiting"
    finished_at: str | None = None

    @property
    def done(self) -> int:
        """How many files are finished, in whatever way."""
        return sum(file.state not in UNFINISHED for file in self.files)

    @property
    def failed(self) -> int:
        """How many files failed."""
        return sum(file.state == "failed" for file in self.files)
