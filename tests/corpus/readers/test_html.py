"""Web pages: the article and what its head says, without what stands around it.

Takes    made-up pages
Gives    tests          Never  the network
"""

import pytest

from corpus.errors import LimitExceeded
from corpus.readers import read_document
from corpus.readers.html import read_html

PAGE = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="{charset}"><title>轨道交通 - 某某网</title>
<meta name="author" content="张三"><meta property="article:published_time" content="2024-03-05T08:00:00+08:00">
<link rel="canonical" href="https://example.org/a"><script>document.write("<p>脚本</p>")</script></head><body>
<nav><a href="/">首页</a></nav><header><a>登录</a></header><div class="breadcrumb">首页 &gt; 新闻</div>
<main><h1>轨道<b>交通</b></h1><p>成都至资阳的
   市域铁路<b>建成</b>后，通勤&nbsp;更快。<br>第二行</p><div style="display:none">看不见</div>
<h2>一、人口</h2><table><tr><th>城市<th>人口</tr><tr><td>成都<td><p>2140 万</p></tr></table>
<ol start="3"><li>甲<ul><li>甲一</li></ul></li><li><p>乙</p><p>乙二</p></li></ol><pre>a = 1
  b = 2</pre><template>模板</template><!-- 注释 --></main><footer>版权所有</footer></body></html>"""
TEXT = (
    "轨道交通\n成都至资阳的市域铁路建成后，通勤\xa0更快。\n第二行\n一、人口\n城市\t人口\n成都\t2140 万\n"
    "3. 甲\n甲一\n4. 乙\n乙二\na = 1\n  b = 2\n"
)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("GBK", "gb18030"), ("utf-8", "utf-8-sig"), ("utf-8", "utf-16")],
)
def test_the_article_is_read_and_nothing_around_it(charset: str, encoding: str) -> None:
    """In the encoding that the page names, or that its mark does."""
    document = read_html(PAGE.format(charset=charset).encode(encoding), "a.html")
    assert document.text == TEXT
    assert document.title == "轨道交通"
    assert [(document.text[each.start : each.end], each.level) for each in document.headings] == [
        ("轨道交通", 1),
        ("一、人口", 2),
    ]
    assert document.metadata == {
        "author": "张三",
        "date": "2024-03-05T08:00",
        "language": "zh-CN",
        "url": "https://example.org/a",
    }


def test_tables_lists_and_code_are_marked() -> None:
    """A list inside a list is part of it."""
    document = read_html(PAGE.format(charset="utf-8").encode(), "a.html")
    assert [(each.kind, document.text[each.start : each.end]) for each in document.blocks] == [
        ("table", "城市\t人口\n成都\t2140 万"),
        ("list", "3. 甲\n甲一\n4. 乙\n乙二"),
        ("code", "a = 1\n  b = 2"),
    ]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>甲<p>乙", "甲\n乙\n"),
        ("<html><body><div>甲<div>乙</div>丙</div></body>", "甲\n乙\n丙\n"),
        ("<html><title>题</title><body><nav>只有菜单</nav></body>", "只有菜单\n"),
        ("<html><table><tr><td><h1>排版</h1><p>用表</p></td><td>旁</td></tr></table>", "排版\n用表\n旁\n"),
        ("<html><ul><li><a>一</a><li><a>二</a><li><a>三</a></ul><p>正文", "正文\n"),
        ("<html><p>x<script>alert(1)</script>y</p>", "xy\n"),
        ("<html><p>a &lt;b&gt; &#x4e2d;</p>", "a <b> 中\n"),
        ("<html><article>短</article><p>" + "长" * 50, "短\n" + "长" * 50 + "\n"),
    ],
)
def test_pages_of_other_shapes_are_read(page: str, text: str) -> None:
    """Unclosed, laid out by tables, only menus, an article that is not the article."""
    assert read_html(page.encode(), "a.html").text == text


def test_a_page_is_titled_by_its_head_where_no_heading_is_the_only_first() -> None:
    """And by the file's name where nothing else is said."""
    assert read_html("<html><title> 题\n</title><h1>甲</h1><h1>乙</h1>".encode(), "a.html").title == "题"
    assert read_document("<html><p>甲</p>".encode(), "名字.html").title == "名字"


def test_a_deep_page_is_read_and_a_bottomless_one_refused() -> None:
    """A parser that goes down by recursion loses the words without a sound; one that refuses says so."""
    assert read_html(b"<div>" * 2000 + "深".encode(), "a.html").text == "深\n"
    with pytest.raises(LimitExceeded, match=r"a\.html: its elements lie more than 10,000 deep"):
        read_html(b"<div>" * 100_000 + "深".encode(), "a.html")
