"""Verification: it finds what was damaged, and nothing where all is well.

Takes    a small index, damaged past the store in one way at a time
Gives    tests          Never  repairs
"""

from dataclasses import replace

import numpy as np
import pytest

from corpus.types import Section, Sentence
from index.store import Store
from index.types import NewPassage, PreparedDocument
from index.verify import Report, verify_snapshot, verify_store
from tests.index.fakes import FINGERPRINTS, Bench, HashEmbedder, caches_of, change, prepared

LONG = "城市群要推进轨道交通建设。成都都市圈率先开通市域铁路。通勤时间缩短到一小时。户籍准入年限累计互认。\n"


@pytest.fixture
def filled(bench: Bench) -> Bench:
    """Store two documents of several passages."""
    bench.add("甲", LONG * 8)
    bench.add("乙", "另一篇文章。" + LONG * 3)
    return bench


def with_passage(document: PreparedDocument, passage: NewPassage) -> PreparedDocument:
    """Return the document with another first passage, as a fault of the program would store it."""
    return replace(document, passages=(passage, *document.passages[1:]))


def problems_of(store: Store) -> list[str]:
    """Return what is wrong with the database, and with caches built from it if that is sound."""
    report = verify_store(store)
    if not report.problems:
        verify_snapshot(store, caches_of(store).current(), report)
    return report.problems


def test_where_all_is_well_nothing_is_wrong(filled: Bench) -> None:
    """Everything is counted."""
    report = verify_store(filled.store)
    verify_snapshot(filled.store, filled.caches.current(), report)
    assert report.problems == []
    passages = filled.store.totals()[1]
    assert passages > 3
    assert report.checked["documents"] == 2
    assert report.checked["passages"] == report.checked["passages in the dense arm"] == passages
    assert report.checked["passages in the lexical arm"] == passages
    assert report.checked["neighbourhoods compared with brute force"] == passages
    assert report.checked["sentences"] == report.checked["vectors"] > passages


def test_an_empty_store_is_sound(bench: Bench) -> None:
    """There is nothing to be wrong."""
    report = verify_store(bench.store)
    verify_snapshot(bench.store, bench.caches.current(), report)
    assert report.problems == []


@pytest.mark.parametrize("column", ["text", "section", "terms", "vectors", "sentences", "digest"])
def test_a_damaged_passage_is_named(filled: Bench, column: str) -> None:
    """With its document, so that it can be ingested again; the other document is checked all the same."""
    bad = filled.store.passages_of(filled.store.documents()[0].id)[2]
    change(filled.store.path, f"UPDATE passages SET {column} = CAST({column} || 'x' AS BLOB) WHERE key = ?", bad.key)
    report = verify_store(filled.store)
    assert len(report.problems) == 1
    assert f"passage {bad.id} (key {bad.key}) does not match its digest" in report.problems[0]
    assert f"remove document {bad.document_id}" in report.problems[0]
    assert report.checked["documents"] == 2


@pytest.mark.parametrize("column", ["text", "title", "sections", "digest"])
def test_a_damaged_document_is_named(filled: Bench, column: str) -> None:
    """Whether or not it can still be read."""
    bad = filled.store.documents()[1].id
    change(filled.store.path, f"UPDATE documents SET {column} = CAST({column} || '[' AS BLOB) WHERE id = ?", bad)
    problems = problems_of(filled.store)
    assert len(problems) == 1
    assert f"document {bad}" in problems[0]


def test_a_passage_that_is_missing_is_missed(filled: Bench) -> None:
    """The document knows how many it should have."""
    document = filled.store.documents()[0]
    change(filled.store.path, "DELETE FROM passages WHERE key = 2")
    assert problems_of(filled.store) == [
        f"document {document.id}: has {document.passages - 1} passages, should have {document.passages}"
    ]


def test_a_passage_that_is_no_slice_is_found(store: Store) -> None:
    """Though its digest matches what was stored."""
    made = prepared("甲乙丙\n丁")
    moved = replace(made.passages[0], start=1, sentences=(Sentence(1, 3),))
    store.add(with_passage(made, moved), fingerprints=FINGERPRINTS)
    assert problems_of(store) == [f"passage {moved.id}: is not the text at 1-3"]


def test_a_sentence_outside_its_passage_is_found(store: Store) -> None:
    """Its span would quote something else."""
    made = prepared("甲乙丙\n丁")
    wide = replace(made.passages[0], sentences=(Sentence(0, 5),))
    store.add(with_passage(made, wide), fingerprints=FINGERPRINTS)
    assert problems_of(store) == [f"passage {wide.id}: has a sentence outside 0-3"]


@pytest.mark.parametrize(
    ("sections", "problem"),
    [
        ([Section(0, 2, "一"), Section(3, 5, "二")], "section '二' starts at 3, not 2"),
        ([Section(0, 3, "一"), Section(2, 5, "二")], "section '二' starts at 2, not 3"),
        ([Section(1, 5, "一")], "section '一' starts at 1, not 0"),
        ([Section(0, 4, "一")], "sections end at 4, the text at 5"),
    ],
)
def test_sections_that_do_not_cover_the_text_are_found(store: Store, sections: list[Section], problem: str) -> None:
    """Gaps and overlaps."""
    made = replace(prepared("甲乙丙\n丁"), sections=tuple(sections))
    store.add(made, fingerprints=FINGERPRINTS)
    assert problems_of(store) == [f"document {made.id}: {problem}"]


@pytest.mark.parametrize("fault", [np.nan, 0.0, 2.0])
def test_a_vector_that_cannot_be_compared_is_found(store: Store, fault: float) -> None:
    """Not a number, of no length, too long: its passage is named."""
    made = prepared("甲乙丙\n丁\n戊")
    unfit = np.full((1, HashEmbedder.dimension), fault, np.float32)
    store.add(with_passage(made, replace(made.passages[0], vectors=unfit)), fingerprints=FINGERPRINTS)
    assert problems_of(store) == ["passage with key 1: a vector of it is not of a length between 0 and 1"]


def test_an_arm_that_lacks_a_passage_is_found(store: Store) -> None:
    """Caches that were left behind hold another number."""
    store.add(prepared("甲乙\n丙"), fingerprints=FINGERPRINTS)
    behind = caches_of(store).current()
    store.add(prepared("丁戊"), fingerprints=FINGERPRINTS)
    report = Report()
    verify_snapshot(store, behind, report)
    assert "dense arm: holds 2 passages, the database 3; restart the service" in report.problems
    assert "lexical arm: holds 2 passages, the database 3; restart the service" in report.problems
    assert "passage with key 3: the lexical arm does not find it by its own words" in report.problems


def test_an_arm_that_holds_other_vectors_is_found(store: Store) -> None:
    """As many passages, but others."""
    store.add(prepared("甲乙\n丙丁"), fingerprints=FINGERPRINTS)
    snapshot = caches_of(store).current()
    keys = snapshot.dense.tail.data.keys
    others = HashEmbedder("other").embed_passages(["甲乙", "丙丁"])
    report = Report()
    verify_snapshot(store, replace(snapshot, dense=snapshot.dense.removing(keys).adding(keys + 2, others)), report)
    assert "passage with key 1: its neighbours differ from a brute-force scan" in report.problems
