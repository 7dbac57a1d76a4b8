"""Letters: what they say, and what hangs on them.

Takes    made-up letters
Gives    tests          Never  the network
"""

from corpus.readers import read_document, read_documents
from tests.corpus.readers.made_files import letter, made_files


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
