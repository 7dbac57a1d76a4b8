"""What the process that parses gives up before it sees a stranger's bytes.

Takes    nothing; the size of the next file
Gives    limits of the operating system on this process          Touches  resource
Never    raises where a system lacks a limit: the deadline of sandbox.py holds everywhere
"""

import os
import sys
import sysconfig

from corpus.readers.limits import memory_for, seconds_for
from corpus.readers.lockdown import shut_files, shut_network

if sys.platform != "win32":
    import resource

_MOST_FILES = 16


class Confinement:
    """The limits of this process; once made, it is confined for good."""

    def __init__(self) -> None:
        """Allow no file to be written, few to be open, no process to be started, no core to be dumped, no network.

        Python's own library stays readable: codecs are loaded when a text first needs one.
        """
        self._counts = os.open("/proc/self/statm", os.O_RDONLY) if sys.platform == "linux" else -1
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
        paths = sysconfig.get_paths()
        shut_files({paths["stdlib"], paths["platstdlib"]})
        shut_network()

    def grant(self, size: int) -> None:
        """Allow the time and the memory that a file of so many bytes may take from here on."""
        if sys.platform == "win32":
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime) + 1 + seconds_for(size)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        if self._counts >= 0:
            held = int(os.pread(self._counts, 100, 0).split()[0]) * resource.getpagesize()
            most = held + memory_for(size)
            resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
