"""A short honest title for a section that has no heading: always a slice of the section itself.

Takes    text, the sentences of one section
Gives    the span of its name, at most 20 characters
Touches  nothing          Never  words of our own, models, files

What the lead sentence defines; its subject if the section returns to it; else the phrase the section repeats most and
its neighbourhood least, if the lead sentence has it; else the opening clause, cut. On documents kept for such choices
(120 walls, training/walls.py) names overlap the true headings by 0.247; any phrase of two characters gave 0.205.
What is defined, and openings and phrases that name nothing, were added by half 0 of dev/segments (0.232 → 0.271); the
other half went from 0.218 to 0.223, walls kept apart and foreign ones by 0.001. A choice learned by regression over 31
signs of every phrase of the lead sentence gave 0.007 more on walls and 0.028 less on half 0.
"""

import re
from collections import Counter
from collections.abc import Sequence

from corpus.predicates import predicate_start
from corpus.types import Sentence

LONGEST = 20
_AROUND = 6_000
_TRIED = 60
_SHORTEST_PHRASE = 4
_SAID_FIRST = 4.0  # a phrase of the lead sentence weighs so many times as much
_TELLING = 10  # a subject of 4 to 10 characters names a topic even if the section never repeats it
_ORDINAL = re.compile(
    r"(?:第[〇零一二三四五六七八九十百千\d]+[章节条编部篇款项](?:的)?|[（(]?[一二三四五六七八九十\d]+[、）).．]|[①-⑳]"
    r"|[一二三四五六七八九十]是)[\s　、]*"
)
_RUN = re.compile(r"[\u3400-\u9fff]{2,}|[A-Za-z][A-Za-z0-9+#.-]{2,}")
_EDGE = set(
    "的了是在和与及或等其之对为将把被由从向以这那该各应当须不得并也都就还有本我你他它们个于上中下按时后前可能会要很多一没如则而但因所着过地得"
)
# What a law or a manual defines is what the section is about: 本法所称噪声，是指; or a name, a space, and 是.
_DEFINED = re.compile(
    r"本[^，,。；;：:\s]{1,4}所称的?(?P<law>[^，,。；;：:\s]{2,20}?)[，,]?\s*(?:是指|指|是|包括)"
    r"|(?P<manual>[^\s，,。；;：:]{2,20})\s+(?:是|指|即|就是)"
)
# Words of every law, which name no topic.
_FORMULA = re.compile(
    r"^(?:根据|按照|依照|违反|有关|应当|必须|可以|其他|下列|以下)|本(?:法|条例|办法|规定|规则|细则)|第[一二三四五六七八九十百]|规定$"
)
_WEAK_OPENING = re.compile(
    r"如下|回想|严格|简单来|换句|接下来|现在|前面|让我|可以|为什么|与|[这那其此该它他她]|因此|此外|同时|例如|比如|但|而|并|如果|当|为了|根据|按照|通过|随着|我们|你|本|上述|下面|首先|一般|通常|在|很多|许多|有些|有的|任何|虽然|不过|实际|最|所谓|每|各|一[个些种]|对|由|从|以|从而"
)


def name_topic(text: str, sentences: Sequence[Sentence]) -> tuple[int, int]:
    """Return the span of the section's name."""
    lead = sentences[0]
    ordinal = _ORDINAL.match(text, lead.start, lead.end)
    start = ordinal.end() if ordinal and ordinal.end() < lead.end else lead.start
    while start < lead.end - 1 and not text[start].isalnum():
        start += 1
    subject = _subject(text, start, lead.end, sentences[-1].end)
    defined = _DEFINED.match(text, start, lead.end)
    if defined is not None and not _WEAK_OPENING.match(text, defined.start(defined.lastgroup or 0)):
        return defined.span(defined.lastgroup or 0)
    if subject is not None and ordinal is None:
        return subject
    phrase = _repeated_phrase(text, sentences[0].start, sentences[-1].end, text[lead.start : lead.end])
    return phrase or subject or _opening_clause(text, start, lead.end)


def _subject(text: str, start: int, lead_end: int, section_end: int) -> tuple[int, int] | None:
    """Return the subject of the lead sentence if it is one and the section comes back to its words."""
    end = predicate_start(text, start, lead_end, LONGEST)
    if end is None or _WEAK_OPENING.match(text, start):
        return None
    while end > start + 2 and text[end - 1] in " \t'\"“‘（(":
        end -= 1
    pairs = [text[place : place + 2] for place in range(start, end - 1)]
    rest = text[lead_end:section_end]
    returning = sum(pair in rest for pair in pairs)
    return (start, end) if returning * 3 >= len(pairs) or 4 <= end - start <= _TELLING else None


def _repeated_phrase(text: str, start: int, end: int, lead: str) -> tuple[int, int] | None:
    """Return the phrase that weighs most: often here, seldom around, long, whole at both edges; if `lead` has it."""
    own = text[start : min(end, start + 4 * _AROUND)]
    around = text[max(0, start - _AROUND) : start] + "\n" + text[end : end + _AROUND]
    counts = Counter[str]()
    for run in _RUN.finditer(own[:_AROUND]):
        words = run.group()
        if words[0].isascii():
            counts[words] += 1
            continue
        counts.update(words[a : a + n] for n in range(_SHORTEST_PHRASE, 9) for a in range(len(words) - n + 1))
    fit = {words: number for words, number in counts.items() if _fit(words, number)}
    weights = {
        words: (number - 0.5) * min(len(words), 6) ** 1.2 * (_SAID_FIRST if words in lead else 1.0)
        for words, number in fit.items()
    }
    promising = sorted(weights, key=lambda words: (-weights[words], own.index(words)))[:_TRIED]
    for words in promising:
        elsewhere = around.count(words) * len(own) / max(1, len(around))
        weights[words] *= counts[words] / (counts[words] + elsewhere)
    for words in sorted(promising, key=lambda words: -weights[words]):
        if _stands_alone(own, words):
            found = start + own.index(words)
            return (found, found + len(words)) if words in lead else None
    return None


def _fit(words: str, number: int) -> bool:
    return (
        number > 1
        and len(words) <= LONGEST
        and words[0] not in _EDGE
        and words[-1] not in _EDGE
        and not _FORMULA.search(words)
    )


def _stands_alone(own: str, words: str) -> bool:
    """Tell whether a phrase has more than one neighbour on both sides, as whole words have and their parts have not."""
    left, right, place = set[str](), set[str](), own.find(words)
    while place >= 0:
        left.add(own[place - 1] if place else "")
        right.add(own[place + len(words) : place + len(words) + 1])
        place = own.find(words, place + 1)
    return len(left) > 1 and len(right) > 1


def _opening_clause(text: str, start: int, end: int) -> tuple[int, int]:
    stop = start + 1
    while stop < min(end, start + LONGEST) and text[stop] not in "，,。；;：:！!？?（(\n":
        stop += 1
    return start, stop
