"""How fast, how large, how true at 20,000 to 1,000,000 passages: python -m benchmarks.scale 20000 100000.

Takes    sizes; a folder that keeps the embedded sentences; the Python of an environment with the peers
Gives    a JSON file a size and its table on the screen
Touches  subprocess, temporary folders          Never  a home of yours

The product is measured as it runs: store, caches, searcher, everything durable. Vectors are handed in, one a passage,
so that all systems search the same ones.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.corpus import DIMENSION, load_base, passages, questions
from benchmarks.floor import measure_floor
from benchmarks.measuring import Corpus
from benchmarks.product import Product
from index.terms import Segmenter

QUESTIONS = 300
_BLOCK = 10_000
_PEERS = ("lancedb", "chroma", "txtai")


def main() -> None:
    """Measure every size asked for."""
    parser = argparse.ArgumentParser(description="Measure Wenqu, its floor and its peers at some sizes.")
    parser.add_argument("sizes", type=int, nargs="*", default=[20_000])
    parser.add_argument("--folder", type=Path, default=Path("var/benchmarks"), help="keeps sentences and results")
    parser.add_argument("--peers", help="Python of an environment with benchmarks/requirements.txt")
    parser.add_argument(
        "--only", default="wenqu,floor,start,peers", help="what to measure, by comma; a peer by its name"
    )
    chosen = parser.parse_args()
    for size in chosen.sizes:
        with tempfile.TemporaryDirectory(dir=chosen.folder if chosen.folder.is_dir() else None) as folder:
            corpus = make_corpus(chosen.folder, Path(folder), size)
            results = measure(corpus, chosen.peers, chosen.only.split(","))
        (chosen.folder / f"result-{size}.json").write_text(json.dumps(results, indent=1), "utf-8")
        print(json.dumps({str(size): results}, indent=1), flush=True)


def make_corpus(kept: Path, folder: Path, size: int) -> Corpus:
    """Make the corpus of a size and write it for the other processes; true neighbours by brute force."""
    base = load_base(kept)
    vectors = np.lib.format.open_memmap(folder / "vectors.npy", "w+", np.float32, (size, DIMENSION))
    asked, asked_vectors = questions(base, QUESTIONS)
    texts: list[str] = []
    best = np.full((QUESTIONS, 10), -np.inf, np.float32)
    places = np.zeros((QUESTIONS, 10), np.int64)
    for start in range(0, size, _BLOCK):
        some, block = passages(base, start, min(_BLOCK, size - start))
        texts += some
        vectors[start : start + len(some)] = block
        products = np.hstack([best, asked_vectors @ block.T])
        numbers = np.hstack([places, np.broadcast_to(np.arange(start, start + len(some)), (QUESTIONS, len(some)))])
        order = np.argpartition(-products, 9, axis=1)[:, :10]
        best, places = np.take_along_axis(products, order, 1), np.take_along_axis(numbers, order, 1)
    vectors.flush()
    corpus = Corpus(folder, texts, vectors, asked, asked_vectors, places)
    corpus.write()
    return Corpus.read(folder)


def measure(corpus: Corpus, peers: str | None, only: list[str]) -> dict[str, Any]:
    """Return what each system reaches on the corpus."""
    results: dict[str, Any] = {"passages": len(corpus.texts)}
    segmenter = Segmenter()
    if "wenqu" in only:
        product = Product(corpus, segmenter)
        results["wenqu"] = product.measure()
        product.close()
        print("wenqu measured", file=sys.stderr, flush=True)
    if "start" in only and "wenqu" in only:
        results["start"] = _in_another_process([sys.executable, "-m", "benchmarks.product"], corpus)
    if "floor" in only:
        results["floor"] = measure_floor(corpus, segmenter)
        print("floor measured", file=sys.stderr, flush=True)
    for name in _PEERS if peers else ():
        if "peers" not in only and name not in only:
            continue
        results[name] = _in_another_process([str(peers), "-m", "benchmarks.peers", name], corpus)
        print(name, "measured", file=sys.stderr, flush=True)
    return results


def _in_another_process(command: list[str], corpus: Corpus) -> dict[str, Any]:
    start = perf_counter()
    done = subprocess.run([*command, str(corpus.folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-3:]}
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result | {"process_s": perf_counter() - start}


if __name__ == "__main__":
    main()
