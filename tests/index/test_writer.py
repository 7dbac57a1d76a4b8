"""The write path: equal ids however often, nothing half done, nothing cut off.

Takes    documents made up, embedders that fail
Gives    tests          Never  torch
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from corpus.types import Document
from index.errors import ModelMismatch, ModelUnavailable, UnknownDocument
from index.schema import SCHEMA_VERSION
from index.store import Store
from index.terms import Segmenter
from index.types import StoredDocument, Vectors
from tests.index.fakes import ARTICLE, Bench, HashEmbedder, Noting, make_writer


class Failing(HashEmbedder):
    """Fails at the third portion."""

    calls = 0

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed, or fail."""
        self.calls += 1
        if self.calls == 3:
            raise RuntimeError("the model failed")
        return super().embed_passages(texts)


def everything(store: Store) -> list[object]:
    """Return all that is stored but dates and keys."""
    return [
        (document.id, document.title, document.sections, [(p.id, p.start, p.end, p.text) for p in passages])
        for document in store.documents()
        for passages in [store.passages_of(document.id)]
    ]


def test_building_twice_gives_equal_ids(tmp_path: Path, segmenter: Segmenter) -> None:
    """In another store, at another time, in another order."""
    stores = [Store(tmp_path / name / "wenqu.db") for name in ("one", "two")]
    documents = [Document(text=ARTICLE * repeated, title=f"第{repeated}篇") for repeated in (1, 2, 5)]
    for store, order in zip(stores, (documents, documents[::-1]), strict=True):
        for document in order:
            make_writer(store, segmenter).add(document, "sent")
    one, two = (everything(store) for store in stores)
    assert one == two[::-1]
    for store in stores:
        store.close()


def test_the_same_text_from_two_sources_is_two_documents(bench: Bench) -> None:
    """With passages of different ids, both of which are found."""
    first, second = bench.add("题", ARTICLE, "a.txt"), bench.add("题", ARTICLE, "b.txt")
    assert first.id != second.id
    ids = [passage.id for document in (first, second) for passage in bench.store.passages_of(document.id)]
    assert len(ids) == len(set(ids)) == first.passages * 2
    found = bench.searcher.search("户籍准入年限")
    assert [hit.passage.document_id for hit in found[:2]] == [first.id, second.id]
    assert found[0].score == found[1].score


def test_adding_again_changes_nothing(bench: Bench) -> None:
    """Nor is anything embedded."""
    first = bench.add("题", ARTICLE)
    sequence = bench.store.sequence()
    assert bench.add("题", ARTICLE) == first
    assert bench.store.sequence() == sequence


def test_other_metadata_cost_no_embedding_and_no_passage(tmp_path: Path, segmenter: Segmenter) -> None:
    """Searches filter by them at once, the arms hold what they held; another title is another document."""
    embedder = Noting()
    bench = Bench.over(tmp_path / "wenqu.db", segmenter, embedder)

    def put(title: str, year: int) -> StoredDocument:
        document = Document(text=ARTICLE, title=title, metadata={"year": year})
        return bench.writer.add(document, "a.txt", replacing=True)

    former = put("题", 2025)
    keys = [passage.key for passage in bench.store.passages_of(former.id)]
    embedder.seen.clear()
    before = bench.caches.current()
    new = put("题", 2026)
    after = bench.caches.current()
    assert (new.id, dict(new.metadata), embedder.seen) == (former.id, {"year": 2026}, [])
    assert [passage.key for passage in bench.store.passages_of(new.id)] == keys
    assert (after.sequence, len(after.dense), after.dense.parts) == (before.sequence + 1, len(keys), before.dense.parts)
    assert not bench.searcher.search("户籍准入年限", filters={"year": 2025})
    found = bench.searcher.search("户籍准入年限", filters={"year": 2026})
    assert found[0].passage.document_id == former.id
    other = put("别题", 2026)
    assert [each.id for each in bench.store.documents()] == [other.id] != [former.id]
    assert all(seen.startswith("别题") for seen in embedder.seen) and embedder.seen
    bench.caches.close()
    bench.store.close()


def test_a_new_version_takes_the_place_of_the_former(bench: Bench) -> None:
    """If it is told to; an unchanged one stays."""
    former = bench.add("题", ARTICLE, "a.txt")
    same = bench.writer.add(Document(text=ARTICLE, title="题"), "a.txt", replacing=True)
    assert same == former
    new = bench.writer.add(
        Document(text=ARTICLE + "第三章 附则\n自发布之日起施行。\n", title="题"), "a.txt", replacing=True
    )
    assert [document.id for document in bench.store.documents()] == [new.id]
    assert {hit.passage.document_id for hit in bench.searcher.search("轨道交通")} == {new.id}


def test_passages_are_exact_slices_and_their_sentences_too(bench: Bench) -> None:
    """Of the text that the store gives back."""
    stored = bench.add("题", ARTICLE * 3)
    text = bench.store.original(stored.id).text
    assert text == ARTICLE * 3
    passages = bench.store.passages_of(stored.id)
    assert stored.passages == len(passages) > 3
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text
        assert (passage.sentences[0].start, passage.sentences[-1].end) == (passage.start, passage.end)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=some.text(some.sampled_from("城市群协调，。\n；a1 "), min_size=1, max_size=600),
    title=some.sampled_from(["", "题"]),
)
def test_nothing_that_is_embedded_exceeds_the_window(store: Store, segmenter: Segmenter, text: str, title: str) -> None:
    """Whole passages and sentences, each under its context: no text is cut off in silence."""
    embedder = Noting(window=64)
    make_writer(store, segmenter, embedder).add(Document(text=text, title=title), "sent")
    assert all(embedder.measure(seen) <= 64 for seen in embedder.seen)


