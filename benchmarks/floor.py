"""The floor: bare tantivy and faiss doing the same work by hand, without a database, changes, filters or texts.

Takes    a Corpus, terms as the product cuts them
Gives    rates and times, as the product's
Touches  faiss, tantivy          Never  the product's arms
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import faiss
import numpy as np
import tantivy

from benchmarks.measuring import Corpus
from index.terms import Segmenter

_FIELDS = {"words": 1.0, "pairs": 0.6, "characters": 0.2}


def measure_floor(corpus: Corpus, segmenter: Segmenter) -> dict[str, Any]:
    """Return what hand-made search reaches: of several dense indexes, the fastest with recall@10 of at least 0.98."""
    start = perf_counter()
    schema, index = _words(corpus, segmenter)
    worded = perf_counter() - start
    lexical = _lexical(schema, index, [segmenter.terms(question) for question in corpus.questions])
    tried: dict[str, Any] = {}
    for name, make in _DENSE.items():
        start = perf_counter()
        for label, search in make(corpus.vectors, corpus.question_vectors):
            recall = corpus.recall(lambda i, search=search: search(i, 10))
            tried[f"{name}{label}"] = {
                "recall": recall,
                "build_s": perf_counter() - start,
                "search": search,
                **corpus.timed(lambda i, search=search: search(i, 50)),
            }
    good = {name: each for name, each in tried.items() if each["recall"] >= 0.98}
    best = min(good, key=lambda name: good[name]["p50"])
    dense = good[best]["search"]
    return {
        "dense tried": {k: {n: v for n, v in each.items() if n != "search"} for k, each in tried.items()},
        "best dense": best,
        "lexical": corpus.timed(lambda i: lexical(i, 50)),
        "hybrid": corpus.timed(lambda i: _reciprocal(dense(i, 50), lexical(i, 50))),
        "ingest_per_second": len(corpus.texts) / (worded + good[best]["build_s"]),
    }


def _words(corpus: Corpus, segmenter: Segmenter) -> tuple[Any, Any]:
    builder = tantivy.SchemaBuilder().add_unsigned_field("key", fast=True)
    for field in _FIELDS:
        builder = builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    schema = builder.build()
    index = tantivy.Index(schema, path=str(_made(corpus.folder / "floor")))
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for number, text in enumerate(corpus.texts):
        entry = tantivy.Document()
        entry.add_unsigned("key", number)
        for field, written in zip(_FIELDS, segmenter.terms(text).written().split("\n"), strict=True):
            entry.add_text(field, written)
        writer.add_document(entry)
    writer.commit()
    index.reload()
    return schema, index


def _made(folder: Any) -> Any:
    folder.mkdir()
    return folder


def _lexical(schema: Any, index: Any, asked: list[Any]) -> Callable[[int, int], list[int]]:
    searcher = index.searcher()

    def search(number: int, count: int) -> list[int]:
        should = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, term, index_option="freq"), weight),
            )
            for field, weight in _FIELDS.items()
            for term in dict.fromkeys(getattr(asked[number], field))
        ]
        hits = searcher.search(tantivy.Query.boolean_query(should), limit=count, count=False).hits
        found: list[int] = searcher.fast_field_values("key", [address for _, address in hits])
        return found

    return search


def _reciprocal(dense: Any, lexical: Any) -> list[int]:
    """Return the keys by summed reciprocal ranks (Cormack et al., 2009), the constant 60 as there."""
    scores: dict[int, float] = {}
    for ranked in (dense, lexical):
        for rank, key in enumerate(ranked):
            scores[int(key)] = scores.get(int(key), 0.0) + 1 / (61 + rank)
    return sorted(scores, key=lambda key: -scores[key])


def _flat(vectors: Any, asked: Any) -> Any:
    index = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    _add(index, vectors)
    yield "", _by(index, asked, None)


def _bits(vectors: Any, asked: Any) -> Any:
    index = faiss.IndexRaBitQFastScan(vectors.shape[1], faiss.METRIC_INNER_PRODUCT)
    index.train(np.array(vectors[:50_000]))
    _add(index, vectors)
    halves = vectors.astype(np.float16)
    decoder = faiss.ScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_fp16)

    def search(number: int, count: int) -> Any:
        faiss.omp_set_num_threads(1)
        places = np.sort(index.search(asked[number : number + 1], 500)[1][0])
        products = decoder.decode(halves[places].view(np.uint8)) @ asked[number]
        return places[np.argsort(-products)[:count]]

    yield "", search


def _lists(vectors: Any, asked: Any) -> Any:
    lists = int(4 * np.sqrt(len(vectors)))
    quantiser = faiss.IndexFlatIP(vectors.shape[1])
    index = faiss.IndexIVFScalarQuantizer(
        quantiser, vectors.shape[1], lists, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    chosen = np.sort(np.random.default_rng(0).choice(len(vectors), min(len(vectors), 40 * lists), replace=False))
    index.cp.niter = 6
    index.train(np.array(vectors[chosen]))
    _add(index, vectors)
    for share in (16, 8, 4):
        yield f", 1/{share} of the lists", _by(index, asked, lists // share)


def _add(index: Any, vectors: Any) -> None:
    for start in range(0, len(vectors), 50_000):
        index.add(np.array(vectors[start : start + 50_000]))


def _by(index: Any, asked: Any, probes: int | None) -> Callable[[int, int], Any]:
    def search(number: int, count: int) -> Any:
        faiss.omp_set_num_threads(1)
        parameters = faiss.SearchParametersIVF(nprobe=probes) if probes else None
        return index.search(asked[number : number + 1], count, params=parameters)[1][0]

    return search


_DENSE = {"flat fp16": _flat, "RaBitQ + fp16": _bits, "IVF fp16": _lists}
