"""Topics are found in walls of text of several domains, none of which the weights were learned from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import topic_weights as table
from corpus.cohesion import link_sentences, shared_weight
from corpus.section_names import name_topic
from corpus.sentences import split_sentences
from corpus.topics import divide, topic_starts

_KITCHEN = [
    "铁锅在使用前需要开锅。新铁锅表面有一层防锈油，应先用温水和洗洁精洗净，再用小火烘干。把肥猪肉放进锅里反复擦拭，让油脂渗进铁锅的毛孔。"
    "擦到猪肉发黑后换一块，直到不再变黑为止。开锅后的铁锅不易粘底，也不容易生锈。",
    "菜刀的保养决定切菜的手感。切完酸性食物后要立即冲洗菜刀，否则刀刃会被腐蚀。磨刀时刀面与磨刀石成十五度角，来回推拉三十次左右。"
    "磨好的菜刀要擦干，插在通风的刀架上。家里没有磨刀石时，可以用碗底应急，但磨出的刀刃不够锋利。",
    "砧板是厨房里最容易滋生细菌的地方。生食和熟食应当使用不同的砧板，避免交叉污染。木砧板用完后撒一层盐，静置十分钟再冲洗，可以杀菌除味。"
    "塑料砧板出现较深的刀痕就要更换。每周把砧板放到太阳下晒一次，但不要暴晒，以免砧板开裂。",
    "冰箱里的食物要分层存放。冷藏室上层温度稍高，适合放熟食和饮料，下层适合放蔬菜水果。生肉应密封后放进冷冻室，解冻后不要再次冷冻。"
    "冰箱不能塞得太满，冷气流通不畅会使温度上升。每两个星期清理一次冰箱，过期的食物及时扔掉。",
]
_LIBRARY = [
    "办理借书证请到一楼服务台。凭身份证填写申请表，缴纳押金一百元，当场即可领取借书证。借书证遗失的，应当及时挂失，补办借书证收取工本费十元。"
    "退还押金时，须交回借书证并还清全部图书。",
    "每位读者最多可以借阅图书十册。图书的借期为三十天，到期前可以续借一次，续借期十五天。新书和热门图书不办理续借。逾期归还图书的，每册每天收取一角逾期费。"
    "读者损坏图书的，按照图书定价赔偿。",
    "自习室的座位需要预约。读者可以在小程序上预约当天或者第二天的座位，预约后三十分钟内未到的，座位自动释放。离开座位超过一小时视为放弃。"
    "一个月内违约三次的读者，七天内不能再预约自习室。自习室内禁止占座和大声接听电话。",
    "少儿阅览室面向十四岁以下的儿童开放。学龄前儿童须由家长陪同进入少儿阅览室。每个周六上午，少儿阅览室举办绘本故事会，儿童和家长可以免费参加。"
    "故事会名额为二十个家庭，通过电话报名。",
]
_EXERCISE = [
    "跑步是最简单的有氧运动。初学者跑步时应以能说话的速度为准，每次二十分钟，每周三次。跑步前先快走五分钟，让心率慢慢上升。跑鞋要比平时大半码，脚趾才不会顶到鞋头。"
    "跑步后小腿酸痛属于正常现象，拉伸可以缓解。",
    "游泳对关节的压力最小。水的浮力托住了身体，膝盖不好的人也能坚持游泳。学游泳先练呼吸，再练蛙泳腿。泳池的水温一般为二十七度，下水前要做热身，防止抽筋。"
    "游泳后及时擦干耳朵里的水，避免发炎。",
    "力量训练能够增加肌肉。肌肉越多，基础代谢越高，体重也就越容易控制。新手从徒手深蹲和俯卧撑开始，每组十二次，做三组。同一块肌肉练完需要休息四十八小时。"
    "训练后一小时内补充蛋白质，有利于肌肉恢复。",
    "瑜伽改善身体的柔韧性。练习瑜伽要空腹，动作缓慢，配合深长的呼吸。瑜伽垫的厚度以六毫米为宜，太软会影响平衡。倒立等高难度体式须在老师指导下练习。"
    "坚持瑜伽三个月，肩颈的僵硬会明显减轻。",
]


def starts_and_truth(parts: list[str]) -> tuple[set[int], set[int]]:
    """Join the parts into a wall; return the offsets found and the true ones."""
    text = "".join(parts)
    sentences = split_sentences(text)
    true = {sum(len(part) for part in parts[:number]) for number in range(1, len(parts))}
    return {sentences[start].start for start in topic_starts(text, sentences)[1:]}, true


@pytest.mark.parametrize("parts", [_KITCHEN, _LIBRARY, _EXERCISE])
def test_topics_of_other_domains_are_found(parts: list[str]) -> None:
    """Boundary F1 of at least 0.8 in each."""
    found, true = starts_and_truth(parts)
    assert 2 * len(found & true) / (len(found) + len(true)) >= 0.8


def test_a_text_of_one_topic_is_hardly_divided() -> None:
    """One paragraph stays one section."""
    found, _ = starts_and_truth([_KITCHEN[0]])
    assert not found


def test_topics_start_with_paragraphs_where_there_are_any() -> None:
    """Line breaks after closed sentences mark paragraphs; a topic starts with one of them."""
    parts = [*_KITCHEN, *_LIBRARY]
    text = "\n".join(parts)
    sentences = split_sentences(text)
    paragraphs = {0, *(place + 1 for place, character in enumerate(text) if character == "\n")}
    assert {sentences[start].start for start in topic_starts(text, sentences)} <= paragraphs


def test_names_are_subjects_of_the_lead_sentences() -> None:
    """The name of a topic is a slice taken from its own text."""
    names = []
    for part in [_KITCHEN[0], _KITCHEN[1], _EXERCISE[0], _EXERCISE[2]]:
        start, end = name_topic(part, split_sentences(part))
        names.append(part[start:end])
    assert names == ["铁锅", "菜刀的保养", "跑步", "力量训练"]


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("第四十一条 本法所称社会生活噪声，是指人为活动所产生的干扰周围生活环境的声音。", "社会生活噪声"),
        ("通信题 是需要两个选手程序进行通信，合作完成某项任务的题目。", "通信题"),
        ("为什么是三次握手？三次握手确认双方都能收发。三次握手之后开始传输。", "三次握手"),
        ("第九条 违反本条例的，由渔业主管部门处罚。违反本条例的船舶，渔业主管部门可以扣留。", "渔业主管部门"),
    ],
)
def test_what_is_defined_names_a_topic_and_what_every_law_says_does_not(part: str, name: str) -> None:
    """In a law as in a manual."""
    start, end = name_topic(part, split_sentences(part))
    assert part[start:end] == name


@given(st.text(alphabet="城市群发展的。，！\n a1第一条", max_size=400))
@settings(max_examples=200, deadline=None)
def test_topic_starts_are_sentences_in_order(text: str) -> None:
    """The first sentence opens a topic; the others follow in order, each once."""
    sentences = split_sentences(text)
    starts = topic_starts(text, sentences)
    assert list(starts) == sorted(set(starts))
    assert (not sentences and not starts) or (starts[0] == 0 and starts[-1] < len(sentences))


@given(st.lists(st.floats(-6, 6), min_size=4, max_size=9), st.data())
@settings(max_examples=100, deadline=None)
def test_the_division_is_the_best_of_all(scores: list[float], data: st.DataObject) -> None:
    """Dynamic programming agrees with trying every division."""
    lengths = data.draw(st.lists(st.integers(20, 900), min_size=len(scores), max_size=len(scores)))
    bounds = np.cumsum([0, *lengths]).astype(np.float64)
    values = np.array(scores)

    def worth(starts: tuple[int, ...]) -> float:
        return division_worth(values, bounds, starts)

    every = [
        (0, *(number + 1 for number in range(len(scores) - 1) if choice >> number & 1))
        for choice in range(1 << (len(scores) - 1))
    ]
    assert worth(divide(values, bounds)) == pytest.approx(max(map(worth, every)))


def division_worth(scores: np.ndarray, bounds: np.ndarray, starts: tuple[int, ...]) -> float:
    """Count a division's worth plainly, as corpus/topics.py defines it."""
    ends = [*starts[1:], len(scores)]
    lengths = np.array([bounds[end] - bounds[start] for start, end in zip(starts, ends, strict=True)])
    unusual = (np.log(lengths / table.LENGTH_MEDIAN) / table.LENGTH_DEVIATION) ** 2
    gains = sum(scores[start] + table.SCORE_SHIFT for start in starts[1:])
    return float(gains - table.LENGTH_STRENGTH * 0.5 * unusual.sum())


def test_shared_weight_agrees_with_counting() -> None:
    """The summed arrays give what a plain loop over windows gives."""
    text = "".join(_KITCHEN)
    sentences = split_sentences(text)
    links = link_sentences(text, sentences)
    owned = [set[int]() for _ in sentences]
    weight = dict(zip(links.piece.tolist(), links.weight.tolist(), strict=True))
    for piece, owner in zip(links.piece.tolist(), links.sentence.tolist(), strict=True):
        owned[owner].add(piece)
    for reach in (1, 3):
        shared = shared_weight(links, len(sentences), reach)
        for gap in range(1, len(sentences)):
            before = set().union(*owned[max(0, gap - reach) : gap])
            after = set().union(*owned[gap : gap + reach])
            assert shared[gap] == pytest.approx(sum(weight[piece] for piece in before & after))
