"""Names of files, as they may be shown: no path out of their folder, nothing that turns a line around.

Takes    a name that a stranger wrote
Gives    a name for display, a title          Never  opens a file by it
"""

import re
import unicodedata
from pathlib import PurePosixPath

_LONGEST = 255
# Bidirectional controls make evil_fdp.exe look like evil_exe.pdf; line separators forge lines of a log.
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\u2028\u2029\ufeff]")


def shown_name(name: str) -> str:
    r"""Return the name without controls, drives and steps up or out; what is left of it keeps its folders.

    >>> shown_name("../../etc/passwd"), shown_name("C:\\temp\\a.txt"), shown_name("a\u202efdp.exe")
    ('etc/passwd', 'temp/a.txt', 'afdp.exe')
    """
    plain = _TURNING.sub("", name).replace("\\", "/")
    plain = "".join("�" if unicodedata.category(each) == "Cs" else each for each in plain)
    plain = "".join(each for each in plain if unicodedata.category(each) != "Cc")
    steps = [step for step in plain.split("/") if step not in ("", ".", "..")]
    if steps and re.fullmatch(r"[A-Za-z]:", steps[0]):
        steps = steps[1:]
    return "/".join(steps)[-_LONGEST:]


def title_of(name: str) -> str:
    """Return the title that a name gives: its last step without the ending."""
    return PurePosixPath(name).stem or name


def ending_of(name: str) -> str:
    """Return the ending in lower case, with its point."""
    return PurePosixPath(name).suffix.lower()
