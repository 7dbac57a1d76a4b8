"""What stands around a text without belonging to it: paywalls, share buttons, copyright lines, credits, contents.

Takes    text, its sentences
Gives    Notice spans (from the end of the sentence before), each with a name for its kind
Touches  nothing          Never  one document in particular, models, files

A sentence is judged by how much of it consists of such formulas, not by whether one occurs in it: "登录会员,阅读全文"
is nothing else, while "用户登录会员系统后可以查询订单" says something of its own. The ends of a text need less
proof than a line inside.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.contents import find_contents
from corpus.notice_formulas import FORMULAS
from corpus.types import Sentence

_LONGEST = 160
_AT_EDGE = 0.5
_INSIDE = 0.7
_EDGE_SENTENCES = 12
_SAID_OFTEN = 3
_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in FORMULAS)
_HINT = re.compile(
    r"[阅读转载版权登录登陆会员扫码关注分享点击点赞省略隐藏余剩编辑校审监制排来源稿主美原广告评论举报返回篇页推荐喜欢侵违免京沪粤首位]|ICP|©"
    r"|copyright|sign|log|subscribe|register|share|follow|read|top|rights|\(c\)|微信",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w%％]")
_GLUE = re.compile(r"请|您|即可|吧|哦")


@dataclass(frozen=True, slots=True)
class Notice:
    """A stretch that is not part of the text proper."""

    start: int
    end: int
    title: str


def find_notices(text: str, sentences: Sequence[Sentence]) -> tuple[Notice, ...]:
    """Return the notices at both ends and the whole lines inside, in order, without overlap."""
    marked: dict[int, str] = {}
    count = len(sentences)
    marked.update(_run(text, sentences, range(min(_EDGE_SENTENCES, count))))
    marked.update(_run(text, sentences, range(count - 1, max(-1, count - 1 - _EDGE_SENTENCES), -1)))
    if "\n" in text:
        for number, sentence in enumerate(sentences):
            if number not in marked and _whole_line(text, sentence):
                share, name = formula_share(text, sentence)
                if share >= _INSIDE:
                    marked[number] = name
    for start, end in find_contents(text):
        low = bisect_left(sentences, start, key=lambda sentence: sentence.start)
        high = bisect_left(sentences, end, key=lambda sentence: sentence.start)
        marked.update((number, "目录") for number in range(low, high))
    if len(marked) == count:
        return ()
    return _joined(text, sentences, marked)


def formula_share(text: str, sentence: Sentence) -> tuple[float, str]:
    """Return which part of a sentence's characters belongs to formulas, in [0, 1], and the chief kind of them.

    >>> formula_share("登录会员,阅读正文所有内容。", Sentence(0, 14))
    (1.0, '付费阅读提示')
    >>> formula_share("用户登录会员系统后可以查询近三个月的订单。", Sentence(0, 21))[0] < 0.3
    True
    """
    words = text[sentence.start : sentence.end]
    if len(words) > _LONGEST or not _HINT.search(words):
        return 0.0, ""
    covered, kinds = bytearray(len(words)), dict[str, int]()
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(words):
            if _matter_of_the_text(text, name, match.group()):
                return 0.0, ""
            if match.end() > match.start():
                covered[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                kinds[name] = kinds.get(name, 0) + match.end() - match.start()
    if not kinds:
        return 0.0, ""
    for match in _GLUE.finditer(words):
        covered[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    counted = [position for position, character in enumerate(words) if _WORD.match(character)]
    share = sum(covered[position] for position in counted) / max(1, len(counted))
    return share, max(kinds, key=lambda name: kinds[name])


def _matter_of_the_text(text: str, name: str, words: str) -> bool:
    """Tell whether a text speaks of the thing throughout: a manual about members means its members."""
    core = re.search(r"会员|VIP|二维码|公众号|版权|转载", words)
    return name != "编辑署名" and core is not None and text.count(core.group()) > _SAID_OFTEN


def _run(text: str, sentences: Sequence[Sentence], order: range) -> list[tuple[int, str]]:
    """Follow the notices from one end inwards; a scrap of a few characters between two of them goes along."""
    found, scraps = list[tuple[int, str]](), list[int]()
    for number in order:
        share, name = formula_share(text, sentences[number])
        if share >= _AT_EDGE:
            found += [(scrap, name) for scrap in scraps]
            found.append((number, name))
            scraps = []
        elif sentences[number].end - sentences[number].start <= 4 and len(scraps) < 2:
            scraps.append(number)
        else:
            break
    return found


def _whole_line(text: str, sentence: Sentence) -> bool:
    before, after = sentence.start - 1, sentence.end
    while before >= 0 and text[before] in " \t\u3000":
        before -= 1
    while after < len(text) and text[after] in " \t\u3000":
        after += 1
    return (before < 0 or text[before] in "\r\n") and (after >= len(text) or text[after] in "\r\n")


def _joined(text: str, sentences: Sequence[Sentence], marked: dict[int, str]) -> tuple[Notice, ...]:
    notices = list[Notice]()
    for number in sorted(marked):
        start = sentences[number - 1].end if number else 0
        end = sentences[number].end if number + 1 < len(sentences) else len(text)
        if notices and notices[-1].end == start:
            notices[-1] = Notice(notices[-1].start, end, notices[-1].title)
        else:
            notices.append(Notice(start, end, marked[number]))
    return tuple(notices)
