"""Stage 4: the student says in Chinese what the base says in English; only the word vectors learn.

Takes    the initialised model; parallel sentences and the dictionary
Gives    a model whose Chinese and English vectors agree with the base's English ones
Touches  torch          Never  questions, passages
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from tqdm import tqdm

from training.network import Optimiser, Student, in_batch_contrast, seeded
from training.settings import Settings, base_model_path
from training.sources import read_glosses, read_lines
from training.tokenizer import HAN


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers of this stage; changing one makes the stage run again."""

    batch: int = 128
    epochs: int = 1
    paragraph_pairs: int = 8_000
    dictionary_words: int = 15_000
    longest: int = 64
    body_rate: float = 0.0
    word_rate: float = 1.5e-3
    temperature: float = 0.05


def run(settings: Settings, source: Path, output: Path, plan: Plan) -> None:
    """Train the model of `source` on parallel text and write it to `output`."""
    with seeded(settings.seed, settings.threads):
        student = Student(source, settings.window)
        pairs = read_parallel(settings, plan, student.words())
        teacher = Student(base_model_path(), settings.window)
        chinese_rows = student.rows([chinese for chinese, _ in pairs], plan.longest)
        batches = [
            batch for epoch in range(plan.epochs) for batch in _batches(chinese_rows, plan.batch, settings.seed + epoch)
        ]
        optimiser = Optimiser(student, len(batches), plan.body_rate, plan.word_rate)
        progress = tqdm(batches, desc="distil", mininterval=10)
        for batch in progress:
            target = torch.from_numpy(teacher.encode([pairs[row][1] for row in batch], plan.longest))
            chinese = student.vectors([chinese_rows[row] for row in batch])
            loss = 5 * (1 - (chinese * target).sum(1)).mean() + in_batch_contrast(chinese, target, plan.temperature)
            optimiser.step(loss)
            progress.set_postfix(loss=f"{loss.item():.3f}", refresh=False)
        student.save(output, half=False)


def read_parallel(settings: Settings, plan: Plan, vocabulary: Iterable[str]) -> list[tuple[str, str]]:
    """Return (Chinese, English) pairs: everyday and health sentences, documentation, dictionary entries."""
    data = settings.data
    pairs = [(line["zh"], line["en"]) for line in read_lines(data, "parallel_zh_en_tatoeba")]
    pairs += [(line["zh"], line["en"]) for line in read_lines(data, "parallel_zh_en_tico19")]
    paragraphs = [
        (line["zh"], line["en"])
        for line in read_lines(data, "parallel_zh_en_docs")
        if _is_prose(line["zh"], line["en"])
    ]
    random.Random(settings.seed).shuffle(paragraphs)
    pairs += paragraphs[: plan.paragraph_pairs]
    glosses = read_glosses(data)
    frequent = [word for word in vocabulary if len(word) > 1 and word in glosses][: plan.dictionary_words]
    return pairs + [(word, ", ".join(glosses[word][:2])) for word in frequent]


def _is_prose(chinese: str, english: str) -> bool:
    han = len(HAN.findall(chinese))
    return han >= 6 and han * 2 > len(chinese) and 20 <= len(english) <= 300


def _batches(rows: list[list[int]], size: int, seed: int) -> list[list[int]]:
    """Return batches of texts of similar length, in random order: little padding, hard negatives."""
    random_source = random.Random(seed)
    order = list(range(len(rows)))
    random_source.shuffle(order)
    block = size * 16
    batches: list[list[int]] = []
    for start in range(0, len(order), block):
        part = sorted(order[start : start + block], key=lambda row: len(rows[row]))
        batches += [part[at : at + size] for at in range(0, len(part), size)]
    random_source.shuffle(batches)
    return [batch for batch in batches if len(batch) > 8]
