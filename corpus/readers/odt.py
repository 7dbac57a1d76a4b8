"""OpenDocument texts: paragraphs, headings by outline level, lists, tables, notes.

Takes    the bytes of an .odt
Gives    Document          Never  runs macros, shows what was struck out, follows links
"""

from collections.abc import Iterator

from corpus.errors import UnreadableDocument
from corpus.readers.archive import Archive
from corpus.readers.composer import Composer, iso_date
from corpus.readers.office import part
from corpus.readers.xml import Element, attribute, child, children, inside, local, words_of
from corpus.types import Document

_SKIPPED = {"tracked-changes", "sequence-decls", "forms", "annotation", "note-citation", "table-of-content"}
_NAMES = {"title": "title", "creator": "author", "initial-creator": "author", "date": "date", "language": "language"}


def read_odt(data: bytes, name: str) -> Document:
    """Return the document.

    :raises UnreadableDocument: if it is damaged or wants a password.
    """
    archive = Archive(data, name)
    manifest = part(archive, "META-INF/manifest.xml")
    if next(inside(manifest, "encryption-data"), None) is not None:
        raise UnreadableDocument(f"{name}: is a document with a password; open it and save it without one")
    body = child(part(archive, "content.xml"), "body", "text")
    if body is None:
        raise UnreadableDocument(f"{name}: has no body; open it and save it again")
    composer = Composer(name)
    _add(composer, body)
    said = _said(archive)
    return composer.document(said.pop("title", ""), said)


def _add(composer: Composer, body: Element) -> None:
    """Add the blocks in order; the end of a list is put on the stack as its border."""
    waiting: list[Element | None] = [body]
    while waiting:
        element = waiting.pop()
        if element is None:
            composer.close_block()
            continue
        match local(element):
            case "h":
                level = attribute(element, "outline-level")
                composer.heading(_words(element), int(level) if level.isdecimal() and len(level) < 3 else 1)
            case "p":
                composer.paragraph(_words(element))
            case "table":
                _table(composer, element)
            case "list":
                composer.open_block("list")
                waiting.append(None)
                waiting.extend(reversed(element))
            case kind if kind not in _SKIPPED:
                waiting.extend(reversed(element))


def _table(composer: Composer, table: Element) -> None:
    with composer.block("table"):
        for row in inside(table, "table-row"):
            composer.row(" ".join(_words(paragraph) for paragraph in inside(cell, "p")) for cell in _cells(row))


def _cells(row: Element) -> Iterator[Element]:
    yield from children(row, "table-cell")


def _words(element: Element) -> str:
    """Return the words of a paragraph, notes in brackets behind their place."""
    pieces: list[str] = [element.text or ""]
    waiting = [(each, False) for each in reversed(element)]
    while waiting:
        each, leaving = waiting.pop()
        kind = local(each)
        if leaving:
            pieces.append("]" * (kind == "note-body") + (each.tail or ""))
        elif kind in _SKIPPED:
            pieces.append(each.tail or "")
        else:
            pieces.append(_mark(each, kind) + (each.text or ""))
            waiting.append((each, True))
            waiting.extend((inner, False) for inner in reversed(each))
    return "".join(pieces).strip()


def _mark(element: Element, kind: str) -> str:
    if kind == "s":
        count = attribute(element, "c")
        return " " * (int(count) if count.isdecimal() and len(count) < 4 else 1)
    return {"tab": "\t", "line-break": "\n", "note-body": " ["}.get(kind, "")


def _said(archive: Archive) -> dict[str, str]:
    said: dict[str, str] = {}
    meta = child(part(archive, "meta.xml"), "meta")
    for each in meta if meta is not None else ():
        name = _NAMES.get(local(each))
        if name and words_of(each).strip():
            said.setdefault(name, iso_date(words_of(each)) if name == "date" else words_of(each).strip())
    return said
