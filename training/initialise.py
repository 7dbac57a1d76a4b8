"""Stages 1-3: the base's body, and a vector for each Chinese word made from its English meaning.

Takes    the base model, CC-CEDICT, raw Chinese text (for the choice of words)
Gives    a sentence-transformers folder that has not been trained at all
Touches  torch, transformers, tokenizers          Never  questions, passages
"""

from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertModel

from training.export import save_model
from training.settings import Settings, base_model_path
from training.sources import read_glosses, read_lines
from training.tokenizer import (
    HAN,
    SPECIAL,
    base_pieces,
    build_tokenizer,
    count_words,
    fit_piece_scores,
    simplification_charsmap,
    word_frequencies,
)

_SENSE_WEIGHTS = (1.0, 1 / 2, 1 / 3)
_RAW_FILES = {"raw_zh_wiki": 4, "raw_zh_news_crud": 4, "raw_zh_laws": 4, "raw_zh_gov": 1}


def run(settings: Settings, output: Path) -> None:
    """Build the untrained bilingual model in `output`."""
    base = BertModel.from_pretrained(base_model_path(), dtype=torch.float32)
    base_tokenizer = Tokenizer.from_file(str(base_model_path() / "tokenizer.json"))
    base_tokenizer.no_truncation()
    base_tokenizer.no_padding()
    glosses = read_glosses(settings.data)
    charsmap = simplification_charsmap(_simplification_table(settings.data))
    pieces = base_pieces(base_tokenizer.get_vocab())
    scores = fit_piece_scores(pieces, base_tokenizer, _english_texts(settings.data))
    candidates = _candidates(glosses, base_tokenizer, settings.longest_word)
    everything = build_tokenizer(scores, word_frequencies(candidates), charsmap)
    words = _choose_words(everything, candidates, settings)
    tokenizer = build_tokenizer(scores, word_frequencies(words), charsmap)
    vectors = _vectors(base, base_tokenizer, pieces, words, glosses)
    model = _with_vocabulary(base, vectors)
    save_model(model, tokenizer, output, settings.window)


def _simplification_table(data: Path) -> dict[str, str]:
    """Return OpenCC's Traditional -> Simplified characters, one to one, regional variants of them included."""
    table: dict[str, str] = {}
    variants: dict[str, str] = {}
    simplified: set[str] = set()
    for line in read_lines(data, "lexicon_trad_simp_opencc"):
        source, target = line["from"], line["to"][0]
        if line["table"] == "STCharacters":
            simplified.add(source)
        if len(source) != 1 or len(target) != 1 or source == target:
            continue
        if line["table"] == "TSCharacters":
            table[source] = target
        elif line["table"] in {"TWVariants", "HKVariants"}:
            variants[target] = source
    for regional, standard in variants.items():
        folded = table.get(standard, standard)
        if regional not in simplified and folded != regional:
            table.setdefault(regional, folded)
    return table


def _english_texts(data: Path) -> Iterator[str]:
    for number, line in enumerate(read_lines(data, "raw_en_wiki")):
        if number % 4 == 0:
            yield line["text"]
    for number, line in enumerate(read_lines(data, "pairs_en_docs_headings")):
        if number % 4 == 0:
            yield line["positive"]


def _candidates(glosses: dict[str, list[str]], base_tokenizer: Tokenizer, longest: int) -> list[str]:
    """Return every dictionary word of Han characters up to `longest`, then every single character known."""
    words = [word for word in glosses if len(word) <= longest and all(HAN.match(mark) for mark in word)]
    characters = {mark for word in words for mark in word}
    characters |= {piece for piece in base_tokenizer.get_vocab() if HAN.fullmatch(piece)}
    return list(dict.fromkeys(words + sorted(characters)))


def _choose_words(everything: Tokenizer, candidates: list[str], settings: Settings) -> list[str]:
    """Return all single characters in use, and the words most frequent in raw and everyday text."""
    counts = count_words(everything, _chinese_texts(settings))
    everyday = count_words(everything, (line["zh"] for line in read_lines(settings.data, "parallel_zh_en_tatoeba")))
    for word, count in everyday.items():
        counts[word] += 20 * count  # everyday words are rare in encyclopaedias and statutes
    characters = [word for word in candidates if len(word) == 1]
    characters.sort(key=lambda word: -counts[word])
    kept = characters[:9_000]
    words = [word for word, count in counts.most_common() if len(word) > 1 and HAN.match(word)]
    return kept + words[: settings.chinese_words - len(kept)]


def _chinese_texts(settings: Settings) -> Iterator[str]:
    for name, every in _RAW_FILES.items():
        for number, line in enumerate(read_lines(settings.data, name)):
            if number % every == 0:
                yield line["text"]


def _vectors(
    base: BertModel, base_tokenizer: Tokenizer, pieces: dict[str, int], words: list[str], glosses: dict[str, list[str]]
) -> torch.Tensor:
    """Return the input embeddings: (special + pieces + words, 384) float32."""
    table = base.get_input_embeddings().weight.detach()
    base_vocabulary = base_tokenizer.get_vocab()
    rows = [table[base_vocabulary[token]] for token in SPECIAL] + [table[row] for row in pieces.values()]
    norm = table.norm(dim=1).mean()
    fresh: dict[str, torch.Tensor] = {}
    for word in sorted(words, key=len):
        vector = _meaning(glosses.get(word, []), base_tokenizer, table)
        if vector is None:
            vector = _without_gloss(word, base_vocabulary, table, fresh)
        fresh[word] = vector / vector.norm() * norm
    return torch.stack(rows + [fresh[word] for word in words])


def _meaning(senses: list[str], base_tokenizer: Tokenizer, table: torch.Tensor) -> torch.Tensor | None:
    """Return the weighted mean of the embeddings of the first three senses, or None without any."""
    total = torch.zeros(table.shape[1])
    for weight, sense in zip(_SENSE_WEIGHTS, senses, strict=False):
        rows = base_tokenizer.encode(sense, add_special_tokens=False).ids
        if rows:
            total += weight * table[rows].mean(0)
    return total if total.any() else None


def _without_gloss(
    word: str, base_vocabulary: dict[str, int], table: torch.Tensor, fresh: dict[str, torch.Tensor]
) -> torch.Tensor:
    if word in base_vocabulary:
        return table[base_vocabulary[word]]
    parts = [fresh[mark] for mark in word if mark in fresh]
    return torch.stack(parts).mean(0) if parts and len(word) > 1 else table.mean(0)


def _with_vocabulary(base: BertModel, vectors: torch.Tensor) -> BertModel:
    embeddings = torch.nn.Embedding(len(vectors), vectors.shape[1], padding_idx=0)
    with torch.no_grad():
        embeddings.weight.copy_(vectors)
    base.set_input_embeddings(embeddings)
    base.config.vocab_size = len(vectors)
    return base
