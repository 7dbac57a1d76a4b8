"""The embedder: unit vectors for whatever comes, the model's own prompts, no network, refusals that help."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizerFast

from index.embedder import BUNDLED_MODEL, SentenceEmbedder
from index.errors import ModelUnavailable

AWKWARD = ["", " ", "铁", "123456", "。", "GDP增长6.5% in 2024年", "𠮷🚄", "word " * 3000]


@pytest.fixture(scope="module")
def bundled() -> SentenceEmbedder:
    """Give the model that ships."""
    return SentenceEmbedder()


def test_whatever_comes_becomes_a_finite_unit_vector(bundled: SentenceEmbedder) -> None:
    """Empty texts, single words, numbers, rare characters, texts beyond the window."""
    for vectors in (bundled.embed_passages(AWKWARD), bundled.embed_questions(AWKWARD)):
        assert vectors.dtype == np.float32 and vectors.shape == (len(AWKWARD), bundled.dimension)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)


def test_both_scripts_mean_the_same(bundled: SentenceEmbedder) -> None:
    """Simplified and Traditional Chinese are nearer than 0.98."""
    pairs = [("轨道交通与医疗保险", "軌道交通與醫療保險"), ("长三角的户籍制度改革", "長三角的戶籍制度改革")]
    simplified, traditional = (bundled.embed_passages([pair[place] for pair in pairs]) for place in (0, 1))
    assert (np.sum(simplified * traditional, axis=1) > 0.98).all()


def test_meaning_is_nearer_than_chance(bundled: SentenceEmbedder) -> None:
    """A question in either language finds its sentence among three."""
    sentences = ["参保人员跨城就医可以直接刷卡结算。", "市域铁路每天开行百余对动车。", "高校与企业共建联合实验室。"]
    passages = bundled.embed_passages(sentences)
    questions = bundled.embed_questions(["在外地看病能报销吗", "How many trains run every day?"])
    assert (questions @ passages.T).argmax(axis=1).tolist() == [0, 1]


def test_one_question_gives_what_many_give(bundled: SentenceEmbedder) -> None:
    """The remembered vector is the computed one."""
    together = bundled.embed_questions(["通勤", "医保"])
    for _ in range(2):
        np.testing.assert_allclose(bundled.embed_questions(["医保"])[0], together[1], atol=1e-5)
    assert bundled.embed_passages([]).shape == (0, bundled.dimension)


def test_texts_are_measured_whole(bundled: SentenceEmbedder) -> None:
    """Beyond the window too, so that nothing is cut off unseen."""
    assert bundled.window >= 512
    assert bundled.measure("word " * 3000) > 3000
    assert bundled.measure("") == 2


def make_model(folder: Path) -> None:
    """Write a model of one layer with random weights and prompts of its own."""
    folder.mkdir()
    letters = [chr(code) for code in range(97, 123)]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ":", *letters, *(f"##{letter}" for letter in letters)]
    (folder / "vocab.txt").write_text("\n".join(vocabulary))
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    torch.manual_seed(0)
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"), max_seq_length=32)
    prompts = {"query": "ask: ", "document": "tell: "}
    SentenceTransformer(modules=[transformer, Pooling(16)], prompts=prompts, device="cpu").save(str(folder / "model"))


def test_any_local_model_serves_with_its_own_prompts(tmp_path: Path) -> None:
    """Questions and passages of the same words differ; the fingerprint follows the files."""
    make_model(tmp_path / "made")
    folder = tmp_path / "made" / "model"
    embedder = SentenceEmbedder(str(folder))
    assert (embedder.dimension, embedder.window) == (16, 32)
    questions, passages = embedder.embed_questions(["abc", "b"]), embedder.embed_passages(["abc", "b"])
    assert not np.allclose(questions, passages, atol=1e-3)
    twin = tmp_path / "twin"
    shutil.copytree(folder, twin)
    assert SentenceEmbedder(str(twin)).fingerprint == embedder.fingerprint
    path = twin / "config_sentence_transformers.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"prompts": {"query": "", "document": ""}}))
    assert SentenceEmbedder(str(twin)).fingerprint != embedder.fingerprint


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With the name of the setting."""
    with pytest.raises(ModelUnavailable, match="set WENQU_MODEL"):
        SentenceEmbedder(str(tmp_path / "none"))


def test_a_hub_name_is_not_fetched_unless_allowed() -> None:
    """The message says how to allow it."""
    with pytest.raises(ModelUnavailable, match="WENQU_MODEL_DOWNLOAD=true"):
        SentenceEmbedder("someone/some-model")


def test_weights_that_could_run_code_are_refused(tmp_path: Path) -> None:
    """A pickle in place of safetensors is not read."""
    folder = tmp_path / "model"
    shutil.copytree(BUNDLED_MODEL, folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelUnavailable, match="safetensors"):
        _ = SentenceEmbedder(str(folder)).dimension
