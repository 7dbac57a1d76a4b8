"""Hits into citations: exact slices, in reading order, one to three, numbered as they read.

Takes    hits made by hand, and a workbench whose embedder anyone can compute
Gives    tests          Never  the model
"""

from dataclasses import replace

from corpus.sentences import split_sentences
from corpus.types import Sentence
from index.terms import Segmenter
from index.types import FoundSentence, Hit, StoredPassage
from service.answering.extract import extract
from tests.service.fakes import Bench


def make_hit(text: str, *, rank: int = 1, score: float = 0.9, document: str = "d", start: int = 0) -> Hit:
    """Make a hit that stands at `start` of its document, all its sentences equally near to any question."""
    spans = [(start + sentence.start, start + sentence.end) for sentence in split_sentences(text)]
    sentences = tuple(Sentence(*span) for span in spans)
    passage = StoredPassage(rank, f"p{rank}", document, "题", "节", start, start + len(text), None, text, sentences)
    return Hit(rank, score, None, None, passage, (), tuple(FoundSentence(*span, 0.5) for span in spans))


def test_the_sentence_nearest_in_meaning_is_quoted_though_it_shares_no_word(segmenter: Segmenter) -> None:
    """The dense arm's nearness decides where words do not."""
    hit = make_hit("天色已晚。顾听澜掌管全站。路上有雨。")
    near = tuple(replace(sentence, score=0.95 if number == 1 else 0.6) for number, sentence in enumerate(hit.sentences))
    (citation,) = extract("谁说了算？", [replace(hit, sentences=near)], segmenter)
    assert citation.quote == "顾听澜掌管全站。"


def test_without_hits_there_is_nothing_to_quote(segmenter: Segmenter) -> None:
    """No citation is made up."""
    assert extract("谁？", [], segmenter) == ()


def test_the_sentence_that_answers_is_quoted_alone(segmenter: Segmenter) -> None:
    """Its neighbours that share nothing with the question are left out; the span counts code points."""
    text = "𠮷野家开张😀。青鸾站的站长是顾听澜。天色已晚。"
    (citation,) = extract("青鸾站的站长是谁？", [make_hit(text, start=100)], segmenter)
    assert citation.quote == "青鸾站的站长是顾听澜。"
    assert (citation.start, citation.end) == (100 + 7, 100 + 18)
    assert (citation.number, citation.title, citation.section, citation.document_id) == (1, "题", "节", "d")
    assert 0.0 <= citation.score <= 1.0


def test_at_most_three_are_quoted_in_reading_order(segmenter: Segmenter) -> None:
    """Equal sentences at many places: the best hit's document first, then as they stand."""
    hits = [
        make_hit("青鸾站在城东。青鸾站在城东。", rank=1, document="b", start=50),
        make_hit("青鸾站在城东。", rank=2, document="a"),
        make_hit("青鸾站在城东。", rank=3, document="b"),
    ]
    citations = extract("青鸾站在城东？", hits, segmenter)
    assert len(citations) == 3
    assert [citation.number for citation in citations] == [1, 2, 3]
    order = [("b", "a").index(citation.document_id) for citation in citations]
    assert order == sorted(order)
    starts = [citation.start for citation in citations if citation.document_id == "b"]
    assert starts == sorted(starts)


def test_a_passage_far_below_the_best_is_not_quoted(segmenter: Segmenter) -> None:
    """Even if its sentence repeats the question."""
    hits = [make_hit("青鸾站的站长是顾听澜。"), make_hit("青鸾站的站长是谁？", rank=2, score=0.2, document="e")]
    citations = extract("青鸾站的站长是谁？", hits, segmenter)
    assert {citation.document_id for citation in citations} == {"d"}


def test_every_quote_of_real_hits_is_a_slice_of_its_document(workbench: Bench, segmenter: Segmenter) -> None:
    """Through the store and back, with characters beyond the basic plane before every sentence."""
    text = "".join(f"𠮷第{number}站🚄的站长是顾听澜。他在{number}号楼。" for number in range(60))
    document = workbench.add("站长名录", text)
    for question in ("第7站的站长是谁？", "站长在几号楼？", "🚄"):
        hits = workbench.parts.searcher.search(question, 5)
        citations = extract(question, hits, segmenter)
        assert 1 <= len(citations) <= 3
        for citation in citations:
            assert citation.document_id == document.id
            assert text[citation.start : citation.end] == citation.quote
