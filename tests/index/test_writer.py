"""The write path: ids from content and place, nothing twice, nothing half."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.types import Document
from index.errors import UnknownDocument
from index.store import Store
from index.terms import Segmenter
from index.types import Vectors
from index.writer import Writer
from tests.fakes import Bench, HashEmbedder, bench

TEXT = "市域铁路建成后日开行百余对。通勤时间大幅缩短。居民可以刷卡乘车。" * 5


def test_building_twice_gives_equal_ids(tmp_path: Path, segmenter: Segmenter) -> None:
    """In two homes: the same document and passage ids."""
    ids = []
    for name in ("a", "b"):
        with bench(tmp_path / name, segmenter=segmenter) as made:
            stored = made.add("题", TEXT)
            ids.append((stored.id, [passage.id for passage in made.parts.store.passages_of(stored.id)]))
    assert ids[0] == ids[1] and len(set(ids[0][1])) == len(ids[0][1])


def test_the_same_text_from_two_places_is_two_documents(workbench: Bench) -> None:
    """Each with citations of its own; the same again is the one that is there."""
    writer = workbench.parts.writer
    first, second = (writer.add(Document(TEXT, "题"), source) for source in ("file:///a", "file:///b"))
    assert first.id != second.id
    sequence = workbench.parts.store.sequence()
    assert writer.add(Document(TEXT, "题"), "file:///a") == first
    assert workbench.parts.store.sequence() == sequence


def test_a_changed_file_takes_its_former_version_s_place(workbench: Bench) -> None:
    """Only when asked to replace, and only of the same source."""
    writer, store = workbench.parts.writer, workbench.parts.store
    writer.add(Document(TEXT, "题"), "file:///a")
    writer.add(Document(TEXT, "题"), "file:///b")
    changed = writer.add(Document(TEXT + "新增一句。", "题"), "file:///a", replacing=True)
    assert {document.source: document.id for document in store.documents()}["file:///a"] == changed.id
    assert store.totals()[0] == 2


def test_each_sentence_has_a_vector_between_its_own_and_its_passage_s(workbench: Bench) -> None:
    """The mean of two cosines is the product with the mean of two vectors."""
    stored = workbench.add("题", TEXT)
    embedder = HashEmbedder()
    passage = workbench.parts.store.passages_of(stored.id)[0]
    (indexed,) = workbench.parts.store.indexed_passages(passage.key, passage.key)
    assert len(indexed.vectors) == len(passage.sentences) > 1
    context = f"题\n{passage.section}" if passage.section else "题"
    words = [passage.text[part.start - passage.start : part.end - passage.start] for part in passage.sentences]
    whole, *parts = embedder.embed_passages([f"{context}\n{text}" for text in (passage.text, *words)])
    np.testing.assert_allclose(indexed.vectors, [(whole + part) / 2 for part in parts], atol=1e-6)


class Failing(HashEmbedder):
    """Breaks down in the middle of a document."""

    calls = 0

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Fail from the second portion on."""
        self.calls += 1
        if self.calls > 1:
            raise MemoryError
        return super().embed_passages(texts)


def test_a_failure_on_the_way_leaves_nothing(store: Store, segmenter: Segmenter) -> None:
    """Neither a document nor a passage nor a change."""
    writer = Writer(store=store, embedder=Failing(), segmenter=segmenter, passage_target=20)
    with pytest.raises(MemoryError):
        writer.add(Document("".join(f"第{number}句话在这里。" for number in range(60)), "题"), "sent")
    assert (store.totals(), store.sequence()) == ((0, 0), 0)


def test_a_rebuild_under_another_model_keeps_documents_and_renews_passages(store: Store, segmenter: Segmenter) -> None:
    """Ids stay, fingerprints and keys are new."""
    former = Writer(store=store, embedder=HashEmbedder(), segmenter=segmenter, passage_target=40)
    stored = former.add(Document(TEXT, "题"), "sent")
    keys = {passage.key for passage in store.passages_of(stored.id)}

    class Another(HashEmbedder):
        fingerprint = "hash-2"

    latter = Writer(store=store, embedder=Another(), segmenter=segmenter, passage_target=40)
    assert latter.rebuild() == stored.passages
    assert store.facts()["model"] == "hash-2" and store.document(stored.id) == stored
    assert not keys & {passage.key for passage in store.passages_of(stored.id)}


def test_removing_what_is_not_there_is_refused(workbench: Bench) -> None:
    """As the store does."""
    with pytest.raises(UnknownDocument):
        workbench.parts.writer.remove("无")
