"""Word files: paragraphs with the numbers that Word writes before them, headings by style, tables, footnotes.

Takes    the bytes of a .docx
Gives    Document          Never  runs macros, shows what was struck out, follows links
"""

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.errors import UnreadableDocument
from corpus.readers.archive import Archive
from corpus.readers.composer import Composer
from corpus.readers.numbering import Numbering
from corpus.readers.office import core_properties, main_part, part, relations
from corpus.readers.word_styles import heading_level, is_title, labelled
from corpus.readers.xml import Element, attribute, child, children, inside, local
from corpus.types import Document

_SKIPPED = {"del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "sectPr", "tblPr", "trPr", "tcPr"}
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-", "softHyphen": ""}
_MOST_ANCESTORS = 10


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph's style says: the level of a heading, 0 for none, and the list that numbers it."""

    level: int = 0
    number: str = ""
    list_level: int = 0
    is_title: bool = False


def read_docx(data: bytes, name: str) -> Document:
    """Return the document; its title is the paragraph styled as one, else what the properties say.

    :raises UnreadableDocument: if a part that it needs is missing or damaged.
    """
    archive = Archive(data, name)
    path = main_part(archive, "word/document.xml")
    root = part(archive, path)
    body = child(root, "body")
    if body is None:
        raise UnreadableDocument(f"{name}: has no body; open it in Word and save it again")
    related = {kind: target for kind, target in relations(archive, path).values()}
    word = _Word(
        Composer(name),
        _styles(part(archive, related.get("styles", "word/styles.xml"))),
        Numbering(part(archive, related.get("numbering", "word/numbering.xml"))),
    )
    word.add(body)
    for kind in ("footnotes", "endnotes"):
        word.add_notes(part(archive, related.get(kind, f"word/{kind}.xml")))
    said = core_properties(archive)
    title = said.pop("title", "")
    return word.composer.document(word.title or title, said)


class _Word:
    """Walks the body and gives what it says to the composer."""

    def __init__(self, composer: Composer, styles: dict[str, _Style], numbering: Numbering) -> None:
        self.composer = composer
        self.title = ""
        self._styles = styles
        self._numbering = numbering
        self._in_list = False

    def add(self, body: Element) -> None:
        """Add the paragraphs and tables of the body."""
        for each in _blocks(body):
            if local(each) == "tbl":
                self._leave_list()
                self._table(each)
            else:
                self._paragraph(each)
        self._leave_list()

    def add_notes(self, root: Element | None) -> None:
        """Add footnotes or endnotes, each a paragraph at the end; those that only draw a line are left out."""
        for note in root if root is not None else ():
            if attribute(note, "type") not in ("separator", "continuationSeparator", "continuationNotice"):
                words = " ".join(_words(paragraph).strip() for paragraph in inside(note, "p"))
                if words.strip():
                    self.composer.paragraph(f"[{attribute(note, 'id')}] {words.strip()}")

    def _paragraph(self, paragraph: Element) -> None:
        properties = child(paragraph, "pPr")
        style = self._styles.get(_value(properties, "pStyle"), _Style())
        number = _value(child(properties, "numPr"), "numId") or style.number
        list_level = _value(child(properties, "numPr"), "ilvl") or str(style.list_level)
        words = _words(paragraph)
        if not words.strip():
            return
        level = _outline_level(properties) or style.level
        label = self._numbering.label(number, int(list_level)) if list_level.isdecimal() else ""
        if style.is_title and not self.title:
            self.title = words
        if level:
            self._leave_list()
            self.composer.heading(labelled(label, words, level), level)
            return
        self._in_or_out(number not in ("", "0"))
        self.composer.paragraph(labelled(label, words, level))

    def _in_or_out(self, listed: bool) -> None:
        if listed and not self._in_list:
            self.composer.open_block("list")
            self._in_list = True
        elif not listed:
            self._leave_list()

    def _leave_list(self) -> None:
        if self._in_list:
            self.composer.close_block()
            self._in_list = False

    def _table(self, table: Element) -> None:
        rows = [[_cell(cell) for cell in _cells(row)] for row in _rows(table)]
        if all(len(row) < 2 for row in rows):
            # One column lays out a page; its cells are paragraphs.
            for row in rows:
                for cell in row:
                    self.composer.paragraph(cell)
            return
        with self.composer.block("table"):
            for row in rows:
                self.composer.row(row)


def _blocks(parent: Element) -> Iterator[Element]:
    """Yield paragraphs and tables in order, in controls and insertions too, boxes after their anchor."""
    waiting = [parent]
    while waiting:
        element = waiting.pop()
        kind = local(element)
        if kind in ("p", "tbl"):
            if len(element):
                yield element
            if kind == "p" and len(element):
                boxes = [box for box in inside(element, "txbxContent") if not _is_fallback(box, element)]
                waiting.extend(reversed(boxes))
        elif kind not in _SKIPPED:
            waiting.extend(reversed(element))


def _is_fallback(box: Element, paragraph: Element) -> bool:
    """Tell a box that stands there a second time, for programs of before 2010, or inside another one."""
    for ancestor in box.iterancestors():
        if ancestor is paragraph:
            return False
        if local(ancestor) in ("Fallback", "txbxContent"):
            return True
    return False


def _words(paragraph: Element) -> str:
    """Return a paragraph's words: what was inserted, not what was struck out, and a mark for a footnote."""
    words: list[str] = []
    waiting = [paragraph]
    while waiting:
        element = waiting.pop()
        kind = local(element)
        if kind == "t":
            words.append(element.text or "")
        elif kind in _BREAKS:
            words.append(_BREAKS[kind] if attribute(element, "type") != "page" else "\n")
        elif kind in ("footnoteReference", "endnoteReference"):
            words.append(f"[{attribute(element, 'id')}]")
        elif kind not in _SKIPPED and kind != "txbxContent":
            waiting.extend(reversed(element))
    return "".join(words)


def _rows(table: Element) -> Iterator[Element]:
    return (row for row in inside(table, "tr") if _owner(row, "tbl") is table)


def _cells(row: Element) -> Iterator[Element]:
    return (cell for cell in inside(row, "tc") if _owner(cell, "tr") is row)


def _owner(element: Element, kind: str) -> Element | None:
    return next((each for each in element.iterancestors() if local(each) == kind), None)


def _cell(cell: Element) -> str:
    """Return a cell's words; the lower parts of cells that were merged downwards are empty by themselves."""
    return " ".join(words for paragraph in inside(cell, "p") if (words := _words(paragraph).strip()))


def _styles(root: Element | None) -> dict[str, _Style]:
    """Return what each paragraph style says, what it is based on included."""
    own = {attribute(each, "styleId"): each for each in children(root, "style")}
    return {name: _style(element, own) for name, element in own.items()}


def _style(element: Element, own: dict[str, Element]) -> _Style:
    level, number, list_level, titled = 0, "", 0, False
    step: Element | None = element
    for distance in range(_MOST_ANCESTORS):
        if step is None:
            break
        properties = child(step, "pPr")
        name = _value(step, "name")
        level = level or _outline_level(properties) or heading_level(name)
        number = number or _value(child(properties, "numPr"), "numId")
        if number and not list_level:
            told = _value(child(properties, "numPr"), "ilvl")
            list_level = int(told) if told.isdecimal() else 0
        titled = titled or (distance == 0 and is_title(name))
        step = own.get(_value(step, "basedOn"))
    return _Style(1 if titled and not level else level, number, list_level, titled)


def _outline_level(properties: Element | None) -> int:
    """Return the level that the paragraph or style itself sets, 1 the highest; body text is 0."""
    told = _value(properties, "outlineLvl")
    return int(told) + 1 if told.isdecimal() and int(told) < 9 else 0


def _value(parent: Element | None, name: str) -> str:
    element = child(parent, name)
    return attribute(element, "val") if element is not None else ""
