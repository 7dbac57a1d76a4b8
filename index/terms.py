"""Text into terms: the same function for passages and questions, so that equal words always meet.

Takes    text, folded here (corpus.folding)
Gives    Terms: words, pairs of neighbouring Han characters, single Han characters
Touches  jieba for its dictionary, rjieba for the cutting          Never  BM25, storage

Words are jieba's search mode without its hidden Markov model: the model guesses unknown words, differently in
different surroundings, is quadratic on repeated characters, and cost 0.6 points of nDCG@10 on CMRC 2018. The pairs
are the net for words that jieba does not know, such as 都市圈: they match wherever the same characters stand together.

jieba's own cutting is Python and was the bottleneck of ingest. rjieba is the same algorithm in Rust, here over jieba's
own dictionary: on 6.6 million characters of six corpora both cut the same, word for word, also with a user dictionary.
"""

import hashlib
import re
from functools import cached_property
from importlib.metadata import version
from itertools import chain, filterfalse
from operator import add
from pathlib import Path

import jieba
import rjieba

from corpus.folding import FOLDING_VERSION, fold
from index.types import Terms

TERMS_VERSION = "2"

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_WORD = re.compile(r"\w")
# jieba looks a word up from every position of a run; longer runs are cut so that the work stays linear.
_RUN = re.compile(r"[^\n]{1,2000}|\n")
# 12.6, GB/T-7714 or a.b_c: jieba cuts them to pieces, so each is also kept whole.
# It is tried once a run of letters, not from each of them, which would be quadratic.
_COMPOUND = re.compile(r"(?<![a-z0-9])[a-z0-9]++(?:[./:_-][a-z0-9]++)+")
# The ends of a range, 1-1.5, are numbers of their own.
_RANGE_END = re.compile(r"(?<![0-9.])[0-9]+\.[0-9]+(?=-[0-9])|(?<=[0-9]-)[0-9]+\.[0-9]+(?![0-9.])")
_FUNCTION_CHARACTERS = "的了是在和与及等也而其之于以为对吗呢吧啊么"


class Segmenter:
    """jieba's dictionary, the user's words, and what cuts by them; made once, then safe to use from every thread."""

    def __init__(self, user_dictionary: Path | None = None) -> None:
        """Read the dictionaries now, so that the first question does not wait.

        :raises ValueError: if the user dictionary cannot be read; the message names the file.
        """
        self._engine = rjieba.Jieba.empty()  # type: ignore[no-untyped-call]
        with jieba.Tokenizer().get_dict_file() as dictionary:
            for line in dictionary:
                word, frequency, _ = line.decode("utf-8").split(" ", 2)
                self._engine.add_word(word, int(frequency), None)
        self._user_digest = ""
        if user_dictionary is not None:
            self._load(user_dictionary)

    @cached_property
    def fingerprint(self) -> str:
        """What identifies the terms: equal fingerprints cut equal terms."""
        parts = (TERMS_VERSION, FOLDING_VERSION, version("jieba"), self._user_digest)
        return "terms-" + hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()

    def terms(self, text: str) -> Terms:
        """Return the terms of a text, folded, with repetitions.

        >>> terms = Segmenter().terms("成都都市圈")
        >>> terms.words, terms.pairs
        (('成都', '都市', '圈'), ('成都', '都都', '都市', '市圈'))
        """
        folded = fold(text)
        runs = _HAN.findall(folded)
        return Terms(
            words=tuple(self._words(folded)),
            pairs=tuple(chain.from_iterable(map(add, run, run[1:]) for run in runs)),
            characters=tuple(_without_function_characters("".join(runs))),
        )

    def _words(self, folded: str) -> list[str]:
        runs = (self._engine.cut_for_search(run, hmm=False) for run in _RUN.findall(folded))
        cut = list(chain.from_iterable(runs))
        # Nearly always what is no word is a mark: then all are told apart without a step of Python for each.
        words = list(filter(str.isalnum, cut))
        if _WORD.search("".join(filterfalse(str.isalnum, cut))):
            words = [word for word in cut if _WORD.search(word)]
        return words + _COMPOUND.findall(folded) + _RANGE_END.findall(folded)

    def _load(self, path: Path) -> None:
        try:
            content = path.read_bytes()
            for number, line in enumerate(content.decode("utf-8-sig").splitlines(), start=1):
                self._add(line, f"{path}, line {number}")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"user dictionary {path}: cannot be read as UTF-8 text ({error})") from error
        self._user_digest = hashlib.blake2b(content, digest_size=8).hexdigest()

    def _add(self, line: str, place: str) -> None:
        """Take one line of jieba's own format: word, optional frequency, optional part of speech."""
        fields = line.split()
        if not fields:
            return
        frequency = fields[1] if len(fields) > 1 and not fields[1].isalpha() else ""
        if frequency and not re.fullmatch("[0-9]{1,9}", frequency):
            raise ValueError(
                f"user dictionary {place}: frequency {frequency!r} is not a whole number; correct the line"
            )
        self._engine.add_word(fold(fields[0]), int(frequency) if frequency else None, None)


def _without_function_characters(text: str) -> str:
    for character in _FUNCTION_CHARACTERS:
        text = text.replace(character, "")
    return text
