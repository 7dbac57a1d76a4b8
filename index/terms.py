"""Text into terms: the same function for passages and questions, so that equal words always meet.

Takes    text, folded here (corpus.folding)
Gives    Terms: words, pairs of neighbouring Han characters, single Han characters
Touches  jieba          Never  BM25, storage, the dictionary cache that jieba shares in a public folder

Words are jieba's search mode without its hidden Markov model: the model guesses unknown words, differently in
different surroundings, is quadratic on repeated characters, and cost 0.6 points of nDCG@10 on CMRC 2018. The pairs
are the net for words that jieba does not know, such as 都市圈: they match wherever the same characters stand together.
"""

import hashlib
import re
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import jieba

from corpus.folding import FOLDING_VERSION, fold
from index.types import Terms

TERMS_VERSION = "1"

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_WORD = re.compile(r"\w")
# jieba looks a word up from every position of a run; longer runs are cut so that the work stays linear.
_RUN = re.compile(r"[^\n]{1,2000}|\n")
# 12.6, GB/T-7714 or a.b_c: jieba cuts them to pieces, so each is also kept whole.
# It is tried once a run of letters, not from each of them, which would be quadratic.
_COMPOUND = re.compile(r"(?<![a-z0-9])[a-z0-9]++(?:[./:_-][a-z0-9]++)+")
_FUNCTION_CHARACTERS = frozenset("的了是在和与及等也而其之于以为对吗呢吧啊么")


class Segmenter:
    """jieba with a dictionary of its own; made once, then safe to use from every thread."""

    def __init__(self, user_dictionary: Path | None = None) -> None:
        """Read the dictionaries now, so that the first question does not wait.

        :raises ValueError: if the user dictionary cannot be read; the message names the file.
        """
        self._tokenizer = jieba.Tokenizer()
        # What initialize() does, without reading or writing a marshal file in a folder open to every user.
        frequencies, total = self._tokenizer.gen_pfdict(self._tokenizer.get_dict_file())
        self._tokenizer.FREQ, self._tokenizer.total = frequencies, total
        self._tokenizer.initialized = True
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
            pairs=tuple(run[place : place + 2] for run in runs for place in range(len(run) - 1)),
            characters=tuple(character for run in runs for character in run if character not in _FUNCTION_CHARACTERS),
        )

    def _words(self, folded: str) -> list[str]:
        words = (word for run in _RUN.findall(folded) for word in self._tokenizer.cut_for_search(run, HMM=False))
        return [word for word in words if _WORD.search(word)] + _COMPOUND.findall(folded)

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
        self._tokenizer.add_word(fold(fields[0]), int(frequency) if frequency else None)
