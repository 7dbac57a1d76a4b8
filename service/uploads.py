"""One file that was sent into a collection: read, split, embedded, stored.

Takes    what was sent, its bytes, the collections
Gives    Outcome: the documents it holds now, and what of it failed
Never    HTTP, threads
"""

from collections.abc import Callable
from dataclasses import replace

from corpus.readers import Reading, read_documents
from corpus.types import Document
from service.api.shapes import document_shape
from service.collections import Collections, Parts
from service.courtesy import Courtesy
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

    def __call__(self, collection: str, sent: Sent, data: bytes, progress: Progress) -> Outcome:
        """Take a file into a collection, made if absent.

        :raises CorpusError: if nothing of it can be read.
        """
        readings = readings_of(sent, data)
        with self._collections.use(collection, create=True) as parts:
            before = parts.store.sequence()
            documents = tuple(
                document_shape(parts.writer.add(document, SENT, progress=self._stepping_aside(progress)))
                for document in documents_of(sent, readings)
            )
            return Outcome(documents, parts.store.sequence() > before, _failures(readings))

    def _stepping_aside(self, progress: Progress) -> Progress:
        def step(done: int, total: int) -> None:
            progress(done, total)
            if done < total:
                self._courtesy.give_way()

        return step


def readings_of(sent: Sent, data: bytes) -> tuple[Reading, ...]:
    """Read what was sent.

    :raises CorpusError: if nothing of it can be read.
    """
    if sent.written:
        return (Reading("", Document(text=data.decode(), title=sent.name)),)
    return read_documents(data, sent.name)


def documents_of(sent: Sent, readings: tuple[Reading, ...]) -> list[Document]:
    """Return the documents that were read, under the title and with the metadata that were sent."""
    return [
        replace(reading.document, title=sent.title or reading.document.title, metadata=_joined(reading.document, sent))
        for reading in readings
        if reading.document is not None
    ]


def add_now(parts: Parts, document: Document) -> Outcome:
    """Store one small document within the request."""
    before = parts.store.sequence()
    stored = parts.writer.add(document, SENT)
    return Outcome((document_shape(stored),), parts.store.sequence() > before)


def _joined(document: Document, sent: Sent) -> dict[str, str | int | float | bool]:
    return {**document.metadata, **sent.metadata}


def _failures(readings: tuple[Reading, ...]) -> dict[str, str] | None:
    failed = [reading for reading in readings if reading.error is not None]
    if not failed:
        return None
    first = failed[0]
    return {
        "code": "partly_unreadable",
        "message": f"{len(failed)} of {len(readings)} documents in it cannot be read; the first: {first.error}",
    }
