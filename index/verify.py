"""Everything against everything: does what is stored still say what was stored, and do searches find it?

Takes    the store, and optionally what cuts terms, and a snapshot of the arms
Gives    a report: what was checked, how much of it, what is wrong
Never    repairs: it tells; never the corpus in memory
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from corpus.passages import context_of
from corpus.types import Document
from index import changes, labels
from index.caches import Snapshot
from index.errors import StoreDamaged
from index.rows import passage_id_of
from index.saved import file_problems
from index.store import Store
from index.terms import Segmenter
from index.types import Change, IndexedPassage, Keys, StoredDocument, StoredPassage, Vectors

# So many passages are searched for by their own vector and compared with a brute-force scan, and cut into terms anew.
_SAMPLE = 50
_NEIGHBOURS = 10
_PORTION = 5000


@dataclass(slots=True)
class Report:
    """What was checked, by name and count, and every problem found."""

    checked: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def count(self, name: str, number: int = 1) -> None:
        """Note that so many more things of this name were checked."""
        self.checked[name] = self.checked.get(name, 0) + number

    def wrong(self, problem: str) -> None:
        """Note a problem."""
        self.problems.append(problem)


def verify_store(store: Store) -> Report:
    """Check the database: SQLite's own check, every digest, span, id, count and label, and the log of changes."""
    report = Report()
    try:
        report.problems += [f"database {store.path}: {line}" for line in store.database.problems()]
        report.count("database files")
        ids = store.document_ids()
    except StoreDamaged as error:
        report.wrong(str(error))
        return report
    for document_id in ids:
        try:
            _verify_document(store, document_id, report)
        except StoreDamaged as error:
            report.wrong(str(error))
    if not report.problems:
        _verify_changes(store, report)
        with store.database.reading() as connection:
            report.problems += labels.problems(connection)
        report.count("documents' labels", len(ids))
    return report


def verify_terms(store: Store, segmenter: Segmenter, report: Report) -> None:
    """Cut a sample of passages into terms anew, and compare them with the stored ones."""
    for key in _sampled(store.keys_matching({})):
        (indexed,), passage = store.indexed_passages(key, key), store.passages([key])[key]
        context = context_of(passage.title, passage.section)
        report.count("passages cut into terms anew")
        if segmenter.terms(f"{context}\n{passage.text}" if context else passage.text) != indexed.terms:
            report.wrong(f"passage {passage.id} (key {key}): its stored terms are not those of its words")


def verify_saved(folder: Path, report: Report) -> None:
    """Compare the saved caches' files with their digests; the next start sets aside what is damaged."""
    problems = file_problems(folder)
    report.count("files of the saved caches", len(problems))
    report.problems += [f"caches: {problem}" for problem in problems if problem]


def verify_snapshot(store: Store, snapshot: Snapshot, report: Report) -> None:
    """Check both arms against the store: the same passages, and for a sample the same neighbours as brute force."""
    keys = store.keys_matching({})
    for name, held in (("dense", len(snapshot.dense)), ("lexical", len(snapshot.lexical))):
        report.count(f"passages in the {name} arm", held)
        if held != len(keys):
            report.wrong(f"{name} arm: holds {held} passages, the database {len(keys)}; restart the service")
    sample = [passage for key in _sampled(keys) for passage in store.indexed_passages(key, key)]
    if not sample:
        return
    questions = np.stack([passage.vectors[0] for passage in sample])
    best = np.full((len(sample), 0), -np.inf, np.float32)
    for portion in _portions(store):
        if not _vectors_fit(portion, report):
            return
        held_here = snapshot.dense.scores(questions[0], np.array([passage.key for passage in portion], np.int64))
        missing = [passage.key for passage, score in zip(portion, held_here, strict=True) if np.isnan(score)]
        report.problems += [f"passage with key {key}: the dense arm does not hold it" for key in missing]
        best = np.sort(np.hstack([best, _best_products(portion, questions)]), axis=1)[:, -_NEIGHBOURS:]
    for passage, products in zip(sample, best, strict=True):
        _verify_neighbours(passage, products, snapshot, report)


def _verify_document(store: Store, document_id: str, report: Report) -> None:
    original, described = store.original(document_id), store.document(document_id)
    report.count("documents")
    report.count("characters", len(original.text))
    if described.characters != len(original.text):
        report.wrong(f"document {document_id}: has {len(original.text)} characters, should have {described.characters}")
    _verify_sections(described, original, report)
    marked = [(part.start, part.end) for part in original.headings]
    for start, end in marked + [(part.start, part.end) for part in original.blocks]:
        if not 0 <= start < end <= len(original.text):
            report.wrong(f"document {document_id}: has a heading or a block outside its text at {start}")
    titles = {section.title for section in described.sections}
    place = 0
    for passage in store.passages_of(document_id):
        _verify_passage(passage, original.text, titles, report)
        if passage.start < place:
            report.wrong(f"passage {passage.id}: begins at {passage.start}, before the former one ends at {place}")
        place = passage.end


