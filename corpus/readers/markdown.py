"""Markdown files: the words without the markup, and the headings as the author set them.

Takes    bytes, the file's name
Gives    Document whose text is the plain words, one block a line, with its headings
Touches  markdown_it          Never  renders HTML, follows links
"""

import re
from html import unescape
from pathlib import PurePath

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.token import Token

from corpus.readers.encoding import decode, doubt
from corpus.types import Block, BlockKind, Document, Heading


def read_markdown(data: bytes, name: str) -> Document:
    """Return the document; its title is the only first-level heading, else the file's name.

    :raises UnknownEncoding: if the bytes are not text.
    """
    decoded = decode(data, name)
    plain = _Plain()
    for token in _parser().parse(_without_front_matter(decoded.text)):
        plain.take(token)
    tops = [heading.title for heading in plain.headings if heading.level == 1]
    title = tops[0] if len(tops) == 1 else PurePath(name).stem or name
    return Document(
        text="".join(plain.pieces),
        title=title,
        headings=tuple(plain.headings),
        encoding=decoded.encoding,
        metadata=doubt(decoded),
        blocks=tuple(plain.blocks),
    )


def _parser() -> MarkdownIt:
    # What is nested deeper is left out without a word; the preset's own limit is nine lists deep.
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    parser.block.ruler.at("reference", _reference)
    return parser


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the definition of a link, but leave a footnote's to be a paragraph: Chinese ones look like an address."""
    if state.src.startswith("[^", state.bMarks[start] + state.tShift[start]):
        return False
    return reference(state, start, end, silent)


_FRONT_MATTER = re.compile(r"---[ \t]*\n(?=\s*[\w-]+[ \t]*:|---|\.\.\.|#)(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")


def _without_front_matter(source: str) -> str:
    """Drop a YAML block between two `---` lines at the very start; without a key it is text between two rules."""
    source = source.replace("\r\n", "\n")
    found = _FRONT_MATTER.match(source)
    return source[found.end() :] if found else source


class _Plain:
    """Gathers plain text block by block and remembers where headings stand."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.headings: list[Heading] = []
        self.blocks: list[Block] = []
        self._open: list[int] = []
        self._row: list[str] = []
        self._length = 0
        self._level = 0
        self._cell = False

    def take(self, token: Token) -> None:
        """Add what one block token contributes to the text."""
        match token.type:
            case "heading_open":
                self._level = int(token.tag[1])
            case "heading_close":
                self._level = 0
            case "inline":
                self._block(_words(token.children or []))
            case "fence" | "code_block":
                self._open.append(self._length)
                self._block(token.content.rstrip("\n"))
                self._close("code")
            case "html_block":
                self._block(_visible(token.content))
            case "th_open" | "td_open":
                self._cell = True
            case "tr_close":
                self._cell = False
                self._add("\t".join(self._row).rstrip() + "\n")
                self._row.clear()
            case kind:
                self._take_border(kind)

    def _take_border(self, kind: str) -> None:
        """Begin or end what is kept together."""
        match kind:
            case "bullet_list_open" | "ordered_list_open" | "table_open":
                self._open.append(self._length)
            case "bullet_list_close" | "ordered_list_close":
                self._close("list")
            case "table_close":
                self._close("table")

    def _block(self, words: str) -> None:
        if self._cell or self._level:
            words = words.replace("\n", " ")
        if self._cell:
            self._row.append(words)
            return
        if self._level and words.strip():
            self.headings.append(Heading(self._length, self._length + len(words), self._level, words.strip()))
        self._add(words + "\n")

    def _close(self, kind: BlockKind) -> None:
        """End what was begun last; inside another one it is part of that."""
        start = self._open.pop()
        if not self._open and self._length > start:
            self.blocks.append(Block(start, self._length - 1, kind))

    def _add(self, piece: str) -> None:
        self.pieces.append(piece)
        self._length += len(piece)


# A line break inside a paragraph is a space between Western words and nothing between Chinese ones.
_WIDE = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
# No text holds it: the parser replaces it by U+FFFD, as CommonMark asks.
_SOFT_BREAK = "\x00"
_BREAKING_TAG = re.compile(r"<(?:br|/p|/div|/li|/tr|/td|/th|/h[1-6]|/summary)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_NO_TEXT = re.compile(r"\s*<(?:script|style|[!?])", re.IGNORECASE)
_NO_SPACE = re.compile(rf"(?<={_WIDE}){_SOFT_BREAK}(?={_WIDE})")


def _words(children: list[Token]) -> str:
    words = "".join(_inline(child) for child in children)
    return _NO_SPACE.sub("", words).replace(_SOFT_BREAK, " ")


def _inline(token: Token) -> str:
    match token.type:
        case "text" | "code_inline":
            return token.content
        case "softbreak":
            return _SOFT_BREAK
        case "hardbreak":
            return "\n"
        case "html_inline":
            return "\n" if _BREAKING_TAG.match(token.content) else ""
        case "image":
            return _words(token.children or [])
        case _:
            return ""


def _visible(html: str) -> str:
    """Return the words of a block of HTML, a line for each of its blocks."""
    if _NO_TEXT.match(html):
        return ""
    lines = unescape(_TAG.sub("", _BREAKING_TAG.sub("\n", html))).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())
