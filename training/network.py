"""The student as the training loops see it: texts in, unit vectors out, gradients through both.

Takes    a sentence-transformers folder written by export.save_model
Gives    Student: token rows -> (n, 384) unit vectors; two optimisers under one learning-rate curve
Touches  torch, transformers, tokenizers          Never  training data
"""

import contextlib
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertModel

from training.export import save_model


class Student:
    """A BertModel with mean pooling, and its tokenizer."""

    def __init__(self, folder: Path, window: int) -> None:
        # One short pass over the data does not overfit, and without dropout a step takes a fifth less time.
        self.model = BertModel.from_pretrained(
            folder,
            dtype=torch.float32,
            add_pooling_layer=False,
            attn_implementation="sdpa",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.precision = torch.bfloat16 if computes_bfloat16() else torch.float32
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.window = window

    def words(self) -> list[str]:
        """Return the vocabulary in the order of its rows; Chinese words come last, most frequent first."""
        vocabulary = self.tokenizer.get_vocab()
        return sorted(vocabulary, key=vocabulary.__getitem__)

    def rows(self, texts: Sequence[str], longest: int) -> list[list[int]]:
        """Return the token rows of `texts`, each cut to `longest` tokens with its closing mark kept."""
        encodings = self.tokenizer.encode_batch_fast(list(texts))
        return [item.ids if len(item.ids) <= longest else item.ids[: longest - 1] + item.ids[-1:] for item in encodings]

    def vectors(self, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        """Return unit vectors (n, 384) float32 in the order of `rows`; sub-batches of like length save padding."""
        groups = like_lengths([len(row) for row in rows])
        found = torch.cat([self._pool([rows[position] for position in group]) for group in groups])
        back = torch.empty(len(rows), dtype=torch.long)
        back[torch.tensor([position for group in groups for position in group])] = torch.arange(len(rows))
        return found[back]

    def _pool(self, rows: list[Sequence[int]]) -> torch.Tensor:
        width = max(map(len, rows))
        ids = torch.zeros(len(rows), width, dtype=torch.long)
        mask = torch.zeros(len(rows), width, dtype=torch.long)
        for position, row in enumerate(rows):
            ids[position, : len(row)] = torch.tensor(row)
            mask[position, : len(row)] = 1
        with torch.autocast("cpu", torch.bfloat16, enabled=self.precision is torch.bfloat16):
            hidden = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).float()
        return functional.normalize((hidden.float() * weights).sum(1) / weights.sum(1), dim=1)

    @torch.no_grad()
    def encode(self, texts: Sequence[str], longest: int, batch: int = 128) -> np.ndarray:
        """Return unit vectors (n, 384) float32 without gradients."""
        self.model.eval()
        rows = self.rows(texts, longest)
        order = sorted(range(len(rows)), key=lambda position: -len(rows[position]))
        found = np.empty((len(rows), self.model.config.hidden_size), dtype=np.float32)
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            found[part] = self._pool([rows[position] for position in part]).numpy()
        self.model.train()
        return found

    def save(self, output: Path, half: bool = True) -> None:
        """Write the folder that `SentenceTransformer(output)` loads."""
        save_model(self.model, self.tokenizer, output, self.window, half)


def computes_bfloat16() -> bool:
    """Say whether this processor multiplies bfloat16 itself: where it is emulated, a step takes 25 times as long."""
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())


def like_lengths(lengths: Sequence[int], least: int = 16) -> list[list[int]]:
    """Return the positions in groups of at least `least` whose lengths differ by less than a third, where they can.

    >>> like_lengths([10, 90, 11, 100], least=1)
    [[3, 1], [2, 0]]
    """
    groups: list[list[int]] = []
    for position in sorted(range(len(lengths)), key=lambda position: -lengths[position]):
        if not groups or (len(groups[-1]) >= least and lengths[position] < 0.67 * lengths[groups[-1][0]]):
            groups.append([])
        groups[-1].append(position)
    return groups


class Optimiser:
    """AdamW for the body (frozen at rate 0) and sparse Adam for the word vectors, with warm-up and cosine decay."""

    def __init__(self, student: Student, steps: int, body_rate: float, word_rate: float) -> None:
        words = student.model.get_input_embeddings()
        words.sparse = True
        self.rates: list[tuple[torch.optim.Optimizer, float]] = [
            (torch.optim.SparseAdam([words.weight], lr=word_rate), word_rate)
        ]
        self.body = [weight for weight in student.model.parameters() if weight is not words.weight]
        if body_rate:
            self.rates.append((torch.optim.AdamW(self.body, lr=body_rate, weight_decay=0.01, fused=True), body_rate))
        for weight in self.body:
            weight.requires_grad_(bool(body_rate))  # a frozen body costs a third less
        self.steps = steps
        self.done = 0

    def step(self, loss: torch.Tensor) -> None:
        """Apply the gradient of `loss`, then move along the learning-rate curve."""
        warm = min(1.0, (self.done + 1) / (0.06 * self.steps + 1))
        decay = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, self.done / self.steps)))
        for optimiser, rate in self.rates:
            optimiser.param_groups[0]["lr"] = rate * warm * decay
            optimiser.zero_grad(set_to_none=True)
        loss.backward()
        if self.body[0].requires_grad:
            torch.nn.utils.clip_grad_norm_(self.body, 1.0)
        for optimiser, _ in self.rates:
            optimiser.step()
        self.done += 1


def in_batch_contrast(left: torch.Tensor, right: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the symmetric InfoNCE loss of aligned unit vectors (n, dim)."""
    scores = left @ right.T / temperature
    truth = torch.arange(len(left))
    return (functional.cross_entropy(scores, truth) + functional.cross_entropy(scores.T, truth)) / 2


@contextlib.contextmanager
def seeded(seed: int, threads: int) -> Iterator[None]:
    """Fix torch's random state and thread count for one stage."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    yield
