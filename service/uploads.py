"""One file that was sent into a collection: read, split, embedded, stored.

Takes    what was sent, its bytes, the collections
Gives    an Outcome for each document in it: it, or why it cannot be read
Never    HTTP, threads
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from corpus.readers import Reading, read_documents
from corpus.types import Document
from service.api.shapes import document_shape
from service.collections import Collections, Parts
from service.courtesy import Courtesy
from service.errors import BadRequest
from service.jobs import Outcome, Sent

# Where documents come from that no file on this machine holds.
SENT = "sent"

Progress = Callable[[int, int], None]


class Uploads:
    """Takes files into collections, stepping aside for questions."""

    def __init__(self, collections: Collections, courtesy: Courtesy) -> None:
        """Take the ready parts."""
        self._collections = collections
        self._courtesy = courtesy

    def __call__(self, collection: str, sent: Sent, data: bytes, progress: Progress) -> Iterator[Outcome]:
        """Take a file into a collection, made if absent; yield what became of each of its documents.

        :raises CorpusError: if nothing of it can be read.
        :raises BadRequest: if one title is given for several documents.
        """
        readings = readings_of(sent, data)
        total = sum(len(reading.document.text) for reading in readings if reading.document)
        passed = 0
        with self._collections.use(collection, create=True) as parts:
            for reading in readings:
                progress(passed, total)
                length = len(reading.document.text) if reading.document else 0
                yield taken_in(parts, sent, reading, self._within(progress, passed, length, total))
                passed += length

    def _within(self, progress: Progress, passed: int, length: int, total: int) -> Progress:
        """Return what counts one document's portions as a share of all the file's text, stepping aside between them."""

        def step(done: int, portions: int) -> None:
            progress(passed + length * done // portions, total)
            if done < portions:
                self._courtesy.give_way()

        return step


def readings_of(sent: Sent, data: bytes) -> tuple[Reading, ...]:
    """Read what was sent.

    :raises CorpusError: if nothing of it can be read.
    :raises BadRequest: if one title is given for several documents.
    """
    if sent.written:
        return (Reading("", Document(text=data.decode(), title=sent.name)),)
    readings = read_documents(data, sent.name)
    if sent.title is not None and len(readings) > 1:
        raise BadRequest(
            f"title is given for {sent.name}, which holds {len(readings)} documents; leave it out, each has its own",
            code="invalid_value",
            field="title",
        )
    return readings


def taken_in(parts: Parts, sent: Sent, reading: Reading, progress: Progress = lambda done, portions: None) -> Outcome:
    """Store one document of a file, under the title and metadata that were sent; tell the error of a bad one.

    One that is there already is described anew by metadata that were sent; without any it stays as it is.
    """
    if reading.document is None:
        return Outcome(reading.inner, error=reading.error)
    document = replace(
        reading.document,
        title=sent.title or reading.document.title,
        metadata={**reading.document.metadata, **sent.metadata},
    )
    before = parts.store.sequence()
    stored = parts.writer.add(document, SENT, describing=bool(sent.metadata), progress=progress)
    return Outcome(reading.inner, document_shape(stored), new=parts.store.sequence() > before)
