"""The reader view in a real browser: the whole text to the letter, the cited words where they stand.

Takes    visit: a browser window on a running service that holds the sample corpus
Gives    tests
Touches  playwright          Never  the service's insides
"""

import pytest
from playwright.sync_api import Page, expect

from tests.service.web.visit import Visit

QUESTION = "成都都市圈如何推进通勤？"
EVIDENCE = "成都至资阳的市域铁路"


def test_the_reader_view_shows_the_canonical_text_to_the_letter(visit: Visit) -> None:
    """What the reader view shows, block after block, is the text that the API gives."""
    document = visit.page.request.get(f"{visit.url}/api/v1/documents").json()["documents"][0]
    visit.page.goto(f"{visit.url}/d/{document['id']}")
    expect(visit.page.locator("#contents-list a").first).to_be_visible()
    canonical = visit.page.request.get(f"{visit.url}/api/v1/documents/{document['id']}/text").body().decode()
    assert visit.whole_text() == canonical


def test_spans_count_code_points_where_the_browser_counts_otherwise(visit: Visit) -> None:
    """Characters beyond the basic plane before the citation do not shift it."""
    page = visit.page
    text = "𠮷野家在𠀋町，🚄🚄🚄直达。" * 700 + "青鸾站的站长是顾听澜。"
    created = add_by_script(page, "表情与生僻字", text)
    start = len(text) - len("青鸾站的站长是顾听澜。")
    page.goto(f"{visit.url}/d/{created}#c{start}-{len(text)}")
    expect(page.locator("#text mark")).to_have_text("青鸾站的站长是顾听澜。")
    expect(page.locator("#text mark")).to_be_in_viewport()
    page.evaluate("location.hash = '#c0-4'")
    expect(page.locator("#text mark")).to_have_text("𠮷野家在")
    remove_by_script(page, created)


def test_the_reader_view_leads_back_to_the_question(visit: Visit) -> None:
    """From a source to the document and back again, the question is still there."""
    page = visit.page
    visit.ask(QUESTION)
    page.locator(".sources a").first.click()
    expect(page.locator("#text mark").first).to_be_visible()
    page.locator("#back").click()
    expect(page.locator(".answer-text")).to_contain_text(EVIDENCE)


@pytest.mark.parametrize("path", ["/d/nothing-here", "/d/%E0%A4%A", "/d/%3Cscript%3E"])
def test_an_unknown_document_gets_a_friendly_word(visit: Visit, path: str) -> None:
    """The reader view of a document that is not there says so, and leads back."""
    visit.page.goto(visit.url + path)
    expect(visit.page.locator("#status")).to_contain_text("找不到这份文档")
    expect(visit.page.get_by_role("link", name="回去提问")).to_be_visible()
    visit.forgive("404")


def add_by_script(page: Page, title: str, text: str) -> str:
    """Add a document from within the page, as its own scripts would; give its id."""
    identifier: str = page.evaluate(
        """async (body) => (await (await fetch("/api/v1/documents", {method: "POST",
           headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)})).json()).id""",
        {"title": title, "text": text},
    )
    return identifier


def remove_by_script(page: Page, identifier: str) -> None:
    """Remove a document from within the page."""
    page.evaluate("(id) => fetch(`/api/v1/documents/${id}`, {method: 'DELETE'})", identifier)
