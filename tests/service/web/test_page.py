"""The page, used in a real browser as a person would: asking, reading, going back, failing.

Takes    visit: a browser window on a running service that holds the sample corpus
Gives    tests
Touches  playwright          Never  the service's insides
"""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Route, expect

from tests.service.web.visit import Visit

QUESTION = "成都都市圈如何推进通勤？"
EVIDENCE = "成都至资阳的市域铁路"
UNANSWERABLE = "火星上的火山最近一次喷发是在哪一年？"
PAYLOAD = "<img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>"


def test_a_question_leads_to_an_answer_and_its_exact_place_in_the_document(visit: Visit) -> None:
    """From the question over the mark and its card to the marked words: the same words all the way."""
    page = visit.page
    expect(page.get_by_label("你的问题")).to_be_focused()
    visit.ask(QUESTION)
    expect(page.locator(".answer-text")).to_contain_text(EVIDENCE)
    mark = page.locator(".answer-text .cite").first
    expect(mark).to_have_text("[1]")

    mark.click()
    card = page.get_by_role("dialog", name="引文 1")
    cited = card.locator("blockquote").inner_text()
    start, end = card.locator(".position").inner_text().split("第 ")[-1].removesuffix(" 字").split("–")
    card.get_by_role("link", name="在原文中查看").click()

    expect(page.locator("#text mark").first).to_be_in_viewport()
    assert page.url.endswith(f"#c{start}-{end}")
    assert "".join(page.locator("#text mark").all_text_contents()) == cited
    assert visit.whole_text()[int(start) : int(end)] == cited
    expect(page.locator("#where")).to_have_text(f"第 {start}–{end} 字")


def test_the_question_lives_in_the_address(visit: Visit) -> None:
    """A link, a reload and the back button repeat the question that they stand for."""
    page = visit.page
    visit.ask(QUESTION)
    expect(page.locator(".answer-text")).to_contain_text(EVIDENCE)
    expect(page).to_have_url(f"{visit.url}/?q={quote(QUESTION)}")
    visit.ask("长三角怎样让医保异地结算更方便？")
    expect(page.locator(".answer-text")).to_contain_text("医保")
    page.go_back()
    expect(page.get_by_label("你的问题")).to_have_value(QUESTION)
    expect(page.locator(".answer-text")).to_contain_text(EVIDENCE)
    page.reload()
    expect(page.locator(".answer-text")).to_contain_text(EVIDENCE)
    page.go_back()
    expect(page.locator(".answer-text")).to_have_count(0)
    expect(page.get_by_role("heading", name="问渠")).to_be_visible()


def test_a_citation_can_be_read_with_the_keyboard_alone(visit: Visit) -> None:
    """Enter on a mark opens its card and goes into it; Escape closes it and comes back."""
    page = visit.page
    visit.ask(QUESTION)
    mark = page.locator(".answer-text .cite").first
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="在原文中查看")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="引文 1")).to_have_count(0)
    expect(mark).to_be_focused()


def test_the_passages_say_why_they_were_found(visit: Visit) -> None:
    """Folded away under the answer: text, highlights, score and the rank in each arm."""
    page = visit.page
    visit.ask(QUESTION)
    page.locator(".hits summary").click()
    first = page.locator(".hits li").first
    expect(first).to_contain_text("相关度")
    expect(first).to_contain_text("语义")
    expect(first).to_contain_text("字词")
    assert page.locator(".hits mark").count() > 0


def test_a_question_without_evidence_is_refused_in_plain_words(visit: Visit) -> None:
    """No answer, no citation; what comes near is shown as what it is."""
    page = visit.page
    visit.ask(UNANSWERABLE)
    expect(page.locator(".refusal")).to_be_visible()
    expect(page.locator(".answer-text, .cite")).to_have_count(0)
    if page.locator(".hits").count():
        expect(page.locator(".hits summary")).to_contain_text("不是答案")


def test_a_hostile_address_is_only_a_question(visit: Visit) -> None:
    """A prepared link fills the box and asks; nothing in it runs."""
    visit.page.goto(f"{visit.url}/?q={quote(PAYLOAD)}&mode={quote(PAYLOAD)}")
    expect(visit.page.get_by_label("你的问题")).to_have_value(PAYLOAD)
    expect(visit.page.locator("#answer")).to_have_attribute("aria-busy", "false")


