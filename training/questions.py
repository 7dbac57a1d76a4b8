"""Questions and the passages that answer them, from every set that may be tuned on.

Takes    the data folder
Gives    Collection values: texts as they are embedded and indexed, questions of a half to fit and a half to judge
Touches  zstandard          Never  models
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import zstandard

from corpus.blocks import blocks_of
from corpus.passages import PassageSize, context_of, split_passages
from corpus.readers import read_document
from corpus.sections import document_title, sentences_within, split_sections
from corpus.sentences import split_sentences
from corpus.types import Document
from service.ingest import SAMPLE_FOLDER
from training.added import FIELDS as ADDED_FIELDS
from training.added import added_places
from training.sources import half_of, held_out, read_lines

WRITTEN_FIELDS = ("colloquial", "formal", "keywords", "english")
WHOLE_DOCUMENTS = ("raw_zh_gov", "raw_zh_laws")

Span = tuple[int, int]
# A question's text, the spans that answer it, its kind, and the id of what it was written on.
_Asked = tuple[str, Sequence[Span], str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the rows of the texts that answer it (none if nothing does), and the kind it is reported under."""

    text: str
    rows: frozenset[int]
    kind: str
    judged: bool


@dataclass(frozen=True, slots=True)
class Collection:
    """Passages of one corpus, each as the texts that are embedded of it, and questions asked of them.

    The first text of a passage is the whole under its context, then come its sentences, each under the same.
    """

    name: str
    passages: tuple[tuple[str, ...], ...]
    questions: tuple[Question, ...]


def under(context: str, passage: str) -> tuple[str, ...]:
    """Return the texts that are embedded of a passage."""
    sentences = (passage[sentence.start : sentence.end] for sentence in split_sentences(passage))
    return tuple(f"{context}\n{part}" if context else part for part in (passage, *sentences))


