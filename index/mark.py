"""The number of the last acknowledged change, kept beside the database: it tells when acknowledged changes are gone.

Takes    the database's path, sequence numbers
Gives    the number noted last; StoreDamaged where the database is behind it
Never    ahead of the database: it is written after the commit, so that a crash in between leaves it behind

SQLite takes a damaged write-ahead log for one that ended earlier, and drops the commits after the damage without a
word. A number beside it is enough to notice.
"""

import hashlib
import logging
import os
from pathlib import Path

from index.errors import StoreDamaged

log = logging.getLogger(__name__)

_DIGEST = 8


class Mark:
    """One small file, overwritten in place; a torn or damaged one counts as none."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self.path = database.with_name(database.name + "-mark")
        self._descriptor: int | None = None

    def read(self) -> int:
        """Return the number noted, 0 if there is none."""
        try:
            content = self.path.read_bytes()
        except OSError:
            return 0
        number, digest = content[:8], content[8:]
        return int.from_bytes(number, "little") if digest == _digest_of(number) else 0

    def require(self, acknowledged: int, last: int) -> None:
        """Make sure that the database's last change is not before the one that was acknowledged.

        :raises StoreDamaged: if it is; the message says what to do.
        """
        if acknowledged > last:
            raise StoreDamaged(
                f"database {self._database}: its last change is {last}, change {acknowledged} was acknowledged; its "
                "write-ahead log was damaged, or an older copy was put in its place: restore a backup, or delete "
                f"{self.path.name} to go on with what is left"
            )

    def note(self, sequence: int) -> None:
        """Note a number; that it cannot be written is no failure of the change, which is durable already."""
        number = sequence.to_bytes(8, "little")
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            os.pwrite(self._descriptor, number + _digest_of(number), 0)
        except OSError as error:
            log.warning("%s: cannot be written (%s)", self.path, error)

    def close(self) -> None:
        """Give the file back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _digest_of(number: bytes) -> bytes:
    return hashlib.blake2b(number, digest_size=_DIGEST).digest()
