"""Texts into unit vectors, with the bundled model or any other that sentence-transformers loads.

Takes    texts
Gives    (n, dimension) float32, rows of length 1; questions and passages each by the model's own prompt
Touches  sentence_transformers, huggingface_hub          Never  the network, unless downloading is allowed

A folder with body.onnx, as the bundled one, is run in integers by `index/quantised.py` where that library is installed
and the processor computes them exactly; everything else is run by sentence-transformers. The two give vectors that
differ by rounding only (cosine 0.997 on average, 0.975 at least, in 570 texts), so they share a fingerprint, and a home
may move from one computer to another.

This is the one place that imports inside functions: torch takes seconds to load, and neither `--help` nor the checking
of input nor most tests should pay for it.
"""

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelUnavailable
from index.types import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from index.quantised import QuantisedModel

logger = logging.getLogger(__name__)

BUNDLED_MODEL = Path(__file__).parent / "model"

# The body in integers that `python -m training.quantise` writes.
BODY = "body.onnx"
# What decides a model's vectors; cards, licences and other backends' copies do not.
_DECISIVE = ("*.json", "*.safetensors", "*.txt", "*.model", BODY)
_SLOWER = "PyTorch runs its weights instead, about three times slower"
_BATCH = 32
_REMEMBERED = 64


class SentenceEmbedder:
    """A model of either kind. Calls from several threads take turns."""

    def __init__(self, model: str = "", *, allow_download: bool = False, threads: int = 0) -> None:
        """Find the model, without loading it yet.

        `model` is a folder, or a name on the model hub, or empty for the bundled one; `threads` 0 leaves their
        number to the library that computes.

        :raises ModelUnavailable: if it is neither a folder nor in the local cache, and may not be downloaded.
        """
        self._threads = threads
        self._lock = threading.Lock()
        # Asking embeds a question more than once.
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._embed_question)
        self._folder = _folder_of(model, allow_download)

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the files that decide the vectors: equal fingerprints give equal vectors, but for rounding."""
        hasher = hashlib.blake2b(digest_size=8)
        for path in sorted({path for pattern in _DECISIVE for path in self._folder.rglob(pattern)}):
            hasher.update(path.relative_to(self._folder).as_posix().encode() + b"\0")
            hasher.update(hashlib.blake2b(path.read_bytes()).digest())
        return "model-" + hasher.hexdigest()

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        if self._quantised:
            return self._quantised.dimension
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def window(self) -> int:
        """How many tokens the model reads at most."""
        if self._quantised:
            return self._quantised.window
        return int(self._model.max_seq_length or 512)

    def measure(self, text: str) -> int:
        """Return the number of tokens that the model sees in a passage: its own marks and its prompt included."""
        if self._quantised:
            with self._lock:
                return self._quantised.measure(text)
        tokenizer: Any = self._model.tokenizer
        with self._lock:
            return len(tokenizer(self._passage_prompt + text, truncation=False, verbose=False)["input_ids"])

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, rows of length 1."""
        if len(texts) == 1:
            return self._remembered(texts[0])[None, :]
        return self._embed("encode_query", texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, rows of length 1."""
        return self._embed("encode_document", texts)

    @cached_property
    def _passage_prompt(self) -> str:
        """What encode_document puts before a text; it chooses by these names in this order."""
        prompts = self._model.prompts
        names = (name for name in ("document", "passage", "corpus") if name in prompts)
        return prompts.get(next(names, self._model.default_prompt_name or ""), "") or ""

    def _embed_question(self, text: str) -> Vectors:
        vector: Vectors = self._embed("encode_query", [text])[0]
        vector.flags.writeable = False
        return vector

    def _embed(self, door: str, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        if self._quantised:  # such a model has no prompts: questions and passages are read alike
            with self._lock:
                return self._quantised.embed(texts)
        encode: Callable[..., Any] = getattr(self._model, door)
        with self._lock:
            vectors = encode(list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.ascontiguousarray(vectors, dtype=np.float32)

    @cached_property
    def _quantised(self) -> "QuantisedModel | None":
        """The body in integers; nothing if the folder has none or this computer cannot run it as it was made."""
        if not (self._folder / BODY).is_file():
            return None
        if not find_spec("onnxruntime"):
            logger.warning("model %s: onnxruntime is not installed; %s", self._folder, _SLOWER)
            return None
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from index.quantised import QuantisedModel

        try:
            quantised = QuantisedModel(self._folder, self._folder / BODY, self._threads)
            if quantised.is_exact:
                return quantised
        # As below: each library has its own classes.
        except Exception as error:
            raise ModelUnavailable(
                f"model {self._folder}: cannot be loaded ({error}); {BODY} must be one that training.quantise wrote "
                "for the weights beside it. Leave WENQU_MODEL empty for the bundled model"
            ) from error
        logger.warning("model %s: sums of 8-bit products overflow on this processor; %s", self._folder, _SLOWER)
        return None

    @cached_property
    def _model(self) -> "SentenceTransformer":
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]

        if self._threads:
            torch.set_num_threads(self._threads)
        try:
            return SentenceTransformer(
                str(self._folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True, "dtype": torch.float32},
            )
        # Whatever is wrong with a folder, each library says in a class of its own; tokenizers in a bare Exception.
        except Exception as error:
            raise ModelUnavailable(
                f"model {self._folder}: cannot be loaded ({error}); it must be a sentence-transformers folder with "
                "safetensors weights and no code of its own. Leave WENQU_MODEL empty for the bundled model"
            ) from error


def _folder_of(model: str, allow_download: bool) -> Path:
    folder = Path(model) if model else BUNDLED_MODEL
    if folder.is_dir():
        return folder
    if not model or model.startswith((".", "/", "~")):
        raise ModelUnavailable(f"model folder {folder}: does not exist; set WENQU_MODEL to a folder or a hub name")
    if not allow_download:
        os.environ["HF_HUB_OFFLINE"] = "1"
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, allow_patterns=list(_DECISIVE), local_files_only=not allow_download))
    except (LocalEntryNotFoundError, HfHubHTTPError, HFValidationError, OSError) as error:
        remedy = "check its name" if allow_download else "set WENQU_MODEL_DOWNLOAD=true to fetch it once"
        raise ModelUnavailable(f"model {model!r}: is no folder and not in the local model cache; {remedy}") from error
