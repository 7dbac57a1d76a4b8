"""Frames on a pipe: eight bytes of length, then as many bytes.

Takes    a stream
Gives    bytes          Never  reads a frame longer than it was told to expect
"""

import struct
from typing import IO

_LENGTH = struct.Struct(">Q")


def read_frame(stream: IO[bytes], most: int) -> bytes | None:
    """Return the next frame; None if the stream ends before it does.

    :raises ValueError: if it is longer than `most` bytes.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > most:
        raise ValueError(f"a frame of {length} bytes; at most {most} are taken")
    data = stream.read(length)
    return data if len(data) == length else None


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Write a frame."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
