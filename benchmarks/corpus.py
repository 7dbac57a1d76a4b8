"""A corpus of any size out of true sentences, with vectors of their own: what every benchmark of this folder searches.

Takes    the raw texts of the data folder (WENQU_TRAINING_DATA), the bundled model once, a size
Gives    passages as texts and unit vectors (n, 384) float32, questions likewise, the same for every system measured
Touches  zstandard          Never  the product's own index: that is what is measured

Real sentences of encyclopaedia, news, statutes and government reports are embedded once and kept in a file. A passage
is two to five of them, most of one document, one in four from elsewhere, about 150 characters: word statistics stay
those of real text. Its vector is the mean of its sentences' vectors plus noise of a tenth of its length, made unit; so
near and far, clusters and duplicates are spread as real embeddings spread them. A question is a stretch of one
sentence; its vector is that sentence's plus noise of three tenths.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import zstandard
from numpy.typing import NDArray

from corpus.sentences import split_sentences
from index.embedder import SentenceEmbedder
from index.types import Vectors

DIMENSION = 384
SENTENCES = 24_000
_SOURCES = ("raw_zh_wiki", "raw_zh_news_crud", "raw_zh_laws", "raw_zh_gov")
_EACH_DOCUMENT = 24
_LENGTH = 150
_MOST = 5


@dataclass(frozen=True, slots=True)
class Base:
    """Real sentences, the document of each by number, ascending, and their unit vectors (n, 384) float32."""

    sentences: list[str]
    documents: NDArray[np.int64]
    vectors: Vectors


def data_folder() -> Path:
    """Return where the raw texts are."""
    return Path(os.environ.get("WENQU_TRAINING_DATA", "../shared/data"))


def load_base(folder: Path, count: int = SENTENCES) -> Base:
    """Read the embedded sentences from `folder`, made there if absent; embedding takes some minutes."""
    path = folder / f"sentences-{count}.npz"
    if not path.exists():
        sentences, documents = _sentences(count)
        vectors = _embedded(sentences)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(
            path, text=np.frombuffer(json.dumps(sentences).encode(), np.uint8), documents=documents, vectors=vectors
        )
    with np.load(path) as held:
        return Base(json.loads(held["text"].tobytes()), held["documents"], held["vectors"])


def passages(base: Base, start: int, count: int) -> tuple[list[str], Vectors]:
    """Return the `count` passages from number `start` on, the same at every call: texts, unit vectors (n, 384)."""
    chance = np.random.default_rng(start)
    rows, lengths = _chosen(base, chance, count)
    texts = [
        "".join([base.sentences[row] for row in chosen[:length]])
        for chosen, length in zip(rows.tolist(), lengths.tolist(), strict=True)
    ]
    means = np.zeros((count, DIMENSION), np.float32)
    for place in range(_MOST):
        means += base.vectors[rows[:, place]] * (place < lengths)[:, None]
    noise = chance.standard_normal((count, DIMENSION), np.float32) / np.float32(np.sqrt(DIMENSION))
    return texts, _unit(_unit(means) + np.float32(0.1) * noise)


def questions(base: Base, count: int) -> tuple[list[str], Vectors]:
    """Return questions (stretches of 8 to 16 characters) and their unit vectors (count, 384)."""
    chance = random.Random(-1)
    rows = chance.sample(range(len(base.sentences)), count)
    texts = []
    for row in rows:
        length = chance.randint(8, 16)
        start = chance.randrange(max(1, len(base.sentences[row]) - length))
        texts.append(base.sentences[row][start : start + length])
    noise = np.random.default_rng(1).standard_normal((count, DIMENSION), np.float32) / np.sqrt(DIMENSION)
    return texts, _unit(base.vectors[rows] + 0.3 * noise)


def _chosen(base: Base, chance: np.random.Generator, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows of sentences (n, 5), and how many of each are a passage: following ones, now and then a stranger."""
    total = len(base.sentences)
    first = chance.integers(0, total, count)
    following = np.minimum(first[:, None] + np.arange(_MOST), total - 1)
    same = (base.documents[following] == base.documents[first][:, None]) & (chance.random((count, _MOST)) < 0.75)
    same[:, 0] = True
    rows = np.where(same, following, chance.integers(0, total, (count, _MOST)))
    characters = np.cumsum(np.array([len(sentence) for sentence in base.sentences])[rows], axis=1)
    return rows, np.minimum((characters < _LENGTH).sum(axis=1) + 1, _MOST)


def _sentences(count: int) -> tuple[list[str], NDArray[np.int64]]:
    found: list[str] = []
    documents: list[int] = []
    share = count // len(_SOURCES) + 1
    for number, name in enumerate(_SOURCES):
        limit = min(count, (number + 1) * share)
        for place, text in enumerate(_texts(data_folder() / f"{name}.jsonl.zst")):
            spans = [(s.start, s.end) for s in split_sentences(text[:4000])]
            fit = [
                text[a:b] for a, b in spans if 15 <= b - a <= 120 and "##" not in text[a:b] and "\n" not in text[a:b]
            ]
            fit = fit[: min(_EACH_DOCUMENT, limit - len(found))]
            found += fit
            documents += [number * 10_000_000 + place] * len(fit)
            if len(found) >= limit:
                break
    return found, np.array(documents, np.int64)


def _texts(path: Path) -> Iterator[str]:
    with path.open("rb") as packed:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(packed), "utf-8"):
            yield json.loads(line)["text"]


def _embedded(sentences: list[str]) -> Vectors:
    embedder = SentenceEmbedder("", allow_download=False, threads=1)
    portions = [embedder.embed_passages(sentences[start : start + 256]) for start in range(0, len(sentences), 256)]
    return np.concatenate(portions)


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Embed the base sentences and keep them.")
    parser.add_argument("folder", type=Path)
    load_base(parser.parse_args().folder)
