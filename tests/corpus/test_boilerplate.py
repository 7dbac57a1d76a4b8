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


@pytest.mark.parametrize(
    "contents",
    [
        "目录\n一、总体要求……1\n二、主要任务……3\n三、保障措施……7",
        "目 录\n第一章 总则\n第二章 保护\n第三章 附则",
        "第一章 总则\t1\n第二章 保护\t4\n第三章 附则\t9",
        "Contents\n1 Water .... 1\n2 Air .... 12\n3 Soil .... 20",
    ],
)
def test_a_table_of_contents_is_kept_out(contents: str) -> None:
    """With leaders and pages, or as lines that stand again above their sections."""
    body = "第一章 总则\n为了保护河湖，制定本法。\n第二章 保护\n不得倾倒废物。\n第三章 附则\n自公布之日起施行。"
    text = f"河湖保护办法\n{contents}\n{body}"
    assert [notice.strip() for notice in notices_in(text)] == [contents]


@pytest.mark.parametrize(
    "line",
    [
        "首页 > 新闻中心 > 正文",
        "您当前的位置：首页 > 政务公开 > 通知公告",
        "上一篇：关于开展节水宣传周的通知",
        "首页 | 机构 | 新闻 | 服务 | 联系我们",
    ],
)
def test_navigation_lines_are_kept_out(line: str) -> None:
    """Above the text or in its middle."""
    text = f"{line}\n水利部门昨日公布了今年的节水成绩。\n{line}\n全市用水总量比上年下降百分之三，再生水利用率上升。"
    assert [notice.strip() for notice in notices_in(text)] == [line, line]


@pytest.mark.parametrize(
    "text",
    [
        "位置：一楼大厅东侧。请凭票入场，不要拥挤。\n开放时间：九点到五点。",
        "年份\t人口\n二〇二〇\t100\n二〇二一\t101\n二〇二二\t102\n人口逐年增加，用水也随之上升。",
        "价格表\n苹果   5\n梨子   6\n香蕉   7\n以上价格每天早上更新，以门店为准。",
        "宫保鸡丁……38\n麻婆豆腐……22\n清蒸鲈鱼……68\n以上菜品每天供应，售完为止，欢迎品尝。",
    ],
)
def test_tables_and_addresses_are_not_taken_for_it(text: str) -> None:
    """A table has numbers behind its words too."""
    assert notices_in(text) == []
