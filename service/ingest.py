"""Files into the store: each read, split, embedded and stored on its own, so that one bad file stops nothing.

Takes    paths, a writer
Gives    per file what became of it
Never    the terminal: whoever calls shows it
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import CorpusError
from corpus.readers import read_document
from index.store import Store
from index.types import StoredDocument
from index.writer import Progress, Writer

SAMPLE_FOLDER = Path(__file__).resolve().parent.parent / "corpus" / "documents"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a file: the stored document, or the error."""

    path: Path
    document: StoredDocument | None
    error: str | None
    unchanged: bool = False


def ingest_files(
    paths: Iterable[Path], writer: Writer, store: Store, progress: Progress = lambda done, total: None
) -> Iterator[Ingested]:
    """Store each file and yield what became of it; a changed file replaces its former document."""
    for path in paths:
        before = store.sequence()
        try:
            document = read_document(path.read_bytes(), path.name)
            stored = writer.add(document, source_of(path), replacing=True, progress=progress)
            yield Ingested(path, stored, None, unchanged=store.sequence() == before)
        except CorpusError as error:
            yield Ingested(path, None, str(error))
        except OSError as error:
            yield Ingested(path, None, f"{path}: cannot be read ({error.strerror or error})")


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
