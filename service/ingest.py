"""Files into the store: each read, split, embedded and stored on its own, so that one bad file stops nothing.

Takes    paths, a writer
Gives    per document what became of it; an archive or a file of records holds several
Never    the terminal: whoever calls shows it
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes, urlsplit

import orjson

from corpus.errors import CorpusError, LimitExceeded
from corpus.readers import LARGEST_FILE, Reading, ReadOptions, read_document, read_documents
from corpus.types import Document, Metadata
from index.errors import UnknownDocument
from index.store import Store
from index.types import StoredDocument
from index.writer import Progress, Writer
from service.errors import BadSidecar
from service.ledger import Ledger, Note, digest_of
from service.sidecars import read_sidecar

_MANY = 100

SAMPLE_FOLDER = Path(__file__).resolve().parent.parent / "corpus" / "documents"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a file, or of the document called `inner` inside it: the stored document, or the error."""

    path: Path
    document: StoredDocument | None
    error: str | None
    unchanged: bool = False
    inner: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How files are taken in: metadata for all of them, and how records are read."""

    metadata: Metadata
    options: ReadOptions | None = None

    def digest(self, beside: Metadata) -> str:
        """Return what changes when files would be taken in otherwise; `beside` is what the sidecar says."""
        options = self.options and [self.options.text_field, self.options.title_field, self.options.metadata_fields]
        return digest_of(orjson.dumps([self.metadata, beside, options], option=orjson.OPT_SORT_KEYS))


class Ingester:
    """Takes files into one store: one that is as it was is passed over, a changed one replaces its former version."""

    def __init__(self, writer: Writer, store: Store, manner: Manner | None = None) -> None:
        """Take a writer and its store; the notes of former times lie beside the database."""
        self._writer = writer
        self._store = store
        self._manner = manner or Manner({})
        self.ledger = Ledger(store.path.parent)
        # What is stored, listed at once where many files are visited: asking for each takes longer than all else.
        self._listed: dict[str, StoredDocument] | None = None

    def take_all(self, paths: Iterable[Path], progress: Progress = lambda done, total: None) -> Iterator[Ingested]:
        """Store each file and yield what became of each of its documents."""
        paths = tuple(paths)
        self._listed = {each.id: each for each in self._store.documents()} if len(paths) > _MANY else None
        for path in paths:
            try:
                yield from self.take(path, progress)
            except (CorpusError, BadSidecar) as error:
                yield Ingested(path, None, str(error))
            except OSError as error:
                yield Ingested(path, None, f"{path}: cannot be read ({error.strerror or error})")

    def take(self, path: Path, progress: Progress = lambda done, total: None) -> list[Ingested]:
        """Store a file.

        :raises CorpusError: if nothing of it can be read.
        :raises OSError: if it cannot be opened.
        """
        source, status, beside = source_of(path), path.stat(), read_sidecar(path)
        manner = self._manner.digest(beside)
        note = self.ledger.find(source)
        if note is not None and note.manner != manner:
            note = None
        if note is not None and note.is_surely(status) and (held := self._held(path, note)):
            return held
        data = _bytes_of(path, status)
        digest = digest_of(data)
        if note is None or note.digest != digest or not (taken := self._held(path, note)):
            taken = self._stored(path, source, read_documents(data, path.name, self._manner.options), beside, progress)
        if all(outcome.error is None for outcome in taken):
            documents = tuple(outcome.document.id for outcome in taken if outcome.document)
            self.ledger.note(source, status, digest=digest, manner=manner, documents=documents)
        return taken

    def gone(self, folders: Iterable[Path]) -> list[str]:
        """Return the sources of the files that were taken in from these folders and are not there any more."""
        inside = tuple(folder.resolve().as_uri() + "/" for folder in folders if folder.is_dir())
        return [
            source for source in self.ledger.sources() if source.startswith(inside) and not path_of(source).exists()
        ]

    def remove(self, source: str) -> None:
        """Remove the documents of a file that is gone."""
        note = self.ledger.find(source)
        for document_id in note.documents if note else ():
            self._remove(document_id)
        self.ledger.forget(source)

    def _held(self, path: Path, note: Note) -> list[Ingested]:
        """Return the documents of an unchanged file; nothing if one of them was removed meanwhile."""
        try:
            documents = [self._document(document_id) for document_id in note.documents]
        except UnknownDocument:
            return []
        inner = {document.id: document.source.partition("#")[2] for document in documents}
        return [Ingested(path, each, None, unchanged=True, inner=inner[each.id]) for each in documents]

    def _document(self, document_id: str) -> StoredDocument:
        if self._listed is not None and document_id in self._listed:
            return self._listed[document_id]
        return self._store.document(document_id)

    def _stored(
        self, path: Path, source: str, readings: Iterable[Reading], beside: Metadata, progress: Progress
    ) -> list[Ingested]:
        taken = [self._one(path, source, reading, beside, progress) for reading in readings]
        note = self.ledger.find(source)
        if note is not None and all(outcome.error is None for outcome in taken):
            # What an archive held before and does not hold any more.
            for document_id in set(note.documents) - {outcome.document.id for outcome in taken if outcome.document}:
                self._remove(document_id)
        return taken

    def _one(self, path: Path, source: str, reading: Reading, beside: Metadata, progress: Progress) -> Ingested:
        if reading.document is None:
            return Ingested(path, None, f"{path.name}: {reading.error}", inner=reading.inner)
        document = _under(reading.document, {**self._manner.metadata, **beside})
        before = self._store.sequence()
        place = source + (f"#{quote(reading.inner)}" if reading.inner else "")
        stored = self._writer.add(document, place, replacing=True, progress=progress)
        return Ingested(path, stored, None, unchanged=self._store.sequence() == before, inner=reading.inner)

    def _remove(self, document_id: str) -> None:
        if self._listed is not None:
            self._listed.pop(document_id, None)
        try:
            self._writer.remove(document_id)
        except UnknownDocument:
            return  # it was removed by hand


def path_of(source: str) -> Path:
    """Return the file that a source names."""
    return Path(os.fsdecode(unquote_to_bytes(urlsplit(source).path)))


def _under(document: Document, given: Metadata) -> Document:
    """Return the document with what was given going over its own."""
    title = str(given.get("title", document.title)).strip()
    metadata = {**document.metadata, **{name: value for name, value in given.items() if name != "title"}}
    return replace(document, title=title, metadata=metadata)


def _bytes_of(path: Path, status: os.stat_result) -> bytes:
    """Return what the file holds; one that no reader would take is not loaded first."""
    if status.st_size > LARGEST_FILE:
        raise LimitExceeded(
            f"{path.name}: has {status.st_size:,} bytes; a file may have at most {LARGEST_FILE:,}: "
            "split it into smaller ones"
        )
    return path.read_bytes()


def ingest_sample(writer: Writer) -> list[StoredDocument]:
    """Store the sample corpus under a source that is the same on every machine."""
    return [
        writer.add(read_document(path.read_bytes(), path.name), source_of(path))
        for path in sorted(SAMPLE_FOLDER.iterdir())
    ]


def source_of(path: Path) -> str:
    """Return where a file's document comes from; the sample is the same on every machine, so that it is never twice."""
    resolved = path.resolve()
    return f"sample:{path.name}" if resolved.parent == SAMPLE_FOLDER else resolved.as_uri()
