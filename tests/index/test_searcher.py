"""The read path: modes, filters, exact strings, exact slices, nothing that was removed."""

from typing import cast

import pytest

from corpus.types import Document
from index.types import Mode
from tests.fakes import Bench

MODES = cast(tuple[Mode, ...], ("hybrid", "dense", "lexical"))
FILES = {
    "标准": "参考文献的著录依据GB/T-7714执行。其他规定见附录。",
    "条例": "第十六条 经营者应当守信。第十七条 经营者不得欺诈。",
    "铁路": "成都至资阳的市域铁路建成后,日均客流量突破两万四千人次。",
    "医保": "参保人员跨城就医直接刷卡结算。",
}


@pytest.fixture
def filled(workbench: Bench) -> Bench:
    """Give parts that hold the four documents."""
    for title, text in FILES.items():
        workbench.parts.writer.add(Document(text, title, metadata={"kind": title[:1]}), "sent")
    return workbench


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("GB/T-7714", "标准"),
        ("gb/t-7714是什么?", "标准"),
        ("第十六条", "条例"),
        ("市域鐵路客流量", "铁路"),
        ("跨城就医", "医保"),
    ],
)
def test_exact_strings_come_first(filled: Bench, question: str, title: str) -> None:
    """Codes, article numbers, the other script."""
    assert filled.parts.searcher.search(question, 2)[0].passage.title == title


@pytest.mark.parametrize("mode", MODES)
def test_hits_are_ordered_and_exact(filled: Bench, mode: Mode) -> None:
    """Scores fall within [0, 1]; passages, highlights and sentences are slices of the document."""
    hits = filled.parts.searcher.search("经营者的铁路", 3, mode)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        text = filled.parts.store.original(hit.passage.document_id).text
        assert text[hit.passage.start : hit.passage.end] == hit.passage.text
        spans = [*hit.highlights, *((part.start, part.end) for part in hit.sentences)]
        assert all(hit.passage.start <= start < end <= hit.passage.end for start, end in spans)
        assert all(0 <= score <= 1 for score in (hit.score, *(part.score for part in hit.sentences)))
        assert (hit.dense is None) == (mode == "lexical") or mode == "hybrid"


@pytest.mark.parametrize("mode", MODES)
def test_filters_hold_in_every_mode(filled: Bench, mode: Mode) -> None:
    """The best passage of the others does not slip in."""
    hits = filled.parts.searcher.search("第十六条 经营者 铁路", 9, mode, {"kind": ["铁", "医"]})
    assert {hit.passage.title for hit in hits} <= {"铁路", "医保"} and hits


@pytest.mark.parametrize("mode", MODES)
def test_what_was_removed_is_never_found_again(filled: Bench, mode: Mode) -> None:
    """In any mode, at once."""
    hit = filled.parts.searcher.search("市域铁路", 1, mode)[0]
    filled.parts.writer.remove(hit.passage.document_id)
    titles = {other.passage.title for other in filled.parts.searcher.search("市域铁路", 9, mode)}
    assert hit.passage.title not in titles


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_index_finds_nothing(workbench: Bench, mode: Mode) -> None:
    """And says so without failing."""
    assert workbench.parts.searcher.search("通勤", 5, mode) == []


def test_top_k_is_a_limit(filled: Bench) -> None:
    """One when one is wanted, all there are when more are wanted."""
    assert len(filled.parts.searcher.search("经营者", 1)) == 1
    assert len(filled.parts.searcher.search("经营者", 100)) == filled.parts.store.totals()[1]
