"""The title of a text that stands in the text itself: as its first line, or glued to its first sentence.

Takes    text, its sentences, the name the document goes by
Gives    the end of the title, or None where there is no good evidence
Touches  nothing          Never  models, files

A glued title has no mark at its end. It is believed where the name of the document says so and a sentence can begin
after it, or where everything agrees: it ends in a word that titles end in, what follows is a whole sentence with a
subject of its own to which the next sentences return, and the characters across the seam never meet again.
"""

import re
import unicodedata
from collections.abc import Sequence

from corpus.predicates import opens_predicate, predicate_start
from corpus.types import Sentence

_LONGEST_LINE = 45
_LONGEST_GLUED = 40
_GENRE = re.compile(
    r"(?:方式|方法|办法|研究|分析|报告|综述|指南|方案|规定|条例|通知|意见|措施|对策|策略|途径|路径|思考|探讨|探析|浅谈|浅析|说明书?|手册|教程"
    r"|总结|规划纲要|建议|启示|影响因素|影响|现状|趋势|做法|经验|简介|概述|须知|细则|攻略|技巧|详解|解读|入门|大全|问答|常识|初探|述评|评述|讲义|提纲|纪要|须知|作用|意义)$"
)  # fmt: skip
_ENDED = re.compile(r"[。！？!?；;，,、：:…]$")
_NUMBERED = re.compile(r"第[〇零一二三四五六七八九十百千\d]+[编章节条]|[（(]?[一二三四五六七八九十\d]{1,3}[、.．)）]")
_FINITE = re.compile(r"[是，,。；;：:]|可以|应当|必须|能够|位于|属于")


def title_end(text: str, sentences: Sequence[Sentence], name: str) -> int | None:
    """Return where the title that opens `text` ends."""
    if len(sentences) < 2:
        return None
    first = sentences[0]
    named = _named(text, first.start, name)
    if named is not None and (_line_ends(text, named) or _restarts(text, named, sentences)):
        return named
    if _is_title_line(text, first, sentences):
        return first.end
    return _glued(text, sentences)


def _named(text: str, start: int, name: str) -> int | None:
    """Return where the text has spelt out the name, spaces, width and case set aside."""
    wanted = _plain(name)
    if len(wanted) < 2:
        return None
    spelt, place = "", start
    while place < len(text) and len(spelt) < len(wanted) and place - start < 4 * len(wanted) + 8:
        spelt += _plain(text[place])
        place += 1
    return place if spelt == wanted else None


def _plain(words: str) -> str:
    folded = unicodedata.normalize("NFKC", words).casefold()
    return "".join(character for character in folded if character.isalnum())


def _line_ends(text: str, place: int) -> bool:
    while place < len(text) and (text[place] in " \t\u3000" or text[place] in "》】」”\"')）"):
        place += 1
    return place >= len(text) or text[place] in "\r\n"


def _may_begin(text: str, place: int, end: int) -> bool:
    """Tell whether a sentence of its own can begin at `place`: not where a name is the subject of what follows."""
    if place >= end - 3 or opens_predicate(text, place) or not text[place].isalnum():
        return False
    return predicate_start(text, place, end) is not None or bool(re.search(r"[，,]", text[place:end]))


def _is_title_line(text: str, first: Sentence, sentences: Sequence[Sentence]) -> bool:
    words = text[first.start : first.end]
    if len(words) > _LONGEST_LINE or _ENDED.search(words) or _NUMBERED.match(words) or not _line_ends(text, first.end):
        return False
    following = sentences[1:6]
    longest = max(sentence.end - sentence.start for sentence in following)
    closed = any(_ENDED.search(text[sentence.start : sentence.end]) for sentence in following)
    return longest > 1.5 * len(words) and closed and any(character.isalpha() for character in words)


def _glued(text: str, sentences: Sequence[Sentence]) -> int | None:
    first = sentences[0]
    clause = re.compile(r"[，,。！？!?；;：:、\n]").search(text, first.start, first.end)
    stop = min(clause.start() if clause else first.end, first.start + _LONGEST_GLUED)
    following = _following(text, sentences)
    for place in range(first.start + 6, stop - 4):
        head = text[first.start : place]
        if _GENRE.search(head) and not _FINITE.search(head) and _seam(text, place, first.end, following):
            return place
    return None


def _restarts(text: str, place: int, sentences: Sequence[Sentence]) -> bool:
    """Tell whether the first sentence begins anew behind the document's name: with a word of it, or one taken up later.

    The name alone proves nothing: an article on a bridge is called by its name and begins with it.
    """
    first = sentences[0]
    if _NUMBERED.match(text, place):
        return True
    predicate = predicate_start(text, place, first.end)
    if predicate is None or predicate - place < 2 or not _may_begin(text, place, first.end):
        return False
    name, subject = text[first.start : place], text[place:predicate]
    return subject[:2] in name or (len(subject) > 2 and _taken_up(subject, _following(text, sentences)))


def _seam(text: str, place: int, end: int, following: str) -> bool:
    """Tell whether a sentence with a subject of its own begins at `place`, and nothing ties it to what is before."""
    if not _may_begin(text, place, end) or text.count(text[place - 1 : place + 1]) > 1:
        return False
    predicate = predicate_start(text, place, end)
    return predicate is not None and predicate - place > 2 and _taken_up(text[place:predicate], following)


def _taken_up(subject: str, following: str) -> bool:
    returning = sum(subject[here : here + 2] in following for here in range(len(subject) - 1))
    whole = any(subject[here : here + 4] in following for here in range(len(subject) - 3))
    return whole or (returning >= 2 and returning * 2 >= len(subject) - 1)


def _following(text: str, sentences: Sequence[Sentence]) -> str:
    return text[sentences[0].end : sentences[min(8, len(sentences) - 1)].end]
