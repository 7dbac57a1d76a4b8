"""Training material for sections: real documents made into walls of text whose true boundaries are known.

Takes    raw files (zstd JSON lines), texts that must not be met in training
Gives    Wall: one text without headings or line breaks, the offsets where its sections start, their titles
Touches  zstandard          Never  models, weights, the development documents except to leave them out

A wall is of one of four parts: what is learned from ("train"), what choices are made by ("choose"), and what neither
ever met: other documents of the same sources ("apart"), and sources of their own ("foreign").
"""

import hashlib
import io
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard

_SHINGLE = 24
_ENDED = re.compile(r"[。！？!?；;：:…”’」』）)]$")
_ARTICLE = re.compile(r"(?m)^第[〇零一二三四五六七八九十百千\d]+条\s*")
_MINIMUM_SECTION = 60
_MAXIMUM_SECTION = 2_500
_FOREIGN = frozenset(["howtocook", "dify", "kubevela", "semi", "rbe_cn", "tidb_cn", "fastapi"])
_MOST_SIBLINGS = 60


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall of text: `starts[0]` is 0, each section runs to the next start."""

    text: str
    starts: tuple[int, ...]
    titles: tuple[str, ...]
    source: str
    part: str


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of one compressed JSON-lines file."""
    with path.open("rb") as handle, zstandard.ZstdDecompressor().stream_reader(handle) as stream:
        for line in io.TextIOWrapper(stream, encoding="utf-8"):
            yield json.loads(line)


def shingles(text: str) -> set[str]:
    """Return every run of 24 word characters of `text`, punctuation and spaces left out."""
    bare = re.sub(r"\W+", "", text)
    return {bare[start : start + _SHINGLE] for start in range(len(bare) - _SHINGLE + 1)}


def make_walls(folder: Path, kept_apart: Sequence[str], seed: int) -> list[Wall]:
    """Make the walls of every source, each source's share limited so that none drowns the others."""
    forbidden = set().union(*(shingles(text) for text in kept_apart)) if kept_apart else set()
    chance = random.Random(seed)
    walls: list[Wall] = []
    for maker, limit in ((_docs, 9000), (_laws, 3000), (_wiki, 9000), (_reports, 200), (_news, 700)):
        candidates = [wall for wall in maker(folder, chance) if len(wall.starts) >= 3]
        chance.shuffle(candidates)
        clean = (wall for wall in candidates if forbidden.isdisjoint(shingles(wall.text)))
        walls += [wall for wall, _ in zip(clean, range(limit), strict=False)]
    return walls


def _wall(parts: Sequence[tuple[str, str]], source: str, name: str) -> Wall:
    """Join (title, body) parts without headings and line breaks; `name` of the document decides which part it is of."""
    text, starts, titles = "", [], []
    for title, body in parts:
        starts.append(len(text))
        titles.append(title)
        lines = (line.strip() for line in body.split("\n"))
        text += "".join(line if _ENDED.search(line) else line + "。" for line in lines if line)
    return Wall(text, tuple(starts), tuple(titles), source, _part(source, name))


def _part(source: str, name: str) -> str:
    if source.partition(":")[2] in _FOREIGN:
        return "foreign"
    share = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 100
    return "apart" if share < 6 else "choose" if share < 12 else "train"


def _usable(parts: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Return the longest runs of parts of a fair length."""
    runs, run = [], list[tuple[str, str]]()
    for title, body in parts:
        if _MINIMUM_SECTION <= len(body) <= _MAXIMUM_SECTION:
            run.append((title, body))
        else:
            runs.append(run)
            run = []
    return [run for run in [*runs, run] if len(run) >= 3]


def _headed(text: str, title: str) -> list[tuple[str, str]]:
    parts, heading, lines = list[tuple[str, str]](), title, list[str]()
    for line in text.split("\n"):
        if line.startswith("## "):
            parts.append((heading, "\n".join(lines)))
            heading, lines = line[3:].strip(), []
        else:
            lines.append(line)
    return [*parts, (heading, "\n".join(lines))]


def _wiki(folder: Path, _: random.Random) -> Iterator[Wall]:
    for row in read_rows(folder / "raw_zh_wiki.jsonl.zst"):
        if row["text"].count("\n## ") >= 2:
            for run in _usable(_headed(row["text"], row["title"])):
                yield _wall(run, "wiki", row["title"])


def _laws(folder: Path, chance: random.Random) -> Iterator[Wall]:
    for row in read_rows(folder / "raw_zh_laws.jsonl.zst"):
        for run in _usable(_headed(row["text"], row["title"])):
            if chance.random() < 0.5:  # numbered laws alone would teach the numbers and nothing else
                run = [(title, _ARTICLE.sub("", body)) for title, body in run]
            yield _wall(run, "law", row["title"])


def _docs(folder: Path, chance: random.Random) -> Iterator[Wall]:
    """Group sibling sections: those whose headings share the longest beginning that at least three share."""
    rows = sorted(read_rows(folder / "pairs_zh_docs_headings.jsonl.zst"), key=lambda row: (row["src"], row["query"]))
    shared = Counter((row["src"], above) for row in rows for above, _ in _divided(row["query"]))
    groups: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        for above, own in _divided(row["query"]):
            if len(above) >= 3 and 3 <= shared[row["src"], above] <= _MOST_SIBLINGS:
                groups[row["src"], above].append((own, row["positive"]))
                break
    for (source, above), parts in groups.items():
        for _ in range(2 if len(parts) > 4 else 1):
            chance.shuffle(parts)
            size = chance.randint(4, 12)
            for start in range(0, len(parts), size):
                for run in _usable(parts[start : start + size]):
                    yield _wall(run, "docs:" + source, source + above)


def _divided(heading: str) -> list[tuple[str, str]]:
    """Return every way to divide a heading at a space, the longest beginning first."""
    words = heading.split(" ")
    return [(" ".join(words[:place]), " ".join(words[place:])) for place in range(len(words) - 1, 0, -1)]


def _reports(folder: Path, _: random.Random) -> Iterator[Wall]:
    """Take each paragraph of a work report for a section: it opens with its own topic."""
    for row in read_rows(folder / "raw_zh_gov.jsonl.zst"):
        paragraphs = [("", line) for line in row["text"].split("\n") if len(line) >= 120]
        for start in range(0, len(paragraphs) - 3, 12):
            yield from (_wall(run, "report", row["title"]) for run in _usable(paragraphs[start : start + 12]))


def _news(folder: Path, chance: random.Random) -> Iterator[Wall]:
    """Join the openings of unrelated articles: the easy end of the scale."""
    batch: list[tuple[str, str]] = []
    for count, row in enumerate(read_rows(folder / "raw_zh_news_crud.jsonl.zst")):
        if count > 8_000:
            return
        cut = row["text"][: chance.randint(150, 700)]
        end = cut.rfind("。") + 1
        if end >= 100:
            batch.append(("", cut[:end]))
        if len(batch) >= chance.randint(4, 12):
            yield _wall(batch, "news", batch[0][1])
            batch = []
