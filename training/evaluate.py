"""How good a model is, dense alone: retrieval, translation search, and the hard questions written for this project.

Takes    a model folder, the development sets
Gives    a table and JSON; every figure twice, on the half used for decisions ("dev") and the half kept apart ("check")
Touches  the product's own embedder, or plain sentence-transformers          Never  training pairs

    python -m training.evaluate --model index/model
    python -m training.evaluate --model index/model --weights     the weights as they are, not the body in integers
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from index.embedder import SentenceEmbedder
from training.added import added_translations
from training.settings import Settings
from training.sources import half_of, held_out, read_lines

# Questions of CMRC 2018 dev, translated for this project.
ENGLISH = Path(__file__).parent / "added" / "cmrc2018_dev_english.jsonl"

Scores = dict[str, dict[str, float]]
# Texts into unit rows (n, dim) float32.
Encode = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions with the row of the passage that answers each."""

    ids: list[str]
    texts: list[str]
    answers: list[int]


def main() -> None:
    """Print the table for one model."""
    parser = argparse.ArgumentParser(description="Dense scores of a sentence model on the development sets.")
    parser.add_argument("--model", default="index/model")
    parser.add_argument("--json", type=Path, help="also write the scores to this file")
    parser.add_argument("--weights", action="store_true", help="run the weights by PyTorch, not what the product runs")
    arguments = parser.parse_args()
    scores = evaluate(_weights(arguments.model) if arguments.weights else _product(arguments.model), Settings())
    sys.stdout.write(as_table(scores))
    if arguments.json:
        arguments.json.write_text(json.dumps(scores, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _weights(path: str) -> Encode:
    model = SentenceTransformer(path, device="cpu")
    return lambda texts: np.asarray(model.encode(list(texts), batch_size=64, normalize_embeddings=True))


def _product(path: str) -> Encode:
    return SentenceEmbedder(path).embed_passages


def evaluate(encode: Encode, settings: Settings) -> Scores:
    """Return all scores of what turns texts into unit rows."""
    torch.set_num_threads(settings.threads)
    scores: Scores = {}
    for name in ("cmrc2018_dev", "drcd_dev", "newwiki_en"):
        scores[f"{name} nDCG@10"] = _retrieval(encode, settings.data / "dev" / name)
    scores["cmrc2018_dev asked in English nDCG@10"] = _retrieval(
        encode, settings.data / "dev" / "cmrc2018_dev", ENGLISH
    )
    everyday = list(read_lines(settings.data / "dev" / "tatoeba_dev", "pairs"))
    scores |= _bitext(encode, "tatoeba", [(pair["zh"], pair["en"]) for pair in everyday])
    scores |= _bitext(encode, "added sentences", added_translations(settings.data, lambda _: True))
    scores |= _written(encode, settings.data)
    scores |= _sample(encode, settings.data / "seed_gold", settings.data / "sample_corpus")
    return scores


def as_table(scores: Scores) -> str:
    """Return the scores as a Markdown table."""
    lines = [f"| {name} | {score['dev']:.3f} | {score['check']:.3f} |" for name, score in scores.items()]
    return "\n".join(["| set | dev half | check half |", "|---|---:|---:|", *lines]) + "\n"


def gain_at_10(question_vectors: np.ndarray, passage_vectors: np.ndarray, answers: Sequence[int]) -> np.ndarray:
    """Return nDCG@10 of each question, one right passage each: 1 / log2(1 + rank), 0 below rank 10.

    Both matrices hold unit rows (n, dim) float32; larger products are better.
    """
    ranks = _ranks(question_vectors, passage_vectors, answers)
    return np.where(ranks <= 10, 1 / np.log2(1 + ranks), 0.0)


def _ranks(question_vectors: np.ndarray, passage_vectors: np.ndarray, answers: Sequence[int]) -> np.ndarray:
    scores = question_vectors @ passage_vectors.T
    own = scores[np.arange(len(answers)), list(answers)]
    return 1 + (scores > own[:, None]).sum(1)


def _halves(ids: Sequence[str], values: np.ndarray) -> dict[str, float]:
    chosen = np.array([half_of(identity) == "dev" for identity in ids])
    return {"dev": float(values[chosen].mean()), "check": float(values[~chosen].mean())}


def _retrieval(encode: Encode, folder: Path, translated: Path | None = None) -> dict[str, float]:
    """Score a retrieval set, or those of its questions of which `translated` has an English version."""
    passages = list(read_lines(folder, "corpus"))
    place = {passage["id"]: row for row, passage in enumerate(passages)}
    texts = {line["id"]: line["text"] for line in read_lines(folder, "queries")}
    pairs = [line.split("\t")[:2] for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    if translated:
        lines = [json.loads(line) for line in translated.read_text(encoding="utf-8").splitlines()]
        texts = {line["id"]: line["english"] for line in lines}
        pairs = [(question, passage) for question, passage in pairs if question in texts]
    questions = Questions([q for q, _ in pairs], [texts[q] for q, _ in pairs], [place[p] for _, p in pairs])
    passage_vectors = encode([passage["text"] for passage in passages])
    return _halves(questions.ids, gain_at_10(encode(questions.texts), passage_vectors, questions.answers))


def _bitext(encode: Encode, name: str, pairs: Sequence[tuple[str, str]]) -> Scores:
    ids = [chinese for chinese, _ in pairs]
    chinese, english = encode(ids), encode([translation for _, translation in pairs])
    truth = list(range(len(pairs)))
    return {
        f"{name} zh→en accuracy": _halves(ids, _ranks(chinese, english, truth) == 1),
        f"{name} en→zh accuracy": _halves(ids, _ranks(english, chinese, truth) == 1),
    }


def _written(encode: Encode, data: Path) -> Scores:
    """Score the held-out written questions over all written passages."""
    lines = list(read_lines(data / "written", "questions"))
    passages = encode([line["passage"] for line in lines])
    apart = [row for row, line in enumerate(lines) if held_out(line["id"])]
    scores: Scores = {}
    for field in ("colloquial", "formal", "keywords", "english", "statement"):
        vectors = encode([lines[row][field] for row in apart])
        ids = [lines[row]["id"] for row in apart]
        scores[f"written {field} nDCG@10"] = _halves(ids, gain_at_10(vectors, passages, apart))
        if field in ("colloquial", "english"):
            scores[f"written {field} first"] = _halves(ids, _ranks(vectors, passages, apart) == 1)
    return scores


def _sample(encode: Encode, gold: Path, corpus: Path) -> Scores:
    """Score the sample article: is the best section, by itself or by its best sentence, a right one?"""
    text = next(corpus.glob("*.txt")).read_bytes().decode("utf-8")
    sections = [part for part in json.loads((gold / "sections.json").read_text("utf-8")) if part["kind"] == "section"]
    sentences = [
        part for part in json.loads((gold / "sentences.json").read_text("utf-8")) if part["kind"] == "sentence"
    ]
    owners = np.array([part["n"] for part in sections] + [part["section"] for part in sentences])
    vectors = encode([text[part["start"] : part["end"]] for part in sections + sentences])
    questions = [line for line in read_lines(gold, "questions") if line["sections"]]
    found = owners[(encode([line["question"] for line in questions]) @ vectors.T).argmax(1)]
    right = np.array([section in line["sections"] for section, line in zip(found, questions, strict=True)])
    scores: Scores = {}
    for kind in ("all", "paraphrase", "english", "fact", "how_why"):
        rows = [row for row, line in enumerate(questions) if kind in ("all", line["type"])]
        scores[f"sample {kind} first"] = _halves([questions[row]["id"] for row in rows], right[rows])
    return scores


if __name__ == "__main__":
    main()
