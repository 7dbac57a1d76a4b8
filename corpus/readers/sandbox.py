"""Parsing in a process of its own, so that no file can bring down, slow down or take over this one.

Takes    bytes, a name, a kind, options
Gives    Reading values; an error for the file if the process dies, lingers or says too much
Touches  subprocess          Never  forks this process, parses

A process is started fresh (never forked: models and indexes hold threads and locks), kept for the next file while it
behaves, and replaced after a fault, a hundred files, or a large one. An idle one ends after half a minute.
"""

import atexit
import contextlib
import json
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from corpus.errors import CorpusError, LimitExceeded, UnreadableDocument
from corpus.readers.frames import read_frame, write_frame
from corpus.readers.kinds import Kind
from corpus.readers.limits import LARGEST_REPLY, MEBIBYTE, seconds_for
from corpus.readers.options import ReadOptions
from corpus.readers.wire import Reading, from_bytes

_ROOT = Path(__file__).resolve().parents[2]
_START = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from corpus.readers.worker import main; main()"
_MOST_FILES = 100
_LARGE = 8 * MEBIBYTE
_IDLE_SECONDS = 30.0
# Seconds on the clock for each second of processor time: the machine may be busy with something else.
_PATIENCE = 4


class _Parser:
    """One process that parses."""

    def __init__(self) -> None:
        # -I: neither the environment nor the working directory decides what is imported. A session of its own, so
        # that Ctrl-C in the terminal is heard by whoever waits, not by the parser.
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"MALLOC_ARENA_MAX": "2"},
            start_new_session=True,
        )
        self._files = 0
        self.fit = True

    def read(self, data: bytes, name: str, kind: Kind, options: ReadOptions) -> tuple[Reading, ...]:
        """Return what the process says of the file.

        :raises CorpusError: if it says nothing, too much, or not in time; it is not fit for another file then.
        """
        self.fit = False
        late = threading.Timer(_PATIENCE * seconds_for(len(data)), self._process.kill)
        late.daemon = True
        late.start()
        try:
            readings = self._exchange(data, name, kind, options)
        except (OSError, ValueError) as error:
            raise UnreadableDocument(f"{name}: could not be read ({error}); open it and save it again") from error
        finally:
            late.cancel()
        if readings is None:
            raise self._death(name, data)
        self._files += 1
        self.fit = self._files < _MOST_FILES and len(data) < _LARGE
        return readings

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        self._process.wait()

    def _exchange(self, data: bytes, name: str, kind: Kind, options: ReadOptions) -> tuple[Reading, ...] | None:
        """Return the readings; None if the process ended before it said all."""
        requests, replies = self._process.stdin, self._process.stdout
        assert requests is not None and replies is not None
        try:
            write_frame(requests, json.dumps({"name": name, "kind": kind, "options": asdict(options)}).encode())
            write_frame(requests, data)
            requests.flush()
        except BrokenPipeError:
            return None
        readings, room = [], LARGEST_REPLY
        while frame := read_frame(replies, room):
            room -= len(frame)
            readings.append(from_bytes(frame))
        return None if frame is None else tuple(readings)

    def _death(self, name: str, data: bytes) -> CorpusError:
        """Return what to tell of a process that ended by itself or was ended."""
        self._process.kill()
        code = self._process.wait()
        why = _DEATHS.get(-code, f"its reader ended with code {code}")
        return LimitExceeded(
            f"{name}: {why} ({len(data):,} bytes; {seconds_for(len(data))} seconds of processor time may be used); "
            "split it, or open it and save it again"
        )


_DEATHS = {
    6: "needs more memory than a file may have, or is damaged",
    9: "takes too long to read",
    11: "is damaged so that its reader fails",
    24: "takes too long to read",
    25: "makes its reader write files",
}


class _Parsers:
    """The idle process, if there is one; each thread takes its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: _Parser | None = None
        self._bedtime: threading.Timer | None = None

    def take(self) -> _Parser:
        with self._lock:
            parser, self._idle = self._idle, None
            if self._bedtime is not None:
                self._bedtime.cancel()
        return parser or _Parser()

    def give(self, parser: _Parser) -> None:
        with self._lock:
            if parser.fit and self._idle is None:
                self._idle = parser
                self._bedtime = threading.Timer(_IDLE_SECONDS, self.close)
                self._bedtime.daemon = True
                self._bedtime.start()
                return
        parser.close()

    def close(self) -> None:
        with self._lock:
            parser, self._idle = self._idle, None
            if self._bedtime is not None:
                self._bedtime.cancel()
        if parser is not None:
            parser.close()


_parsers = _Parsers()
atexit.register(_parsers.close)


def read_apart(data: bytes, name: str, kind: Kind, options: ReadOptions) -> tuple[Reading, ...]:
    """Return what the file says, read in another process within bounded time and memory.

    :raises CorpusError: for the file as a whole.
    """
    parser = _parsers.take()
    try:
        return parser.read(data, name, kind, options)
    finally:
        _parsers.give(parser)


def close_idle() -> None:
    """End the process that waits for a file, if there is one."""
    _parsers.close()
