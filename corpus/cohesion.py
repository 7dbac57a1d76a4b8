"""How the words of neighbouring sentences hold together: lexical links, measured for every gap at once.

Takes    text, its sentences
Gives    Links: which sentence last used and next uses each word piece; shared weight around each gap
Touches  numpy          Never  word lists, models, files

A word piece is a pair of Chinese characters or the first six letters of a word in letters. Its weight is its
rarity among the sentences of this very document. All sums run over sorted arrays, so time and memory grow
with the length of the text and with nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.types import Sentence

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

_FAR = 1 << 40
_LETTERS_KEPT = 6


@dataclass(frozen=True, slots=True)
class Links:
    """One row per word piece of a sentence (each piece once a sentence), in the order of pieces, then sentences."""

    piece: Integers
    sentence: Integers
    offset: Integers
    weight: Floats
    back: Integers
    forward: Integers
    spread: Integers
    total: Floats


def link_sentences(text: str, sentences: Sequence[Sentence], *, singly: bool = False) -> Links:
    """Find for each word piece of each sentence how many sentences back and forward it occurs next.

    `singly` takes single wide characters for pieces: in Chinese they carry meaning too, and recur more.
    """
    starts = np.array([sentence.start for sentence in sentences], dtype=np.int64)
    stops = np.array([sentence.end for sentence in sentences], dtype=np.int64)
    positions, codes = _characters(text) if singly else _pieces(text)
    owner = np.searchsorted(starts, positions, side="right") - 1
    inside = (owner >= 0) & (positions < stops[owner])
    positions, codes, owner = positions[inside], codes[inside], owner[inside]
    _, piece = np.unique(codes, return_inverse=True)
    _, first = np.unique(piece * len(sentences) + owner, return_index=True)
    piece, owner, positions = piece[first], owner[first], positions[first]
    same = piece[1:] == piece[:-1]
    step = np.where(same, owner[1:] - owner[:-1], _FAR)
    edge = np.array([_FAR], dtype=np.int64)
    spread = np.bincount(piece) if len(piece) else np.zeros(0, dtype=np.int64)
    count = len(sentences)
    weight = np.log((count + 1) / spread[piece]) / np.log(count + 1) if count else np.zeros(0)
    return Links(
        piece=piece,
        sentence=owner,
        offset=positions - starts[owner],
        weight=weight,
        back=np.concatenate([edge, step]) if len(piece) else step[:0],
        forward=np.concatenate([step, edge]) if len(piece) else step[:0],
        spread=spread[piece],
        total=_summed(owner, weight, count),
    )


def shared_weight(links: Links, count: int, reach: int) -> Floats:
    """Return for each gap the weight of the pieces found within `reach` sentences both before and after it.

    Gap i lies before sentence i. Exact: of a piece's successive uses, only one pair can straddle a gap.
    """
    near = links.forward <= 2 * reach - 1
    before, after = links.sentence[near], links.sentence[near] + links.forward[near]
    low = np.maximum(before + 1, after - reach + 1)
    high = np.minimum(after, before + reach)
    valid = low <= high
    weight = links.weight[near][valid]
    change = _summed(low[valid], weight, count + 2) - _summed(high[valid] + 1, weight, count + 2)
    running: Floats = np.cumsum(change)[:count]
    return running


def window_sum(values: Floats, reach: int) -> tuple[Floats, Floats]:
    """Return for each gap the sums over the `reach` values before it and from it on."""
    count = len(values)
    running = np.concatenate([[0.0], np.cumsum(values)])
    gap = np.arange(count)
    return (
        running[gap] - running[np.maximum(gap - reach, 0)],
        running[np.minimum(gap + reach, count)] - running[gap],
    )


def weigh(links: Links, count: int, chosen: NDArray[np.bool_]) -> Floats:
    """Return for each sentence the weight of its pieces that are `chosen`."""
    return _summed(links.sentence[chosen], links.weight[chosen], count)


def portion(links: Links, count: int, chosen: NDArray[np.bool_], among: NDArray[np.bool_] | None = None) -> Floats:
    """Return for each sentence which part of its weight (of the pieces `among`) is `chosen`, in [0, 1]."""
    base = np.ones(len(links.sentence), dtype=bool) if among is None else among
    whole = np.bincount(links.sentence[base], weights=links.weight[base], minlength=count)
    both = base & chosen
    part = np.bincount(links.sentence[both], weights=links.weight[both], minlength=count)
    return part / np.maximum(whole, 1e-9)


def _summed(owner: Integers, weight: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(owner, weights=weight, minlength=count), dtype=np.float64)


def _characters(text: str) -> tuple[Integers, NDArray[np.uint64]]:
    """Return position and code of each wide character."""
    codes = codes_of(text)
    positions = np.flatnonzero(is_wide(codes))
    return positions, codes[positions]


def _pieces(text: str) -> tuple[Integers, NDArray[np.uint64]]:
    """Return position and code of each pair of wide characters and each word start in letters."""
    codes = codes_of(text)
    wide, letter = is_wide(codes), is_letter(codes)
    word = wide | letter
    pair = word[:-1] & word[1:] & (wide[:-1] | wide[1:])
    pair_at = np.flatnonzero(pair)
    pair_code = (codes[pair_at] << np.uint64(21)) | codes[pair_at + 1] if len(pair_at) else codes[:0]
    padded = np.concatenate([letter, np.zeros(_LETTERS_KEPT, dtype=bool)])
    long_codes = np.concatenate([codes, np.zeros(_LETTERS_KEPT, dtype=np.uint64)])
    starting = letter.copy()
    starting[1:] &= ~letter[:-1]
    word_at = np.flatnonzero(starting)
    word_code = np.full(len(word_at), 1 << 62, dtype=np.uint64)
    running = np.ones(len(word_at), dtype=bool)
    for step in range(_LETTERS_KEPT):
        running &= padded[word_at + step]
        grown = word_code * np.uint64(1000003) + long_codes[word_at + step]
        word_code = np.where(running, grown, word_code)
    positions = np.concatenate([pair_at, word_at])
    order = np.argsort(positions, kind="stable")
    return positions[order], np.concatenate([pair_code, word_code])[order]


def codes_of(text: str) -> NDArray[np.uint64]:
    """Return the code points of a text, Latin capitals made small."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    return np.where((codes >= 65) & (codes <= 90), codes + np.uint64(32), codes)


def is_wide(codes: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which code points are Chinese, Japanese or Korean letters."""
    chinese = (codes >= 0x3040) & (codes <= 0xD7FF)
    return chinese | ((codes >= 0x20000) & (codes <= 0x3FFFF))


def is_letter(codes: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which code points are letters or digits of Western scripts."""
    small = (codes >= 97) & (codes <= 122)
    digit = (codes >= 48) & (codes <= 57)
    return small | digit | ((codes >= 0xC0) & (codes <= 0x1FFF))
