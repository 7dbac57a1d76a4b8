"""Zip archives that strangers packed: looked at before they are opened, read piece by piece, never written to disk.

Takes    bytes
Gives    Archive: members by name          Touches  zipfile of the standard library
Never    trusts a size that the archive tells: what comes out is counted
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from corpus.errors import LimitExceeded, UnreadableDocument
from corpus.readers.limits import FREE_OF_RATIO, MOST_MEMBERS, MOST_UNPACKED, STEEPEST_RATIO

_PORTION = 1 << 20
_ENCRYPTED = 0x1
_IN_UTF8 = 0x800
# What zipfile raises at members that are torn, forged or packed in ways that it does not know.
_DAMAGES = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, RuntimeError)


class Archive:
    """An open archive; all that is read from it together stays within the limit."""

    def __init__(self, data: bytes, name: str) -> None:
        """Open it.

        :raises UnreadableDocument: if its table is damaged.
        :raises LimitExceeded: if it holds too many members, or says that it unpacks to too much.
        """
        self.name = name
        self._room = MOST_UNPACKED
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise UnreadableDocument(f"{name}: is a damaged zip archive ({error}); copy or save it again") from error
        self._members = {each.filename: each for each in self._archive.infolist() if not each.is_dir()}
        if len(self._archive.infolist()) > MOST_MEMBERS:
            raise LimitExceeded(f"{name}: holds more than {MOST_MEMBERS:,} files; pack fewer in one archive")
        told = sum(each.file_size for each in self._members.values())
        if told > MOST_UNPACKED:
            raise LimitExceeded(
                f"{name}: unpacks to {told:,} bytes; at most {MOST_UNPACKED:,} are taken: pack less in one archive"
            )

    def __contains__(self, member: str) -> bool:
        return member in self._members

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield each file's name and how it is to be shown.

        Archives of Chinese Windows name them in GBK, those of Info-ZIP in UTF-8, and neither says so.
        """
        for member, info in self._members.items():
            yield member, member if info.flag_bits & _IN_UTF8 else _as_meant(member)

    def read(self, member: str) -> bytes:
        """Return what the member holds.

        :raises UnreadableDocument: if it is missing, encrypted or damaged.
        :raises LimitExceeded: if it unpacks to too much.
        """
        info = self._members.get(member)
        if info is None:
            raise UnreadableDocument(
                f"{self.name}: lacks {member}; open it in the program that made it and save it again"
            )
        if info.flag_bits & _ENCRYPTED:
            raise UnreadableDocument(f"{self.name}: {member} wants a password; pack it without one")
        try:
            with self._archive.open(info) as stream:
                return self._portions(stream, info)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            ValueError,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise UnreadableDocument(f"{self.name}: {member} is damaged ({error}); copy or save it again") from error

    def _portions(self, stream: IO[bytes], info: zipfile.ZipInfo) -> bytes:
        portions, length = [], 0
        while portion := stream.read(_PORTION):
            length += len(portion)
            self._room -= len(portion)
            steep = length > FREE_OF_RATIO and length > STEEPEST_RATIO * max(info.compress_size, 1)
            if self._room < 0 or steep:
                raise LimitExceeded(
                    f"{self.name}: {info.filename} unpacks to more than {length - len(portion):,} bytes from "
                    f"{info.compress_size:,}; that is no document"
                )
            portions.append(portion)
        return b"".join(portions)


def _as_meant(member: str) -> str:
    """Return a name that is not marked as UTF-8, and that zipfile therefore took for the code page of 1981."""
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeError):
            return member.encode("cp437").decode(encoding)
    return member
