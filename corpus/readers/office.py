"""What Word, PowerPoint and their like have in common: parts in a zip, relations between them, the core properties.

Takes    an Archive
Gives    parts as elements, targets of relations, metadata          Never  follows a relation out of the archive
"""

import posixpath

from corpus.readers.archive import Archive
from corpus.readers.composer import iso_date
from corpus.readers.xml import Element, attribute, local, parsed_xml, words_of


def part(archive: Archive, path: str) -> Element | None:
    """Return the part's root, or None if there is no such part."""
    return parsed_xml(archive.read(path), archive.name) if path in archive else None


def relations(archive: Archive, path: str) -> dict[str, tuple[str, str]]:
    """Return id → (kind, path inside the archive) of what a part names; what lies outside is left out."""
    folder, _, file = path.rpartition("/")
    listed = part(archive, f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels")
    found = {}
    for relation in listed if listed is not None else ():
        if attribute(relation, "TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/" + folder, attribute(relation, "Target")))
            kind = attribute(relation, "Type").rpartition("/")[2]
            found[attribute(relation, "Id")] = kind, target.lstrip("/")
    return found


def main_part(archive: Archive, otherwise: str) -> str:
    """Return the path of the part that is the document itself."""
    for kind, target in relations(archive, "").values():
        if kind == "officeDocument" and target in archive:
            return target
    return otherwise


_PROPERTIES = {"title": "title", "creator": "author", "created": "date", "language": "language"}


def core_properties(archive: Archive) -> dict[str, str]:
    """Return title, author, date and language as the file's properties say them."""
    root = part(archive, "docProps/core.xml")
    said = {}
    for each in root if root is not None else ():
        name = _PROPERTIES.get(local(each))
        if name:
            said[name] = iso_date(words_of(each)) if name == "date" else words_of(each).strip()
    return said
