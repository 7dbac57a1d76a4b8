"""Mailboxes: an .mbox parted into its letters.

Takes    the bytes of an .mbox
Gives    each letter as a file, as letter.py reads it          Never  reads a letter, opens an attachment

Where a letter begins is a line such as `From a@example.org Tue Mar  5 10:15:30 2024` behind an empty one; a line of a
letter that looks like it was written down with > before it. The standard library parts mailboxes only on disk.
"""

import re
from collections.abc import Iterator

from corpus.errors import UnreadableDocument

_BEGINNING = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\d\d:\d\d[^\n]*\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def letters(data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    r"""Yield a name and the bytes of each letter, in the order of the mailbox.

    >>> head = b"From a@example.org Tue Mar  5 10:15:30 2024\n"
    >>> dict(letters(head + b"Subject: a\n\n>From here\n\n" + head + b"Subject: b\n\n", "a.mbox"))
    {'letter 1.eml': b'Subject: a\n\nFrom here\n\n', 'letter 2.eml': b'Subject: b\n\n'}

    :raises UnreadableDocument: if it does not begin as mailboxes do.
    """
    data = data.lstrip(b"\r\n")
    found = _BEGINNING.finditer(data)
    beginning = next(found, None)
    if beginning is None or beginning.start():
        raise UnreadableDocument(
            f"{name}: does not begin with a From line as mailboxes do; export it again, or as single .eml files"
        )
    number = 1
    while beginning is not None:
        following = next(found, None)
        end = following.start() if following else len(data)
        yield f"letter {number}.eml", _QUOTED.sub(rb"\1", data[beginning.end() : end])
        beginning, number = following, number + 1
