"""What the process that parses gives up before it sees a stranger's bytes.

Takes    nothing; the size of the next file
Gives    limits of the operating system on this process          Touches  resource
Never    raises where a system lacks a limit: the deadline of sandbox.py holds everywhere
"""

import sys

from corpus.readers.limits import memory_for, seconds_for

if sys.platform != "win32":
    import resource

_MOST_FILES = 16


def confine() -> None:
    """Allow no file to be written, few to be open, no process to be started, no core to be dumped."""
    if sys.platform == "win32":
        return
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _MOST_FILES),
        (resource.RLIMIT_NPROC, 0),
    ):
        _, hard = resource.getrlimit(limit)
        top = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (top, top))


def grant(size: int) -> None:
    """Allow the time and the memory that a file of so many bytes may take from here on."""
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + seconds_for(size)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_held() + memory_for(size), resource.getrlimit(resource.RLIMIT_AS)[1]))


def _held() -> int:
    """Return the bytes of address space that this process has now."""
    with open("/proc/self/statm", encoding="ascii") as counts:  # noqa: PTH123  a path would be resolved through links
        return int(counts.read().split()[0]) * resource.getpagesize()
