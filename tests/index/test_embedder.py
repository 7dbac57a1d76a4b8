"""The embedder: the bundled model, a tiny one made on the spot, and what is said where there is none.

Takes    index/model; random weights and a small vocabulary
Gives    tests, the only ones of the index that load torch          Never  the network
"""

import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from index.embedder import BODY, BUNDLED_MODEL, SentenceEmbedder
from index.errors import ModelUnavailable
from index.quantised import QuantisedModel

TEXTS = ["", " ", "轨道", "12.6", "GB/T 7714", "成都都市圈如何推进通勤？How about metro lines? 😀", "字" * 2000]

VOCABULARY = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    *"轨道交通勤城市群问答题：:，。abcdefg0123456789",
    "query",
    "passage",
]
PROMPTS = {"query": "query: ", "document": "passage: "}


@pytest.fixture(scope="module")
def bundled() -> SentenceEmbedder:
    """Load the bundled model once."""
    return SentenceEmbedder(threads=1)


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a model of two small layers with random weights, as sentence-transformers saves them."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    parts = tmp_path_factory.mktemp("parts")
    (parts / "vocab.txt").write_text("\n".join(VOCABULARY), "utf-8")
    torch.manual_seed(1)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=len(VOCABULARY), max_position_embeddings=64, **sizes)).save_pretrained(parts)
    BertTokenizerFast(str(parts / "vocab.txt"), model_max_length=64).save_pretrained(parts)
    words = Transformer(str(parts))
    folder = tmp_path_factory.mktemp("tiny")
    model = SentenceTransformer(
        modules=[words, Pooling(words.get_embedding_dimension()), Normalize()], prompts=PROMPTS, device="cpu"
    )
    model.save(str(folder), create_model_card=False)
    return folder


@pytest.fixture
def tiny(tiny_folder: Path) -> SentenceEmbedder:
    """Load the tiny model."""
    return SentenceEmbedder(str(tiny_folder))


@pytest.fixture
def copied(tiny_folder: Path, tmp_path: Path) -> Path:
    """Give a copy of the tiny model that a test may change."""
    return Path(shutil.copytree(tiny_folder, tmp_path / "model"))