def written_collections(data: Path, sizes: tuple[int, ...] = (100, 1000)) -> Iterator[Collection]:
    """Yield the written questions kept apart from the model's training, asked of corpora of several sizes.

    Near misses are questions that nothing answers.
    """
    rows = _lines(data / "written" / "questions.jsonl")
    apart = [row for row in rows if held_out(row["id"])]
    others = [row for row in rows if not held_out(row["id"])][: max(sizes)]
    for size in sizes:
        per_corpus = max(1, round(size * len(apart) / len(rows)))
        for start in range(0, len(apart), per_corpus):
            asked = apart[start : start + per_corpus]
            first = (start // per_corpus * (size - per_corpus)) % max(len(others) - size, 1)
            rivals = others[first : first + size - len(asked)]
            # By id the right passages would come first, and ties between equal scores would favour them.
            mixed = sorted(asked + rivals, key=lambda row: hashlib.sha256(row["id"].encode()).digest())
            passages = tuple(under(row["title"], row["passage"]) for row in mixed)
            yield Collection(f"written/{size}", passages, tuple(_written_questions(mixed)))


def _written_questions(rows: list[dict[str, Any]]) -> Iterator[Question]:
    for number, row in enumerate(rows):
        if not held_out(row["id"]):
            continue
        judged = half_of(row["id"]) == "check"
        for field in WRITTEN_FIELDS:
            if row.get(field):
                yield Question(row[field], frozenset({number}), field, judged)
        if row.get("near_miss"):
            yield Question(row["near_miss"], frozenset(), "near_miss", judged)


def dev_collections(data: Path, most: int = 200) -> Iterator[Collection]:
    """Yield the encyclopaedic development sets, at most so many passages of each and as many questions on them."""
    for name in ("cmrc2018_dev", "drcd_dev", "newwiki_en"):
        folder = data / "dev" / name
        passages = _packed(folder / "corpus.jsonl.zst")[:most]
        rows = {passage["id"]: number for number, passage in enumerate(passages)}
        right: dict[str, set[int]] = {}
        for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            question_id, passage_id, _ = line.split("\t")
            if passage_id in rows:
                right.setdefault(question_id, set()).add(rows[passage_id])
        questions = tuple(
            Question(row["text"], frozenset(right[row["id"]]), name, half_of(row["id"]) == "check")
            for row in [row for row in _packed(folder / "queries.jsonl.zst") if row["id"] in right][: 2 * most]
        )
        yield Collection(name, tuple(under(row.get("title") or "", row["text"]) for row in passages), questions)


def document_collections(data: Path, size: PassageSize) -> Iterator[Collection]:
    """Yield whole laws and government reports with the questions on them that the model was not trained on.

    All rivals of a right passage are of its own document, as in a home that holds one.
    """
    for source in WHOLE_DOCUMENTS:
        documents = list(read_lines(data, source))
        squeezed = {document["text"]: "".join(document["text"].split()) for document in documents}
        asked: dict[str, list[_Asked]] = defaultdict(list)
        for line, text, start in added_places(data, source, held_out):
            place = (start, start + line["characters"])
            asked[text] += _asked(line, (*ADDED_FIELDS, "near_miss"), place, source)
        for row in _lines(data / "written" / "questions.jsonl"):
            if row["source"] == source and held_out(row["id"]):
                text, place = _place_in(squeezed, row["passage"])
                asked[text] += _asked(row, (*WRITTEN_FIELDS, "near_miss"), place, source)
        for document in documents:
            if questions := asked.pop(document["text"], []):
                titled = Document(text=document["text"], title=document.get("title") or "")
                yield _of_document("documents", titled, questions, size)


def _asked(line: dict[str, Any], fields: Sequence[str], place: Span, source: str) -> Iterator[_Asked]:
    """Yield the questions of one passage; nothing answers a near miss."""
    for field in fields:
        if line.get(field):
            spans = () if field == "near_miss" else (place,)
            yield line[field], spans, f"{source.removeprefix('raw_zh_')}/{field}", line["id"]


def _place_in(squeezed: Mapping[str, str], passage: str) -> tuple[str, Span]:
    """Return the text that holds a passage, and where; `squeezed` has each text without its white space.

    :raises ValueError: if none holds it.
    """
    wanted = "".join(passage.split())
    for text, characters in squeezed.items():
        start = characters.find(wanted)
        if start >= 0:
            places = [place for place, character in enumerate(text) if not character.isspace()]
            return text, (places[start], places[start + len(wanted) - 1] + 1)
    raise ValueError(f"passage {passage[:30]!r} is in none of the documents; use the raw files of the README")


def sample_collection(data: Path, size: PassageSize) -> Collection:
    """Return the sample article with its development questions; a passage is right if it overlaps the gold."""
    path = next(SAMPLE_FOLDER.iterdir())
    gold = {row["n"]: (row["start"], row["end"]) for row in json.loads(_gold(data, "sections.json"))}
    questions = [
        (
            row["question"],
            [*map(tuple, row["spans"]), *(gold[number] for number in row["sections"])],
            f"sample/{row['type']}",
            row["id"],
        )
        for row in map(json.loads, _gold(data, "questions.jsonl").splitlines())
    ]
    return _of_document("sample", read_document(path.read_bytes(), path.name), questions, size)


def _of_document(name: str, document: Document, questions: Sequence[_Asked], size: PassageSize) -> Collection:
    """Return a document cut as the product cuts it; questions come as text, right spans, kind and id."""
    whole_sentences = split_sentences(document.text)
    sections = split_sections(document, whole_sentences)
    document = replace(document, title=document_title(document, sections))
    sentences = sentences_within(document.text, sections)
    blocks = blocks_of(document, whole_sentences)
    passages = split_passages(document.text, sentences, sections, size, document.title, blocks)
    contexts = [context_of(document.title, section.title) for section in sections]
    asked = (
        Question(
            text,
            frozenset(
                number
                for number, passage in enumerate(passages)
                if any(passage.start < end and start < passage.end for start, end in spans)
            ),
            kind,
            half_of(identity) == "check",
        )
        for text, spans, kind, identity in questions
    )
    return Collection(name, tuple(under(contexts[passage.section], passage.text) for passage in passages), tuple(asked))


def _gold(data: Path, name: str) -> str:
    return (data / "seed_gold" / name).read_text(encoding="utf-8")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _packed(path: Path) -> list[dict[str, Any]]:
    with zstandard.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]
