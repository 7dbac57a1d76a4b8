"""Learn the small network of topic segmentation from real documents whose headings were removed.

Takes    the folder of raw data, texts that training must not meet
Gives    corpus/topic_network.npz: int8 vectors of hashed pieces, float16 matrices; what it reaches on walls kept apart
Touches  torch, the files named          Never  the sample article, the development documents

    python -m training.topic_network --data DATA --kept-apart DATA/dev/segments/documents.jsonl corpus/documents
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import average_precision_score
from torch import Tensor, nn
from torch.nn import functional

from corpus.gaps import describe_gaps
from corpus.sentences import split_sentences
from corpus.topic_network import BODY_BITS, EDGE_BITS, REACHES, WEIGHTS, Pieces, pieces_of
from training.sections import kept_apart
from training.walls import Wall, make_walls

_SEED = 7
_BODY, _EDGE, _WIDTH = 16, 12, 48
_BATCH = 6_000  # sentences
_LONGEST = 300  # sentences of a wall


@dataclass(frozen=True, slots=True)
class Example:
    """One wall made ready: signs (n, features), truth (n,), hashed pieces."""

    signs: Any
    truth: Any
    pieces: Pieces
    part: str


class Network(nn.Module):
    """The same sums as corpus/topic_network.py, over padded batches of walls."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.body, self.edge = nn.Embedding(1 << BODY_BITS, _BODY), nn.Embedding(1 << EDGE_BITS, _EDGE)
        nn.init.normal_(self.body.weight, std=0.1)
        nn.init.normal_(self.edge.weight, std=0.1)
        self.enter = nn.Linear(features + _BODY + _EDGE + 2 * len(REACHES), _WIDTH)
        self.looks = nn.ModuleList(nn.Conv1d(_WIDTH, _WIDTH, 3, padding=reach, dilation=reach) for reach in REACHES)
        self.whole, self.leave = nn.Linear(_WIDTH, _WIDTH), nn.Linear(_WIDTH, 1)
        self.drop = nn.Dropout(0.25)

    def forward(self, signs: Tensor, mask: Tensor, pieces: Sequence[Tensor]) -> Tensor:
        """Return log odds (walls, sentences)."""
        shape = signs.shape[:2]
        body = _bag(self.body, pieces[0], pieces[1], shape)
        edge = _bag(self.edge, pieces[2], pieces[3], shape)
        rows = [self.drop(signs), self.drop(body), self.drop(edge), _likeness(body)]
        kept = mask.unsqueeze(2)
        hidden = functional.relu(self.enter(torch.cat(rows, 2))) * kept
        for number, look in enumerate(self.looks):
            if number == 2:
                mean = hidden.sum(1) / kept.sum(1)
                hidden = hidden + functional.relu(self.whole(mean)).unsqueeze(1) * kept
            seen = look(self.drop(hidden).transpose(1, 2)).transpose(1, 2)
            hidden = (hidden + functional.relu(seen)) * kept
        result: Tensor = self.leave(self.drop(hidden)).squeeze(2)
        return result


def _bag(table: nn.Embedding, pieces: Tensor, owner: Tensor, shape: torch.Size) -> Tensor:
    order = torch.argsort(owner, stable=True)
    counted = torch.bincount(owner, minlength=shape[0] * shape[1])
    offsets = functional.pad(counted.cumsum(0)[:-1], (1, 0))
    total = functional.embedding_bag(pieces[order], table.weight, offsets, mode="sum")
    return (total / counted.clamp(min=1).sqrt().unsqueeze(1)).view(*shape, -1)


def _likeness(body: Tensor) -> Tensor:
    running, count, columns = functional.pad(body.cumsum(1), (0, 0, 1, 0)), body.shape[1], []
    gap = torch.arange(count)
    for reach in REACHES:
        before = running[:, gap] - running[:, (gap - reach).clamp(min=0)]
        after = running[:, (gap + reach).clamp(max=count)] - running[:, gap]
        lengths = before.norm(dim=2).clamp(min=1e-3) * after.norm(dim=2).clamp(min=1e-3)
        columns += [(before * after).sum(2) / lengths, (((before - after) ** 2).sum(2) + 1e-6).sqrt() / reach]
    return torch.stack(columns, dim=2)


def main() -> None:
    """Make the walls, train, write, report."""
    arguments = _arguments()
    torch.manual_seed(_SEED)
    torch.set_num_threads(arguments.threads)
    walls = make_walls(arguments.data, kept_apart(arguments.kept_apart), _SEED)
    names = list(describe_gaps("一。二。", split_sentences("一。二。")).features)
    examples = [example for example in map(described, walls) if 6 <= len(example.truth) <= _LONGEST]
    learned = [example for example in examples if example.part == "train"]
    sample = np.concatenate([example.signs[::5] for example in learned[::4]])
    mean, deviation = sample.mean(axis=0), sample.std(axis=0) + 1e-6
    scale = (mean, deviation)
    network = fitted(learned, scale, arguments.rounds)
    for part in ("choose", "apart", "foreign"):
        print(f"{part:8} average precision {precision([e for e in examples if e.part == part], network, scale):.3f}")
    write(network, names, scale, arguments.out)


