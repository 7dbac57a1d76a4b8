"""What is made anew and what is not: changed files, other dictionaries, rebuilds that are interrupted or disturbed.

Takes    documents made up, embedders that note, give up or meddle
Gives    tests          Never  torch
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.types import Block, Document
from index.errors import StoreUnavailable
from index.store import Store
from index.terms import Segmenter
from index.types import Vectors
from index.verify import verify_store
from tests.index.fakes import ARTICLE, Bench, HashEmbedder, Noting, change, make_writer
from tests.patience import patience


def numbered(count: int) -> str:
    """Return a text of sections whose passages say different things."""
    return "".join(
        f"第{number}章 {number}号线\n{number}号线通往第{number}站。沿线有{number}座桥。\n" for number in range(count)
    )


def test_a_changed_file_has_only_its_new_words_embedded(store: Store, segmenter: Segmenter) -> None:
    """And its passages are, vectors and terms, those of a store that never saw the former file."""
    embedder = Noting()
    writer = make_writer(store, segmenter, embedder)
    writer.add(Document(text=numbered(30), title="线路"), "a.txt", replacing=True)
    before = len(embedder.seen)
    changed = numbered(30).replace("7号线通往第7站", "7号线改往第77站", 1)
    new = writer.add(Document(text=changed, title="线路"), "a.txt", replacing=True)
    again = embedder.seen[before:]
    assert any("第77站" in text for text in again)
    assert 0 < len(again) <= 4 < before
    fresh = Store(store.path.with_name("fresh.db"))
    make_writer(fresh, segmenter).add(Document(text=changed, title="线路"), "a.txt")
    for one, other in zip(store.held_by(new.id), fresh.held_by(new.id), strict=True):
        assert (one[0].id, one[0].section, one[1].terms) == (other[0].id, other[0].section, other[1].terms)
        np.testing.assert_array_equal(one[1].vectors, other[1].vectors)
    fresh.close()


def test_words_under_another_title_are_embedded_anew(store: Store, segmenter: Segmenter) -> None:
    """For the title is part of what a vector says."""
    embedder = Noting()
    writer = make_writer(store, segmenter, embedder)
    writer.add(Document(text=numbered(5), title="线路"), "a.txt", replacing=True)
    before = len(embedder.seen)
    writer.add(Document(text=numbered(5), title="车站"), "a.txt", replacing=True)
    assert len(embedder.seen) == 2 * before


def test_what_is_described_anew_during_a_rebuild_stays_so(store: Store, segmenter: Segmenter) -> None:
    """Also by the time an interrupted one goes on: the staged description is the former one."""
    writer = make_writer(store, segmenter)
    document = Document(text=numbered(5), title="线路", metadata={"year": 1})
    writer.add(document, "a.txt", replacing=True)
    years = iter((2, 3))

    def meddle(done: int, total: int) -> None:
        year = next(years, None)
        if year is not None:
            writer.add(replace(document, metadata={"year": year}), "a.txt", replacing=True)
        if year == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        writer.rebuild(progress=meddle)
    writer.rebuild()
    (described,) = store.documents()
    assert dict(described.metadata) == {"year": 3}
    assert len(store.keys_matching({"year": 3})) == described.passages
    assert not verify_store(store).problems


def test_other_metadata_or_marks_replace_without_embedding(store: Store, segmenter: Segmenter) -> None:
    """The text is the same, and so is the id; a filter and a reader of tables must see the new ones all the same."""
    embedder = Noting()
    writer = make_writer(store, segmenter, embedder)
    document = Document(text=numbered(5), title="线路", metadata={"year": 2025})
    first = writer.add(document, "a.txt", replacing=True)
    before, sequence = len(embedder.seen), store.sequence()
    assert writer.add(document, "a.txt", replacing=True) == first
    assert writer.add(replace(document, metadata={}), "a.txt") == first
    assert store.sequence() == sequence
    newer = replace(document, metadata={"year": 2026}, blocks=(Block(0, 5, "list"),))
    second = writer.add(newer, "a.txt", replacing=True)
    assert (second.id, second.metadata) == (first.id, {"year": 2026})
    assert store.original(first.id).blocks == newer.blocks
    assert (len(store.keys_matching({"year": 2026})), len(store.keys_matching({"year": 2025}))) == (first.passages, 0)
    assert len(embedder.seen) == before
    assert verify_store(store).problems == []


def test_a_damaged_former_version_spares_nothing_and_hinders_nothing(store: Store, segmenter: Segmenter) -> None:
    """The new version takes its place."""
    embedder = Noting()
    writer = make_writer(store, segmenter, embedder)
    writer.add(Document(text=numbered(5), title="线路"), "a.txt", replacing=True)
    before = len(embedder.seen)
    change(store.path, "UPDATE passages SET vectors = zeroblob(1024) WHERE key = 1")
    writer.add(Document(text=numbered(6), title="线路"), "a.txt", replacing=True)
    assert len(embedder.seen) > 2 * before
    assert verify_store(store).problems == []


def test_a_rebuild_with_another_dictionary_embeds_nothing(bench: Bench, tmp_path: Path) -> None:
    """Only the terms are cut anew, by the new dictionary."""
    bench.add("题", ARTICLE)
    words = tmp_path / "words.txt"
    words.write_text("成都都市圈 9\n", "utf-8")
    embedder, segmenter = Noting(), Segmenter(words)
    make_writer(bench.store, segmenter, embedder).rebuild()
    assert embedder.seen == []
    assert any("成都都市圈" in passage.terms.words for passage in bench.store.indexed_passages(1, 99))
    bench.store.require({"terms": segmenter.fingerprint})


class Meddling(HashEmbedder):
    """Does something else before the portion of this number is embedded."""

    def __init__(self, meddle: Callable[[], object], at: int) -> None:
        super().__init__("hash-2")
        self.meddle, self.left = meddle, at

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed, after meddling if it is time."""
        self.left -= 1
        if self.left == 0:
            self.meddle()
        return super().embed_passages(texts)


