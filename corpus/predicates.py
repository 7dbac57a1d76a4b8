"""Where the subject of a Chinese sentence ends: the words that usually open what is said of it.

Takes    text, a span, how often neighbouring characters meet in the document
Gives    the place where the predicate begins, or None
Touches  nothing          Never  a tagger, models, files

A list of frequent predicate words, written by hand: it is grammar. A hit inside a longer word (能 in 新能源) is told
by the document itself: characters that meet again and again belong together.
"""

import re

# ruff: noqa: E501, SIM905

_SINGLE = "是为為让讓能使将將应應会會可需要以在由被把有指对對从從向给給令则則也都不"
_DOUBLE = """
可以 能够 应当 应该 必须 需要 需 不是 并非 已经 正在 通过 依靠 属于 位于 包括 包含 具有 拥有 作为 成为 分为 来自 适用 用于 决定 影响 意味
促进 推动 推进 支撑 保障 强化 加强 增强 提升 提高 改善 优化 完善 破解 打破 破除 消除 解决 缓解 降低 减少 缩小 激活 激发 释放 拓展 拓宽 扩大
夯实 筑牢 巩固 守护 保护 维护 引导 带动 引领 驱动 打通 连接 畅通 促使 实现 构建 建立 形成 营造 培育 提供 创造 塑造 丰富 深化 助力 赋能 服务 满足
关系 涉及 体现 反映 表现 面临 存在 起源 发源 发生 出现 开始 始于 源于 取决 依赖 采用 使用 利用 负责 承担 主要 通常 一般 往往 常常 经常 容易 比较
直接 极大 有效 有助 有利 帮助 支持 允许 禁止 要求 规定 指出 表示 认为 显示 表明 说明 强调 介绍 描述 定义 介于 始建 建于 成立 创立 创建 隶属 坐落
讲究 讲求 离不开 关乎 事关 贯穿 决不 不能 不得 不仅 不只 只有 只能 只是 就是 即是 又称 也称 亦称 简称 俗称 称为 叫做 旨在 意在 重在 在于 能将
""".split()
_PREDICATE = re.compile("|".join([*sorted(_DOUBLE, key=len, reverse=True), *_SINGLE]) + r"|[（(，,:：]")
_NOMINAL = frozenset(
    "促进 推动 推进 支撑 保障 强化 加强 增强 提升 提高 改善 优化 完善 破解 缓解 降低 激发 拓展 巩固 守护 保护 维护 引导 带动 连接 构建 建立 培育 提供 创造"
    " 服务 影响 决定 关系 使用 利用 表现 分析 比较 支持 要求 规定 说明 介绍 定义 出现 开始 存在 依赖".split()
)
_STOPS = "（(，,:："
_COPULA = re.compile(
    r"[是为為的了在与與和及或等则則也以于於由从從自，,、。:：;；（(）)]|可以|[应應][当當]|能够|能夠|[位属屬建成立源列][于於]|指|包括|有[^机機效利害]"
    r"|[发發]生|又[称稱名]|也[称稱]|亦[称稱]|[简簡][称稱]|全[称稱]|列出|依[据據]|股份|集[团團]|公司|一[种種个個]"
)


def predicate_start(text: str, start: int, end: int, longest: int = 20) -> int | None:
    """Return where the predicate of `text[start:end]` begins, its subject being 2 to `longest` characters long.

    A verb that another predicate follows at once belongs to the subject: the subject is then what is done.

    >>> predicate_start("生态环境共治守护城市群可持续发展根基。", 0, 19)
    6
    >>> predicate_start("能源保障协同筑牢城市群发展支撑。", 0, 16)
    6
    """
    place = _next_predicate(text, start, start, end, longest)
    if place is None:
        return None
    verb = text[place : place + 2]
    if verb in _NOMINAL:
        later = _next_predicate(text, start, place + 2, end, longest)
        if later is not None and later <= place + 4 and text[later] not in _STOPS:
            return later
    return place


def _next_predicate(text: str, start: int, place: int, end: int, longest: int) -> int | None:
    stop = min(end, start + longest)
    for match in _PREDICATE.finditer(text, max(start + 2, place), min(end, stop + 2)):
        place = match.start()
        if place > stop:
            return None
        if not _within_word(text, place, end, len(match.group())):
            return place
    return None


def opens_predicate(text: str, place: int) -> bool:
    """Tell whether what stands at `place` continues a sentence rather than beginning one."""
    return _COPULA.match(text, place) is not None or any(text.startswith(word, place) for word in _DOUBLE)


def _within_word(text: str, place: int, end: int, length: int) -> bool:
    """Tell whether the pair across `place` is a habit of this text near here, so that no word ends there."""
    around = text[max(0, place - 4_000) : end + 4_000]
    across = around.count(text[place - 1 : place + 1])
    inside = around.count(text[place : place + 2]) if length == 1 else 0
    before = around.count(text[place - 2 : place])
    return across >= 2 and across >= 0.6 * before and (length > 1 or inside >= 1)
