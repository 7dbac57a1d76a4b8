"""Verification: it finds what was damaged, and nothing where all is well.

Takes    a small index, damaged past the store in one way at a time
Gives    tests          Never  repairs
"""

from dataclasses import replace

import numpy as np
import pytest

from corpus.types import Block, Section, Sentence
from index.rows import change_row, passage_id_of
from index.store import Store
from index.terms import Segmenter
from index.types import NewPassage, PreparedDocument
from index.verify import Report, verify_snapshot, verify_store, verify_terms
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


@pytest.mark.parametrize("column", ["title", "sections", "headings", "blocks", "digest"])
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
    (problem,) = problems_of(filled.store)
    assert f"document {document.id}: has {document.passages - 1} passages, should have {document.passages}" in problem


def test_a_passage_that_is_no_slice_is_found(store: Store) -> None:
    """Though its digest matches what was stored."""
    made = prepared("甲乙丙\n丁")
    own_id = passage_id_of(made.id, 1, 3, "甲乙丙")
    moved = replace(made.passages[0], id=own_id, start=1, sentences=(Sentence(1, 3),))
    store.add(with_passage(made, moved), fingerprints=FINGERPRINTS)
    assert problems_of(store) == [f"passage {moved.id}: is not the text at 1-3"]


def test_a_passage_under_another_id_is_found(store: Store) -> None:
    """Its id is derived from its document, its place and its words."""
    made = prepared("甲乙丙\n丁")
    renamed = replace(made.passages[0], id="f" * 24)
    store.add(with_passage(made, renamed), fingerprints=FINGERPRINTS)
    assert problems_of(store) == [f"passage {renamed.id}: its id is not that of its document, place and words"]


def test_passages_that_overlap_are_found(store: Store) -> None:
    """Reading order is the order of their keys."""
    made = prepared("甲乙丙\n丁")
    store.add(replace(made, passages=made.passages[::-1]), fingerprints=FINGERPRINTS)
    (first, _) = made.passages
    assert problems_of(store) == [f"passage {first.id}: begins at 0, before the former one ends at 5"]


def test_a_block_outside_the_text_is_found(store: Store) -> None:
    """Its span would cover what is not there."""
    made = prepared("甲乙丙\n丁")
    wide = replace(made, document=replace(made.document, blocks=(Block(4, 6, "table"),)))
    store.add(wide, fingerprints=FINGERPRINTS)
    assert problems_of(store) == [f"document {made.id}: has a heading or a block outside its text at 4"]


def test_a_log_that_names_other_passages_is_found(filled: Bench) -> None:
    """Its rows are whole, yet what they tell is not what is there."""
    first, second = filled.store.documents()
    change(filled.store.path, "DELETE FROM changes WHERE sequence = 2")
    assert problems_of(filled.store) == [
        f"document {second.id}: its {second.passages} passages are not those that the log of changes names"
    ]
    change(filled.store.path, "DELETE FROM changes")
    assert len(verify_store(filled.store).problems) == 2
    row = change_row(1, "remove", first.id, 1, 7)
    place = (row["sequence"], row["kind"], row["document_id"], row["first_key"], row["last_key"], row["digest"])
    change(filled.store.path, "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)", *place)
    assert f"change 1: speaks of other passages of {first.id} than were added" in problems_of(filled.store)


@pytest.mark.parametrize(
    "statement", ["DELETE FROM labels WHERE name = 'title'", "UPDATE labels SET value = '\"丙\"' WHERE name = 'title'"]
)
def test_labels_that_say_other_things_are_found(filled: Bench, statement: str) -> None:
    """Filters would miss the document, or take it for another."""
    change(filled.store.path, statement)
    first = min(document.id for document in filled.store.documents())
    assert problems_of(filled.store) == [f"document {first}: its labels are not what it says of itself"]


def test_terms_that_another_dictionary_cut_are_found(filled: Bench, segmenter: Segmenter) -> None:
    """A sample is cut anew."""
    report = Report()
    verify_terms(filled.store, segmenter, report)
    assert report.problems == []
    assert report.checked == {"passages cut into terms anew": filled.store.totals()[1]}
    filled.store.add(prepared("城市群"), fingerprints=filled.writer.fingerprints())
    key = max(filled.store.keys_matching({}))
    verify_terms(filled.store, segmenter, report)
    (problem,) = report.problems
    assert f"(key {key}): its stored terms are not those of its words" in problem


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
