"""Notices around a text are found; text that speaks of members, logins and copyright is left alone."""

import pytest

from corpus.boilerplate import find_notices
from corpus.sentences import split_sentences

_BODY = "水稻插秧前要整平田面。秧苗以四叶一心为宜。每穴插两到三株，行距二十五厘米。返青后追施氮肥。"


def notices_in(text: str) -> list[str]:
    """Return the words of the notices found."""
    return [text[notice.start : notice.end].strip() for notice in find_notices(text, split_sentences(text))]


@pytest.mark.parametrize(
    "notice",
    [
        "此处省略40%,请\n登录会员,阅读正文所有内容。",
        "剩余60%内容，开通VIP会员即可阅读全文。",
        "登录后查看更多内容",
        "扫描下方二维码关注公众号",
        "分享到：微信 朋友圈 微博",
        "版权所有，未经许可不得转载。",
        "© 2024 Example Ltd. All rights reserved",
        "责任编辑：王小明",
        "转载请注明出处。",
        "（责任编辑：李四 审核：赵六）",
        "返回搜狐，查看更多",
        "点击阅读原文",
        "京ICP备12345678号-1",
    ],
)
def test_notices_at_the_end_are_found(notice: str) -> None:
    """Each stands after a line break and is taken whole."""
    assert notices_in(_BODY + "\n" + notice) == [notice]


def test_notices_glued_to_the_end_and_the_beginning_are_found() -> None:
    """No line break is needed where the sentence ends."""
    assert notices_in("请登录会员，阅读全文。" + _BODY) == ["请登录会员，阅读全文。"]
    assert notices_in(_BODY + "未经授权，禁止转载。") == ["未经授权，禁止转载。"]


def test_a_whole_line_in_the_middle_is_found() -> None:
    """A button between two paragraphs is not part of either."""
    assert notices_in(_BODY + "\n点击查看更多\n" + _BODY) == ["点击查看更多"]


@pytest.mark.parametrize(
    "ending",
    [
        "用户登录会员系统后，可以查询近三个月的订单。",
        "会员登录失败三次，账号将被锁定十分钟。",
        "登录密码每九十天更换一次。",
        "作品的版权归作者所有的时间为终身及其死亡后五十年。",
        "该馆共有会员三千人，其中付费会员八百人。",
        "扫描仪每分钟可扫描四十页。",
        "编辑部负责稿件的审核与校对工作。",
        "他点击鼠标，打开了文件。",
        "阅读能提高孩子的表达能力。",
        "分享经验有助于团队成长。",
        "读者来源：调查显示六成读者来自农村，四成来自城市，其中学生最多。",
    ],
)
def test_text_that_only_mentions_such_words_is_kept(ending: str) -> None:
    """The sentence says something of its own."""
    assert notices_in(_BODY + ending) == []
    assert notices_in(ending + _BODY) == []
    assert notices_in(_BODY + "\n" + ending + "\n" + _BODY) == []


def test_a_manual_about_members_keeps_its_instructions() -> None:
    """Where the whole text is about members, signing in is its matter."""
    text = "会员分为三级。会员积分每年清零。会员可以邀请好友。会员生日当月双倍积分。登录会员账号，查看全部内容。"
    assert notices_in(text) == []


def test_a_text_of_nothing_but_notices_is_kept_as_text() -> None:
    """There must be something that the notice stands around."""
    assert notices_in("版权所有。请勿转载。") == []
