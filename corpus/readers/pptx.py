"""Presentations: a page a slide, its title the heading, then its text, its tables and what the speaker notes.

Takes    the bytes of a .pptx
Gives    Document          Never  runs macros, follows links
"""

from collections.abc import Iterator

from corpus.readers.archive import Archive
from corpus.readers.composer import Composer
from corpus.readers.office import core_properties, main_part, part, relations
from corpus.readers.xml import Element, attribute, child, children, inside, local
from corpus.types import Document

_TITLES = {"title", "ctrTitle"}
_FURNITURE = {"sldNum", "ftr", "dt", "hdr", "sldImg"}


def read_pptx(data: bytes, name: str) -> Document:
    """Return the document, its pages the slides in the order in which they are shown.

    :raises UnreadableDocument: if a part that it needs is damaged.
    """
    archive = Archive(data, name)
    path = main_part(archive, "ppt/presentation.xml")
    related = relations(archive, path)
    composer = Composer(name)
    for entry in children(child(part(archive, path), "sldIdLst"), "sldId"):
        # Two attributes are called id; the one of the relation is in a namespace.
        ids = [value for key, value in entry.attrib.items() if key.endswith("}id")]
        slide = related.get(ids[0], ("", ""))[1] if ids else ""
        composer.page()
        if slide in archive:
            _slide(composer, archive, slide)
    said = core_properties(archive)
    title = said.pop("title", "")
    program = title.lower().startswith(("powerpoint ", "microsoft ", "演示文稿"))
    first = composer.headings[0].title if composer.headings else ""
    return composer.document(first if program or not title else title, said)


def _slide(composer: Composer, archive: Archive, path: str) -> None:
    shapes = list(_shapes(child(part(archive, path), "cSld", "spTree")))
    for shape in sorted(shapes, key=lambda shape: _placeholder(shape) not in _TITLES):
        _shape(composer, shape)
    for kind, target in relations(archive, path).values():
        if kind == "notesSlide":
            for shape in _shapes(child(part(archive, target), "cSld", "spTree")):
                _shape(composer, shape)


def _shapes(tree: Element | None) -> Iterator[Element]:
    """Yield the shapes in order, those of groups in the group's place."""
    waiting = [tree] if tree is not None else []
    while waiting:
        element = waiting.pop()
        kind = local(element)
        if kind in ("sp", "graphicFrame"):
            yield element
        elif kind in ("spTree", "grpSp", "AlternateContent", "Choice"):
            waiting.extend(reversed(element))


def _placeholder(shape: Element) -> str:
    """Return what a shape is on its slide: title, ftr, sldNum, or nothing in particular."""
    found = next(inside(shape, "ph"), None)
    return attribute(found, "type") if found is not None else ""


def _shape(composer: Composer, shape: Element) -> None:
    kind = _placeholder(shape)
    if kind in _FURNITURE:
        return
    table = next(inside(shape, "tbl"), None)
    if table is not None:
        with composer.block("table"):
            for row in children(table, "tr"):
                composer.row(" ".join(_paragraphs(cell)) for cell in children(row, "tc"))
        return
    paragraphs = list(_paragraphs(shape))
    if kind in _TITLES:
        composer.heading(" ".join(paragraphs), 1)
        return
    for words in paragraphs:
        composer.paragraph(words)


def _paragraphs(shape: Element) -> Iterator[str]:
    for paragraph in inside(shape, "p"):
        words = "".join(
            (each.text or "") if local(each) == "t" else _BREAKS.get(local(each), "") for each in paragraph.iter()
        )
        if words.strip():
            yield words.strip()


_BREAKS = {"br": "\n", "tab": "\t"}