def test_every_text_has_a_finite_vector_of_length_one(bundled: SentenceEmbedder) -> None:
    """Empty, one word, numbers, mixed, far too long; as a question and as a passage."""
    for vectors in (bundled.embed_questions(TEXTS), bundled.embed_passages(TEXTS)):
        assert vectors.shape == (len(TEXTS), bundled.dimension)
        assert vectors.dtype == np.float32
        assert np.isfinite(vectors).all()
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_a_text_has_the_same_vector_alone_and_among_others(bundled: SentenceEmbedder) -> None:
    """Padding does not show; asked again, the remembered vector is the same and cannot be changed."""
    together = bundled.embed_questions(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        alone = bundled.embed_questions([text])
        assert alone.shape == (1, bundled.dimension)
        assert alone[0] == pytest.approx(vector, abs=1e-4)
    again = bundled.embed_questions(["轨道"])
    assert np.array_equal(again, bundled.embed_questions(["轨道"]))
    with pytest.raises(ValueError, match="read-only"):
        again[0, 0] = 1


def test_the_integers_say_what_the_weights_say(bundled: SentenceEmbedder) -> None:
    """Near the vectors of plain SentenceTransformer, short and long, in either language, in the order of the texts."""
    from sentence_transformers import SentenceTransformer

    texts = [
        "How long is the metro line to the airport?",
        "轨道交通",
        "通勤时间缩短到一小时以内。" * 20,
        "12.6",
        "城市群",
    ]
    plain = SentenceTransformer(str(BUNDLED_MODEL), device="cpu").encode(texts, normalize_embeddings=True)
    found = bundled.embed_passages(texts)
    assert (found * plain).sum(axis=1).min() > 0.98
    assert (found @ plain.T).argmax(axis=1).tolist() == [0, 1, 2, 3, 4]
    assert bundled.embed_passages(texts[::-1]) == pytest.approx(found[::-1], abs=1e-4)


def test_the_body_was_made_from_the_weights_beside_it() -> None:
    """Whoever replaces the weights runs python -m training.quantise."""
    body = onnxruntime.InferenceSession(BUNDLED_MODEL / BODY, providers=["CPUExecutionProvider"])
    weights = (BUNDLED_MODEL / "model.safetensors").read_bytes()
    assert body.get_modelmeta().custom_metadata_map["weights"] == hashlib.blake2b(weights, digest_size=16).hexdigest()


def test_without_its_library_pytorch_runs_the_model(
    copied: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Under the same fingerprint, so that a home may move; and the log says so."""
    shutil.copy(BUNDLED_MODEL / BODY, copied)
    fingerprint = SentenceEmbedder(str(copied)).fingerprint
    monkeypatch.setattr("index.embedder.find_spec", lambda _name: None)
    fallen_back = SentenceEmbedder(str(copied))
    assert fallen_back.embed_questions(["轨道"]).shape == (1, 32)
    assert "onnxruntime is not installed; PyTorch runs its weights" in caplog.text
    assert fallen_back.fingerprint == fingerprint


def test_where_integers_overflow_pytorch_runs_the_model(
    bundled: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its vectors are those of the integers but for rounding, under the same fingerprint; and the log says so."""
    texts = ["轨道交通", "How long is the metro line to the airport?"]
    expected = bundled.embed_passages(texts)
    monkeypatch.setattr(QuantisedModel, "is_exact", False)
    fallen_back = SentenceEmbedder()
    assert ((fallen_back.embed_passages(texts) * expected).sum(axis=1) > 0.98).all()
    assert "overflow on this processor; PyTorch runs its weights" in caplog.text
    assert fallen_back.fingerprint == bundled.fingerprint


def test_a_product_that_overflows_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sums of this processor are compared with what they must be."""
    model = QuantisedModel(BUNDLED_MODEL, BUNDLED_MODEL / BODY, 1)
    monkeypatch.setattr("index.quantised._CHECKED_SUM", -1)
    assert not model.is_exact


def test_a_broken_body_is_refused(copied: Path) -> None:
    """By name, with the remedy."""
    (copied / BODY).write_bytes(b"no graph")
    with pytest.raises(ModelUnavailable, match=r"body.onnx must be one that training.quantise wrote"):
        SentenceEmbedder(str(copied)).embed_questions(["轨道"])


def test_nothing_to_embed_gives_no_rows(bundled: SentenceEmbedder) -> None:
    """Of the right width."""
    assert bundled.embed_passages([]).shape == bundled.embed_questions([]).shape == (0, bundled.dimension)


def test_what_means_alike_lies_near(bundled: SentenceEmbedder) -> None:
    """Nearer than what has nothing to do with it."""
    question = bundled.embed_questions(["成都都市圈如何推进通勤？"])[0]
    near, far = bundled.embed_passages(["成都都市圈加快轨道交通建设，方便居民通勤。", "番茄要先切块，再和鸡蛋一起炒。"])
    assert question @ near > question @ far


def test_measuring_counts_what_the_model_sees(bundled: SentenceEmbedder) -> None:
    """Its two marks for an empty text; more for more; beyond the window too."""
    assert bundled.measure("") == 2
    assert bundled.measure("轨道") > 2
    assert bundled.measure("字" * 2000) > bundled.window == 512


def test_many_threads_get_the_same_vectors(bundled: SentenceEmbedder) -> None:
    """They take turns."""
    expected = bundled.embed_passages(["轨道"])
    found: list[bool] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(np.allclose(bundled.embed_passages(["轨道"]), expected, atol=1e-5))
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 6


def test_a_local_model_is_used_with_its_own_prompts(tiny: SentenceEmbedder) -> None:
    """Questions and passages get different ones, and so different vectors; the passage's is measured."""
    assert (tiny.dimension, tiny.window) == (32, 64)
    question, passage = tiny.embed_questions(["轨道"])[0], tiny.embed_passages(["轨道"])[0]
    assert question != pytest.approx(passage, abs=1e-3)
    bare = tiny._model.encode([PROMPTS["query"] + "轨道", PROMPTS["document"] + "轨道"], normalize_embeddings=True)
    assert question == pytest.approx(bare[0], abs=1e-5)
    assert passage == pytest.approx(bare[1], abs=1e-5)
    assert tiny.measure("轨道") == len(tiny._model.tokenizer(PROMPTS["document"] + "轨道")["input_ids"]) > 4


def test_a_passage_that_is_measured_to_fit_is_read_to_its_end(tiny: SentenceEmbedder) -> None:
    """At the window exactly, the last character still counts; one more is cut off."""
    text = "轨" * (tiny.window - tiny.measure(""))
    assert tiny.measure(text) == tiny.window
    fitting, changed = tiny.embed_passages([text, text[:-1] + "道"])
    assert fitting != pytest.approx(changed, abs=1e-4)
    longer, other = tiny.embed_passages([text + "道", text + "交"])
    assert longer == pytest.approx(other, abs=1e-6)


def test_the_fingerprint_is_that_of_the_files(copied: Path, tiny: SentenceEmbedder) -> None:
    """Equal for a copy; another for other weights, prompts or words; cards and licences do not count."""
    known = {tiny.fingerprint}
    assert SentenceEmbedder(str(copied)).fingerprint == tiny.fingerprint
    (copied / "README.md").write_text("card")
    assert SentenceEmbedder(str(copied)).fingerprint == tiny.fingerprint
    for name in ("model.safetensors", "config_sentence_transformers.json", "tokenizer.json"):
        file = next(copied.rglob(name))
        file.write_bytes(file.read_bytes()[:-1] + b" ")
        known.add(SentenceEmbedder(str(copied)).fingerprint)
    assert len(known) == 4
    assert all(fingerprint.startswith("model-") for fingerprint in known)


def test_the_bundled_model_is_found_wherever_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its fingerprint needs no loading."""
    monkeypatch.chdir(tmp_path)
    assert SentenceEmbedder().fingerprint == SentenceEmbedder(str(BUNDLED_MODEL)).fingerprint


@pytest.mark.parametrize("name", ["/nowhere/model", "./nowhere", "../nowhere", "~/nowhere"])
def test_a_folder_that_is_missing_is_named_with_the_remedy(name: str) -> None:
    """Nobody is asked for it."""
    with pytest.raises(ModelUnavailable, match=r"nowhere.*: does not exist; set WENQU_MODEL to a folder or a hub name"):
        SentenceEmbedder(name)


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no-such-model", "not a name", "a/b/c", "nobody/模型"])
def test_a_hub_name_that_is_not_here_is_refused_offline(name: str) -> None:
    """Without asking the network; the message says how to allow it."""
    with pytest.raises(
        ModelUnavailable, match=r"is no folder and not in the local model cache; set WENQU_MODEL_DOWNLOAD"
    ):
        SentenceEmbedder(name)


@pytest.fixture(params=["empty", "no weights", "cut weights", "cut words", "no config", "unknown part", "own code"])
def unfit(request: pytest.FixtureRequest, copied: Path) -> Iterator[Path]:
    """Spoil the copy in one way."""
    match request.param:
        case "empty":
            shutil.rmtree(copied)
            copied.mkdir()
        case "no weights":
            next(copied.rglob("model.safetensors")).unlink()
        case "cut weights" | "cut words":
            file = next(copied.rglob("model.safetensors" if request.param == "cut weights" else "tokenizer.json"))
            file.write_bytes(file.read_bytes()[:1000])
        case "no config":
            next(copied.rglob("config.json")).unlink()
        case "unknown part" | "own code":
            modules = json.loads((copied / "modules.json").read_text())
            modules[0]["type"] = "own.Code" if request.param == "own code" else "sentence_transformers.models.Nothing"
            (copied / "modules.json").write_text(json.dumps(modules))
            (copied / "own.py").write_text("raise SystemExit('executed')")
    yield copied


def test_a_folder_that_holds_no_fit_model_is_refused(unfit: Path) -> None:
    """When it is loaded; the message names the folder and what it must hold. Code of its own is never run."""
    embedder = SentenceEmbedder(str(unfit))
    with pytest.raises(ModelUnavailable, match=r"(?s)cannot be loaded .*; it must be a sentence-transformers folder"):
        embedder.embed_questions(["轨道"])