def test_an_error_of_the_service_is_shown_in_its_own_words(visit: Visit) -> None:
    """A question that is too long brings the service's sentence; asking the same again would not help."""
    visit.ask("长" * 2001)
    expect(visit.page.get_by_role("alert")).to_contain_text(re.compile("2,?000"))
    expect(visit.page.get_by_role("button", name="重试")).to_have_count(0)
    visit.forgive("Failed to load resource")


def test_a_stopped_service_is_named_and_retried(visit: Visit) -> None:
    """When the service cannot be reached the page says so; trying again works once it is back."""
    page = visit.page
    page.route("**/api/v1/ask", lambda route: route.abort("connectionrefused"))
    visit.ask(QUESTION)
    expect(page.get_by_role("alert")).to_contain_text("连不上问渠的服务")
    page.unroute("**/api/v1/ask")
    page.get_by_role("button", name="重试").click()
    expect(page.locator(".answer-text")).to_contain_text(EVIDENCE)
    visit.forgive("ERR_CONNECTION_REFUSED")


def test_only_the_last_question_is_answered(visit: Visit) -> None:
    """A question asked while another is on its way takes its place; the late answer is thrown away."""
    page = visit.page
    held: list[Route] = []
    page.route("**/api/v1/ask", lambda route: held.append(route) if not held else route.continue_())
    visit.ask("长三角怎样让医保异地结算更方便？")
    expect(page.locator(".loading")).to_be_visible()
    visit.ask(QUESTION)
    expect(page.locator(".answer-text")).to_contain_text(EVIDENCE)
    held[0].continue_()  # if the first question is still on its way, its answer comes now
    page.wait_for_timeout(1000)
    expect(page.locator(".answer-text")).to_contain_text(EVIDENCE)


def test_the_language_can_be_switched_and_is_remembered(visit: Visit) -> None:
    """One press turns the interface to English, the answer's surroundings included; a reload keeps it."""
    page = visit.page
    visit.ask(QUESTION)
    expect(page.locator(".sources")).to_contain_text("字")
    page.get_by_role("button", name="Switch to English").click()
    expect(page.locator(".sources")).to_contain_text("characters")
    page.reload()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_everything_fits_a_narrow_phone(visit: Visit) -> None:
    """At 360 pixels nothing has to be scrolled sideways: the page, the card, the panel, the reader view."""
    page = visit.page
    page.set_viewport_size({"width": 360, "height": 640})
    assert visit.overflow() <= 0
    visit.ask(QUESTION)
    page.locator(".answer-text .cite").first.click()
    assert visit.overflow() <= 0
    page.keyboard.press("Escape")
    page.locator(".hits summary").click()
    assert visit.overflow() <= 0
    page.locator("#open-documents").click()
    assert visit.overflow() <= 0
    page.keyboard.press("Escape")
    page.locator(".sources a").first.click()
    expect(page.locator("#text mark").first).to_be_in_viewport()
    assert visit.overflow() <= 0


def test_a_wrong_address_leads_back_to_the_first_page(visit: Visit) -> None:
    """A page with the status of what is missing, in the language that is on, and a way back."""
    page = visit.page
    reply = page.goto(visit.url + "/没有/这一页")
    assert reply is not None
    assert reply.status == 404
    expect(page.get_by_role("heading")).to_have_text("这个地址没有页面")
    page.locator("#language").click()
    expect(page.get_by_role("heading")).to_have_text("There is no page at this address")
    page.get_by_role("link", name="To the first page").click()
    expect(page.locator("#question")).to_be_focused()
    visit.forgive("status of 404")


@pytest.mark.parametrize("path", ["/", "/d/any", "/static/page.js", "/static/base.css"])
def test_the_pages_carry_their_security_headers(visit: Visit, path: str) -> None:
    """Scripts and styles of this origin only, nothing inline, no framing, no guessing of types."""
    response = visit.page.request.get(visit.url + path)
    assert response.status == 200
    policy = response.headers["content-security-policy"]
    rules = ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'")
    assert all(rule in policy for rule in rules)
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