def described(wall: Wall) -> Example:
    """Look at every gap of a wall and hash its pieces."""
    sentences = split_sentences(wall.text)
    starts = set(wall.starts)
    truth = np.array([float(sentence.start in starts) for sentence in sentences], dtype=np.float32)
    gaps = describe_gaps(wall.text, sentences)
    signs = np.stack(list(gaps.features.values()), axis=1).astype(np.float32)
    return Example(signs, truth, pieces_of(wall.text, sentences), wall.part)


def fitted(examples: Sequence[Example], scale: tuple[Any, Any], rounds: int) -> Network:
    """Train by cross entropy at every gap but the first of each wall."""
    network, began = Network(examples[0].signs.shape[1]), time.monotonic()
    words = [network.body.weight, network.edge.weight]
    others = [weight for name, weight in network.named_parameters() if name.split(".")[0] not in ("body", "edge")]
    optimizer = torch.optim.AdamW(
        [{"params": words, "weight_decay": 0.0}, {"params": others, "weight_decay": 0.01}], lr=2e-3
    )
    steps = rounds * len(list(_batches(examples, 0)))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [6e-3, 2e-3], total_steps=steps + 10, pct_start=0.15)
    for turn in range(rounds):
        network.train()
        for number, batch in enumerate(_batches(examples, turn)):
            signs, mask, truth, pieces = _collated(batch, scale)
            loss = functional.binary_cross_entropy_with_logits(network(signs, mask, pieces), truth, reduction="none")
            inner = mask.clone()
            inner[:, 0] = 0
            mean = (loss * inner).sum() / inner.sum()
            optimizer.zero_grad()
            mean.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            if number % 20 == 0:
                print(
                    f"round {turn} batch {number} loss {mean.item():.4f} {time.monotonic() - began:.0f} s", flush=True
                )
    return network


def precision(examples: Sequence[Example], network: Network, scale: tuple[Any, Any]) -> float:
    """Return the average precision over all gaps of these walls, in [0, 1]."""
    network.eval()
    truths, scores = [], []
    with torch.no_grad():
        for batch in _batches(examples, 0):
            signs, mask, truth, pieces = _collated(batch, scale)
            found = network(signs, mask, pieces)
            chosen = mask[:, 1:] > 0
            truths.append(truth[:, 1:][chosen].numpy())
            scores.append(found[:, 1:][chosen].numpy())
    return float(average_precision_score(np.concatenate(truths), np.concatenate(scores)))


def _batches(examples: Sequence[Example], turn: int) -> Iterator[list[Example]]:
    """Group walls of like length; another order each turn."""
    chance = np.random.default_rng(turn)
    order = sorted(examples, key=lambda example: len(example.truth) + 8 * chance.random())
    groups, group = [], list[Example]()
    for example in order:
        if group and len(example.truth) * (len(group) + 1) > _BATCH:
            groups.append(group)
            group = []
        group.append(example)
    groups.append(group)
    yield from (groups[place] for place in chance.permutation(len(groups)))


def _collated(batch: Sequence[Example], scale: tuple[Any, Any]) -> tuple[Tensor, Tensor, Tensor, list[Tensor]]:
    longest, features = max(len(example.truth) for example in batch), batch[0].signs.shape[1]
    signs = np.zeros((len(batch), longest, features), np.float32)
    mask, truth = np.zeros((2, len(batch), longest), np.float32)
    pieces: list[list[Any]] = [[], [], [], []]
    for row, example in enumerate(batch):
        count, shift = len(example.truth), row * longest
        signs[row, :count] = np.clip((example.signs - scale[0]) / scale[1], -4, 4)
        mask[row, :count], truth[row, :count] = 1, example.truth
        own = example.pieces
        for place, values in enumerate((own.body, own.body_owner + shift, own.edge, own.edge_owner + shift)):
            pieces[place].append(values)
    joined = [torch.from_numpy(np.concatenate(values)) for values in pieces]
    return torch.from_numpy(signs), torch.from_numpy(mask), torch.from_numpy(truth), joined


def write(network: Network, names: Sequence[str], scale: tuple[Any, Any], out: Path) -> None:
    """Write the weights: vectors of pieces in one byte a number with a scale for each column, the rest in two."""
    tables: dict[str, Any] = {"names": np.array(names), "mean": scale[0], "deviation": scale[1]}
    for name, table in (("body", network.body), ("edge", network.edge)):
        values = table.weight.detach().numpy()
        tables[f"{name}_scale"] = (np.abs(values).max(axis=0) / 127).astype(np.float32)
        tables[name] = np.round(values / tables[f"{name}_scale"]).astype(np.int8)
    for name, layer in (("enter", network.enter), ("whole", network.whole)):
        tables[name], tables[f"{name}_bias"] = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    for reach, look in zip(REACHES, network.looks, strict=True):
        tables[f"look_{reach}"] = look.weight.detach().numpy().transpose(2, 1, 0)
        tables[f"bias_{reach}"] = look.bias.detach().numpy()
    tables["leave"] = network.leave.weight.detach().numpy()[0]
    tables["leave_bias"] = network.leave.bias.detach().numpy()[0]
    halved = {name: table.astype(np.float16) if table.dtype == np.float32 else table for name, table in tables.items()}
    halved |= {name: tables[name] for name in ("mean", "deviation", "body_scale", "edge_scale")}
    np.savez_compressed(out, **halved)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the raw_*.jsonl.zst files")
    parser.add_argument("--kept-apart", type=Path, nargs="+", required=True, help="texts that training must not meet")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
