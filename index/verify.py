"""Everything against everything: does what is stored still say what was stored, and do searches find it?

Takes    the store, and optionally a snapshot of the arms
Gives    a report: what was checked, how much of it, what is wrong
Never    repairs: it tells
"""

from dataclasses import dataclass, field

import numpy as np

from index.caches import Snapshot
from index.errors import StoreDamaged
from index.store import Store
from index.types import IndexedPassage, Keys, StoredDocument, Vectors

# So many passages are searched for by their own vector and compared with a brute-force scan.
_SAMPLE = 50


@dataclass(slots=True)
class Report:
    """What was checked, by name and count, and every problem found."""

    checked: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def count(self, name: str, number: int = 1) -> None:
        """Note that so many more things of this name were checked."""
        self.checked[name] = self.checked.get(name, 0) + number


def verify_store(store: Store) -> Report:
    """Check the database: SQLite's own check, every digest, every span, every count."""
    report = Report()
    report.problems += [f"database {store.path}: {line}" for line in store.integrity_problems()]
    report.count("database files")
    try:
        documents = store.documents()
    except StoreDamaged as error:
        report.problems.append(str(error))
        return report
    for document in documents:
        try:
            _verify_document(store, document, report)
        except StoreDamaged as error:
            report.problems.append(str(error))
    return report


def verify_snapshot(store: Store, snapshot: Snapshot, report: Report) -> None:
    """Check both arms against the store: the same passages, and for a sample the same neighbours as brute force."""
    stored = list(store.indexed_passages(1, 2**62))
    for name, held in (("dense", len(snapshot.dense)), ("lexical", len(snapshot.lexical))):
        report.count(f"passages in the {name} arm", held)
        if held != len(stored):
            report.problems.append(
                f"{name} arm: holds {held} passages, the database {len(stored)}; restart the service"
            )
    if stored:
        _verify_neighbours(stored, snapshot, report)


def _verify_document(store: Store, document: StoredDocument, report: Report) -> None:
    text = store.original(document.id).text
    report.count("documents")
    place = 0
    for section in document.sections:
        if section.start != place:
            report.problems.append(
                f"document {document.id}: section {section.title!r} starts at {section.start}, not {place}"
            )
        place = section.end
        report.count("sections")
    if document.sections and place != len(text):
        report.problems.append(f"document {document.id}: sections end at {place}, the text at {len(text)}")
    passages = store.passages_of(document.id)
    if len(passages) != document.passages:
        report.problems.append(f"document {document.id}: has {len(passages)} passages, should have {document.passages}")
    for passage in passages:
        report.count("passages")
        if text[passage.start : passage.end] != passage.text:
            report.problems.append(f"passage {passage.id}: is not the text at {passage.start}-{passage.end}")
        report.count("sentences", len(passage.sentences))
        if any(not passage.start <= part.start < part.end <= passage.end for part in passage.sentences):
            report.problems.append(f"passage {passage.id}: has a sentence outside {passage.start}-{passage.end}")


def _verify_neighbours(stored: list[IndexedPassage], snapshot: Snapshot, report: Report) -> None:
    vectors = np.concatenate([passage.vectors for passage in stored])
    keys = np.repeat([passage.key for passage in stored], [len(passage.vectors) for passage in stored])
    lengths = np.linalg.norm(vectors, axis=1)
    report.count("vectors", len(vectors))
    unfit = np.unique(keys[~((lengths > 0) & (lengths < 1.001))]).tolist()
    report.problems += [f"passage with key {key}: a vector of it is not of a length between 0 and 1" for key in unfit]
    if unfit:
        return
    for place in np.linspace(0, len(stored) - 1, min(_SAMPLE, len(stored))).astype(int).tolist():
        passage = stored[place]
        report.count("neighbourhoods compared with brute force")
        found = snapshot.dense.search(passage.vectors[0], 10)
        if abs(_best_sum(vectors @ passage.vectors[0], keys, 10) - float((2.0 * found.scores - 1.0).sum())) > 1e-2:
            report.problems.append(f"passage with key {passage.key}: its neighbours differ from a brute-force scan")
        own = snapshot.lexical.scores(passage.terms, np.array([passage.key], np.int64))
        if passage.terms.words and not own[0] > 0:
            report.problems.append(f"passage with key {passage.key}: the lexical arm does not find it by its own words")


def _best_sum(products: Vectors, keys: Keys, count: int) -> float:
    """Return the sum of the `count` best passages' best products."""
    best = np.maximum.reduceat(products, np.unique(keys, return_index=True)[1])
    return float(np.sort(best)[-count:].sum())
