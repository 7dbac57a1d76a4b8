"""How fast passages are embedded, beside the model that people download for this: python -m benchmarks.embedding.

Takes    the sample article, cut into stretches of 150 characters; weights made at random for the other model
Gives    passages in a second of processor time, in turns in the same run, and their ratio to the other model
Touches  torch, sentence-transformers, transformers          Never  a model hub

The other model has the shape of paraphrase-multilingual-MiniLM-L12-v2: 12 layers, 384 dimensions, 250,037 words.
Random weights take as long as trained ones. Its tokenizer cannot be had without a hub, so how many tokens it would see
is an argument: 100 of 150 Chinese characters by default, which is about what its kind of vocabulary gives. Ours is
measured as the product runs it, and by plain SentenceTransformer; cutting into tokens is counted for ours alone.
Processor time is that of all threads: other work on the machine counts little.
"""

import argparse
import statistics
from collections.abc import Callable
from time import process_time

import torch
from sentence_transformers import SentenceTransformer
from transformers import BertConfig, BertModel

from corpus.readers import read_document
from index.embedder import BUNDLED_MODEL, SentenceEmbedder
from service.ingest import SAMPLE_FOLDER

CHARACTERS = 150
BATCH = 32


def main() -> None:
    """Measure both in turns and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=100, help="tokens that the other model sees of a passage")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    texts, ours, other = passages(), SentenceEmbedder(threads=arguments.threads), other_model()
    plain = SentenceTransformer(str(BUNDLED_MODEL), device="cpu", model_kwargs={"dtype": torch.float32})
    tokens = statistics.mean(ours.measure(text) for text in texts)
    ways: dict[str, Callable[[], object]] = {
        "bundled model": lambda: ours.embed_passages(texts),
        "the same in PyTorch": lambda: plain.encode_document(texts, batch_size=BATCH),
        "12 layers of 384, random": lambda: run_other(other, len(texts), arguments.tokens),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(arguments.rounds + 1):
        for name, embed in ways.items():
            start = process_time()
            embed()
            if turn:  # the first turn loads and warms
                rates[name].append(len(texts) / (process_time() - start))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(f"{len(texts)} passages, {tokens:.0f} tokens each for ours, {arguments.tokens} for the other")
    for name, median in medians.items():
        print(f"{name:25} {median:7.1f} passages/s  x {median / medians['12 layers of 384, random']:.2f}")


def passages() -> list[str]:
    """Return stretches of the sample article, each of the same length, overlapping by two thirds."""
    path = next(SAMPLE_FOLDER.iterdir())
    text = read_document(path.read_bytes(), path.name).text
    return [text[start : start + CHARACTERS] for start in range(0, len(text) - CHARACTERS, CHARACTERS // 3)]


def other_model() -> BertModel:
    """Return a model of the other shape, with random weights."""
    shape = BertConfig(
        vocab_size=250_037,
        hidden_size=384,
        num_hidden_layers=12,
        num_attention_heads=12,
        intermediate_size=1536,
        max_position_embeddings=512,
    )
    return BertModel(shape, add_pooling_layer=False).eval()


@torch.no_grad()
def run_other(model: BertModel, count: int, tokens: int) -> None:
    """Run the other model over as many rows of so many tokens, in batches of the same size."""
    rows = torch.randint(1000, 200_000, (count, tokens))
    for first in range(0, count, BATCH):
        part = rows[first : first + BATCH]
        model(input_ids=part, attention_mask=torch.ones_like(part))


if __name__ == "__main__":
    main()
