"""How fast passages are embedded, beside the model that people download for this: python -m benchmarks.embedding.

Takes    the sample article, cut into stretches of 150 characters; weights made at random for the other model
Gives    passages a second of each, in turns in the same run, and their ratio
Touches  torch, sentence-transformers, transformers          Never  a model hub

The other model has the shape of paraphrase-multilingual-MiniLM-L12-v2: 12 layers, 384 dimensions, 250,037 words. Random
weights take as long as trained ones. Its tokenizer cannot be had without a hub, so how many tokens it would see is an
argument: 100 of 150 Chinese characters by default, which is about what its kind of vocabulary gives. Cutting the text
into tokens is counted for ours alone.
"""

import argparse
import statistics
from time import perf_counter

import torch
from transformers import BertConfig, BertModel

from corpus.readers import read_document
from index.embedder import SentenceEmbedder
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
    tokens = statistics.mean(ours.measure(text) for text in texts)
    rates: dict[str, list[float]] = {"ours": [], "other": []}
    for turn in range(arguments.rounds + 1):
        took = {"ours": seconds_of_ours(ours, texts), "other": seconds_of_other(other, len(texts), arguments.tokens)}
        if turn:  # the first turn loads and warms
            for name, seconds in took.items():
                rates[name].append(len(texts) / seconds)
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(f"bundled model            {medians['ours']:7.1f} passages/s  ({tokens:.0f} tokens a passage)")
    print(f"12 layers of 384, random {medians['other']:7.1f} passages/s  ({arguments.tokens} tokens a passage)")
    print(f"ratio                    {medians['ours'] / medians['other']:7.2f}")


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


def seconds_of_ours(embedder: SentenceEmbedder, texts: list[str]) -> float:
    """Embed all texts as the product does."""
    start = perf_counter()
    embedder.embed_passages(texts)
    return perf_counter() - start


@torch.no_grad()
def seconds_of_other(model: BertModel, count: int, tokens: int) -> float:
    """Run the other model over as many rows of so many tokens, in batches of the same size."""
    rows = torch.randint(1000, 200_000, (count, tokens))
    start = perf_counter()
    for first in range(0, count, BATCH):
        part = rows[first : first + BATCH]
        model(input_ids=part, attention_mask=torch.ones_like(part))
    return perf_counter() - start


if __name__ == "__main__":
    main()
