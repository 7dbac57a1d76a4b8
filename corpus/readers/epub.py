"""Books: the chapters of an EPUB in the order of its spine.

Takes    the bytes of an .epub
Gives    Document          Never  runs scripts, fetches what a chapter names, takes off a lock
"""

import posixpath
from urllib.parse import unquote

from corpus.errors import UnreadableDocument
from corpus.readers.archive import Archive
from corpus.readers.composer import Composer, iso_date
from corpus.readers.html import add_chapter
from corpus.readers.xml import Element, attribute, child, children, inside, local, parsed_xml, words_of
from corpus.types import Document

_NAMES = {"title": "title", "creator": "author", "language": "language", "date": "date", "source": "url"}
_PAGES = {"application/xhtml+xml", "text/html"}


def read_epub(data: bytes, name: str) -> Document:
    """Return the whole book as one document.

    :raises UnreadableDocument: if it is damaged, or locked to a reader's account.
    """
    archive = Archive(data, name)
    _refuse_lock(archive)
    path = _package_path(archive)
    package = parsed_xml(archive.read(path), name)
    items = {attribute(each, "id"): each for each in children(child(package, "manifest"), "item")}
    composer = Composer(name)
    for entry in children(child(package, "spine"), "itemref"):
        item = items.get(attribute(entry, "idref"))
        if (
            item is None
            or attribute(item, "media-type") not in _PAGES
            or "nav" in attribute(item, "properties").split()
        ):
            continue
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(attribute(item, "href"))))
        if target in archive:
            add_chapter(composer, archive.read(target))
    said = _said(child(package, "metadata"))
    return composer.document(said.pop("title", ""), said)


def _refuse_lock(archive: Archive) -> None:
    """Refuse books whose chapters are encrypted; fonts alone often are."""
    if "META-INF/encryption.xml" not in archive:
        return
    root = parsed_xml(archive.read("META-INF/encryption.xml"), archive.name)
    locked = [attribute(each, "URI") for each in inside(root, "CipherReference")]
    if any(uri.lower().endswith((".xhtml", ".html", ".htm", ".xml")) for uri in locked):
        raise UnreadableDocument(f"{archive.name}: its chapters are encrypted (DRM); get it without a lock")


def _package_path(archive: Archive) -> str:
    root = parsed_xml(archive.read("META-INF/container.xml"), archive.name)
    for each in inside(root, "rootfile"):
        return attribute(each, "full-path")
    raise UnreadableDocument(f"{archive.name}: does not say where its contents are; it is no complete EPUB")


def _said(metadata: Element | None) -> dict[str, str]:
    said: dict[str, str] = {}
    for each in metadata if metadata is not None else ():
        name = _NAMES.get(local(each))
        if name and name not in said:
            said[name] = iso_date(words_of(each)) if name == "date" else words_of(each).strip()
    return said
