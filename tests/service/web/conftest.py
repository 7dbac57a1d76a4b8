"""A real browser, opened on the running service.

Takes    live_url: the address of a running service that holds the sample corpus; Debian's chromium
Gives    browser, visit
Touches  playwright          Never  the service's insides
"""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.service.web.visit import Visit

QUIET_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium without a window; its absence is a failure, never a silent skip."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("The tests of the page need Chromium: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=QUIET_CHROMIUM)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser, live_url: str) -> Iterator[Visit]:
    """Open a fresh Chinese window on the page; at the end nothing may have gone wrong in it."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1200, "height": 800})
    opened = Visit(context.new_page(), live_url.rstrip("/"))
    opened.watch()
    opened.page.goto(opened.url + "/")
    yield opened
    assert opened.stopped() == []
    context.close()
    assert opened.unexpected() == []
