"""The truth: what was acknowledged is there whole, what was removed is gone, what is damaged is named."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from corpus.types import Document, Heading, Section, Sentence
from index.errors import ModelMismatch, StoreDamaged, StoreUnavailable, UnknownDocument
from index.store import Store
from index.types import Filters, NewPassage, PreparedDocument, Terms

ROOT = Path(__file__).parents[2]
UNDER = {"model": "m1", "terms": "t1"}


def prepared(name: str, *, passages: int = 2, source: str = "sent", **metadata: str | int | float) -> PreparedDocument:
    """Make a document of so many passages of one sentence each."""
    sentences = [f"{name}的第{number}句。" for number in range(passages)]
    text = "".join(sentences)
    spans = [Sentence(place * len(sentences[0]), (place + 1) * len(sentences[0])) for place in range(passages)]
    document = Document(text, f"题{name}", (Heading(0, 1, 1, name),), metadata, "gb18030", (0, len(sentences[0])))
    new = tuple(
        NewPassage(
            id=f"{name}-{number}",
            section=0,
            start=span.start,
            end=span.end,
            text=sentences[number],
            sentences=(span,),
            terms=Terms((name, "gb/t-7714"), ("甲乙",), ("句",)),
            vectors=np.full((1, 4), 0.5, np.float32),
        )
        for number, span in enumerate(spans)
    )
    return PreparedDocument(name, source, document, (Section(0, len(text), "节", path=("章",)),), new)


def keys_of(store: Store) -> set[int]:
    """Return the keys of all passages that exist."""
    return {passage.key for passage in store.indexed_passages(1, 2**62)}


def test_a_document_comes_back_as_it_went_in(store: Store) -> None:
    """Text, headings, metadata, sections, pages, terms, vectors, sentences."""
    given = prepared("甲", year=2024, author="某人")
    stored = store.add(given, fingerprints=UNDER)
    assert store.original("甲") == given.document
    assert (stored.sections, stored.passages, dict(stored.metadata)) == (given.sections, 2, given.document.metadata)
    assert store.document("甲") == stored == store.documents()[0]
    first, second = store.passages_of("甲")
    assert (first.text, first.section, first.page, second.page) == ("甲的第0句。", "节", 1, 2)
    assert second.sentences == given.passages[1].sentences
    (indexed, _) = store.indexed_passages(1, 99)
    assert indexed.terms == given.passages[0].terms
    np.testing.assert_array_equal(indexed.vectors, given.passages[0].vectors)


def test_adding_again_changes_nothing(store: Store) -> None:
    """Neither a row nor the sequence."""
    store.add(prepared("甲"), fingerprints=UNDER)
    before = (store.sequence(), store.documents(), keys_of(store))
    store.add(prepared("甲"), fingerprints=UNDER)
    assert (store.sequence(), store.documents(), keys_of(store)) == before


def test_a_replacement_is_one_step(store: Store) -> None:
    """The former document goes as the new one comes; keys are never given twice."""
    store.add(prepared("甲"), fingerprints=UNDER)
    former = keys_of(store)
    store.add(prepared("乙", passages=3), fingerprints=UNDER, replaces="甲")
    assert [document.id for document in store.documents()] == ["乙"]
    assert not former & keys_of(store) and len(keys_of(store)) == 3
    assert [(change.kind, change.document_id) for change in store.changes_after(1)] == [("remove", "甲"), ("add", "乙")]


def test_removing_what_is_not_there_is_refused(store: Store) -> None:
    """The message holds the id."""
    with pytest.raises(UnknownDocument, match="'无'"):
        store.remove("无")
    assert store.sequence() == 0


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"year": 2024}, {"甲"}),
        ({"year": [2023, 2024]}, {"甲", "乙"}),
        ({"year": 2023.0}, {"乙"}),
        ({"year": "2024"}, set()),
        ({"author": "某人", "year": 2023}, {"乙"}),
        ({"document_id": "丙"}, {"丙"}),
        ({"title": "题甲"}, {"甲"}),
        ({"source": "sent"}, {"甲", "乙", "丙"}),
        ({"nothing": True}, set()),
        ({}, {"甲", "乙", "丙"}),
    ],
)
def test_filters_compare_metadata_id_title_and_source(store: Store, filters: Filters, found: set[str]) -> None:
    """All must hold; of a list one; a number is not its spelling."""
    for document in (
        prepared("甲", year=2024),
        prepared("乙", year=2023, author="某人"),
        prepared("丙", author="某人"),
    ):
        store.add(document, fingerprints=UNDER)
    passages = store.passages(store.keys_matching(filters).tolist()).values()
    assert {passage.document_id for passage in passages} == found


def test_another_model_is_refused_with_both_names(store: Store) -> None:
    """Nothing is mixed, nothing is changed."""
    store.add(prepared("甲"), fingerprints=UNDER)
    with pytest.raises(ModelMismatch, match=r"its model is m1, this service's is m2; .*wenqu rebuild"):
        store.add(prepared("乙"), fingerprints={"model": "m2", "terms": "t1"})
    with pytest.raises(ModelMismatch):
        store.require({"terms": "t2"})
    assert [document.id for document in store.documents()] == ["甲"]


@pytest.mark.parametrize("column", ["text", "terms", "vectors", "sentences", "start"])
def test_a_changed_row_is_named_not_served(store: Store, column: str) -> None:
    """SQLite would not notice; the digest does."""
    store.add(prepared("甲"), fingerprints=UNDER)
    value = {"vectors": np.full(4, 0.4, "<f4").tobytes(), "start": 1, "sentences": "[[0,1]]"}.get(column, "别的\n\n")
    with sqlite3.connect(store.path) as connection:
        connection.execute(f"UPDATE passages SET {column} = ? WHERE id = '甲-1'", (value,))
    with pytest.raises(StoreDamaged, match=r"passage 甲-1 .* does not match its digest"):
        list(store.indexed_passages(1, 99))


def test_a_changed_text_is_named_not_served(store: Store) -> None:
    """The document's own row has a digest too."""
    store.add(prepared("甲"), fingerprints=UNDER)
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE documents SET text = '别的'")
    with pytest.raises(StoreDamaged, match="document 甲 does not match its digest"):
        store.original("甲")


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    """The remedy is named; the bytes stay."""
    path = tmp_path / "wenqu.db"
    path.write_bytes(b"not a database, but somebody's file" * 100)
    content = path.read_bytes()
    with pytest.raises(StoreDamaged, match="restore a backup"):
        Store(path)
    assert path.read_bytes() == content


