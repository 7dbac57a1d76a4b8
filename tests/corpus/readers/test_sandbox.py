"""The process that parses: what it may not do, and what is told when it dies.

Takes    files made to misbehave
Gives    tests          Never  the network
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from corpus.errors import LimitExceeded, UnreadableDocument
from corpus.readers import LARGEST_FILE, read_document, read_documents
from corpus.readers.wire import Reading, from_bytes, to_bytes
from corpus.types import Block, Document, Heading

TABLE = "城市,人口\n成都,2140 万\n资阳,230 万\n".encode()


def test_a_document_is_the_same_after_the_wire() -> None:
    """With every field filled."""
    document = Document(
        text="题\n甲\t乙\n𠮷",
        title="题",
        headings=(Heading(0, 1, 1, "题"),),
        metadata={"author": "作者", "year": 1999, "open": True, "share": 0.5},
        encoding="gb18030",
        page_starts=(0, 2),
        blocks=(Block(2, 5, "table"),),
    )
    reading = Reading("甲/乙.txt", document)
    assert from_bytes(to_bytes(reading)) == reading


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"inner":"","text":"a"}',
        b'{"inner":"","text":"a","title":"","headings":[[0,2,1,"a"]],"metadata":{},"encoding":"","pages":[],"blocks":[]}',
        b'{"inner":"","text":"a","title":"","headings":[],"metadata":{},"encoding":"","pages":[],"blocks":[[0,1,"x"]]}',
        b'{"inner":"","text":"a","title":"","headings":[],"metadata":3,"encoding":"","pages":[],"blocks":[]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_reading_is_refused(reply: bytes) -> None:
    """A parser that was taken over can send anything."""
    with pytest.raises(ValueError):
        from_bytes(reply)


def test_many_threads_read_at_once() -> None:
    """Each gets the answer to its own file."""
    tables = [f"城市,人口\n第{number}城,{number}\n".encode() for number in range(24)]
    with ThreadPoolExecutor(4) as threads:
        documents = list(threads.map(lambda data: read_document(data, "a.csv"), tables))
    assert [f"第{number}城" in document.text for number, document in enumerate(documents)] == [True] * 24


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    """The message says how large it may be."""
    with pytest.raises(LimitExceeded, match=rf"a\.csv: has .* at most {LARGEST_FILE:,}: split it"):
        read_documents(bytes(LARGEST_FILE + 1), "a.csv")


def test_a_row_that_never_ends_is_refused() -> None:
    """A quote that is never closed swallows the rest of the file; the parser goes on with the next one."""
    with pytest.raises(UnreadableDocument, match=r"a\.csv: row \d+ is damaged"):
        read_document(b'a,b\n1,"' + b"x" * 2_000_000, "a.csv")
    assert "成都" in read_document(TABLE, "a.csv").text


def test_no_thread_is_left_waiting_for_a_file_that_was_read() -> None:
    """Deadlines are called off; only the idle parser's bedtime may remain."""
    before = threading.active_count()
    for _ in range(5):
        read_document(TABLE, "a.csv")
    assert threading.active_count() <= before + 1
