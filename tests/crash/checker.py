"""The one judge of what a home must hold, by what was journalled before the crash.

Takes    a home in which no worker runs, the workers' journals
Gives    every problem: lost, resurrected, torn, uncounted; how long the home took to answer
Never    repairs
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from index.verify import verify_snapshot, verify_store
from tests.crash.made import Journal, Parts, id_of, text_of

# A version, or None where there is nothing.
_State = str | None


@dataclass(slots=True)
class Verdict:
    """What a check found."""

    lost: list[str] = field(default_factory=list)
    resurrected: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    acknowledged: int = 0
    documents: int = 0
    recovery_seconds: float = 0.0

    def problems(self) -> list[str]:
        """Return all of them."""
        return [*self.lost, *self.resurrected, *self.torn]


def allowed_states(journals: Iterable[Path]) -> tuple[dict[str, set[_State]], set[str], int]:
    """Return what each source may be: its last acknowledged version, or what was begun after it and not acknowledged.

    Also the ids of all that was acknowledged to be gone, and how many changes were acknowledged. A `settled` line says
    what an earlier check found, which holds from then on.
    """
    allowed: dict[str, set[_State]] = {}
    dead: set[str] = set()
    acknowledged = 0
    for path in journals:
        for entry in Journal.read(path):
            if "source" not in entry:
                continue
            source, outcome = entry["source"], entry.get("version")
            if entry["state"] == "begin":
                allowed.setdefault(source, {None}).add(outcome)
            else:
                allowed[source] = {outcome}
                dead |= {entry.get("gone")} - {None}
                acknowledged += entry["state"] == "done"
    return allowed, dead, acknowledged


def check(home: Path, names: Iterable[str]) -> Verdict:
    """Judge the home, and journal what became of changes that were begun and not acknowledged."""
    verdict = Verdict()
    start = perf_counter()
    parts = Parts.over(home)
    parts.searcher.search("来源", 1)
    verdict.recovery_seconds = perf_counter() - start
    paths = {name: home / f"{name}.journal" for name in names}
    allowed, dead, verdict.acknowledged = allowed_states(paths.values())
    found = {document.source: str(document.metadata["version"]) for document in parts.store.documents()}
    verdict.documents = len(found)
    for source in allowed.keys() | found.keys():
        _judge(source, found.get(source), allowed.get(source, set()), verdict)
    for document in parts.store.documents():
        if document.id in dead:
            verdict.resurrected.append(f"document {document.id} is there after its removal was acknowledged")
        if parts.store.original(document.id).text != text_of(document.source, found[document.source]):
            verdict.torn.append(f"document {document.id} is not the text that was added")
    _search_for_all(parts, found, dead, verdict)
    report = verify_store(parts.store)
    verify_snapshot(parts.store, parts.caches.current(), report)
    verdict.torn += [f"verify: {problem}" for problem in report.problems]
    parts.close()
    for name, path in paths.items():
        journal = Journal(path)
        for source, states in allowed.items():
            if source.startswith(name) and len(states) > 1:
                journal.write(state="settled", source=source, version=found.get(source))
    return verdict


def _judge(source: str, version: _State, allowed: set[_State], verdict: Verdict) -> None:
    if version in allowed:
        return
    if version is None or (None not in allowed and allowed):
        verdict.lost.append(f"source {source}: version {version} is there, of {sorted(map(str, allowed))}")
    else:
        verdict.resurrected.append(f"source {source}: version {version} is there, of {sorted(map(str, allowed))}")


def _search_for_all(parts: Parts, found: dict[str, str], dead: set[str], verdict: Verdict) -> None:
    """Both arms find every document by its own words, and none of those that are gone."""
    for source, version in found.items():
        question = text_of(source, version)[:60]
        for mode in ("dense", "lexical"):
            hits = {hit.passage.document_id for hit in parts.searcher.search(question, 10, mode)}
            if id_of(source, version) not in hits:
                verdict.lost.append(f"source {source}: the {mode} arm does not find version {version}")
            verdict.resurrected += [f"the {mode} arm finds document {gone}, which is gone" for gone in hits & dead]
