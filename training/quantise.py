"""The body of a model in 8-bit integers, for ONNX Runtime: faster on processors, no torch needed to run it.

Takes    a model folder as export.py writes it; texts that show how large activations become
Gives    body.onnx in the same folder, appearing whole or not at all
Touches  torch, safetensors, onnx          Never  the development sets

    python -m training.quantise --model index/model

Weights get one scale for each output, activations one for each product. A few channels of the activations are many
times as large as the rest; each channel is divided by a factor before it is rounded, and the weights that meet it are
multiplied by the same, so that the hardness of rounding is shared between the two (SmoothQuant). Word vectors stay out:
the embedder reads them from the safetensors file.
"""

import argparse
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from sentence_transformers import SentenceTransformer

from index.embedder import BODY
from index.quantised import CHECK
from training.settings import Settings
from training.sources import read_lines

# How much of the difficulty goes to the weights: of 0.5, 0.7 and 0.85 the last kept vectors nearest.
MIGRATION = 0.85
SHOWN = 16
# Characters shown of each text, enough to fill the window.
CUT = 900

# The products of a layer: their name in the graph, and the linear maps that read the same input.
PRODUCTS = {
    "attention": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "mixed": ("attention.output.dense",),
    "wide": ("intermediate.dense",),
    "narrow": ("output.dense",),
}
_CONTRIBUTED = "com.microsoft"
# The largest bytes times the largest weights: what cannot be exact where products are added in sixteen bits.
_CHECKED = (8, 64)

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the greatest value of each input channel of a linear map."""

    least: Array
    greatest: Array


def main() -> None:
    """Write the body of one model."""
    parser = argparse.ArgumentParser(description="Write a model's body in 8-bit integers beside its weights.")
    parser.add_argument("--model", type=Path, default=Path("index/model"))
    folder = parser.parse_args().model
    print(f"wrote {quantise(folder, list(shown_texts(Settings())))}")


def quantise(folder: Path, texts: list[str]) -> Path:
    """Write the body of the model in `folder`, its scales fitted to `texts`, and return its path."""
    model = SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": torch.float32})
    if any(model.prompts.values()):
        raise ValueError(
            f"model {folder}: has prompts {model.prompts}, but a body in integers is run without; remove them"
        )
    bert: Any = model[0].auto_model
    weights = {name: value.astype(np.float32) for name, value in load_file(folder / "model.safetensors").items()}
    body = Body(weights, bert.config, ranges_of(model, texts))
    path = folder / BODY
    fresh = path.with_suffix(".tmp")
    fresh.write_bytes(body.model(digest_of(folder)).SerializeToString())
    return fresh.replace(path)


def digest_of(folder: Path) -> str:
    """Return what names the weights that a body was made from."""
    return hashlib.blake2b((folder / "model.safetensors").read_bytes(), digest_size=16).hexdigest()


def shown_texts(settings: Settings) -> Iterator[str]:
    """Yield running text in both languages, and questions."""
    for name in ("raw_zh_wiki", "raw_zh_news_crud", "raw_zh_gov", "raw_en_wiki"):
        yield from (line["text"][:CUT] for line in islice(read_lines(settings.data, name), SHOWN))
    written = list(islice(read_lines(Path(__file__).parent / "added", "questions"), SHOWN))
    yield from (line[field] for line in written for field in ("colloquial", "english"))


def ranges_of(model: SentenceTransformer, texts: list[str]) -> dict[str, Range]:
    """Run the texts and return, for each linear map, how far its input channels reach."""
    ranges: dict[str, Range] = {}

    def watch(name: str) -> Any:
        def note(_module: Any, inputs: tuple[torch.Tensor, ...], _output: Any) -> None:
            values = inputs[0].detach().flatten(0, -2).numpy()
            seen = ranges.get(name, Range(np.full(values.shape[1], np.inf), np.full(values.shape[1], -np.inf)))
            ranges[name] = Range(np.minimum(seen.least, values.min(0)), np.maximum(seen.greatest, values.max(0)))

        return note

    bert: Any = model[0].auto_model
    hooks = [
        part.register_forward_hook(watch(name))
        for name, part in bert.named_modules()
        if isinstance(part, torch.nn.Linear) and name.startswith("encoder.")
    ]
    model.encode(texts, batch_size=1)  # no padding among what is shown
    for hook in hooks:
        hook.remove()
    return ranges


class Body:
    """Builds the graph: word vectors and mask in, the last layer's states out."""

    def __init__(self, weights: dict[str, Array], config: Any, ranges: dict[str, Range]) -> None:
        """Take all that decides it."""
        self._weights, self._config, self._ranges = weights, config, ranges
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def model(self, digest: str) -> onnx.ModelProto:
        """Return the whole graph, marked with the weights' digest."""
        norm = self._norm("embeddings.LayerNorm")
        eps = self._config.layer_norm_eps
        states = self._node("LayerNormalization", ["embeddings", *norm], "states", axis=-1, epsilon=eps)
        for layer in range(self._config.num_hidden_layers):
            states = self._layer(f"encoder.layer.{layer}.", states)
        shape = ["texts", "tokens", self._config.hidden_size]
        inputs = [
            helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, shape),
            helper.make_tensor_value_info("mask", TensorProto.INT32, shape[:2]),
        ]
        output = helper.make_tensor_value_info(states, TensorProto.FLOAT, shape)
        # A default that a caller could replace, so that nothing computes the product ahead.
        inputs.append(helper.make_tensor_value_info("check.bytes", TensorProto.UINT8, _CHECKED))
        checked = [
            self._constant("check.bytes", np.full(_CHECKED, 255, np.uint8)),
            self._constant("check.weight", np.full((_CHECKED[1], _CHECKED[1]), 127, np.int8)),
        ]
        check = helper.make_tensor_value_info(self._node("MatMulInteger", checked, CHECK), TensorProto.INT32, _CHECKED)
        graph = helper.make_graph(self._nodes, "body", inputs, [output, check], self._constants)
        versions = [helper.make_opsetid("", 18), helper.make_opsetid(_CONTRIBUTED, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=9, producer_name="wenqu")
        helper.set_model_props(model, {"weights": digest})
        return model

    def _layer(self, prefix: str, states: str) -> str:
        parts = [f"{prefix}{name}" for name in ("query", "key", "value")]
        product = self._product(prefix, "attention", states)
        self._nodes.append(helper.make_node("Split", [product], parts, axis=-1, num_outputs=3))
        heads = self._config.num_attention_heads
        inputs = [*parts, "", "mask"]
        mixed = self._node("MultiHeadAttention", inputs, prefix + "heads", _CONTRIBUTED, num_heads=heads)
        states = self._add(prefix + "attention.output.LayerNorm", self._product(prefix, "mixed", mixed), states)
        wide = self._node("Gelu", [self._product(prefix, "wide", states)], prefix + "gelu", _CONTRIBUTED)
        return self._add(prefix + "output.LayerNorm", self._product(prefix, "narrow", wide), states)

    def _product(self, prefix: str, kind: str, states: str) -> str:
        """Divide by the factors, round, multiply as integers, and return to floating point with the bias added."""
        maps = [prefix + name for name in PRODUCTS[kind]]
        weight = np.concatenate([self._weights[name + ".weight"] for name in maps]).T
        bias = np.concatenate([self._weights[name + ".bias"] for name in maps])
        reach = self._ranges[maps[0]]
        factors = factors_of(reach, weight)
        weight = weight * factors[:, None]
        least, greatest = min((reach.least / factors).min(), 0.0), max((reach.greatest / factors).max(), 0.0)
        step = np.float32((greatest - least) / 255)
        steps = np.maximum(np.abs(weight).max(0) / 127, 1e-12).astype(np.float32)
        name = f"{prefix}{kind}."
        scale, zero = self._constant(name + "step", step), self._constant(name + "zero", np.uint8(round(-least / step)))
        inverse = self._constant(name + "factors", (1 / factors).astype(np.float32))
        divided = self._node("Mul", [states, inverse], name + "divided")
        rounded = self._node("QuantizeLinear", [divided, scale, zero], name + "rounded")
        integers = self._constant(name + "weight", np.round(weight / steps).astype(np.int8))
        inputs = [rounded, integers, scale, self._constant(name + "steps", steps), zero, ""]
        return self._node(
            "MatMulIntegerToFloat", [*inputs, self._constant(name + "bias", bias)], name + "product", _CONTRIBUTED
        )

    def _add(self, norm: str, change: str, states: str) -> str:
        inputs = [change, states, *self._norm(norm)]
        eps = self._config.layer_norm_eps
        return self._node("SkipLayerNormalization", inputs, norm + ".sum", _CONTRIBUTED, epsilon=eps)

    def _norm(self, name: str) -> list[str]:
        return [self._constant(f"{name}.{part}", self._weights[f"{name}.{part}"]) for part in ("weight", "bias")]

    def _constant(self, name: str, value: Array | np.generic) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)), name))
        return name

    def _node(self, operation: str, inputs: list[str], output: str, domain: str = "", **settings: Any) -> str:
        self._nodes.append(helper.make_node(operation, inputs, [output], domain=domain, **settings))
        return output


def factors_of(reach: Range, weight: Array) -> Array:
    """Return what each input channel is divided by: large where activations are large and weights small.

    `weight` is (inputs, outputs).
    """
    activations = np.maximum(np.maximum(np.abs(reach.least), np.abs(reach.greatest)), 1e-5)
    meeting = np.maximum(np.abs(weight).max(1), 1e-5)
    return activations**MIGRATION / meeting ** (1 - MIGRATION)


if __name__ == "__main__":
    main()
