"""The bundled model loads by its path alone and gives sane vectors for every kind of text."""

import json
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

MODEL = Path(__file__).parents[2] / "index" / "model"


@pytest.fixture(scope="module")
def model() -> SentenceTransformer:
    """Load the bundled model once."""
    return SentenceTransformer(str(MODEL), device="cpu")


@pytest.mark.parametrize("text", ["", " ", "水", "2024", "㐀龘", "😀", "北京 Beijing 2008", "a" * 3000, "长" * 3000])
def test_every_text_has_a_finite_unit_vector(model: SentenceTransformer, text: str) -> None:
    """No text, however odd or long, gives a zero or broken vector."""
    vector = model.encode(text)
    assert vector.dtype == np.float32
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("在外地看病能直接报销吗？", "在外地看病能直接報銷嗎？"),
        ("台湾的总统府在哪里", "臺灣的總統府在哪裡"),
        ("这台计算机的硬盘坏了", "這台計算機的硬盤壞了"),
    ],
)
def test_both_scripts_mean_the_same(model: SentenceTransformer, simplified: str, traditional: str) -> None:
    """Traditional is folded inside the tokenizer."""
    first, second = model.encode([simplified, traditional])
    assert float(first @ second) > 0.98


def test_questions_and_passages_share_one_space(model: SentenceTransformer) -> None:
    """encode_query and encode_document are the two doors, with empty prompts today."""
    assert np.allclose(model.encode_query("水的沸点"), model.encode_document("水的沸点"), atol=1e-6)


def test_no_remote_code_and_single_precision() -> None:
    """The folder names no code to fetch, and asks for float32, which CPUs run fast."""
    config = json.loads((MODEL / "config.json").read_text(encoding="utf-8"))
    assert "auto_map" not in config
    assert config["dtype"] == "float32"
