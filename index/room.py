"""Is there room for more? Asked before anything is added, so that a disk is never quite full.

Takes    a folder
Gives    nothing, or StoreFull with how much is left, how much has to be, and the remedy
Never    asked before removing or searching: for these the rest of the disk is kept
"""

from pathlib import Path
from shutil import disk_usage

from index.errors import StoreFull

# Of a small disk a twentieth is kept, of a large one this much: a removal needs room for its log first.
_KEPT_SHARE = 20
_KEPT_MOST = 500_000_000


def require_room(folder: Path) -> None:
    """Make sure that more than a rest of the disk is free.

    :raises StoreFull: if not.
    """
    usage = disk_usage(folder)
    kept = min(usage.total // _KEPT_SHARE, _KEPT_MOST)
    if usage.free < kept:
        left, wanted = (f"{size / 1_000_000:.1f} MB" for size in (usage.free, kept))
        raise StoreFull(
            f"home {folder}: its disk has {left} left, nothing is added below {wanted}; nothing was changed: "
            "make room on the disk, or remove documents, and try again"
        )