def test_documents_that_come_and_go_during_a_rebuild_are_caught_up_with(bench: Bench, segmenter: Segmenter) -> None:
    """What another process adds and removes meanwhile is as it would be afterwards; searches go on until then."""
    documents = [bench.add(f"第{number}篇", f"第{number}篇。" + ARTICLE) for number in range(4)]

    def meddle() -> None:
        bench.writer.remove(documents[0].id)
        bench.writer.remove(documents[3].id)
        bench.add("新来", "新来的一篇。" + ARTICLE)
        assert bench.searcher.search("新来", mode="lexical")[0].passage.title == "新来"

    embedder = Meddling(meddle, at=2)
    assert make_writer(bench.store, segmenter, embedder).rebuild() == bench.store.totals()[1]
    assert [document.title for document in bench.store.documents()] == ["第1篇", "第2篇", "新来"]
    assert verify_store(bench.store).problems == []
    bench.store.require({"model": "hash-2"})


def test_an_interrupted_rebuild_goes_on_where_it_was(bench: Bench, segmenter: Segmenter) -> None:
    """What was made is not made again, unless it was made under other conditions."""
    for number in range(6):
        bench.add(f"第{number}篇", f"第{number}篇。" + ARTICLE)

    def give_up() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_writer(bench.store, segmenter, Meddling(give_up, at=5)).rebuild()
    assert bench.store.path.with_name("rebuild.db").exists()
    embedder = Meddling(lambda: None, at=0)
    make_writer(bench.store, segmenter, embedder).rebuild()
    assert embedder.left == -2
    assert not bench.store.path.with_name("rebuild.db").exists()
    assert verify_store(bench.store).problems == []


def test_two_rebuilds_at_once_are_one_too_many(bench: Bench, segmenter: Segmenter) -> None:
    """The second is refused, the first goes on."""
    bench.add("题", ARTICLE)
    refused = []

    def meddle() -> None:
        with pytest.raises(StoreUnavailable, match="another rebuild is under way; wait for its end") as caught:
            make_writer(bench.store, segmenter, HashEmbedder("hash-3")).rebuild()
        refused.append(caught.value)

    make_writer(bench.store, segmenter, Meddling(meddle, at=1)).rebuild()
    assert refused
    bench.store.require({"model": "hash-2"})


def test_a_removal_need_not_wait_for_an_embedding(bench: Bench, segmenter: Segmenter) -> None:
    """Of another document, by the same writer."""
    gone = bench.add("题", ARTICLE)
    embedder = Meddling(lambda: writer.remove(gone.id), at=1)
    embedder.fingerprint = "hash-1"
    writer = make_writer(bench.store, segmenter, embedder)
    with patience(20):
        kept = writer.add(Document(text="另一篇说的是桥梁。", title="另"), "sent")
    assert [document.id for document in bench.store.documents()] == [kept.id]