def test_an_embedder_that_fails_leaves_nothing(tmp_path: Path, segmenter: Segmenter) -> None:
    """Not a document, not a change, not a fingerprint; the next attempt succeeds."""
    store = Store(tmp_path / "wenqu.db")
    writer = make_writer(store, segmenter, Failing())
    document = Document(text="".join(f"第{number}句话说的是城市。\n" for number in range(400)), title="题")
    with pytest.raises(RuntimeError, match="the model failed"):
        writer.add(document, "sent")
    assert (store.totals(), store.sequence(), store.facts()) == ((0, 0), 0, {"schema": str(SCHEMA_VERSION)})
    assert writer.add(document, "sent").passages > 0
    store.close()


@pytest.mark.parametrize("fault", [np.nan, np.inf, 0.0, 3.0])
def test_vectors_that_cannot_be_compared_are_never_stored(tmp_path: Path, segmenter: Segmenter, fault: float) -> None:
    """Not a number, without end, or not of length 1; the message names the model and the remedy."""

    class Unfit(HashEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            return np.full((len(texts), self.dimension), fault, np.float32)

    store = Store(tmp_path / "wenqu.db")
    with pytest.raises(ModelUnavailable, match=r"model hash-1: gives vectors .* not of length 1; choose another model"):
        make_writer(store, segmenter, Unfit()).add(Document(text=ARTICLE, title="题"), "sent")
    assert store.totals() == (0, 0)
    store.close()


def test_a_rebuild_that_fails_leaves_all_as_it_was(bench: Bench, segmenter: Segmenter) -> None:
    """Searches never notice."""
    for number in range(3):
        bench.add(f"第{number}篇", ARTICLE * 20)
    before, sequence = everything(bench.store), bench.store.sequence()
    with pytest.raises(RuntimeError, match="the model failed"):
        make_writer(bench.store, segmenter, Failing("hash-2")).rebuild()
    assert (everything(bench.store), bench.store.sequence()) == (before, sequence)
    assert bench.searcher.search("户籍准入")


@pytest.mark.parametrize("title", ["题", "城市群发展", ""])
@pytest.mark.parametrize(
    "text", [ARTICLE, "城市群发展的方式\n" + ARTICLE, "城市群发展" + "轨道交通建设要提速。" * 9, "# 标题\n\n正文。"]
)
def test_a_rebuild_gives_the_same_passages(bench: Bench, title: str, text: str) -> None:
    """Their ids, spans and sections are those of the first time, though the title was settled since."""
    bench.add(title, text)
    before = everything(bench.store)
    told: list[tuple[int, int]] = []
    assert bench.writer.rebuild(progress=lambda done, total: told.append((done, total))) == bench.store.totals()[1]
    assert everything(bench.store) == before
    assert told == [(1, 1)]
    assert bench.searcher.search("轨道交通", mode="dense")


def test_another_model_is_refused_until_all_is_rebuilt_under_it(bench: Bench, segmenter: Segmenter) -> None:
    """Then the former one is."""
    bench.add("题", ARTICLE)
    other = make_writer(bench.store, segmenter, HashEmbedder("hash-2"))
    with pytest.raises(ModelMismatch, match="its model is hash-1, this service's is hash-2"):
        other.add(Document(text="另一篇。", title="另"), "sent")
    before = everything(bench.store)
    other.rebuild()
    assert everything(bench.store) == before
    with pytest.raises(ModelMismatch, match="its model is hash-2, this service's is hash-1"):
        bench.searcher.search("轨道交通")
    after = Bench.over(bench.store.path, segmenter, HashEmbedder("hash-2"))
    assert after.searcher.search("户籍准入年限")[0].passage.section == "第二章 公共服务"
    after.store.close()


def test_progress_counts_to_the_end(bench: Bench) -> None:
    """Never back, in portions."""
    told: list[tuple[int, int]] = []
    bench.writer.add(
        Document(text="".join(f"第{number}句话说的是城市。\n" for number in range(200)), title="题"),
        "sent",
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == sorted(told)
    assert len(told) > 3
    assert told[-1][0] == told[-1][1]


def test_removing_what_is_not_there_says_so(bench: Bench) -> None:
    """The message names the id."""
    with pytest.raises(UnknownDocument, match=re.escape("'nothing' is not in the index; list the documents")):
        bench.writer.remove("nothing")


def test_each_sentence_has_a_vector_between_its_own_and_its_passages(bench: Bench) -> None:
    """The mean of two cosines is the product with the mean of two vectors."""
    stored = bench.add("题", ARTICLE)
    passage = bench.store.passages_of(stored.id)[0]
    (indexed,) = bench.store.indexed_passages(passage.key, passage.key)
    assert len(indexed.vectors) == len(passage.sentences) > 1
    context = f"题\n{passage.section}" if passage.section else "题"
    words = [passage.text[part.start - passage.start : part.end - passage.start] for part in passage.sentences]
    whole, *parts = HashEmbedder().embed_passages([f"{context}\n{text}" for text in (passage.text, *words)])
    np.testing.assert_allclose(indexed.vectors, [(whole + part) / 2 for part in parts], atol=1e-6)
