"""Stage 5: questions beside the passages that answer them, in Chinese, in English and across.

Takes    the distilled model; items of training.pairs; parallel sentences
Gives    the trained model
Touches  torch          Never  evaluation sets

Each passage is encoded once with all its questions. Questions look for their passage among the batch, and a passage
for its questions, where the near miss (same subject, not answered) is one more wrong choice.
"""

import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch.nn import functional
from tqdm import tqdm

from training import pairs
from training.added import added_items
from training.network import Optimiser, Student, in_batch_contrast, seeded
from training.rules import Item
from training.settings import Settings

# After so many batches the model is written beside its place, to be looked at while training goes on.
_LOOK_IN = 60

# Sources whose questions were written for their passages, by Item.source.
WRITTEN = ("written", "added")
PARALLEL = ("parallel_zh_en_tatoeba", "parallel_zh_en_tico19", "parallel_zh_en_docs")


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers of this stage; changing one makes the stage run again."""

    scale: float = 1.0
    written_epochs: float = 2
    batch: int = 64
    parallel_batch: int = 128
    parallel_batches: int = 100
    longest_passage: int = 128
    longest_question: int = 32
    long_share: float = 0.12
    title_share: float = 0.4
    body_rate: float = 8e-5
    word_rate: float = 8e-4
    temperature: float = 0.05
    neighbours: Literal["words", "model"] = "words"
    round: int = 1


FIRST_ROUND = Plan(scale=0.2, written_epochs=1, parallel_batches=30, longest_passage=112)
SECOND_ROUND = Plan(scale=0.05, written_epochs=1, parallel_batches=10, longest_passage=112, round=2)
THIRD_ROUND = Plan(
    scale=0.02,
    written_epochs=1,
    parallel_batches=6,
    longest_passage=112,
    body_rate=6e-5,
    word_rate=6e-4,
    round=3,
)
# The passages of a batch are those that the model itself takes for near: its own mistakes are the wrong choices.
FOURTH_ROUND = replace(THIRD_ROUND, neighbours="model", round=4)
FIFTH_ROUND = replace(FOURTH_ROUND, scale=0.06, body_rate=4e-5, word_rate=4e-4, round=5)
ROUNDS = (FIRST_ROUND, SECOND_ROUND, THIRD_ROUND, FOURTH_ROUND, FIFTH_ROUND)


@dataclass(slots=True)
class Batch:
    """One step: items of one source, or parallel sentences."""

    items: list[Item]
    parallel: list[tuple[str, str]]


def run(settings: Settings, source: Path, output: Path, plan: Plan) -> None:
    """Train the model of `source` on questions and passages and write it to `output`."""
    choice = random.Random(settings.seed + plan.round)
    with seeded(settings.seed + plan.round, settings.threads):
        student = Student(source, settings.window)
        batches = make_batches(settings, student, plan, choice)
        optimiser = Optimiser(student, len(batches), plan.body_rate, plan.word_rate)
        progress = tqdm(batches, desc=f"contrast {plan.round}", mininterval=10)
        for number, batch in enumerate(progress, start=1):
            loss = parallel_loss(student, batch, plan) if batch.parallel else item_loss(student, batch, plan, choice)
            optimiser.step(loss)
            progress.set_postfix(loss=f"{loss.item():.3f}", refresh=False)
            if number % _LOOK_IN == 0:
                student.save(output.with_name(f"{output.name}.partial"), half=False)
        student.save(output, half=False)


def make_batches(settings: Settings, student: Student, plan: Plan, choice: random.Random) -> list[Batch]:
    """Return all steps of the stage in random order."""
    sources = [pairs.written_items(settings.data), added_items(settings.data)] * int(plan.written_epochs)
    for name, count in pairs.PAIR_FILES.items():
        sources.append(pairs.pair_items(settings.data, name, int(count * plan.scale), choice))
    for name, count in pairs.RAW_FILES.items():
        sources.append(pairs.raw_items(settings.data, name, int(count * plan.scale), choice))
    batches: list[Batch] = []
    for items in sources:
        passages = [item.passage for item in items]
        mined = plan.neighbours == "model" and items[0].source in WRITTEN
        vectors = student.encode(passages, plan.longest_passage) if mined else static_vectors(student, passages)
        rows = pairs.neighbour_batches(vectors, plan.batch, choice)
        batches += [Batch([items[row] for row in batch], []) for batch in rows]
    sentences = pairs.parallel_pairs(settings.data, PARALLEL[:2])
    paragraphs = pairs.parallel_pairs(settings.data, PARALLEL[2:])
    for number in range(plan.parallel_batches):
        chosen = choice.sample(paragraphs if number % 3 == 0 else sentences, plan.parallel_batch)
        batches.append(Batch([], chosen))
    choice.shuffle(batches)
    return batches


def static_vectors(student: Student, texts: list[str]) -> np.ndarray:
    """Return unit means of word vectors, rare words first: cheap, and good enough to find neighbours."""
    table = student.model.get_input_embeddings().weight.detach().numpy()
    rows = student.rows(texts, 160)
    counts = np.ones(len(table))
    for row in rows:
        counts[row] += 1
    weights = 1 / (0.002 * sum(map(len, rows)) + counts)
    means = np.stack([(table[row] * weights[row][:, None]).sum(0) for row in rows])
    means -= means.mean(0)
    return (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)


def item_loss(student: Student, batch: Batch, plan: Plan, choice: random.Random) -> torch.Tensor:
    """Return the loss of questions against passages, both ways."""
    items, longest = batch.items, plan.longest_passage
    if choice.random() < plan.long_share:
        items, longest = items[: len(items) // 2], 2 * longest
    passages = [_dressed(item, plan.title_share, choice) for item in items]
    owners = [row for row, item in enumerate(items) for _ in item.questions]
    questions = [question for item in items for question in item.questions]
    misses = [item.near_miss for item in items if item.near_miss]
    rows = student.rows(passages, longest) + student.rows(questions + misses, plan.longest_question)
    vectors = student.vectors(rows)
    passage_vectors, question_vectors = vectors[: len(items)], vectors[len(items) :]
    return contrast(passage_vectors, question_vectors, torch.tensor(owners), plan.temperature)


def _dressed(item: Item, share: float, choice: random.Random) -> str:
    """Return the passage, sometimes under its title, as the product embeds it."""
    return f"{item.title}\n{item.passage}" if item.title and choice.random() < share else item.passage


def contrast(passages: torch.Tensor, questions: torch.Tensor, owners: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return InfoNCE both ways. Rows of `questions` beyond `owners` are near misses: wrong for every passage.

    All rows are unit vectors; owners[i] is the passage of question i.
    """
    asked = len(owners)
    scores = passages @ questions.T / temperature
    forward = functional.cross_entropy(scores[:, :asked].T, owners)
    backward = scores[owners].clone()
    siblings = owners[:, None] == owners[None, :]
    siblings.fill_diagonal_(False)
    backward[:, :asked] = backward[:, :asked].masked_fill(siblings, -1e4)
    return forward + 0.5 * functional.cross_entropy(backward, torch.arange(asked))


def parallel_loss(student: Student, batch: Batch, plan: Plan) -> torch.Tensor:
    """Return the loss of translations against the other sentences of the batch."""
    chinese = student.rows([pair[0] for pair in batch.parallel], 64)
    english = student.rows([pair[1] for pair in batch.parallel], 64)
    vectors = student.vectors(chinese + english)
    return in_batch_contrast(vectors[: len(chinese)], vectors[len(chinese) :], plan.temperature)
