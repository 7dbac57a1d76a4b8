"""One vocabulary for two languages: jieba-like words in Chinese, the base's word pieces in Latin script.

Takes    the base's vocabulary, Chinese words with their frequencies, a Traditional -> Simplified character table
Gives    a `tokenizers` Unigram tokenizer that plain transformers loads
Touches  tokenizers, sentencepiece, jieba's dictionary          Never  vectors

Chinese runs are cut by Viterbi over log frequencies, as jieba does without its HMM. Before each Latin word the
normalizer puts a mark, so that "▁play" begins a word and "ing" continues one; the scores below make the longest
beginning win, then the fewest and longest continuations, which is nearly WordPiece's greedy choice.
"""

import io
import logging
import math
import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import jieba
import sentencepiece
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

logger = logging.getLogger(__name__)

MARK = "▁"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]")
_BEGINNING = r"(?<![^\W_\p{Han}▁])(?=[^\W_\p{Han}▁])"
_PUNCTUATION = {
    "。": ".",
    "、": ",",
    "「": '"',
    "」": '"',
    "『": '"',
    "』": '"',
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
}


def base_pieces(base_vocabulary: dict[str, int]) -> dict[str, int]:
    """Return our spelling of each base word piece kept, with its row in the base's embeddings.

    Han characters are left out (they come with the Chinese words), so are the unused slots.

    >>> base_pieces({"play": 7, "##ing": 8, "[unused1]": 1, "!": 9})
    {'▁play': 7, 'ing': 8, '!': 9}
    """
    pieces: dict[str, int] = {}
    for piece, row in base_vocabulary.items():
        body = piece.removeprefix("##")
        if piece in SPECIAL or piece.startswith("[unused") or HAN.search(body):
            continue
        if piece.startswith("##") and len(piece) > 2:
            pieces[body] = row
        elif re.match(r"[^\W_]", piece):
            pieces[MARK + piece] = row
        else:
            pieces[piece] = row
    return pieces


def word_frequencies(words: Iterable[str]) -> dict[str, int]:
    """Return jieba's frequency of each word; 3 for those it does not know, as for its own rarest."""
    jieba.setLogLevel(60)
    jieba.initialize()
    return {word: max(jieba.dt.FREQ.get(word, 0), 3) for word in words}


def build_tokenizer(pieces: dict[str, float], chinese: dict[str, int], charsmap: bytes) -> Tokenizer:
    """Return the tokenizer: special tokens, then the scored `pieces`, then the Chinese words."""
    total = math.log(60_101_967)  # sum of jieba's frequencies
    vocabulary = [(token, -5000.0) for token in SPECIAL]  # makes the unknown the last resort
    vocabulary += list(pieces.items())
    vocabulary += [(word, math.log(frequency) - total) for word, frequency in chinese.items()]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=1, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=True, lowercase=True),
            normalizers.Precompiled(charsmap),
            normalizers.Replace(Regex(_BEGINNING), MARK),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation("isolated"),
            pre_tokenizers.Split(Regex(r"[\p{Han}〇]+"), "isolated"),
            pre_tokenizers.Split(MARK, "merged_with_next"),
        ]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", SPECIAL.index("[CLS]")), ("[SEP]", SPECIAL.index("[SEP]"))],
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


def piece_score(piece: str) -> float:
    """Return the Viterbi score of a Latin piece: longest beginning first, then few long continuations."""
    length = len(piece.removeprefix(MARK))
    return 100.0 * length - 2000.0 if piece.startswith(MARK) else 0.02 * length * length - 20.0


def fit_piece_scores(
    pieces: Iterable[str], base_tokenizer: Tokenizer, texts: Iterable[str], rounds: int = 40
) -> dict[str, float]:
    """Return piece scores whose Viterbi cuts agree with the base's greedy ones on the words of `texts`.

    A structured perceptron: where the cuts differ, the pieces of the base's cut gain and the others lose.
    """
    scores = {piece: piece_score(piece) for piece in pieces}
    greedy = {word: cut for word, cut in _greedy_cuts(base_tokenizer, texts).items() if all(p in scores for p in cut)}
    words = list(greedy)
    for step in range(rounds):
        cutter = Tokenizer(models.Unigram([("[UNK]", -5000.0), *scores.items()], unk_id=0))
        rate = 0.5 * (1.0 - step / rounds)
        wrong = 0
        for word, encoding in zip(words, cutter.encode_batch([MARK + word for word in words]), strict=True):
            if encoding.tokens != greedy[word]:
                wrong += 1
                for piece in greedy[word]:
                    scores[piece] += rate
                for piece in encoding.tokens:
                    scores[piece] -= rate
        logger.info("round %d: %d of %d words cut otherwise", step, wrong, len(words))
    return scores


def _greedy_cuts(base_tokenizer: Tokenizer, texts: Iterable[str]) -> dict[str, list[str]]:
    """Return the base's cut of each Latin word that it cuts into three pieces or more, in our spelling."""
    words = {word for text in texts for word in re.findall(r"[a-z0-9]+", text.lower())}
    cuts: dict[str, list[str]] = {}
    for word in sorted(words):
        first, *rest = base_tokenizer.encode(word, add_special_tokens=False).tokens
        if len(rest) > 1:
            cuts[word] = [MARK + first] + [piece.removeprefix("##") for piece in rest]
    return cuts


def simplification_charsmap(table: dict[str, str]) -> bytes:
    """Return the folding of single characters as a compiled map, built by sentencepiece.

    `table` maps Traditional to Simplified; Chinese marks that NFKC leaves alone are folded to Western ones too.
    """
    rules = table | _PUNCTUATION
    with tempfile.TemporaryDirectory() as folder:
        rule_file = Path(folder) / "rules.tsv"
        lines = [f"{ord(source):X}\t{ord(target):X}\n" for source, target in sorted(rules.items())]
        rule_file.write_text("".join(lines), encoding="utf-8")
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(["abc abd bcd"] * 20),
            model_writer=model,
            vocab_size=12,
            hard_vocab_limit=False,
            normalization_rule_tsv=str(rule_file),
            minloglevel=2,
        )
    return _message_field(_message_field(model.getvalue(), 3), 2)  # ModelProto.normalizer_spec.precompiled_charsmap


def _message_field(message: bytes, wanted: int) -> bytes:
    """Return the bytes of one length-delimited field of a protobuf message; saves the protobuf package."""
    position, found = 0, b""

    def varint() -> int:
        nonlocal position
        value, shift = 0, 0
        while True:
            byte = message[position]
            position += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while position < len(message):
        number, kind = divmod(varint(), 8)
        if kind == 2:
            length = varint()
            if number == wanted:
                found = message[position : position + length]
            position += length
        elif kind == 0:
            varint()
        else:
            position += 4 if kind == 5 else 8
    return found


def count_words(tokenizer: Tokenizer, texts: Iterable[str], batch: int = 512) -> Counter[str]:
    """Count the tokens that `tokenizer` cuts `texts` into."""
    counts: Counter[int] = Counter()
    waiting: list[str] = []

    def flush() -> None:
        for encoding in tokenizer.encode_batch_fast(waiting, add_special_tokens=False):
            counts.update(encoding.ids)
        waiting.clear()

    for text in texts:
        waiting.append(text)
        if len(waiting) == batch:
            flush()
    flush()
    return Counter({tokenizer.id_to_token(row): count for row, count in counts.items()})
