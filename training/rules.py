"""Questions made by rule from running text: a clause becomes a question, a heading a search.

Takes    raw documents with `## ` headings
Gives    Item(passage, title, questions)
Touches  nothing but text          Never  models, files
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_CLAUSE = re.compile(r"[，。！？；：,;（）()\n]")
_BLANKS = (
    (re.compile(r"\d{3,4}年(?:\d{1,2}月(?:\d{1,2}日)?)?"), ("哪一年", "什么时候", "何时")),
    (re.compile(r"\d{1,2}月\d{1,2}日"), ("什么时候", "哪一天", "几月几日")),
    (re.compile(r"第[一二三四五六七八九十百\d]+(?=[届次位名个])"), ("第几",)),
    (re.compile(r"\d[\d,.]*(?:万|亿|余|多)*(?=[人名个家座公米吨元平千所部种项])"), ("多少",)),
    (re.compile(r"\d[\d.]*%"), ("百分之多少", "多大比例")),
    (re.compile(r"《[^》]{2,15}》"), ("哪部作品", "什么")),
    (re.compile(r"(?<=位于|属于|出生|来自|毕业)[于在]?[\u4e00-\u9fff]{2,10}"), ("哪里", "什么地方")),
    (re.compile(r"因为[^，。]{3,}|由于[^，。]{3,}"), ("为什么", "是什么原因")),
    (re.compile(r"(?<=是)[\u4e00-\u9fff]{2,12}$"), ("什么",)),
)
_TAILS = ("", "", "是怎么回事", "有什么规定", "怎么办", "介绍", "的情况")


@dataclass(slots=True)
class Item:
    """A passage, the questions that it answers, and one on its subject that it does not answer."""

    passage: str
    questions: list[str]
    title: str = ""
    near_miss: str = ""
    source: str = field(default="", compare=False)


def items_of_document(title: str, text: str, choice: random.Random, at_most: int = 2) -> Iterator[Item]:
    """Yield up to `at_most` passages of a document, each with one or two questions made by rule."""
    passages = [found for found in _passages(text) if len(found[1]) >= 60]
    for heading, passage in choice.sample(passages, min(at_most, len(passages))):
        questions: list[str] = []
        question, passage = clause_question(passage, title, choice)
        if question:
            questions.append(question)
        if heading and heading not in passage:
            questions.append(f"{title} {heading}{choice.choice(_TAILS)}".strip())
        if questions:
            yield Item(passage, questions, f"{title} {heading}".strip())


def _passages(text: str, longest: int = 220) -> Iterator[tuple[str, str]]:
    """Yield (heading, passage): runs of whole sentences of one section, 60 to about 220 characters."""
    heading, passage = "", ""
    for line in text.split("\n"):
        if line.startswith("## "):
            if passage:
                yield heading, passage
            heading, passage = line[3:].strip(), ""
            continue
        for sentence in _SENTENCE.findall(line):
            if passage and len(passage) + len(sentence) > longest:
                yield heading, passage
                passage = ""
            passage += sentence
    if passage:
        yield heading, passage


def clause_question(passage: str, title: str, choice: random.Random) -> tuple[str, str]:
    """Return a question made of one clause of `passage`, and the passage, half of the time without that clause.

    >>> clause_question("泰山高1545米，位于山东。", "泰山", random.Random(0))[0]
    '泰山高多少米'
    """
    clauses = [clause.strip() for clause in _CLAUSE.split(passage) if 6 <= len(clause.strip()) <= 32]
    choice.shuffle(clauses)
    for clause in clauses:
        for pattern, words in _BLANKS:
            asked, changes = pattern.subn(choice.choice(words), clause, count=1)
            if changes and len(asked) >= 6:
                return _with_subject(asked, title), passage
    if not clauses:
        return "", passage
    clause = clauses[0]
    shorter = passage.replace(clause, "", 1) if choice.random() < 0.6 and len(passage) > 90 else passage
    return _with_subject(clause, title if choice.random() < 0.5 else ""), shorter


def _with_subject(clause: str, title: str) -> str:
    return clause if not title or len(title) > 12 or title in clause else f"{title}{clause}"
