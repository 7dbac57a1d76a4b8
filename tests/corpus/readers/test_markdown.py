"""Markdown: words without markup, headings where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EmptyDocument, UnsupportedFormat
from corpus.readers import read_document
from corpus.readers.markdown import read_markdown

SOURCE = """---
author: 某人
---
# 通勤 *指南*

市域**铁路**见[官网](http://example.com)与 `GB/T-7714`。
第二行接着上一行。

## 票价

- 单程五元
- 往返九元

| 站 | 时间 |
|---|---|
| 成都 | 8:00 |

```
code = 1
```
"""


def test_the_words_stay_and_the_markup_goes() -> None:
    """Emphasis, links, code, lists, tables and front matter; Chinese lines join without a space."""
    document = read_markdown(SOURCE.encode(), "指南.md")
    assert document.title == "通勤 指南"
    assert document.text.splitlines() == [
        "通勤 指南",
        "市域铁路见官网与 GB/T-7714。第二行接着上一行。",
        "票价",
        "单程五元",
        "往返九元",
        "站\t时间\t",
        "成都\t8:00\t",
        "code = 1",
    ]


def test_headings_are_spans_of_the_text() -> None:
    """Level and words as the author set them."""
    document = read_markdown(SOURCE.encode(), "指南.md")
    assert [(heading.level, heading.title) for heading in document.headings] == [(1, "通勤 指南"), (2, "票价")]
    assert all(document.text[heading.start : heading.end] == heading.title for heading in document.headings)


@given(source=st.text(alphabet="#*_[]()`>-|\n 城a1<&\t", max_size=200))
def test_no_source_breaks_it(source: str) -> None:
    """Headings are always spans of the text."""
    document = read_markdown(source.encode(), "a.md")
    assert all(document.text[heading.start : heading.end].strip() == heading.title for heading in document.headings)


def test_a_kind_without_a_reader_and_an_empty_file_are_refused_by_name() -> None:
    """With what to do instead."""
    with pytest.raises(UnsupportedFormat, match=r"表\.xlsx: no reader .* supported are .*\.txt"):
        read_document(b"PK", "表.xlsx")
    with pytest.raises(EmptyDocument, match=r"空\.txt: holds no text"):
        read_document(b" \n", "空.txt")


def test_a_text_keeps_every_character(tmp_path: object) -> None:
    """Line ends, white space at both ends, the title from the name."""
    document = read_document(" 甲\r\n乙\n ".encode(), "a.b.txt")
    assert (document.text, document.title) == (" 甲\r\n乙\n ", "a.b")
