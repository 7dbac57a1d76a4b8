"""Records in JSON: a document each.

Takes    made-up records
Gives    tests          Never  files
"""

import json

import pytest

from corpus.errors import UnreadableDocument
from corpus.readers import Reading, ReadOptions, read_documents

RECORDS = [
    {"id": "a1", "标题": "甲", "正文": "第一篇。", "year": 1999, "tags": ["x", "y"], "deep": {"a": 1}, "none": None},
    {"id": "a2", "标题": "乙", "正文": "第二篇。\u2028续。"},
    {"id": "a1", "标题": "丙", "正文": "第三篇。"},
]
LINES = "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS).encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", LINES),
        ("a.json", json.dumps(RECORDS).encode()),
        ("a.json", json.dumps({"total": 3, "data": RECORDS}).encode()),
    ],
)
def test_each_record_is_a_document(name: str, data: bytes) -> None:
    """Titled and called by its own fields; an id that comes again is told apart."""
    readings = read_documents(data, name)
    assert [reading.inner for reading in readings] == ["a1", "a2", "a1, record 3"]
    documents = [reading.document for reading in readings if reading.document is not None]
    assert [(each.title, each.text) for each in documents] == [
        ("甲", "第一篇。\n"),
        ("乙", "第二篇。\n续。\n"),
        ("丙", "第三篇。\n"),
    ]
    assert documents[0].metadata == {"id": "a1", "year": 1999, "tags": "x, y"}


def test_the_fields_may_be_named() -> None:
    """Text, title, and which of the others are metadata."""
    options = ReadOptions(text_field="标题", title_field="正文", metadata_fields=("year",))
    first = read_documents(LINES, "a.jsonl", options)[0].document
    assert first is not None
    assert (first.text, first.title, first.metadata) == ("甲\n", "第一篇。", {"year": 1999})


def test_a_record_without_the_named_field_is_an_error_of_its_own() -> None:
    """It names the field and those that there are."""
    readings = read_documents(b'{"a": "x"}\n{"b": "y"}', "a.jsonl", ReadOptions(text_field="a"))
    assert readings[0].document is not None
    assert "record 2: has no text in the field 'a'; its fields are b" in str(readings[1].error)


def test_a_damaged_line_stops_nothing() -> None:
    """The others are read."""
    readings = read_documents(b'{"text": "x"}\n{"text": \n\n{"text": "y"}\n', "a.jsonl")
    outcomes = [(reading.inner, reading.document is not None) for reading in readings]
    assert outcomes == [("1", True), ("2", False), ("4", True)]


@pytest.mark.parametrize("data", [b"{", b"[" * 100_000, b'{"a": 1} x', b"nonsense"])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    """Deep nesting too."""
    with pytest.raises(UnreadableDocument, match=r"a\.json: is not valid JSON"):
        read_documents(data, "a.json")


def test_a_record_without_a_text_says_all_that_it_holds() -> None:
    """A line a value, deeper ones under their path."""
    (reading,) = read_documents('{"城市": {"名": "成都", "区": ["锦江", "青羊"]}, "空": ""}'.encode(), "a.json")
    assert isinstance(reading, Reading) and reading.document is not None
    assert reading.document.text == "城市.名: 成都\n城市.区: 锦江\n城市.区: 青羊\n"
