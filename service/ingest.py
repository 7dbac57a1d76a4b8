"""Files into the store: each read, split, embedded and stored on its own, so that one bad file stops nothing.

Takes    paths, a writer
Gives    per document what became of it; an archive or a file of records holds several
Never    the terminal: whoever calls shows it
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from corpus.errors import CorpusError, LimitExceeded
from corpus.readers import LARGEST_FILE, Reading, ReadOptions, read_document, read_documents
from index.store import Store
from index.types import StoredDocument
from index.writer import Progress, Writer

SAMPLE_FOLDER = Path(__file__).resolve().parent.parent / "corpus" / "documents"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a file, or of the document called `inner` inside it: the stored document, or the error."""

    path: Path
    document: StoredDocument | None
    error: str | None
    unchanged: bool = False
    inner: str = ""


def ingest_files(
    paths: Iterable[Path],
    writer: Writer,
    store: Store,
    progress: Progress = lambda done, total: None,
    options: ReadOptions | None = None,
) -> Iterator[Ingested]:
    """Store each file and yield what became of each of its documents; a changed one replaces its former version."""
    for path in paths:
        try:
            readings = read_documents(_bytes_of(path), path.name, options)
        except CorpusError as error:
            yield Ingested(path, None, str(error))
        except OSError as error:
            yield Ingested(path, None, f"{path}: cannot be read ({error.strerror or error})")
        else:
            for reading in readings:
                yield _stored(reading, path, writer, store, progress)


def _bytes_of(path: Path) -> bytes:
    """Return what the file holds; one that no reader would take is not loaded first."""
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise LimitExceeded(
            f"{path.name}: has {size:,} bytes; a file may have at most {LARGEST_FILE:,}: split it into smaller ones"
        )
    return path.read_bytes()


def _stored(reading: Reading, path: Path, writer: Writer, store: Store, progress: Progress) -> Ingested:
    if reading.document is None:
        return Ingested(path, None, f"{path.name}: {reading.error}", inner=reading.inner)
    before = store.sequence()
    source = source_of(path) + (f"#{quote(reading.inner)}" if reading.inner else "")
    stored = writer.add(reading.document, source, replacing=True, progress=progress)
    return Ingested(path, stored, None, unchanged=store.sequence() == before, inner=reading.inner)


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
