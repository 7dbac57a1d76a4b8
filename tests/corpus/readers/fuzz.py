"""Mutated files against every reader, through the door that the service uses: read or refused, never anything else.

Takes    a number of inputs, a seed
Gives    a table: outcomes, deaths of the process that parses, the slowest, the most memory
Touches  the readers          Never  files, the network

    python -m tests.corpus.readers.fuzz --inputs 100000

Bytes are flipped, cut, doubled and replaced; in archives that happens inside a member, which is packed again, so that
the parsers of XML and HTML see it and not only the checksum of the zip.
"""

import argparse
import io
import random
import resource
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import takewhile

from corpus.errors import CorpusError
from corpus.readers import Reading, read_documents
from corpus.readers.sandbox import close_idle
from corpus.types import Document
from tests.corpus.readers.made_files import made_files, packed

_TOKENS = (
    b"\x00", b"\xff" * 4, b"<", b"</", b"<w:p>", b"<w:tbl><w:tr><w:tc>", b"<table><tr><td>", b"]]>", b"&#0;", b"&a;",
    b"%PDF", b" 0 R", b"endobj", b"stream", b"<<", b"[[[[", b"-1", b"4294967295", b"99999999999999999999", b"1e999",
    b"NaN", b"\\u0000", b"\\ud800", b'"', b"\n\n", b"\r", b"=?utf-8?b?//8=?=", b"--a\n", b"PK\x03\x04",
    b"Content-Type: multipart/mixed; boundary=a\n",
    b"{", b"}", b"\\u-32768 ?", b"\\bin9 ", b"\\cell\\row", b"{\\shptxt{\\footnote ", b"\nFrom a 10:10\na: b\n",
    "\u202e\ufeff\u2028".encode(), "第一章".encode(), "\U0010ffff".encode(),
)  # fmt: skip


def mutated(data: bytes, draw: random.Random) -> bytes:
    """Return the file with some of its bytes changed; of an archive, of one of its members."""
    if data.startswith(b"PK") and draw.random() < 0.8:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
        name = draw.choice(sorted(members))
        inner = members[name]
        assert isinstance(inner, bytes)
        return packed(members | {name: mutated(inner, draw)})
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 4, 16))):
        draw.choice(_MUTATIONS)(changed, draw)
    return bytes(changed)


def _flip(data: bytearray, draw: random.Random) -> None:
    if data:
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)


def _cut(data: bytearray, draw: random.Random) -> None:
    start = draw.randrange(len(data) + 1)
    del data[start : start + draw.choice((1, 8, 100, 10_000))]


def _insert(data: bytearray, draw: random.Random) -> None:
    place = draw.randrange(len(data) + 1)
    data[place:place] = draw.choice(_TOKENS) * draw.choice((1, 1, 1, 50, 2000))


def _double(data: bytearray, draw: random.Random) -> None:
    start = draw.randrange(len(data) + 1)
    piece = data[start : start + draw.choice((4, 60, 500))]
    place = draw.randrange(len(data) + 1)
    data[place:place] = piece * draw.choice((1, 2, 100))


def _replace(data: bytearray, draw: random.Random) -> None:
    token = draw.choice(_TOKENS)
    place = draw.randrange(len(data) + 1)
    data[place : place + len(token)] = token


_MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (_flip, _cut, _insert, _double, _replace)


@dataclass(slots=True)
class Tally:
    """What became of the inputs of one format."""

    outcomes: Counter[str] = field(default_factory=Counter)
    deaths: int = 0
    slowest: float = 0.0


def judged(data: bytes, name: str, tally: Tally) -> None:
    """Read one input and count what became of it.

    :raises AssertionError: if a span lies outside its text, or an error does not name the file.
    """
    start = time.monotonic()
    try:
        readings = read_documents(data, name)
    except CorpusError as error:
        assert str(error), name
        tally.outcomes[type(error).__name__] += 1
        tally.deaths += "processor time" in str(error)
    else:
        tally.outcomes["read"] += 1
        for reading in readings:
            hold(reading)
    tally.slowest = max(tally.slowest, time.monotonic() - start)


def hold(reading: Reading) -> None:
    """Hold a reading to its promises."""
    if reading.document is None:
        assert isinstance(reading.error, CorpusError)
        return
    document: Document = reading.document
    size = len(document.text)
    assert document.text.strip() and document.title
    assert all(document.text[each.start : each.end].strip() for each in document.headings)
    assert all(0 <= each.start < each.end <= size for each in document.blocks)
    assert all(0 <= start <= size for start in document.page_starts)
    assert not any("\ud800" <= letter <= "\udfff" for letter in document.text)


def main() -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop earlier, with what was done by then")
    wanted = parser.parse_args()
    end = time.monotonic() + 60 * wanted.minutes
    files = made_files()
    tallies = {ending: Tally() for ending in files}
    for number in takewhile(lambda _: time.monotonic() < end, range(wanted.inputs)):
        ending = sorted(files)[number % len(files)]
        draw = random.Random(f"{wanted.seed} {number}")
        judged(mutated(files[ending], draw), f"a{ending}", tallies[ending])
    lines = [f"{'format':<8}{'inputs':>8}{'read':>8}{'refused':>9}{'deaths':>8}{'slowest, s':>12}"]
    for ending, tally in tallies.items():
        total, read = tally.outcomes.total(), tally.outcomes["read"]
        lines.append(f"{ending:<8}{total:>8}{read:>8}{total - read:>9}{tally.deaths:>8}{tally.slowest:>12.2f}")
    close_idle()
    for who, words in ((resource.RUSAGE_SELF, "this process"), (resource.RUSAGE_CHILDREN, "those that parse")):
        lines.append(f"most memory of {words}: {resource.getrusage(who).ru_maxrss / 1024:.0f} MiB")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