def _verify_sections(described: StoredDocument, original: Document, report: Report) -> None:
    place = 0
    for section in described.sections:
        if section.start != place:
            report.wrong(f"document {described.id}: section {section.title!r} starts at {section.start}, not {place}")
        place = section.end
        report.count("sections")
    if described.sections and place != len(original.text):
        report.wrong(f"document {described.id}: sections end at {place}, the text at {len(original.text)}")


def _verify_passage(passage: StoredPassage, text: str, titles: set[str], report: Report) -> None:
    report.count("passages")
    report.count("sentences", len(passage.sentences))
    if text[passage.start : passage.end] != passage.text:
        report.wrong(f"passage {passage.id}: is not the text at {passage.start}-{passage.end}")
    if any(not passage.start <= part.start < part.end <= passage.end for part in passage.sentences):
        report.wrong(f"passage {passage.id}: has a sentence outside {passage.start}-{passage.end}")
    if passage.id != passage_id_of(passage.document_id, passage.start, passage.end, passage.text):
        report.wrong(f"passage {passage.id}: its id is not that of its document, place and words")
    if passage.section not in titles:
        report.wrong(f"passage {passage.id}: its section {passage.section!r} is none of its document's")


def _verify_changes(store: Store, report: Report) -> None:
    """Follow the log from its beginning: at its end it must name exactly the passages that are there."""
    try:
        log = store.changes_after(0)
    except StoreDamaged as error:
        report.wrong(str(error))
        return
    ranges = {owner: held for owner, held in _left_by(log, report).items() if held[0] <= held[1]}
    with store.database.reading() as connection:
        stored = changes.key_ranges(connection)
    for owner in sorted(ranges.keys() | stored.keys()):
        first, last, count = stored.get(owner, (1, 0, 0))
        if ranges.get(owner) != (first, last) or count != last - first + 1:
            report.wrong(f"document {owner}: its {count} passages are not those that the log of changes names")


def _left_by(log: list[Change], report: Report) -> dict[str, tuple[int, int]]:
    """Return the first and last key of each document that is there after these changes."""
    there: dict[str, tuple[int, int]] = {}
    for change in log:
        report.count("changes")
        if not change.document_id:
            there = there if change.first_key > change.last_key else {}
            continue
        held = (change.first_key, change.last_key)
        if change.kind == "add":
            there[change.document_id] = held
        elif there.get(change.document_id) != held:
            report.wrong(f"change {change.sequence}: speaks of other passages of {change.document_id} than were added")
        if change.kind == "remove":
            there.pop(change.document_id, None)
    return there


def _portions(store: Store) -> Iterator[list[IndexedPassage]]:
    passages = store.indexed_passages(1, 2**62)
    while portion := list(islice(passages, _PORTION)):
        yield portion


def _vectors_fit(portion: list[IndexedPassage], report: Report) -> bool:
    fit = True
    for passage in portion:
        lengths = np.linalg.norm(passage.vectors, axis=1)
        report.count("vectors", len(lengths))
        if not ((lengths > 0) & (lengths < 1.001)).all():
            report.wrong(f"passage with key {passage.key}: a vector of it is not of a length between 0 and 1")
            fit = False
    return fit


def _best_products(portion: list[IndexedPassage], questions: Vectors) -> Vectors:
    """Return (questions, passages): the best product of each question with the sentences of each passage."""
    rows = np.concatenate([passage.vectors for passage in portion])
    firsts = np.cumsum([0, *(len(passage.vectors) for passage in portion[:-1])])
    best: Vectors = np.maximum.reduceat(questions @ rows.T, firsts, axis=1)
    return best


def _verify_neighbours(passage: IndexedPassage, best: Vectors, snapshot: Snapshot, report: Report) -> None:
    report.count("neighbourhoods compared with brute force")
    found = snapshot.dense.search(passage.vectors[0], _NEIGHBOURS)
    if abs(float(best.sum()) - float((2.0 * found.scores - 1.0).sum())) > 1e-2:
        report.wrong(f"passage with key {passage.key}: its neighbours differ from a brute-force scan")
    own = snapshot.lexical.asked(passage.terms).scores(np.array([passage.key], np.int64))
    if passage.terms.words and not own[0] > 0:
        report.wrong(f"passage with key {passage.key}: the lexical arm does not find it by its own words")


def _sampled(keys: Keys) -> list[int]:
    places = np.linspace(0, len(keys) - 1, min(_SAMPLE, len(keys))).astype(int)
    return [int(key) for key in keys[places]]
