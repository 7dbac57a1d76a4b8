"""XML that strangers wrote: parsed without entities, without the network, and never deeper or longer than its limits.

Takes    bytes
Gives    elements          Touches  lxml
Never    a document type: no format of ours has one, and every attack by entities needs one
"""

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from corpus.errors import LimitExceeded, UnreadableDocument

Element: TypeAlias = etree._Element


def parsed_xml(data: bytes, name: str) -> Element:
    """Return the root element.

    :raises UnreadableDocument: if the XML is damaged or has a document type.
    """
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UnreadableDocument(f"{name}: its XML has a document type, which such a file has no use for; refused")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        kind = LimitExceeded if "excessive depth" in str(error).lower() or "huge" in str(error) else UnreadableDocument
        raise kind(f"{name}: its XML is damaged ({error}); open it and save it again") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableDocument(f"{name}: its XML has a document type, which such a file has no use for; refused")
    return root


def local(element: Element) -> str:
    """Return the element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, wanted: str, otherwise: str = "") -> str:
    """Return the attribute of this local name, whatever its namespace: strict and transitional files differ in it."""
    for name, value in element.attrib.items():
        if name.rpartition("}")[2] == wanted:
            return str(value)
    return otherwise


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first child of this local name, or its first child of the next, and so on."""
    for wanted in path:
        if element is None:
            return None
        element = next((each for each in element if local(each) == wanted), None)
    return element


def children(element: Element | None, wanted: str) -> Iterator[Element]:
    """Yield the children of this local name."""
    if element is not None:
        yield from (each for each in element if local(each) == wanted)


def inside(element: Element | None, wanted: str) -> Iterator[Element]:
    """Yield all elements of this local name inside."""
    if element is not None:
        yield from element.iter("{*}" + wanted)


def words_of(element: Element | None) -> str:
    """Return all text inside."""
    return "".join(element.itertext()) if element is not None else ""
