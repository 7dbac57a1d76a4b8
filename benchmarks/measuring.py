"""What every measurement of this folder shares: a corpus on disk, times into percentiles, memory, recall.

Takes    a folder that scale.py filled
Gives    Corpus, percentiles, resident memory
Touches  numpy          Never  the product: the peers' environment reads this file too
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts and vectors (n, dim) float32, questions with theirs, and the ten true neighbours (q, 10) of each."""

    folder: Path
    texts: list[str]
    vectors: Any
    questions: list[str]
    question_vectors: Any
    truth: Any

    @classmethod
    def read(cls, folder: Path) -> Corpus:
        """Read what `write` wrote; the vectors are mapped, not loaded."""
        return cls(
            folder,
            json.loads((folder / "texts.json").read_text("utf-8")),
            np.load(folder / "vectors.npy", mmap_mode="r"),
            json.loads((folder / "questions.json").read_text("utf-8")),
            np.load(folder / "question_vectors.npy"),
            np.load(folder / "truth.npy"),
        )

    def write(self) -> None:
        """Write all but the vectors, which lie in the folder already, for the processes of other systems."""
        (self.folder / "texts.json").write_text(json.dumps(self.texts, ensure_ascii=False), "utf-8")
        (self.folder / "questions.json").write_text(json.dumps(self.questions, ensure_ascii=False), "utf-8")
        np.save(self.folder / "question_vectors.npy", self.question_vectors)
        np.save(self.folder / "truth.npy", self.truth)

    def recall(self, found: Callable[[int], Iterable[int]]) -> float:
        """Return recall@10 of a search for nearest passages: of question number i, row numbers."""
        shares = [len(set(list(found(i))[:10]) & set(self.truth[i].tolist())) / 10 for i in range(len(self.questions))]
        return statistics.mean(shares)

    def timed(self, search: Callable[[int], object]) -> dict[str, float]:
        """Return p50, p95, p99 in milliseconds of one client, and questions a second of two."""
        count = len(self.questions)
        for number in range(min(20, count)):
            search(number)
        times = []
        for number in range(count):
            start = perf_counter()
            search(number)
            times.append(1000 * (perf_counter() - start))
        start = perf_counter()
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(search, range(count)))
        rate = count / (perf_counter() - start)
        found = np.percentile(times, (10, 50, 95, 99))
        return dict(zip(("p10", "p50", "p95", "p99"), found.tolist(), strict=True)) | {"per_second": rate}


def resident_mb() -> int:
    """Return the resident memory of this process in megabytes, mapped files included."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1000


def size_mb(folder: Path) -> int:
    """Return what a folder takes on disk in megabytes, linked files counted once."""
    sizes = {(s.st_dev, s.st_ino): s.st_blocks * 512 for s in (p.stat() for p in folder.rglob("*") if p.is_file())}
    return sum(sizes.values()) // 1_000_000
