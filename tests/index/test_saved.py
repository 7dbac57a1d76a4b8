"""Caches on disk: opened only when they are exactly what was written, made anew otherwise, equal either way.

Takes    a store with documents made up; files cut, flipped, removed, of another model or history
Gives    tests          Never  models
"""

import logging
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from index.cache_files import CacheFolder
from index.caches import Caches, Snapshot
from index.saved import describe
from index.store import Store
from index.verify import Report, verify_saved
from tests.index.fakes import FINGERPRINTS, ROOT, HashEmbedder, add, change, prepared, terms_of

EMBEDDER = HashEmbedder()
QUESTIONS = ("甲乙丙", "丁", "戊己庚辛", "1 2")

KILLED_WHILE_IT_SAVES = """
import os, signal, sys, threading
from pathlib import Path
from index.store import Store
from tests.index.fakes import FINGERPRINTS
from tests.index.test_saved import caches_in

store = Store(Path(sys.argv[1]))
caches = caches_in(store)
threading.Timer(float(sys.argv[2]), lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
while True:
    caches._saved.sequence = 0
    caches.save()
"""


def caches_in(store: Store, **others: str) -> Caches:
    """Open caches in the folder beside the store."""
    return Caches(store, HashEmbedder.dimension, FINGERPRINTS | others, store.path.with_suffix(".caches"))


def folder_of(store: Store) -> Path:
    """Return where they lie."""
    return store.path.with_suffix(".caches")


def answers(snapshot: Snapshot) -> list[object]:
    """Return what both arms find for some questions: the dense arm with its scores, the lexical arm which passages.

    Scores of words depend on how many removed passages tantivy still counts, which a rebuild forgets.
    """
    found: list[object] = [len(snapshot.dense), len(snapshot.lexical), snapshot.sequence]
    for question in QUESTIONS:
        dense = snapshot.dense.search(EMBEDDER.embed_questions([question])[0], 30)
        found += [dense.keys.tolist(), np.round(dense.scores, 5).tolist()]
        found.append(sorted(snapshot.lexical.asked(terms_of(*question)).search(1000).keys.tolist()))
    return found


def word_scores(snapshot: Snapshot) -> list[list[float]]:
    """Return the lexical arm's scores for the questions."""
    return [snapshot.lexical.asked(terms_of(*question)).search(30).scores.tolist() for question in QUESTIONS]


@pytest.fixture
def filled(store: Store) -> Iterator[Store]:
    """Give a store with some documents, one of them removed, and its caches saved."""
    draw = random.Random(1)
    made = ["\n".join("".join(draw.choices("甲乙丙丁戊己庚辛12", k=12)) + str(i) for i in range(40)) for _ in range(5)]
    ids = add(store, *(prepared(text, source=str(number)) for number, text in enumerate(made)))
    caches = caches_in(store)
    store.remove(ids[2])
    caches.current()
    caches.close()
    yield store


