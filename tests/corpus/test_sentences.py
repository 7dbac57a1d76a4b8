"""Sentences: spans that leave nothing out, cut where a reader would."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers import read_document
from corpus.sentences import split_sentences

GOLD = Path(__file__).parent.parent / "data" / "seed_gold" / "sentences.json"
SAMPLE = next((Path(__file__).parents[2] / "corpus" / "documents").iterdir())
PROSE = st.text(alphabet="城市,。！？;…“”’（）.aZ 1\n\t。", max_size=200)


def cut(text: str) -> list[str]:
    """Return the sentences' words."""
    return [text[sentence.start : sentence.end] for sentence in split_sentences(text)]


@given(text=PROSE | st.text(max_size=100))
def test_the_spans_leave_out_nothing_but_white_space(text: str) -> None:
    """In order, apart, trimmed; joined without white space they are the text without white space."""
    spans = split_sentences(text)
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(text[span.start : span.end].strip() == text[span.start : span.end] != "" for span in spans)
    assert "".join("".join(cut(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他说:“好。”走了。", ["他说:“好。”", "走了。"]),
        ("（见附件。）下一句！", ["（见附件。）", "下一句！"]),
        ("增长12.6%,第3.5.1条不变。", ["增长12.6%,第3.5.1条不变。"]),
        ("没有标点的一句话", ["没有标点的一句话"]),
        ("第十六条 经营者应当守信；不得欺诈。", ["第十六条 经营者应当守信；", "不得欺诈。"]),
        ("真的吗？！是……的。", ["真的吗？！", "是……", "的。"]),
        ("Dr. Li came, e.g. today. He left.", ["Dr. Li came, e.g. today.", "He left."]),
        ("用Python 3.11写成。See example.com now. 完", ["用Python 3.11写成。", "See example.com now.", "完"]),
        ("标题\n\n正文第一句。\r\n第二句", ["标题", "正文第一句。", "第二句"]),
        ("ＡＢＣ共１２．５元。", ["ＡＢＣ共１２．５元。"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_it_cuts_where_a_reader_would(text: str, expected: list[str]) -> None:
    """Closing quotes stay, decimals and abbreviations stay whole, line breaks end."""
    assert cut(text) == expected


def test_the_sample_article_is_cut_as_the_gold_says() -> None:
    """Every boundary of the 116 sentences of the body; the glued title is the business of the sections."""
    text = read_document(SAMPLE.read_bytes(), SAMPLE.name).text
    gold = {row["end"] for row in json.loads(GOLD.read_text("utf-8")) if row["kind"] == "sentence"}
    assert gold <= {sentence.end for sentence in split_sentences(text)}
