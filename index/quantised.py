"""The bundled model without torch: its body in 8-bit integers, run by ONNX Runtime.

Takes    a model folder that holds body.onnx beside its safetensors; texts
Gives    (n, dimension) float32, rows of length 1
Touches  onnxruntime, safetensors, tokenizers          Never  torch, the network

The word vectors are read from the safetensors file, where they lie in half precision, so that no weight is stored
twice. Whatever is rounded is rounded on scales that were fixed when the body was made (`training/quantise.py`): a text
has the same vector whoever its neighbours in a batch are.

Processors with AVX2 and nothing newer add two products of bytes in sixteen bits, which overflows; the body carries a
product that shows it.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from safetensors import safe_open
from tokenizers import Encoding, Tokenizer

from index.types import Vectors

# A batch holds so many tokens at most, padding counted: enough to keep the processor busy, few enough for its caches.
_TOKENS = 4096
# The output that is 255 * 127 for each of 64 products, if nothing overflows.
CHECK = "check"
_CHECKED_SUM = 255 * 127 * 64


class QuantisedModel:
    """Tokenizer, word vectors and body of one folder. Not for several threads at once."""

    def __init__(self, folder: Path, body: Path, threads: int = 0) -> None:
        """Load it; `threads` 0 leaves their number to ONNX Runtime."""
        settings = json.loads((folder / "sentence_bert_config.json").read_text("utf-8"))
        self.window = int(settings["max_seq_length"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        with safe_open(folder / "model.safetensors", framework="numpy") as weights:
            names = ("word", "position", "token_type")
            words, places, kinds = (weights.get_tensor(f"embeddings.{name}_embeddings.weight") for name in names)
        self._words = words
        self._places = places.astype(np.float32) + kinds[0].astype(np.float32)
        self.dimension = int(words.shape[1])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Threads that wait sleep: spinning takes the processor from questions and from other programs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._body = onnxruntime.InferenceSession(body, options, providers=["CPUExecutionProvider"])
        self._states = self._body.get_outputs()[0].name

    @property
    def is_exact(self) -> bool:
        """Whether this processor multiplies and adds the body's integers without overflow."""
        nothing = {"embeddings": np.zeros((1, 1, self.dimension), np.float32), "mask": np.ones((1, 1), np.int32)}
        (sums,) = self._body.run([CHECK], nothing)
        return bool((sums == _CHECKED_SUM).all())

    def measure(self, text: str) -> int:
        """Return the number of tokens that a text has, its two marks included, the window not applied."""
        self._tokenizer.no_truncation()
        return len(self._tokenizer.encode(text).ids)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text, in their order."""
        self._tokenizer.enable_truncation(self.window)
        encodings = self._tokenizer.encode_batch(list(texts))
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for rows in _batches([len(encoding.ids) for encoding in encodings]):
            vectors[rows] = self._run([encodings[row] for row in rows])
        return vectors

    def _run(self, encodings: Sequence[Encoding]) -> Vectors:
        """Return the vectors of one batch."""
        longest = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), longest), np.int64)
        mask = np.zeros((len(encodings), longest), np.int32)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        embeddings = self._words[ids].astype(np.float32) + self._places[:longest]
        (states,) = self._body.run([self._states], {"embeddings": embeddings, "mask": mask})
        means: Vectors = np.einsum("bsd,bs->bd", states, mask.astype(np.float32))
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        return means


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the rows of texts of like length, as many as the budget of tokens holds, at least one.

    >>> list(_batches([3000, 5, 2000, 2000]))
    [[1, 2], [3], [0]]
    """
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[row] * (len(batch) + 1) > _TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
