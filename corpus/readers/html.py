"""Web pages: the words of the article, not of the menus around it.

Takes    the bytes of a page
Gives    Document with headings, lists, tables, and what its head says of title, author, date and address
Touches  selectolax          Never  runs scripts, fetches what a page names
"""

import codecs
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.errors import LimitExceeded, UnknownEncoding
from corpus.readers.composer import Composer, iso_date
from corpus.readers.encoding import decode
from corpus.readers.markup import Flow, names
from corpus.types import Document

# The tree is built in time that grows with the square of its depth: 10,000 deep takes a second, 100,000 over a minute.
_DEEPEST = 10_000
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
# Elements whose end is left out or that have none; they do not nest.
_OPEN_ENDED = names(
    "area base body br col colgroup dd dt embed head hr html img input li link meta option p param source tbody "
    "td tfoot th thead tr track wbr"
)
_CHARSET = re.compile(
    rb"""(?:<meta[^<>]{0,200}?charset\s*=|<\?xml[^<>]{0,80}?encoding\s*=)\s*["']?\s*([\w-]{2,20})""", re.IGNORECASE
)
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}

_NEVER_SHOWN = names("script style noscript template svg math iframe object head select button input textarea")
_AROUND = names("nav footer aside dialog menu")
_AROUND_ROLES = names("navigation banner contentinfo search complementary dialog menu menubar toolbar")
_AROUND_NAMES = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|navigation|menu|breadcrumbs?|sidebar|footer|foot|share|social|comments?|related|recommend"
    r"|cookies?|advert|ads?|pagination|pager|toolbar|copyright|login|search-?box|skip-link|toc)(?:$|[-_\s])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# A part that claims to be the article is believed if it holds this much of what the page says.
_MOST = 0.3


def read_html(data: bytes, name: str) -> Document:
    """Return the page's article; its title is its only first-level heading, else what its head says.

    :raises UnknownEncoding: if the bytes are not text.
    :raises LimitExceeded: if its elements lie too deep in each other.
    """
    text, encoding = _decoded(data, name)
    return page(text, name, encoding)


def page(text: str, name: str, encoding: str = "utf-8") -> Document:
    """Return the article of a page that is text already."""
    composer = Composer(name)
    tree = add_page(composer, text)
    tops = [heading.title for heading in composer.headings if heading.level == 1]
    said = _said_in_head(tree)
    title = said.pop("title")
    return composer.document(tops[0] if len(tops) == 1 else title, said, encoding=encoding)


def add_page(composer: Composer, text: str) -> LexborHTMLParser:
    """Add the article of a page; where nothing but its surroundings speak, they are the article."""
    tree = _tree(text, composer.name)
    before = composer.length
    if tree.body is not None:
        Flow(composer).take(_main_part(tree.body), _is_around)
        if composer.length == before:
            Flow(composer).take(tree.body, _is_never_shown)
    return tree


def add_chapter(composer: Composer, data: bytes) -> None:
    """Add all that a page of a book shows: it has no menus, and an index of chapters is none."""
    text, _ = _decoded(data, composer.name)
    body = _tree(text, composer.name).body
    if body is not None:
        Flow(composer).take(body, _is_never_shown)


# XML closes an empty element in itself; to HTML that is an open one, and an open title holds the rest of the page.
_CLOSED_IN_ITSELF = re.compile(r"<([a-zA-Z][\w:-]*)((?:\s[^<>]*)?)/>")


def _tree(text: str, name: str) -> LexborHTMLParser:
    if text.lstrip("\ufeff \t\r\n").startswith("<?xml"):
        text = _CLOSED_IN_ITSELF.sub(r"<\1\2></\1>", text)
    _refuse_depth(text, name)
    return LexborHTMLParser(text)


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    """Return the text: by its byte order mark, else as the page itself says, else as it looks."""
    announced = _CHARSET.search(data[:4096])
    encoding = known_charset(announced[1].decode("ascii")) if announced else ""
    if encoding and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            pass
    try:
        by_look = decode(data, name)
    except UnknownEncoding:
        if not encoding:
            raise
        return data.decode(encoding, "replace"), encoding
    return by_look.text, by_look.encoding


def known_charset(name: str) -> str:
    """Return the codec for the name of a charset, the wider one for Chinese; an empty text if there is none."""
    wider = _CHINESE.get(name.lower(), name.lower())
    try:
        # Python also has codecs that turn bytes into bytes, and one that runs escapes; those are no charsets.
        return wider if codecs.lookup(wider)._is_text_encoding and "escape" not in wider else ""
    except (LookupError, ValueError):
        return ""


def _refuse_depth(text: str, name: str) -> None:
    depth = 0
    for closing, tag in _TAG.findall(text):
        if tag.lower() not in _OPEN_ENDED:
            depth = max(depth - 1, 0) if closing else depth + 1
            if depth > _DEEPEST:
                raise LimitExceeded(f"{name}: its elements lie more than {_DEEPEST:,} deep in each other; simplify it")


def _main_part(body: LexborNode) -> LexborNode:
    """Return the one element that says it is the article, if it holds enough of the page's words; else the body."""
    whole = _length(body)
    for selector in ("main, [role=main]", "article", "#content, #article, .article-content, .post-content"):
        found = body.css(selector)
        if len(found) == 1 and _length(found[0]) >= _MOST * whole:
            return found[0]
    return body


def _length(node: LexborNode) -> int:
    return len(node.text(deep=True, separator="", strip=True))


def _is_never_shown(node: LexborNode) -> bool:
    return node.tag in _NEVER_SHOWN


def _is_around(node: LexborNode) -> bool:
    """Tell whether an element is what surrounds an article: menus, foots, hidden and shared things."""
    tag = node.tag or ""
    if tag in _NEVER_SHOWN or tag in _AROUND:
        return True
    attributes = node.attributes
    if attributes.get("role") in _AROUND_ROLES or attributes.get("aria-hidden") == "true" or "hidden" in attributes:
        return True
    if _HIDDEN.search(attributes.get("style") or ""):
        return True
    if tag == "header":
        return not node.css("h1, h2")
    if tag in ("div", "ul", "ol", "section", "p", "span", "table"):
        return any(_AROUND_NAMES.search(attributes.get(name) or "") for name in ("class", "id")) or _is_link_list(node)
    return False


def _is_link_list(node: LexborNode) -> bool:
    """Tell a list of bare links, as menus are made of, from a list that says something."""
    if node.tag not in ("ul", "ol"):
        return False
    links = node.css("a")
    if len(links) < 3:
        return False
    return sum(_length(link) for link in links) >= 0.9 * max(_length(node), 1)


def _said_in_head(tree: LexborHTMLParser) -> dict[str, str]:
    """Return what the head says of the page, by our names."""
    named = dict(_metas(tree))
    title = tree.css_first("title")
    canonical = tree.css_first("link[rel=canonical]")
    language = tree.root.attributes.get("lang") if tree.root is not None else None
    return {
        "title": named.get("og:title") or (title.text(deep=True) if title is not None else ""),
        "author": named.get("author") or named.get("article:author") or "",
        "date": iso_date(_first(named, "article:published_time", "datepublished", "pubdate", "publishdate", "date")),
        "language": language or "",
        "url": (canonical.attributes.get("href") if canonical is not None else "") or named.get("og:url") or "",
    }


def _metas(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for meta in tree.css("meta[content]"):
        attributes = meta.attributes
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
        yield name.lower(), attributes.get("content") or ""


def _first(named: dict[str, str], *names: str) -> str:
    return next((named[name] for name in names if named.get(name)), "")
