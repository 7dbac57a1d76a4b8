"""A process that searches while others change and are killed, and judges every hit by the others' journals.

Takes    a home, the names of the workers
Gives    a journal: how many searches, and everything wrong
Never    changes anything

    python -m tests.crash.reader HOME NAME...
"""

import random
import sys
from itertools import count
from pathlib import Path

from index.errors import UnknownDocument
from tests.crash.made import Journal, Parts, text_of


class Reader:
    """Knows from the journals what must be found and what must not."""

    def __init__(self, home: Path, workers: list[str]) -> None:
        self._parts = Parts.over(home)
        self._paths = [home / f"{name}.journal" for name in workers]
        self._journal = Journal(home / "reader.journal")
        self._chance = random.Random(0)

    def run(self) -> None:
        """Search for ever."""
        self._journal.write(kind="ready")
        for number in count(1):
            self._search()
            if number % 10 == 0:
                self._journal.write(kind="searched", searches=10)

    def _search(self) -> None:
        live, dead = self._known()
        if not live:
            return
        source = self._chance.choice(sorted(live))
        version, document_id = live[source]
        mode = self._chance.choice(("dense", "lexical", "hybrid"))
        hits = self._parts.searcher.search(text_of(source, version)[:60], 10, mode)
        for hit in hits:
            passage = hit.passage
            if passage.document_id in dead:
                self._wrong(f"{mode} search returned document {passage.document_id} after its removal was acknowledged")
            try:
                text = self._parts.store.original(passage.document_id).text
            except UnknownDocument:
                continue  # It was removed after the search.
            if text[passage.start : passage.end] != passage.text:
                self._wrong(f"passage {passage.id} is not the text at its place")
        if document_id not in {hit.passage.document_id for hit in hits} and source not in self._touched_since(live):
            self._wrong(f"{mode} search does not find document {document_id}, whose adding was acknowledged")

    def _known(self) -> tuple[dict[str, tuple[str, str]], set[str]]:
        """Return the version and id of every source that is surely there, and the ids that surely are not."""
        live: dict[str, tuple[str, str]] = {}
        dead: set[str] = set()
        for path in self._paths:
            for entry in Journal.read(path):
                if "source" not in entry:
                    continue
                live.pop(entry["source"], None)
                if entry["state"] == "done":
                    dead |= {entry["gone"]} - {None}
                    if entry["kind"] != "remove":
                        live[entry["source"]] = (entry["version"], entry["id"])
        return live, dead

    def _touched_since(self, live: dict[str, tuple[str, str]]) -> set[str]:
        return {source for source, held in live.items() if self._known()[0].get(source) != held}

    def _wrong(self, problem: str) -> None:
        self._journal.write(kind="wrong", problem=problem)


if __name__ == "__main__":
    Reader(Path(sys.argv[1]), sys.argv[2:]).run()
