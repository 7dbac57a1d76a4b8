"""Lines that a page broke, put together again: a space between Western words, none between Chinese ones.

Takes    lines as they stand on paper or in a source
Gives    one paragraph          Never  a line break that the author meant
"""

import re
from collections.abc import Iterable

_WIDE = r"[\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\u2018\u2019\u201c\u201d\u2026\u2014]"
_WIDE_END = re.compile(_WIDE + r"$")
_WIDE_START = re.compile("^" + _WIDE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BETWEEN_WIDE = re.compile(rf"(?<={_WIDE})[ \t]*[\r\n][ \t\r\n\f]*(?={_WIDE})")
# A word cut at the end of a line: the hyphen goes where a small letter goes on, as in a-\ngreement.
_CUT_WORD = re.compile(r"[A-Za-z]{2}[\u00ad\u2010-]$")


def joined(lines: Iterable[str]) -> str:
    """Return the lines as one.

    >>> joined(["成都都市圈", "推进通勤"]), joined(["the com-", "muter rail"]), joined(["GB/T", "7714"])
    ('成都都市圈推进通勤', 'the commuter rail', 'GB/T 7714')
    """
    return joined_with_starts(lines)[0]


def joined_with_starts(lines: Iterable[str]) -> tuple[str, list[int]]:
    """Return the lines as one, and where each of them begins in it.

    >>> joined_with_starts(["the com-", "muter", "", "rail"])
    ('the commuter rail', [0, 7, 12, 13])
    """
    pieces: list[str] = []
    starts: list[int] = []
    length, last = 0, ""
    for line in lines:
        line = line.strip()
        if last and line:
            if _CUT_WORD.search(last) and line[0].islower():
                pieces[-1] = pieces[-1][:-1]
                length -= 1
            elif not (_WIDE_END.search(last) and _WIDE_START.search(line)):
                pieces.append(" ")
                length += 1
        starts.append(length)
        if line:
            pieces.append(line)
            length += len(line)
            last = line[-3:]
    return "".join(pieces), starts


def collapsed(words: str) -> str:
    r"""Return a source's words with each run of white space as one space, or as none where Chinese goes on.

    >>> collapsed("成都都市圈\n   推进  通勤"), collapsed("two\n words")
    ('成都都市圈推进 通勤', 'two words')
    """
    return _SPACE.sub(" ", _BETWEEN_WIDE.sub("", words))
