"""The measurements themselves, on a corpus so small that they take a moment: what nobody runs would break unseen.

Takes    fifty made-up passages with random vectors
Gives    tests          Never  a claim about speed
"""

from pathlib import Path

import numpy as np

import benchmarks.ask
from benchmarks.measuring import Corpus
from benchmarks.product import Product, start_anew
from index.terms import Segmenter


def test_the_product_is_measured_from_filling_to_a_new_start(tmp_path: Path, segmenter: Segmenter) -> None:
    """Every question finds its true neighbours among fifty, and the next start opens what was saved."""
    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(50, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    questions = [f"第{number}段说什么" for number in range(12)]
    truth = np.argsort(-(vectors[:12] @ vectors.T), axis=1)[:, :10]
    texts = [f"第{number}段讲轨道交通与协同发展。" for number in range(50)]
    np.save(tmp_path / "vectors.npy", vectors)
    corpus = Corpus(tmp_path, texts, vectors, questions, vectors[:12].copy(), truth)
    corpus.write()
    product = Product(Corpus.read(tmp_path), segmenter)
    measured = product.measure()
    product.close()
    assert measured["recall"] == 1.0
    assert measured["ingest_per_second"] > 0
    started = start_anew(tmp_path)
    assert started["problems"] == ()
    assert started["open_to_first_answer_s"] > 0


def test_what_a_question_costs_can_still_be_measured() -> None:
    """Its made documents are of the present shape."""
    made = benchmarks.ask.document_of("题", ["甲。", "乙丙。"], np.eye(2, 4, dtype=np.float32), Segmenter())
    assert [made.document.text[each.start : each.end] for each in made.passages] == ["甲。", "乙丙。"]
