"""The process that parses: one file after another from its input, what they say to its output, nothing else.

Takes    frames on standard input: a request in JSON, the bytes of a file
Gives    frames on standard output: a Reading each, then an empty one
Touches  file descriptors 0 and 1          Never  the network, other files: confinement.py takes them away
"""

import json
import os
from collections.abc import Iterator
from typing import BinaryIO

from corpus.errors import LimitExceeded
from corpus.readers.confinement import Confinement
from corpus.readers.formats import Source, fault_of, read_all
from corpus.readers.frames import read_frame, write_frame
from corpus.readers.limits import LARGEST_FILE, MOST_DOCUMENTS
from corpus.readers.options import ReadOptions
from corpus.readers.wire import Reading, to_bytes


def main() -> None:
    """Serve requests until the input ends."""
    requests, replies = _own_streams()
    confinement = Confinement()
    while True:
        frame = read_frame(requests, LARGEST_FILE)
        if frame is None:
            return
        request = json.loads(frame)
        data = read_frame(requests, LARGEST_FILE) or b""
        confinement.grant(len(data))
        options = request["options"]
        if options["metadata_fields"] is not None:
            options["metadata_fields"] = tuple(options["metadata_fields"])
        for reading in readings(Source(data, request["name"], ReadOptions(**options)), request["kind"]):
            write_frame(replies, to_bytes(reading))
        write_frame(replies, b"")
        replies.flush()


def readings(source: Source, kind: str) -> Iterator[Reading]:
    """Yield what the file says; whatever a library raises becomes the error of the file."""
    try:
        for count, reading in enumerate(read_all(source, kind)):
            if count == MOST_DOCUMENTS:
                raise LimitExceeded(f"{source.name}: holds more than {MOST_DOCUMENTS:,} documents; split it")
            yield reading
    except Exception as error:  # noqa: BLE001  the rim: libraries raise anything at damaged files
        yield Reading("", None, fault_of(error, source.name))


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes to ourselves, so that a library that prints does not break the frames."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    return requests, replies
