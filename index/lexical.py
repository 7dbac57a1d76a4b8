"""Passages by their words: terms in, BM25 out, on snapshots that never change.

Takes    keys, Terms of passages; Terms of a question
Gives    Ranked: scores in [0, 1], the BM25 score over the largest that any passage could reach
Touches  tantivy, a folder of its own if it is given one          Never  text, jieba, settings

BM25 as in Robertson & Zaragoza (2009), k1 = 1.2, b = 0.75, summed over three fields with the weights below. They were
set on the dev questions (ARCHITECTURE.md): words carry most, pairs catch unknown words, characters help
colloquial questions whose words differ from the text's. Characters score what words and pairs find but find nothing
themselves, for they stand in nearly every passage; only one that the question has for a word is sought: 茶 finds 红茶.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import tantivy

from index.cache_files import link
from index.types import Keys, Ranked, Terms, Vectors

FIELD_WEIGHTS = {"words": 1.0, "pairs": 0.6, "characters": 0.2}
K1 = 1.2

# tantivy counts removed passages in its statistics until it merges them away. A term that all passages carry tells
# how many it counts, so that both sides of a score's fraction speak of the same passages.
_EVERY = ("every", "1")

# So many keys are sought one by one, more of them together.
_LOOKED_UP = 400

# So many passages are found for each one wanted, before their characters are counted: 0.99 of the best 50 of 200,000
# were among them, 0.97 of those of 1,000,000.
_CANDIDATES_EACH = 2

_WRITER_HEAP = 64_000_000

# What tantivy calls its own notes.
_META = "meta.json"
_MANAGED = ".managed.json"


@dataclass(frozen=True, slots=True)
class LexicalSnapshot:
    """An immutable state of the lexical arm."""

    searcher: tantivy.Searcher
    schema: tantivy.Schema

    def __len__(self) -> int:
        return int(self.searcher.num_docs)

    def asked(self, terms: Terms) -> LexicalQuestion:
        """Return a question of these terms, made ready to be searched for."""
        weighted = self._weighted(terms) if len(self) else []
        should = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, term), weight))
            for field, term, weight, _ in weighted
        ]
        words = set(terms.words)
        finding = [
            query
            for query, (field, term, _, _) in zip(should, weighted, strict=True)
            if field != "characters" or term in words
        ]
        ceiling = sum(weight * idf * (K1 + 1) for _, _, weight, idf in weighted)
        return LexicalQuestion(self, tantivy.Query.boolean_query(finding), tantivy.Query.boolean_query(should), ceiling)

    def known_share(self, words: Iterable[str]) -> float:
        """Return which share of these words occurs in any passage, in [0, 1]; 0 if there are none."""
        known = [self.searcher.doc_freq("words", word) > 0 for word in set(words)]
        return sum(known) / len(known) if known else 0.0

    def _weighted(self, terms: Terms) -> list[tuple[str, str, float, float]]:
        """Return (field, term, weight, inverse document frequency) for each distinct term."""
        counted = self.searcher.doc_freq(*_EVERY)
        weighted = []
        for field, weight in FIELD_WEIGHTS.items():
            for term in dict.fromkeys(getattr(terms, field)):
                frequency = self.searcher.doc_freq(field, term)
                weighted.append((field, term, weight, _idf(frequency, counted)))
        return weighted

    def _term(self, field: str, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self.schema, field, term, index_option="freq")


@dataclass(frozen=True, slots=True)
class LexicalQuestion:
    """A question to one snapshot: what finds, what scores, and the largest score that any passage could reach."""

    snapshot: LexicalSnapshot
    finding: tantivy.Query
    scoring: tantivy.Query
    ceiling: float

    def search(self, count: int, allowed: Keys | None = None) -> Ranked:
        """Return the `count` best passages that share a word or a pair, of the `allowed` ones if given."""
        keys = self.candidates(_CANDIDATES_EACH * count, allowed)
        return best_first(keys, self.scores(keys), count)

    def candidates(self, count: int, allowed: Keys | None = None) -> Keys:
        """Return at most `count` passages, ascending, that are best before the characters are counted."""
        return np.sort(self._found(self.finding, count, allowed)[0])

    def scores(self, keys: Keys) -> Vectors:
        """Return the score of each of these passages (n,), ascending keys; 0 where one shares no term."""
        scores = np.zeros(len(keys), np.float32)
        found, reached = self._found(self.scoring, len(keys), keys)
        scores[np.searchsorted(keys, found)] = np.minimum(reached / np.float32(self.ceiling or 1), np.float32(1.0))
        return scores

    def _found(self, query: tantivy.Query, count: int, allowed: Keys | None) -> tuple[Keys, Vectors]:
        """Return the keys (n,) that are best for a query, and BM25 of each."""
        if self.ceiling <= 0 or (allowed is not None and not len(allowed)):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if allowed is not None:
            filtered = tantivy.Query.const_score_query(self._among(allowed), 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, filtered)])
        searcher = self.snapshot.searcher
        hits = searcher.search(query, limit=count, count=False).hits
        keys = searcher.fast_field_values("key", [address for _, address in hits])
        return np.array(keys, np.int64), np.array([score for score, _ in hits], np.float32)

    def _among(self, keys: Keys) -> tantivy.Query:
        # A set of terms walks through all keys there are, half a millisecond at 20,000; single terms are looked up.
        schema, listed = self.snapshot.schema, keys.tolist()
        if len(listed) > _LOOKED_UP:
            return tantivy.Query.term_set_query(schema, "key", listed)
        each = [tantivy.Query.term_query(schema, "key", key, index_option="basic") for key in listed]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in each])


class LexicalIndex:
    """The writing side: applies changes and hands out snapshots. One thread at a time may call it."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open the index in a folder, made if there is none; without a folder it lives in memory."""
        builder = tantivy.SchemaBuilder().add_unsigned_field("key", indexed=True, fast=True)
        for field in FIELD_WEIGHTS:
            builder = builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
        builder = builder.add_text_field(_EVERY[0], tokenizer_name="raw", index_option="basic")
        self._schema = builder.build()
        self._folder = folder
        self._index = tantivy.Index(self._schema) if folder is None else tantivy.Index(self._schema, path=str(folder))
        # Its own watcher would reload at the same time as apply does, and one of them wait 0.1 s for the lock.
        self._index.config_reader(reload_policy="manual")
        self._writer = self._index.writer(heap_size=_WRITER_HEAP, num_threads=1)

    def apply(self, added: Iterable[tuple[int, Terms]], removed: Keys) -> LexicalSnapshot:
        """Remove and add passages by key, and return the snapshot that shows both."""
        self.remove(removed)
        self.add((key, terms.written()) for key, terms in added)
        return self.commit()

    def remove(self, keys: Keys) -> None:
        """Remove passages at the next commit."""
        if len(keys):
            gone = tantivy.Query.term_set_query(self._schema, "key", keys.tolist())
            self._writer.delete_documents_by_query(gone)

    def add(self, added: Iterable[tuple[int, str]]) -> None:
        """Add passages, their terms as they are written, at the next commit."""
        for key, written in added:
            words, pairs, characters = written.split("\n")
            entry = {"key": key, _EVERY[0]: _EVERY[1], "words": words, "pairs": pairs, "characters": characters}
            # Half the time of a Document made field by field.
            self._writer.add_json(orjson.dumps(entry).decode())

    def commit(self) -> LexicalSnapshot:
        """Return the snapshot that shows everything so far."""
        self._writer.commit()
        return self.snapshot()

    def snapshot(self) -> LexicalSnapshot:
        """Return the snapshot of the last commit."""
        self._index.reload()
        return LexicalSnapshot(self._index.searcher(), self._schema)

    def settled(self) -> str:
        """Return what tantivy notes of its last commit: which segments there are.

        :raises ValueError: if the index lives in memory.
        """
        if self._folder is None:
            raise ValueError("an index in memory has no files")
        return (self._folder / _META).read_text("utf-8")

    def files(self, settled: str) -> list[Path]:
        """Return the files of the segments that `settled` names; each never changes, but merging may delete it."""
        if self._folder is None:
            return []
        found = []
        for segment in orjson.loads(settled)["segments"]:
            name = segment["segment_id"].replace("-", "")
            deleted = f"{segment['deletes']['opstamp']}.del" if segment["deletes"] else None
            found += [
                path
                for path in sorted(self._folder.glob(f"{name}.*"))
                if path.suffix != ".del" or path.name == f"{name}.{deleted}"
            ]
        return found

    def close(self) -> None:
        """Wait for what tantivy does in the background; the index must not be used afterwards."""
        self._writer.wait_merging_threads()


def best_first(keys: Keys, scores: Vectors, count: int) -> Ranked:
    """Return the `count` best of these passages; of equals the oldest first."""
    order = np.lexsort((keys, -scores))[:count]
    return Ranked(keys[order], scores[order])


def place_files(folder: Path, settled: str, files: Sequence[Path]) -> None:
    """Put an index's files where LexicalIndex opens them: by links, for they never change."""
    for path in files:
        link(path, folder / path.name)
    (folder / _MANAGED).write_text(orjson.dumps([path.name for path in files]).decode(), "utf-8")
    (folder / _META).write_text(settled, "utf-8")


def _idf(frequency: int, passages: int) -> float:
    return math.log(1.0 + (passages - frequency + 0.5) / (frequency + 0.5))
