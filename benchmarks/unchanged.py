"""What a second visit to a folder costs that did not change: python -m benchmarks.unchanged [FILES].

Takes    how many files, 10,000 by default
Gives    seconds of the first visit, of the second, and of a visit that reads every file again, in a table
Touches  files in a temporary folder          Never  the model: vectors are made of the text's digest
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

from index.store import Store
from index.terms import Segmenter
from index.types import Vectors
from index.writer import Writer
from service.ingest import Ingester

LONG_AGO = 1_600_000_000


class DigestEmbedder:
    """Vectors that cost nothing and depend on the text alone."""

    fingerprint = "digest"
    dimension = 32
    window = 512

    def measure(self, text: str) -> int:
        """Return a length in tokens."""
        return len(text)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return (n, 32) float32, rows of length 1."""
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, 32) float32, rows of length 1."""
        digests = b"".join(hashlib.blake2b(text.encode(), digest_size=32).digest() for text in texts)
        rows = np.frombuffer(digests, np.uint8).reshape(len(texts), 32).astype(np.float32) + 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def main(files: int) -> None:
    """Measure, and print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [made(folder, number) for number in range(files)]
        store = Store(folder / "wenqu.db")
        writer = Writer(store=store, embedder=DigestEmbedder(), segmenter=Segmenter(None), passage_target=150)
        first = timed(lambda: visit(writer, store, paths))
        second = timed(lambda: visit(writer, store, paths))
        (folder / "ingested.jsonl").unlink()
        read_again = timed(lambda: visit(writer, store, paths))
        store.close()
    print("files    first visit   second visit   every file read again   read again / second")
    print(f"{files:<8} {first:>9.1f} s {second:>12.2f} s {read_again:>21.2f} s {read_again / second:>21.1f}")


def made(folder: Path, number: int) -> Path:
    """Write a file that is long at rest."""
    path = folder / f"{number}.txt"
    path.write_text("".join(f"第{number}号文件第{line}条：云梦桥由县人民政府养护。" for line in range(40)), "utf-8")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def visit(writer: Writer, store: Store, paths: list[Path]) -> None:
    """Take all files in, as one run of the command does."""
    outcomes = list(Ingester(writer, store).take_all(paths))
    assert len(outcomes) == len(paths) and not any(outcome.error for outcome in outcomes)


def timed(work: Callable[[], None]) -> float:
    """Return the seconds that it takes."""
    begin = perf_counter()
    work()
    return perf_counter() - begin


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