def test_what_was_saved_is_opened_and_says_the_same(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without reading a single passage from the database."""
    fresh = Caches(filled, HashEmbedder.dimension, FINGERPRINTS).current()
    monkeypatch.setattr(Store, "indexed_passages", lambda *_: pytest.fail("read passages"))
    caches = caches_in(filled)
    assert answers(caches.current()) == answers(fresh)
    before = word_scores(caches.current())
    caches.save()
    again = caches_in(filled)
    assert word_scores(again.current()) == before
    again.close()
    assert caches.state().problems == ()
    assert caches.state().saved_sequence == caches.state().sequence == filled.sequence()
    caches.close()


def test_what_is_saved_can_be_told_without_opening_it(filled: Store, tmp_path: Path) -> None:
    """The change that it ends with, its rows, the recall; nothing of a folder that is not there; damage by name."""
    assert describe(folder_of(filled)) == {"sequence": filled.sequence(), "rows": 160, "recall": 1.0}
    assert describe(tmp_path / "nowhere") == {}
    flip(folder_of(filled) / "current.json")
    assert "does not match its digest" in describe(folder_of(filled))["problem"]


def test_changes_after_what_was_saved_are_applied(filled: Store) -> None:
    """Additions and removals of meanwhile, then of later, and again after the next start."""
    first = filled.documents()[0].id
    filled.remove(first)
    add(filled, prepared("甲乙丙\n丁戊", source="later"))
    for _ in range(2):
        caches = caches_in(filled)
        assert answers(caches.current()) == answers(Caches(filled, HashEmbedder.dimension, FINGERPRINTS).current())
        add(filled, prepared(f"甲乙\n{filled.sequence()}", source="more"))
        assert answers(caches.current()) == answers(Caches(filled, HashEmbedder.dimension, FINGERPRINTS).current())
        caches.close()


def cut(path: Path) -> None:
    """Leave half of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    """Turn one bit in its middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_verifying_compares_every_file_and_leaves_it(filled: Store) -> None:
    """Each that is damaged is named, also where a start would stop at the first."""
    folder, sound, harmed = folder_of(filled), Report(), Report()
    verify_saved(folder, sound)
    assert (sound.problems, sound.checked["files of the saved caches"] > 5) == ([], True)
    damaged = [next(folder.glob(kind)) for kind in ("*.rows", "*.term")]
    for path in damaged:
        flip(path)
    verify_saved(folder, harmed)
    assert sorted(harmed.problems) == sorted(f"caches: {path}: does not match its digest" for path in damaged)
    assert harmed.checked == sound.checked
    assert all(path.exists() for path in damaged)
    flip(folder / "current.json")
    verify_saved(folder, torn := Report())
    assert [problem for problem in torn.problems if "current.json" in problem]
    verify_saved(folder / "nowhere", nothing := Report())
    assert nothing.problems == []


@pytest.mark.parametrize("harm", [cut, flip, lambda path: path.write_bytes(b""), lambda path: path.unlink()])
@pytest.mark.parametrize("kind", ["current.json", "*.rows", "*.live", "*.term", "*.idx", "*.fast"])
def test_a_damaged_file_is_named_set_aside_and_made_anew(
    filled: Store, kind: str, harm: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    """The answers are those of the database; the next start is quiet again."""
    path = sorted(folder_of(filled).glob(kind))[0]
    missing_manifest = kind == "current.json" and harm not in (cut, flip)
    harm(path)
    with caplog.at_level(logging.WARNING):
        caches = caches_in(filled)
    assert answers(caches.current()) == answers(Caches(filled, HashEmbedder.dimension, FINGERPRINTS).current())
    if not (missing_manifest and not path.exists()):
        (problem,) = caches.state().problems or [""]
        if path.exists() or problem:
            assert path.name in problem
            assert problem in caplog.text
            assert (folder_of(filled) / "set-aside").is_dir()
    caches.close()
    again = caches_in(filled)
    assert again.state().problems == ()
    assert answers(again.current()) == answers(Caches(filled, HashEmbedder.dimension, FINGERPRINTS).current())
    again.close()


def test_without_the_digest_a_flipped_bit_changes_answers(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same damage, believed. It is served without a word, which is why every byte is checked."""
    sound = answers(Caches(filled, HashEmbedder.dimension, FINGERPRINTS).current())
    (path,) = folder_of(filled).glob("*.rows")
    damaged = bytearray(path.read_bytes())
    damaged[64 + 8 * 20] ^= 1  # a key among the first
    path.write_bytes(damaged)
    monkeypatch.setattr(CacheFolder, "check", lambda self, entry: self.path / entry.name)
    believing = caches_in(filled)
    assert believing.state().problems == ()
    assert answers(believing.current()) != sound
    believing.close()
    monkeypatch.undo()
    checking = caches_in(filled)
    assert path.name in checking.state().problems[0]
    assert answers(checking.current()) == sound
    checking.close()


@pytest.mark.parametrize("content", [b"", b"{}", b"no json", b"\x00" * 500, b"[" * 5000])
def test_a_manifest_of_anything_else_is_no_manifest(filled: Store, content: bytes) -> None:
    """Empty, of another shape, noise."""
    (folder_of(filled) / "current.json").write_bytes(content)
    caches = caches_in(filled)
    assert answers(caches.current()) == answers(Caches(filled, HashEmbedder.dimension, FINGERPRINTS).current())
    assert "current.json: does not match its digest" in caches.state().problems[0]
    caches.close()


def test_files_of_another_model_are_not_opened(filled: Store) -> None:
    """Though they are sound: the model they were made under is named."""
    change(filled.path, "UPDATE facts SET value = 'hash-2' WHERE name = 'model'")
    caches = caches_in(filled, model="hash-2")
    assert "'model': 'hash-1'" in caches.state().problems[0]
    assert "'model': 'hash-2'" in caches.state().problems[0]
    assert answers(caches.current())[:2] == [160, 160]
    caches.close()


def test_files_of_another_history_are_not_opened(filled: Store, tmp_path: Path) -> None:
    """A backup was restored and other changes made, as many: the numbers agree, the documents do not."""
    other = Store(tmp_path / "other.db")
    ids = add(other, *(prepared(f"戊己\n{number}", source=str(number)) for number in range(5)))
    other.remove(ids[0])
    assert other.sequence() == filled.sequence()
    shutil.copytree(folder_of(filled), folder_of(other))
    caches = caches_in(other)
    assert "another history" in caches.state().problems[0]
    assert answers(caches.current()) == answers(Caches(other, HashEmbedder.dimension, FINGERPRINTS).current())
    caches.close()
    other.close()


def test_killed_at_any_instant_of_saving_the_next_start_is_right(filled: Store) -> None:
    """Six times; never more than one state, and nothing of a killed process's is left to fill the disk for ever."""
    expected = answers(Caches(filled, HashEmbedder.dimension, FINGERPRINTS).current())
    for seconds in np.linspace(0.01, 0.2, 6):
        (folder_of(filled) / "current.json").unlink(missing_ok=True)
        subprocess.run(
            [sys.executable, "-c", KILLED_WHILE_IT_SAVES, str(filled.path), str(seconds)], cwd=ROOT, check=False
        )
        caches = caches_in(filled)
        assert answers(caches.current()) == expected
        assert caches.state().problems == ()
        caches.close()
    assert not list(folder_of(filled).glob("work-*"))


def test_two_at_once_on_one_folder_do_not_fight(filled: Store) -> None:
    """Both follow, both save, both answer the same; a third opens what either left."""
    both = [caches_in(filled), caches_in(filled)]
    for number in range(6):
        add(filled, prepared(f"甲{number}\n乙丙", source=f"more {number}"))
        seen = [answers(each.current()) for each in both]
        assert seen[0] == seen[1]
        savers = [threading.Thread(target=each.save) for each in both]
        for saver in savers:
            saver.start()
        for saver in savers:
            saver.join()
    for each in both:
        each.close()
    third = caches_in(filled)
    assert third.state().problems == ()
    assert answers(third.current()) == answers(Caches(filled, HashEmbedder.dimension, FINGERPRINTS).current())
    third.close()


def test_a_folder_that_cannot_be_written_costs_no_answer(filled: Store) -> None:
    """A file stands where the folder should be: the caches live in memory, and say so."""
    shutil.rmtree(folder_of(filled))
    folder_of(filled).write_text("no folder")
    caches = caches_in(filled)
    assert "cannot be used" in caches.state().problems[0]
    assert answers(caches.current()) == answers(Caches(filled, HashEmbedder.dimension, FINGERPRINTS).current())
    assert caches.save() is False
    caches.close()
