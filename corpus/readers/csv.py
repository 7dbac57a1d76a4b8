"""Tables as text: every row becomes a line that says what its values are, so that a row can be cited.

Takes    the bytes of a .csv or .tsv file
Gives    Document          Touches  csv of the standard library          Never  guesses types
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence

from corpus.errors import UnreadableDocument
from corpus.readers.composer import Composer, one_line
from corpus.readers.encoding import decode, doubt
from corpus.types import Document

_LONGEST_FIELD = 1_000_000
_SAMPLE = 64 * 1024
_DELIMITERS = ",\t;|"


def read_csv(data: bytes, name: str) -> Document:
    """Return the table, a line a row: `header: value; header: value`.

    :raises UnknownEncoding: if the bytes are not text.
    :raises UnreadableDocument: if a field never ends.
    """
    decoded = decode(data, name)
    composer = Composer(name)
    csv.field_size_limit(_LONGEST_FIELD)
    rows = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=_delimiter(decoded.text))
    try:
        add_table(composer, rows)
    except csv.Error as error:
        raise UnreadableDocument(f"{name}: row {rows.line_num} is damaged ({error}); check its quotes") from error
    return composer.document("", doubt(decoded), decoded.encoding)


def add_table(composer: Composer, rows: Iterable[Sequence[str]]) -> None:
    """Add a table whose first row of several values names its columns; what stands above it is its caption."""
    header: list[str] | None = None
    for row in rows:
        cells = [one_line(cell) for cell in row]
        said = [cell for cell in cells if cell]
        if header is not None:
            composer.paragraph(labelled(header, cells))
        elif len(said) > 1:
            header = cells
            composer.row(cells)
        elif said:
            composer.paragraph(said[0])


def labelled(header: Sequence[str], cells: Sequence[str]) -> str:
    """Return a row as words; a value without a header stands alone.

    >>> labelled(["城市", "人口", ""], ["成都", "2140 万", "副省级", ""])
    '城市: 成都; 人口: 2140 万; 副省级'
    """
    names = [*header, *[""] * (len(cells) - len(header))]
    pairs = zip(names, cells, strict=False)
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts most of the first lines into one number of columns; a comma where none does."""
    lines = text[:_SAMPLE].splitlines()[:50]
    scores = {}
    for delimiter in _DELIMITERS:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
        scores[delimiter] = max(((count, columns) for columns, count in counts.items()), default=(0, 0))
    return max(scores, key=lambda delimiter: scores[delimiter])
