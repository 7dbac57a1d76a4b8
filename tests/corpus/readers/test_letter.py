"""Letters: what they say, and what hangs on them.

Takes    made-up letters
Gives    tests          Never  the network
"""

import pytest

from corpus.errors import CorpusError, UnreadableDocument
from corpus.readers import formats, read_document, read_documents
from tests.corpus.readers.made_files import letter, made_files, mailbox


def test_a_letter_says_who_wrote_it_and_when() -> None:
    """Its subject is the title."""
    document = read_document(letter("会议纪要", "第一段。\n第二段。\n"), "a.eml")
    assert (document.title, document.text) == ("会议纪要", "第一段。\n第二段。\n")
    assert document.metadata == {
        "author": "张三 <zhang@example.org>",
        "to": "li@example.org",
        "date": "2024-03-05T10:15",
        "language": "zh",
    }


def test_a_letter_in_html_is_read_as_a_page() -> None:
    """Scripts and styles are no words."""
    data = letter("题", "<html><style>p{}</style><p>甲<b>乙</b></p><script>x</script></html>", subtype="html")
    assert read_document(data, "a.eml").text == "甲乙\n"


def test_attachments_are_documents_of_their_own() -> None:
    """By their names; what no reader takes is told, and so is a letter in the letter."""
    inner = letter("内", "里面的信。")
    attached = {"报告.docx": made_files()[".docx"], "图.png": b"\x89PNG\r\n\x1a\n", "信.eml": inner}
    readings = {reading.inner: reading for reading in read_documents(letter("题", "正文", attached), "a.eml")}
    assert list(readings) == ["", "报告.docx", "图.png", "信.eml"]
    assert "PNG picture" in str(readings["图.png"].error)
    assert [bool(readings[name].document) for name in ("", "报告.docx", "信.eml")] == [True] * 3


def test_an_old_letter_in_gb2312_is_read() -> None:
    """By the charset that it names; a name that nobody knows is told by the bytes."""
    for charset in ("gb2312", "x-unknown", "unicode_escape"):
        head = f"Subject: a\nMIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\n"
        head += "Content-Transfer-Encoding: 8bit\n\n"
        data = head.encode() + "我们在城市的中心建设了一条新的轨道交通线路。".encode("gbk")
        assert read_document(data, "a.eml").text == "我们在城市的中心建设了一条新的轨道交通线路。\n"


def test_a_mailbox_is_its_letters() -> None:
    """Each a document, with what hangs on it; a line that only looks like a border is none, a broken letter is told."""
    first = letter("甲", "第一封。\n", {"附件.txt": "附件。".encode()})
    quoted = letter("乙", "第二封。\n\nFrom here on, it is 10:15.\nFrom me.\n")
    data = mailbox(first, quoted.replace(b"\nFrom ", b"\n>From "), b"\n", letter("丁", "第四封。\n"))
    for ending in (b"\n", b"\r\n"):
        readings = {each.inner: each for each in read_documents(data.replace(b"\n", ending), "信.mbox")}
        assert list(readings) == ["letter 1.eml", "letter 1.eml/附件.txt", *(f"letter {n}.eml" for n in (2, 3, 4))]
        said = [each.document and (each.document.title, each.document.text) for each in readings.values()]
        assert said[:2] == [("甲", "第一封。\n"), ("附件", "附件。")]
        assert said[2] == ("乙", "第二封。\nFrom here on, it is 10:15.\nFrom me.\n")
        assert "has no headers" in str(readings["letter 3.eml"].error)
        assert said[4] == ("丁", "第四封。\n")


def test_what_is_called_a_mailbox_begins_like_one() -> None:
    """Otherwise it says what is missing; a text that begins with the word From is a text."""
    with pytest.raises(UnreadableDocument, match="does not begin with a From line as mailboxes do; export"):
        read_documents(b"Dear all,\n", "a.mbox")
    assert read_document(b"From 10:15 on\nit rained.\n", "a.txt").text == "From 10:15 on\nit rained.\n"


def test_a_letter_at_which_the_library_fails_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it raises is told beside the letter's name."""

    def failing(data: bytes, name: str) -> object:
        raise RecursionError("too deep") if name == "letter 1.eml" else CorpusError(name)

    monkeypatch.setattr(formats, "read_letter", failing)
    source = formats.Source(mailbox(b"a: b\n\n", b"a: b\n\n"), "信.mbox")
    told = [(each.inner, str(each.error)) for each in formats.read_all(source, "mbox")]
    damaged = "letter 1.eml: is damaged (RecursionError: too deep); open it and save it again"
    assert told == [("letter 1.eml", damaged), ("letter 2.eml", "letter 2.eml")]
