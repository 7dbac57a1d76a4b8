"""Other systems on the same texts and vectors, as their documentation shows: python -m benchmarks.peers NAME FOLDER.

Takes    a name, a folder with a Corpus; an environment with benchmarks/requirements.txt
Gives    one line of JSON: rates, times, recall, memory
Touches  lancedb, chromadb, txtai, jieba          Never  the product

Each gets what it offers: LanceDB a vector index from 100,000 passages on (below, it scans), full-text search over words
cut by jieba, and its reciprocal rank fusion; txtai its hybrid of FAISS and its own BM25; Chroma its HNSW alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.measuring import Corpus, resident_mb, size_mb

_BATCH = 5000


def main() -> None:
    """Measure one system."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    corpus = Corpus.read(folder)
    home = folder / name
    home.mkdir()
    start = perf_counter()
    dense, hybrid = _SYSTEMS[name](corpus, home)
    filled = perf_counter() - start
    result: dict[str, Any] = {
        "ingest_per_second": len(corpus.texts) / filled,
        "recall": corpus.recall(lambda i: dense(i, 10)),
        "dense": corpus.timed(lambda i: dense(i, 50)),
        "resident_mb": resident_mb(),
        "disk_mb": size_mb(home),
    }
    if hybrid is not None:
        result["hybrid"] = corpus.timed(lambda i: hybrid(i, 10))
    print(json.dumps(result))


Search = Callable[[int, int], list[int]]


def _lancedb(corpus: Corpus, home: Path) -> tuple[Search, Search | None]:
    import jieba
    import lancedb
    import pyarrow
    from lancedb.rerankers import RRFReranker

    def words(text: str) -> str:
        return " ".join(jieba.cut_for_search(text, HMM=False))

    schema = pyarrow.schema(
        [
            ("key", pyarrow.int64()),
            ("text", pyarrow.string()),
            ("words", pyarrow.string()),
            ("vector", pyarrow.list_(pyarrow.float32(), corpus.vectors.shape[1])),
        ]
    )
    table = lancedb.connect(str(home)).create_table("passages", schema=schema)
    for start in range(0, len(corpus.texts), _BATCH):
        texts = corpus.texts[start : start + _BATCH]
        vectors = corpus.vectors[start : start + len(texts)]
        table.add(
            pyarrow.table(
                {
                    "key": list(range(start, start + len(texts))),
                    "text": texts,
                    "words": [words(text) for text in texts],
                    "vector": pyarrow.FixedSizeListArray.from_arrays(vectors.reshape(-1), corpus.vectors.shape[1]),
                },
                schema=schema,
            )
        )
    table.create_fts_index("words", base_tokenizer="whitespace", stem=False, remove_stop_words=False)
    if len(corpus.texts) >= 100_000:
        table.create_index(metric="cosine", vector_column_name="vector")
    asked = [words(question) for question in corpus.questions]
    fuse = RRFReranker()

    def dense(number: int, count: int) -> list[int]:
        found = table.search(corpus.question_vectors[number]).distance_type("cosine").limit(count)
        return [int(key) for key in found.select(["key"]).to_arrow()["key"].to_pylist()]

    def hybrid(number: int, count: int) -> list[int]:
        search = table.search(query_type="hybrid", vector_column_name="vector", fts_columns="words")
        found = search.vector(corpus.question_vectors[number]).text(asked[number]).rerank(fuse).limit(count)
        return [int(key) for key in found.to_arrow()["key"].to_pylist()]

    return dense, hybrid


def _chroma(corpus: Corpus, home: Path) -> tuple[Search, Search | None]:
    import chromadb

    client = chromadb.PersistentClient(str(home))
    collection = client.create_collection("passages", metadata={"hnsw:space": "cosine"}, embedding_function=None)
    for start in range(0, len(corpus.texts), _BATCH):
        texts = corpus.texts[start : start + _BATCH]
        collection.add(
            ids=[str(start + place) for place in range(len(texts))],
            documents=texts,
            embeddings=corpus.vectors[start : start + len(texts)].tolist(),
        )

    def dense(number: int, count: int) -> list[int]:
        found = collection.query(query_embeddings=[corpus.question_vectors[number].tolist()], n_results=count)
        return [int(key) for key in found["ids"][0]]

    return dense, None


def _txtai(corpus: Corpus, home: Path) -> tuple[Search, Search | None]:
    import numpy as np
    from txtai import Embeddings

    known = dict(zip(corpus.questions, corpus.question_vectors, strict=True))
    places = {text: place for place, text in enumerate(corpus.texts)}

    def vectors_of(texts: list[str]) -> Any:
        return np.stack([known[t] if t in known else corpus.vectors[places[t]] for t in texts])

    embeddings = Embeddings(method="external", transform=vectors_of, hybrid=True, content=False, backend="faiss")
    embeddings.index((place, text, None) for place, text in enumerate(corpus.texts))
    embeddings.save(str(home / "index"))

    def dense(number: int, count: int) -> list[int]:
        return [key for key, _ in embeddings.search(corpus.questions[number], count, weights=1.0)]

    def hybrid(number: int, count: int) -> list[int]:
        return [key for key, _ in embeddings.search(corpus.questions[number], count)]

    return dense, hybrid


_SYSTEMS: dict[str, Callable[[Corpus, Path], tuple[Search, Search | None]]] = {
    "lancedb": _lancedb,
    "chroma": _chroma,
    "txtai": _txtai,
}

if __name__ == "__main__":
    main()
