"""What a question through HTTP costs, against its embedding and its two searches alone: python -m benchmarks.ask.

Takes    the sample article, made passages up to 20,000, a service started for the purpose
Gives    medians in milliseconds and their ratio, in a table
Touches  http.client, subprocess          Never  a home of yours: it works in a temporary one

Each question is new to both processes, for the embedder remembers the latest ones. The parts are timed here, with the
same libraries on the same passages, in turns with the requests, so that a busy machine slows both alike.
"""

import http.client
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

import numpy as np

from benchmarks.product import document_of
from index.caches import Caches
from index.store import Store
from index.writer import fingerprints_of
from service.app import Tools, make_writer, open_store
from service.ingest import SAMPLE_FOLDER, ingest_sample
from service.settings import Settings

SIZES = (0, 20_000)
QUESTIONS = 100
CANDIDATES = 50
PASSAGES_A_DOCUMENT = 1000
# Two processes that both compute on every core wait for each other and measure that.
THREADS = "1"


def main() -> None:
    """Measure at each size and print a line for each."""
    print(f"{'passages':>9}  {'embedding':>9}  {'dense':>6}  {'lexical':>7}  {'search':>6}  {'ask':>6}  search / parts")
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.read({}, home=home, model_threads=THREADS)
        tools = Tools.of(settings)
        with open_store(settings) as store:
            ingest_sample(make_writer(settings, store, tools))
            for size in SIZES:
                fill(store, tools, size)
                measure(store, tools, home)


def fill(store: Store, tools: Tools, wanted: int) -> None:
    """Add made documents until the store holds so many passages: true sentences in new company, random vectors."""
    sentences = re.findall(r"[^。]+。", next(SAMPLE_FOLDER.iterdir()).read_text("utf-8"))
    chance = np.random.default_rng(0)
    chosen = random.Random(0)
    held = sum(document.passages for document in store.documents())
    for number in range(held, wanted, PASSAGES_A_DOCUMENT):
        texts = ["".join(chosen.choices(sentences, k=2)) for _ in range(min(PASSAGES_A_DOCUMENT, wanted - number))]
        vectors = chance.standard_normal((len(texts), tools.embedder.dimension)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        prepared = document_of(f"made {number}", texts, vectors, tools.segmenter)
        store.add(prepared, fingerprints=fingerprints_of(tools.embedder, tools.segmenter))


def measure(store: Store, tools: Tools, home: str) -> None:
    """Ask the service and the parts in turns, and print the medians."""
    caches = Caches(store, tools.embedder.dimension, fingerprints_of(tools.embedder, tools.segmenter))
    snapshot = caches.current()
    times: dict[str, list[float]] = {name: [] for name in ("embedding", "dense", "lexical", "search", "ask")}
    with service(home) as port:
        for number, question in enumerate(questions(len(snapshot.dense))):
            times["search"].append(timed_request(port, "search", question))
            times["ask"].append(timed_request(port, "ask", f"请问{question}"))
            start = perf_counter()
            vector = tools.embedder.embed_questions([question])[0]
            embedded = perf_counter()
            snapshot.dense.search(vector, CANDIDATES)
            searched = perf_counter()
            snapshot.lexical.asked(tools.segmenter.terms(question)).search(CANDIDATES)
            times["embedding"].append(embedded - start)
            times["dense"].append(searched - embedded)
            times["lexical"].append(perf_counter() - searched)
            if number < 10:  # what is slow only once is not what a question costs
                times = {name: [] for name in times}
    medians = {name: 1000 * statistics.median(values) for name, values in times.items()}
    parts = medians["embedding"] + medians["dense"] + medians["lexical"]
    print(
        f"{len(snapshot.dense):9,}  {medians['embedding']:9.1f}  {medians['dense']:6.1f}  {medians['lexical']:7.1f}  "
        f"{medians['search']:6.1f}  {medians['ask']:6.1f}  {medians['search'] / parts:.2f}",
        flush=True,
    )


def questions(seed: int) -> Iterator[str]:
    """Yield questions that nobody asked before: stretches of the article made into questions."""
    text = next(SAMPLE_FOLDER.iterdir()).read_text("utf-8")
    chance = random.Random(seed)
    for _ in range(QUESTIONS + 10):
        start = chance.randrange(len(text) - 20)
        yield re.sub(r"\s", "", text[start : start + 12]) + "是怎样推进的?"


def timed_request(port: int, name: str, question: str) -> float:
    """Return the seconds that a request takes, its connection included."""
    body = json.dumps({"question": question})
    start = perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", f"/api/v1/{name}", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    took = perf_counter() - start
    connection.close()
    if answer.status != 200:
        sys.exit(f"{name}: status {answer.status}")
    return took


@contextmanager
def service(home: str) -> Iterator[int]:
    """Start the service as a person would; give its port once it is ready."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WENQU_")}
    environment["WENQU_MODEL_THREADS"] = THREADS
    command = [sys.executable, "-m", "service", "serve", "--home", home, "--port", "0"]
    started = perf_counter()
    with (Path(home) / "log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, stderr=log, env=environment)
        try:
            while not (found := re.search(r"listens on http://\S+:(\d+)", (Path(home) / "log").read_text("utf-8"))):
                if process.poll() is not None:
                    sys.exit((Path(home) / "log").read_text("utf-8"))
                sleep(0.1)
            print(f"ready after {perf_counter() - started:.1f} s", file=sys.stderr)
            yield int(found[1])
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


if __name__ == "__main__":
    main()
