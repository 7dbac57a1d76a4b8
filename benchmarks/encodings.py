"""Stretches of real texts in every encoding that Chinese files come in: read right, told as uncertain, or wrong.

Takes    texts in UTF-8, Simplified and Traditional; a number of cases
Gives    a table by encoding          Touches  corpus/readers/encoding.py

    python -m benchmarks.encodings --cases 1000 FILE...

Without files the sample article is taken, in both scripts.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from opencc import OpenCC

from corpus.errors import UnknownEncoding
from corpus.readers.encoding import decode

SAMPLE = Path(__file__).parent.parent / "corpus" / "documents"
ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-8 damaged", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "cp950", "big5hkscs",
)  # fmt: skip
_TRADITIONAL = ("cp950", "big5hkscs")
Outcome = Literal["right", "right, told as uncertain", "wrong, told as uncertain", "refused", "silently wrong"]


@dataclass(frozen=True, slots=True)
class Case:
    """Bytes, what they say, and how they were made."""

    data: bytes
    text: str
    encoding: str


def texts_of(paths: Sequence[Path]) -> tuple[str, str]:
    """Return all texts as one in each script: as they are in Simplified, turned into Traditional."""
    simplified = "".join(path.read_text("utf-8") for path in paths or sorted(SAMPLE.iterdir()))
    return simplified, OpenCC("s2t").convert(simplified)


def cases(texts: tuple[str, str], count: int, seed: int = 0) -> Iterator[Case]:
    """Yield stretches of 8 to 800 characters, as many short ones as long ones, every encoding in turn."""
    draw = random.Random(seed)
    for number in range(count):
        encoding = ENCODINGS[number % len(ENCODINGS)]
        whole = texts[1] if encoding in _TRADITIONAL or draw.random() < 0.3 else texts[0]
        length = int(8 * 100 ** draw.random())
        start = draw.randrange(max(len(whole) - length, 1))
        text = whole[start : start + length]
        if encoding == "utf-8 damaged":
            data = _damaged(text.encode(), draw)
            yield Case(data, data.decode("utf-8", "replace"), encoding)
            continue
        data = text.encode(encoding, "ignore")
        yield Case(data, data.decode(encoding), encoding)


def _damaged(data: bytes, draw: random.Random) -> bytes:
    """Return UTF-8 that is cut inside a character, or of which one byte in a hundred became another."""
    changed = bytearray(data)
    for _ in range(1 + len(data) // 300):
        place = draw.randrange(len(changed))
        if draw.random() < 0.5:
            changed[place] = draw.randrange(128, 256)
        else:
            del changed[place]
    return bytes(changed)


def outcome(case: Case) -> Outcome:
    """Decode one case and say what came of it."""
    try:
        decoded = decode(case.data, "a.txt")
    except UnknownEncoding:
        return "refused"
    if decoded.text == case.text:
        return "right" if decoded.certain else "right, told as uncertain"
    return "silently wrong" if decoded.certain else "wrong, told as uncertain"


def main() -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    counts: dict[str, Counter[Outcome]] = {encoding: Counter() for encoding in ENCODINGS}
    for case in cases(texts_of(wanted.paths), wanted.cases, wanted.seed):
        counts[case.encoding][outcome(case)] += 1
    names: tuple[Outcome, ...] = (
        "right", "right, told as uncertain", "wrong, told as uncertain", "refused", "silently wrong",
    )  # fmt: skip
    print(f"| encoding | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for encoding, found in counts.items():
        print(f"| {encoding} | {' | '.join(str(found[name]) for name in names)} |")
    total = sum(counts.values(), Counter())
    right = total["right"] + total["right, told as uncertain"]
    print(f"| all | {' | '.join(str(total[name]) for name in names)} |\n\n{right / total.total():.4f} right")


if __name__ == "__main__":
    main()
