"""Writing a model as a sentence-transformers folder that loads by its path alone.

Takes    a BertModel and its tokenizer
Gives    a folder: safetensors in half precision, tokenizer.json, the module list; appears whole or not at all
Touches  torch, safetensors, files          Never  training data
"""

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import BertModel

_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]


def save_model(model: BertModel, tokenizer: Tokenizer, output: Path, window: int, half: bool = True) -> None:
    """Write the folder beside `output`, then put it in its place by one rename."""
    fresh = output.with_name(output.name + ".tmp")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    dtype = torch.float16 if half else torch.float32
    weights = {name: tensor.detach().to(dtype).contiguous() for name, tensor in model.state_dict().items()}
    weights.pop("embeddings.position_ids", None)
    # Vectors are means over tokens; the pooler is never asked, but a plain load complains if it is missing.
    width = model.config.hidden_size
    weights |= {
        "pooler.dense.weight": torch.zeros(width, width, dtype=dtype),
        "pooler.dense.bias": torch.zeros(width, dtype=dtype),
    }
    save_file(weights, fresh / "model.safetensors", metadata={"format": "pt"})
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(fresh / "tokenizer.json"))
    for name, content in _small_files(model, window).items():
        path = fresh / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (fresh / "2_Normalize").mkdir(exist_ok=True)
    shutil.rmtree(output, ignore_errors=True)
    fresh.replace(output)


def _small_files(model: BertModel, window: int) -> dict[str, Any]:
    return {
        "config.json": _architecture(model),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": window,
            "pad_token": "[PAD]",
            "unk_token": "[UNK]",
            "cls_token": "[CLS]",
            "sep_token": "[SEP]",
            "mask_token": "[MASK]",
            "model_input_names": ["input_ids", "token_type_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
        },
        "modules.json": _MODULES,
        "sentence_bert_config.json": {"max_seq_length": window, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": {"query": "", "document": ""},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": model.config.hidden_size,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
            "include_prompt": True,
        },
    }


def _architecture(model: BertModel) -> dict[str, Any]:
    config = model.config
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float32",  # stored in half precision, run in single: CPUs are slow in half
        "vocab_size": config.vocab_size,
        "hidden_size": config.hidden_size,
        "num_hidden_layers": config.num_hidden_layers,
        "num_attention_heads": config.num_attention_heads,
        "intermediate_size": config.intermediate_size,
        "hidden_act": config.hidden_act,
        "hidden_dropout_prob": config.hidden_dropout_prob,
        "attention_probs_dropout_prob": config.attention_probs_dropout_prob,
        "max_position_embeddings": config.max_position_embeddings,
        "type_vocab_size": config.type_vocab_size,
        "layer_norm_eps": config.layer_norm_eps,
        "initializer_range": config.initializer_range,
        "pad_token_id": 0,
    }


def publish(source: Path, output: Path, window: int) -> None:
    """Write the model of `source` in half precision into `output`, beside the README and NOTICE kept there."""
    model = BertModel.from_pretrained(source, dtype=torch.float32, add_pooling_layer=False)
    fresh = output.with_name(output.name + ".fresh")
    save_model(model, Tokenizer.from_file(str(source / "tokenizer.json")), fresh, window)
    for path in sorted(fresh.rglob("*")):
        if path.is_file():
            place = output / path.relative_to(fresh)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
    shutil.rmtree(fresh)
