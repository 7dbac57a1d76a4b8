"""What a document's former passages spare its new ones: vectors and terms of words that stand under the same titles.

Takes    the store, the id of a stored document
Gives    for a passage, its vectors and its terms if both would come out as they were
Never    vectors of another model or terms of another dictionary: what they were made under is compared first
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from corpus.passages import context_of
from corpus.types import Sentence
from index.errors import StoreDamaged, UnknownDocument
from index.store import Store
from index.types import StoredPassage, Terms, Vectors

# What decides both: the titles above the passage, its words, and where its sentences begin and end in it.
_Sameness: TypeAlias = tuple[str, str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class FormerPassages:
    """Vectors and terms by what decides them; of neither, where a model or a dictionary has changed."""

    vectors: Mapping[_Sameness, Vectors] = field(default_factory=dict)
    terms: Mapping[_Sameness, Terms] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store, document_id: str, fingerprints: Mapping[str, str]) -> FormerPassages:
        """Read a document's passages; nothing is spared by one that is gone or damaged."""
        noted = store.facts()

        def unchanged(name: str) -> bool:
            return noted.get(name) == fingerprints[name]

        try:
            held = [(_sameness_of(stored), indexed) for stored, indexed in store.held_by(document_id)]
        except (UnknownDocument, StoreDamaged):
            return cls()
        return cls(
            vectors={same: indexed.vectors for same, indexed in held} if unchanged("model") else {},
            terms={same: indexed.terms for same, indexed in held} if unchanged("terms") else {},
        )


def sameness(context: str, text: str, start: int, sentences: Sequence[Sentence]) -> _Sameness:
    """Return what decides a passage's vectors and terms."""
    return context, text, tuple((sentence.start - start, sentence.end - start) for sentence in sentences)


def _sameness_of(stored: StoredPassage) -> _Sameness:
    return sameness(context_of(stored.title, stored.section), stored.text, stored.start, stored.sentences)
