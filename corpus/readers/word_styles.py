"""What the names of Word's styles mean, and how its labels stand before words, in a .docx as in an .rtf.

Takes    the name of a style; a label
Gives    the level of a heading; the label as it is read          Never  reads a format
"""

import re

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])$", re.IGNORECASE)
_TITLES = {"title", "标题", "標題", "题目"}


def heading_level(style: str) -> int:
    """Return the level of the headings of this style, 1 the highest; 0 if it is none of those for headings.

    >>> heading_level("heading 2"), heading_level("标题 1"), heading_level("Normal")
    (2, 1, 0)
    """
    named = _HEADING.match(style.strip())
    return int(named[1]) if named else 0


def is_title(style: str) -> bool:
    """Tell whether the style is that of the document's title."""
    return style.strip().lower() in _TITLES


def labelled(label: str, words: str, level: int) -> str:
    """Return a paragraph's words behind its label, with a space where one is written: none after 一、.

    >>> labelled("第三条", "总则", 0), labelled("一、", "总则", 0), labelled("1.", "Scope", 1), labelled("", "总则", 0)
    ('第三条 总则', '一、总则', '1. Scope', '总则')
    """
    if not label or words.startswith((" ", "\t")):
        return label + words
    return label + (" " if label[-1].isascii() or level or label.startswith("第") else "") + words
