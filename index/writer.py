"""The write path on one page: document → sentences → sections → passages → vectors and terms → stored → findable.

Takes    a Document and where it came from; ids to remove
Gives    StoredDocument, once it is durable and every later search finds it
Never    HTTP, paths: reading files is the caller's
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain

import numpy as np

from corpus.blocks import blocks_of
from corpus.passages import PassageSize, context_of, split_passages
from corpus.sections import document_title, sentences_within, split_sections
from corpus.sentences import split_sentences
from corpus.types import Document, Passage
from index.errors import ModelUnavailable, UnknownDocument
from index.rebuilding import alone, stage, staging_of, take_over
from index.reuse import FormerPassages, sameness
from index.rows import document_id_of, passage_id_of
from index.store import Store
from index.terms import Segmenter
from index.types import Embedder, NewPassage, PreparedDocument, StoredDocument, Vectors

# What the spans depend on besides the model; it is stored, and another version asks for a rebuild.
SPLITTER_VERSION = "2"

# Passages are embedded in portions of this many: between them progress is shown, Ctrl-C heard, a question let in.
_PORTION = 16

Progress = Callable[[int, int], None]


def fingerprints_of(embedder: Embedder, segmenter: Segmenter) -> dict[str, str]:
    """Return what stored passages depend on, by name: the model, the terms, the way of splitting."""
    return {"model": embedder.fingerprint, "terms": segmenter.fingerprint, "splitter": SPLITTER_VERSION}


class Writer:
    """Adds to and removes from one store. Calls from several threads take turns."""

    def __init__(
        self,
        *,
        store: Store,
        embedder: Embedder,
        segmenter: Segmenter,
        passage_target: int,
        publish: Callable[[], object] = lambda: None,
    ) -> None:
        """Take the ready parts.

        `passage_target` is the wanted length of a passage in characters; `publish` is called after each change,
        before the change is acknowledged, so that this process's searches show it.
        """
        self._store = store
        self._embedder = embedder
        self._segmenter = segmenter
        self._target = passage_target
        self._publish = publish
        self._lock = threading.Lock()

    def add(
        self,
        document: Document,
        source: str,
        *,
        replacing: bool = False,
        describing: bool = False,
        progress: Progress = lambda done, total: None,
    ) -> StoredDocument:
        """Store a document and return once it is durable and findable; one already stored stays as it is.

        With `replacing`, an earlier document of the same source is removed in the same transaction, also one of the
        same text under other metadata; what it says under the same titles is not embedded again. With `describing` only
        that of the same text is, others of the source stay. `progress` is told how many texts of how many are embedded.

        :raises ModelMismatch: if the store holds vectors or terms of another model or tokenizer.
        :raises ModelUnavailable: if the model gives vectors that cannot be compared.
        """
        document_id = document_id_of(document, source)
        former = self._store.by_source(source) if replacing else None
        with suppress(UnknownDocument):
            known = self._store.document(document_id)
            if not (replacing or describing) or self._is_as_read(known.id, document):
                return known
            former = known
        fingerprints = self.fingerprints()
        self._store.require(fingerprints)
        spared = FormerPassages.of(self._store, former.id, fingerprints) if former else FormerPassages()
        # Removals and other documents need not wait for this one's embedding.
        prepared = self._prepared(document_id, source, document, spared, progress)
        with self._lock:
            stored = self._store.add(prepared, fingerprints=fingerprints, replacing=replacing, describing=describing)
            self._publish()
        return stored

    def _is_as_read(self, document_id: str, document: Document) -> bool:
        """Say whether a stored document has the metadata and marks of this one, which has its id and so its text."""
        stored = self._store.original(document_id)
        return replace(document, title=stored.title) == stored

    def remove(self, document_id: str) -> None:
        """Remove a document from everywhere; no later search returns it.

        :raises UnknownDocument: if there is none with this id.
        """
        with self._lock:
            self._store.remove(document_id)
            self._publish()

    def rebuild(self, progress: Progress = lambda done, total: None) -> int:
        """Make all passages anew with the present model, tokenizer and splitter; return how many there are.

        Searches and changes go on upon the former passages until the new ones replace them in one transaction. What
        an interrupted rebuild made is used. Vectors and terms stay where what they are made of is the same.

        :raises StoreUnavailable: if another process rebuilds this store.
        """
        fingerprints = self.fingerprints()
        made_under = fingerprints | {"passage_target": str(self._target)}

        def prepare(document_id: str) -> PreparedDocument:
            spared = FormerPassages.of(self._store, document_id, fingerprints)
            original = self._store.original(document_id)
            source = self._store.document(document_id).source
            return self._prepared(document_id, source, original, spared, lambda done, total: None)

        with alone(self._store.path.parent), staging_of(self._store, made_under) as staging:
            taken = False
            while not taken:
                stage(self._store, staging, prepare, made_under, progress)
                with self._lock:
                    taken = take_over(self._store, staging, fingerprints)
            self._publish()
            return staging.totals()[1]

    def fingerprints(self) -> dict[str, str]:
        """Return what stored passages depend on, by name."""
        return fingerprints_of(self._embedder, self._segmenter)

    def _prepared(
        self, document_id: str, source: str, document: Document, spared: FormerPassages, progress: Progress
    ) -> PreparedDocument:
        text = document.text
        whole_sentences = split_sentences(text)
        sections = split_sections(document, whole_sentences)
        titled = replace(document, title=document_title(document, sections))
        size = PassageSize(self._target, self._embedder.window, self._embedder.measure)
        sentences, blocks = sentences_within(text, sections), blocks_of(document, whole_sentences)
        passages = split_passages(text, sentences, sections, size, titled.title, blocks)
        contexts = [context_of(titled.title, section.title) for section in sections]
        same = [sameness(contexts[each.section], each.text, each.start, each.sentences) for each in passages]
        texts = [_texts_of(text, passage, contexts[passage.section]) for passage in passages]
        new = (parts for parts, same_as in zip(texts, same, strict=True) if same_as not in spared.vectors)
        embedded = self._embedded(list(dict.fromkeys(chain.from_iterable(new))), progress)
        prepared = tuple(
            NewPassage(
                id=passage_id_of(document_id, passage.start, passage.end, passage.text),
                section=passage.section,
                start=passage.start,
                end=passage.end,
                text=passage.text,
                sentences=passage.sentences,
                terms=spared.terms.get(same_as) or self._segmenter.terms(parts[0]),
                vectors=spared.vectors[same_as] if same_as in spared.vectors else _means(parts, embedded),
            )
            for passage, same_as, parts in zip(passages, same, texts, strict=True)
        )
        return PreparedDocument(document_id, source, titled, sections, prepared)

    def _embedded(self, texts: Sequence[str], progress: Progress) -> dict[str, Vectors]:
        vectors: dict[str, Vectors] = {}
        for start in range(0, len(texts), _PORTION):
            portion = texts[start : start + _PORTION]
            embedded = self._embedder.embed_passages(portion)
            if not np.allclose(np.linalg.norm(embedded, axis=1), 1.0, atol=1e-2):
                name = self._embedder.fingerprint
                raise ModelUnavailable(f"model {name}: gives vectors that are not of length 1; choose another model")
            vectors.update(zip(portion, embedded, strict=True))
            progress(len(vectors), len(texts))
        return vectors


def _means(texts: Sequence[str], embedded: Mapping[str, Vectors]) -> Vectors:
    """Return for each sentence (s, dim) the mean of its own vector and the whole passage's, which is the first."""
    whole, *sentences = texts
    return np.stack([(embedded[whole] + embedded[sentence]) / 2 for sentence in sentences])


def _texts_of(text: str, passage: Passage, context: str) -> list[str]:
    """Return what is embedded of a passage, each under its context: the whole, then each of its sentences.

    The mean of both vectors finds more than either: measured first hits on questions apart from training, the whole
    alone / the best sentence alone / both: CMRC 2018 0.915 / 0.975 / 0.980, written colloquial questions
    0.684 / 0.662 / 0.715, formal ones 0.922 / 0.947 / 0.960.
    """
    parts = [passage.text, *(text[sentence.start : sentence.end] for sentence in passage.sentences)]
    return [f"{context}\n{part}" if context else part for part in parts]
