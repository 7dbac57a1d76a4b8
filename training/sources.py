"""Reading the training data: lines, dictionary glosses, raw text.

Takes    the data folder (Settings.data)
Gives    dictionaries of one line each, in file order
Touches  zstandard, files          Never  models, vectors
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zstandard

_GLOSS_NOISE = re.compile(
    r"\([^()]*\)|\[[^\]]*\]|\bCL:\S*"
    r"|\b(?:surname|variant of|old variant of|see also|see|abbr\. for|also written)\b[^/;]*"
)
_STOP_WORDS = frozenset(
    "a an the to of or and in on for with be by at from as its it is etc sb sth esp also lit fig used".split()  # noqa: SIM905
)


def read_lines(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of `name` (`.jsonl` or `.jsonl.zst`), one a line.

    :raises FileNotFoundError: when neither form of the file lies in the data folder
    """
    plain, packed = data / f"{name}.jsonl", data / f"{name}.jsonl.zst"
    if plain.exists():
        text = plain.read_text(encoding="utf-8")
    elif packed.exists():
        with packed.open("rb") as stream:
            text = zstandard.ZstdDecompressor().stream_reader(stream).read().decode("utf-8")
    else:
        raise FileNotFoundError(f"Data file does not exist: {packed} (set WENQU_TRAINING_DATA to the data folder)")
    for line in text.split("\n"):
        if line:
            yield json.loads(line)


def read_glosses(data: Path) -> dict[str, list[str]]:
    """Return the English senses of each Simplified word of CC-CEDICT, cleaned, most telling first.

    A word has one entry for each reading; the reading with the most senses is nearly always the usual one, and names
    come last. Surnames, measure words and cross references are dropped: they say nothing of the meaning.
    """
    readings: dict[str, list[tuple[bool, list[str]]]] = {}
    for entry in read_lines(data, "lexicon_zh_en_cedict"):
        senses = [clean_gloss(part) for part in re.split(r"[/;]", entry["en"])]
        senses = [sense for sense in senses if sense]
        if senses:
            readings.setdefault(entry["zh"], []).append((entry["pinyin"][:1].isupper(), senses))
    glosses: dict[str, list[str]] = {}
    for word, entries in readings.items():
        entries.sort(key=lambda reading: (reading[0], -len(reading[1])))
        senses = [sense for _, reading in entries for sense in reading]
        glosses[word] = sorted(dict.fromkeys(senses), key=lambda sense: len(sense.split()) > 8)
    return glosses


def clean_gloss(gloss: str) -> str:
    """Return a sense without brackets, notes and stop words.

    >>> clean_gloss("to go (to a place)")
    'go'
    >>> clean_gloss("surname Wang")
    ''
    """
    words = re.findall(r"[A-Za-z0-9'-]+", _GLOSS_NOISE.sub(" ", gloss))
    return " ".join(word for word in words if word.lower() not in _STOP_WORDS)


def held_out(identity: str) -> bool:
    """Say whether a written question is kept for evaluation: about one in ten, by hash, whatever is added later."""
    return _hash(identity) % 1000 < 105


def half_of(identity: str) -> str:
    """Return "dev" or "check": decisions are made on the first half, the second only confirms them."""
    return "dev" if _hash("half " + identity) % 2 else "check"


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
