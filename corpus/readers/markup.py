"""A tree of HTML elements into paragraphs, headings, lists and tables, in the order in which they are read.

Takes    an element, a rule for what is left out
Gives    pieces in a Composer          Touches  selectolax
Never    recursion: a stranger decides how deep the tree is
"""

from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

from corpus.readers.composer import Composer
from corpus.readers.lines import collapsed


def names(words: str) -> frozenset[str]:
    """Return the words as a set of names."""
    return frozenset(words.split())


_BLOCKS = names(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main nav ol p pre section summary table tbody td "
    "tfoot th thead tr ul"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = ("ul", "ol", "dl")


def steps(root: LexborNode, left_out: Callable[[LexborNode], bool]) -> Iterator[tuple[LexborNode, bool]]:
    """Yield every node twice, when it is entered and when it is left (True); what is left out is not entered."""
    node: LexborNode | None = root
    while node is not None:
        entered = not left_out(node)
        if entered:
            yield node, False
        child = node.child if entered else None
        if child is not None:
            node = child
            continue
        if entered:
            yield node, True
        while node is not None and node.mem_id != root.mem_id and node.next is None:
            node = node.parent
            if node is not None:
                yield node, True
        if node is None or node.mem_id == root.mem_id:
            return
        node = node.next


# No text holds it: the parser of HTML replaces it.
_HARD_BREAK = "\x00"


class Flow:
    """Walks a tree and gives its words to the composer."""

    def __init__(self, composer: Composer) -> None:
        """Add to what `composer` holds already."""
        self._composer = composer
        self._words: list[str] = []
        self._marker = ""
        self._counts: list[int | None] = []
        self._tables: list[bool] = []
        self._row: list[str] | None = None
        self._preformatted = 0

    def take(self, root: LexborNode, left_out: Callable[[LexborNode], bool]) -> None:
        """Add all that the element says."""
        for node, leaving in steps(root, left_out):
            tag = node.tag or ""
            if tag == "-text":
                if not leaving:
                    self._words.append(node.text_content or "")
            elif tag == "br":
                if not leaving:
                    self._words.append(_HARD_BREAK)
            elif tag in _BLOCKS:
                self._leave(tag) if leaving else self._enter(node, tag)
        self._flush()

    def _enter(self, node: LexborNode, tag: str) -> None:
        if self._row is not None:
            self._words.append(" ")
            return
        self._flush()
        if tag in _LISTS:
            self._composer.open_block("list")
            self._counts.append(_first_number(node) if tag == "ol" else None)
        elif tag == "li":
            self._mark()
        elif tag == "table":
            self._tables.append(_holds_data(node))
            if self._tables[-1]:
                self._composer.open_block("table")
        elif tag == "tr" and self._tables and self._tables[-1]:
            self._row = []
        elif tag == "pre":
            self._preformatted += 1
            self._composer.open_block("code")

    def _leave(self, tag: str) -> None:
        if self._row is not None:
            self._leave_in_row(tag)
            return
        if tag in _HEADINGS:
            self._composer.heading(self._taken(), _HEADINGS[tag])
            return
        self._flush()
        if tag in _LISTS:
            self._counts.pop()
            self._composer.close_block()
        elif tag == "li":
            self._marker = ""
        elif tag == "table" and self._tables.pop():
            self._composer.close_block()
        elif tag == "pre":
            self._preformatted -= 1
            self._composer.close_block()

    def _leave_in_row(self, tag: str) -> None:
        assert self._row is not None
        if tag in ("td", "th"):
            self._row.append(self._taken().replace("\n", " "))
        elif tag == "tr":
            self._composer.row(self._row)
            self._row = None
            self._words.clear()

    def _mark(self) -> None:
        """Give the next item of an ordered list its number."""
        count = self._counts[-1] if self._counts else None
        self._marker = "" if count is None else f"{count}. "
        if count is not None:
            self._counts[-1] = count + 1

    def _flush(self) -> None:
        words = self._taken()
        if words:
            self._composer.paragraph(self._marker + words)
            self._marker = ""

    def _taken(self) -> str:
        words = "".join(self._words)
        self._words.clear()
        if self._preformatted:
            return words.replace(_HARD_BREAK, "\n").strip("\n")
        return "\n".join(collapsed(line).strip() for line in words.split(_HARD_BREAK)).strip()


def _first_number(node: LexborNode) -> int:
    start = node.attributes.get("start") or ""
    return int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1


def _holds_data(table: LexborNode) -> bool:
    """Tell a table of data from one that only lays out a page: it has columns, and no tables or headings inside."""
    if table.css_first("table table, h1, h2, h3, h4, h5, h6, ul, ol, pre") is not None:
        return False
    return table.css_first("td + td, th + td, th + th, td + th") is not None
