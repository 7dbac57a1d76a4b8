"""Tables: every row says what its values are.

Takes    made-up tables
Gives    tests          Never  files
"""

import pytest

from corpus.readers.csv import read_csv

CITIES = [["城市", "人口", "备注"], ["成都", "2140 万", "省会"], ["资阳", "230 万", ""]]
TEXT = "城市\t人口\t备注\n城市: 成都; 人口: 2140 万; 备注: 省会\n城市: 资阳; 人口: 230 万\n"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_row_is_citable_by_itself(delimiter: str, encoding: str) -> None:
    """Whatever parts the columns, in every encoding that spreadsheets write."""
    data = "\r\n".join(delimiter.join(row) for row in CITIES).encode(encoding)
    document = read_csv(data, "a.csv")
    assert document.text == TEXT


def test_quoted_values_keep_their_commas_and_lose_their_line_breaks() -> None:
    """A row is one line of the text."""
    data = '名称,说明\n甲,"第一行，\n第二行, 完"\n'.encode()
    assert read_csv(data, "a.csv").text == "名称\t说明\n名称: 甲; 说明: 第一行， 第二行, 完\n"


def test_a_single_column_needs_no_names() -> None:
    """Its rows are the text."""
    assert read_csv("意见\n很好\n不错，快\n".encode(), "a.csv").text == "意见\n很好\n不错，快\n"


def test_rows_longer_than_the_header_lose_nothing() -> None:
    """A value without a name stands alone; blank rows are left out."""
    assert read_csv(b"a,b\n\n1,2,3\n,,\n", "a.csv").text == "a\tb\na: 1; b: 2; 3\n"