def test_a_home_that_cannot_be_made_is_refused_with_the_remedy(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreUnavailable, match="set WENQU_HOME"):
        Store(tmp_path / "home" / "wenqu.db")


def test_two_stores_on_one_file_see_each_other(store: Store) -> None:
    """As two processes would."""
    other = Store(store.path)
    other.add(prepared("甲"), fingerprints=UNDER)
    assert store.sequence() == 1 and len(store.passages_of("甲")) == 2
    store.remove("甲")
    assert other.totals() == (0, 0)
    other.close()


WRITER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from index.store import Store
    from tests.index.test_store import UNDER, prepared
    store = Store(Path(sys.argv[1]))
    for number in range(10_000):
        name = f"{sys.argv[2]}-{number}"
        store.add(prepared(name, passages=5), fingerprints=UNDER)
        print(name, flush=True)
    """
)


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    """Five times in a row: what was acknowledged is there whole, what was not is there whole or not at all."""
    acknowledged: list[str] = []
    for attempt in range(5):
        command = [sys.executable, "-c", WRITER, str(tmp_path / "wenqu.db"), str(attempt)]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."}
        )
        assert process.stdout is not None
        for _ in range(7 + 11 * attempt):
            acknowledged.append(process.stdout.readline().strip())
        process.send_signal(signal.SIGKILL)
        acknowledged += [
            line.strip() for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")
        ]
        process.stdout.close()
        process.wait()
    store = Store(tmp_path / "wenqu.db")
    assert set(acknowledged) <= {document.id for document in store.documents()}
    assert all(len(store.passages_of(document.id)) == 5 for document in store.documents())
    assert len(list(store.indexed_passages(1, 2**62))) == 5 * store.totals()[0]
    assert store.integrity_problems() == []
    store.close()
