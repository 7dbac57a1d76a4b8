"""Files and the network out of reach of this process, for good, where the kernel can do so.

Takes    folders that may still be read
Gives    whether each lock holds          Touches  the Linux calls landlock and seccomp, by ctypes
Never    raises where a kernel lacks them: limits and deadlines hold everywhere

The numbers are those of linux/landlock.h, linux/seccomp.h and the tables of system calls of the two machines.
"""

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable

_NO_NEW_PRIVILEGES = 38
_SET_SECCOMP, _FILTER = 22, 2
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
# Rights over files that each version of landlock knows: it refuses to handle what it does not know.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_NEWEST_FILE_RIGHTS = (1 << 16) - 1
_BIND_AND_CONNECT = 3

# Sockets, ptrace, others' memory, new processes and threads, other programs, kill, io_uring, bpf; by machine.
_FORBIDDEN = {
    "x86_64": (0xC000003E, (41, 42, 53, 56, 57, 58, 59, 62, 101, 310, 311, 321, 322, 425, 435)),
    "aarch64": (0xC00000B7, (117, 129, 198, 199, 203, 220, 221, 270, 271, 280, 281, 425, 435)),
}
_OTHER_TABLE = 0x40000000
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06


def shut_files(readable: Iterable[str]) -> bool:
    """Let this process open nothing but what lies in the folders `readable`, and reach no port."""
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    version = library.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))
    if version < 1:
        return False
    rights = _FILE_RIGHTS.get(version, _NEWEST_FILE_RIGHTS)
    attributes = struct.pack("QQ", rights, _BIND_AND_CONNECT) if version >= 4 else struct.pack("Q", rights)
    rules = library.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    if rules < 0:
        return False
    try:
        for folder in readable:
            place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
            rule = struct.pack("=Qi", _READ_FILE | _READ_FOLDER, place)
            library.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, ctypes.c_uint32(0))
            os.close(place)
        library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return bool(library.syscall(_RESTRICT_SELF, rules, ctypes.c_uint32(0)) == 0)
    finally:
        os.close(rules)


def shut_network() -> bool:
    """Refuse this process new sockets, other programs, and the memory of other processes."""
    machine = _FORBIDDEN.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    program = _filter(*machine)
    buffer = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return bool(library.prctl(_SET_SECCOMP, _FILTER, header, 0, 0) == 0)


def _filter(machine: int, forbidden: tuple[int, ...]) -> bytes:
    """Return a filter of system calls: another machine's table and the forbidden ones fail with EPERM.

    Its jumps count the steps between themselves and the last one, which refuses.
    """
    count = len(forbidden)
    steps = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, count + 3, machine),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, count + 1, 0, _OTHER_TABLE),
        *((_EQUAL, count - place, 0, call) for place, call in enumerate(forbidden)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
