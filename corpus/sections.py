"""A document into titled sections: by its headings where it has them, by its topics where it has none.

Takes    Document, its sentences
Gives    Sections that cover the text without gap or overlap, and the title to show
Touches  nothing          Never  models, files, formats

A section begins at its heading's line or at its first sentence; the white space before the next one belongs to it.
`path` holds the titles above a section, the highest first, its own left out. Only a title glued to the first
sentence ends inside a sentence: `sentences_within` gives the sentences that follow the sections.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.boilerplate import Notice, find_notices
from corpus.headings import find_headings
from corpus.section_names import name_topic
from corpus.sentences import split_sentences
from corpus.titles import title_end
from corpus.topics import topic_starts
from corpus.types import Document, Heading, Section, Sentence

_LONG_SECTION = 4_000


@dataclass(frozen=True, slots=True)
class _Outline:
    text: str
    sentences: Sequence[Sentence]
    headings: Sequence[Heading]
    paths: Sequence[tuple[str, ...]]


def split_sections(document: Document, sentences: Sequence[Sentence]) -> tuple[Section, ...]:
    """Return the sections of a document in order; an empty text has none."""
    text = document.text
    if not sentences:
        return (Section(0, len(text), document.title),) if text else ()
    headings = document.headings or find_headings(text)
    outline = _Outline(text, sentences, headings, _paths(headings))
    notices = find_notices(text, sentences)
    title = _title_span(document, sentences, headings, notices)
    pieces = list[Section]()
    place = 0
    for notice in [*notices, Notice(len(text), len(text), "")]:
        pieces += _content(outline, place, notice.start, title)
        if notice.end > notice.start:
            pieces.append(Section(notice.start, notice.end, notice.title, "boilerplate"))
        place = notice.end
    return tuple(_closed_up(pieces, len(text)))


def document_title(document: Document, sections: Sequence[Section]) -> str:
    """Return the title to show: the one that stands in the text, else the document's own."""
    for section in sections:
        if section.kind == "title":
            return section.title
    return document.title


def sentences_within(text: str, sections: Sequence[Section]) -> tuple[Sentence, ...]:
    """Return the sentences of a text cut at its sections too: a glued title is then a sentence of its own."""
    return tuple(part for section in sections for part in split_sentences(text, section.start, section.end))


def _title_span(
    document: Document, sentences: Sequence[Sentence], headings: Sequence[Heading], notices: Sequence[Notice]
) -> tuple[int, int] | None:
    """Return the span of the title: a lone highest heading that opens the text, or what titles.py finds."""
    skipped = notices[0].end if notices and notices[0].start == 0 else 0
    body = sentences[bisect_left(sentences, skipped, key=lambda sentence: sentence.start) :]
    if not body:
        return None
    if headings and headings[0].start <= body[0].start:
        alone = sum(heading.level == headings[0].level for heading in headings) == 1
        return (body[0].start, headings[0].end) if alone and len(headings) > 1 and document.headings else None
    end = title_end(document.text, body, document.title)
    return None if end is None else (body[0].start, end)


def _content(outline: _Outline, start: int, end: int, title: tuple[int, int] | None) -> Iterator[Section]:
    """Divide one stretch between notices."""
    text = outline.text
    if title is not None and start <= title[0] < end:
        yield Section(start, title[1], text[title[0] : title[1]].lstrip("# ").strip(), "title")
        start = title[1]
    low = bisect_left(outline.headings, start, key=lambda heading: heading.start)
    high = bisect_left(outline.headings, end, key=lambda heading: heading.start)
    first = outline.headings[low].start if low < high else end
    opening = _sentences_in(text, outline.sentences, start, first)
    if opening:
        above = (*outline.paths[low - 1], outline.headings[low - 1].title) if low else ()
        yield from _topics(text, opening, first, above)
    yield from _headed(outline, range(low, high), end)


def _headed(outline: _Outline, numbers: range, end: int) -> Iterator[Section]:
    """Give each heading its stretch; one without text of its own opens the section of the heading below it."""
    pending: int | None = None
    for number in numbers:
        heading = outline.headings[number]
        follower = outline.headings[number + 1] if number + 1 in numbers else None
        stop = end if follower is None else follower.start
        start = heading.start if pending is None else pending
        if follower is not None and follower.level > heading.level and not outline.text[heading.end : stop].strip():
            pending = start
            continue
        pending = None
        if stop - start <= _LONG_SECTION:
            yield Section(start, stop, heading.title, "section", outline.paths[number])
        else:
            yield from _long_section(outline, number, start, stop)


def _long_section(outline: _Outline, number: int, start: int, end: int) -> Iterator[Section]:
    """Divide a long section by topics; its first part keeps the heading, the others stand below it."""
    heading, path = outline.headings[number], outline.paths[number]
    own = _sentences_in(outline.text, outline.sentences, heading.end, end)
    parts = list(_topics(outline.text, own, end, (*path, heading.title))) if own else []
    yield Section(start, parts[1].start if len(parts) > 1 else end, heading.title, "section", path)
    yield from parts[1:]


def _topics(text: str, own: Sequence[Sentence], end: int, path: tuple[str, ...]) -> Iterator[Section]:
    starts = [*topic_starts(text, own), len(own)]
    for here, after in pairwise(starts):
        stop = own[after].start if after < len(own) else end
        name_start, name_end = name_topic(text, own[here:after])
        yield Section(own[here].start, stop, text[name_start:name_end], "section", path)


def _sentences_in(text: str, sentences: Sequence[Sentence], start: int, end: int) -> tuple[Sentence, ...]:
    """Return the sentences of a stretch; one that the stretch cuts (behind a glued title) is split anew."""
    low = bisect_left(sentences, start, key=lambda sentence: sentence.start)
    high = bisect_left(sentences, end, key=lambda sentence: sentence.start)
    head: tuple[Sentence, ...] = ()
    if low and sentences[low - 1].end > start:
        head = split_sentences(text, start, min(sentences[low - 1].end, end))
    return (*head, *sentences[low:high])


def _paths(headings: Sequence[Heading]) -> tuple[tuple[str, ...], ...]:
    """Return for each heading the titles above it, the highest first."""
    open_headings, paths = list[Heading](), list[tuple[str, ...]]()
    for heading in headings:
        while open_headings and open_headings[-1].level >= heading.level:
            open_headings.pop()
        paths.append(tuple(above.title for above in open_headings))
        open_headings.append(heading)
    return tuple(paths)


def _closed_up(pieces: Sequence[Section], length: int) -> Iterator[Section]:
    """Let each section reach to the start of the next, the first back to 0."""
    for number, piece in enumerate(pieces):
        start = 0 if number == 0 else piece.start
        end = pieces[number + 1].start if number + 1 < len(pieces) else length
        yield Section(start, end, piece.title, piece.kind, piece.path)
