"""What a person does with the page, in words that the tests can use, and a watch on everything that goes wrong.

Takes    a browser window, the address of a running service
Gives    Visit
Touches  playwright          Never  the service's insides
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request, expect

# Runs before the page's own scripts and keeps what the content security policy had to stop.
WATCH_POLICY = """
window.stopped = [];
addEventListener("securitypolicyviolation", (event) => window.stopped.push(event.violatedDirective), true);
"""


@dataclass
class Visit:
    """One browser window on the service, and everything that went wrong in it."""

    page: Page
    url: str
    wrongs: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note console errors, script errors, dialogs, and requests that leave the origin."""
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.wrongs.append(f"script error: {error}"))
        self.page.on("dialog", self._note_dialog)
        self.page.on("request", self._note_request)
        self.page.add_init_script(WATCH_POLICY)

    def ask(self, question: str) -> None:
        """Type a question into the box and press Enter."""
        self.page.get_by_label("你的问题").fill(question)
        self.page.keyboard.press("Enter")

    def paste(self, title: str, text: str) -> None:
        """Add a document by pasting its text."""
        self.page.locator("#open-documents").click()
        self.page.get_by_role("button", name="粘贴文字").click()
        self.page.get_by_label("标题", exact=True).fill(title)
        self.page.get_by_label("正文", exact=True).fill(text)
        self.page.get_by_role("button", name="加入", exact=True).click()
        expect(self.page.locator("#uploads li")).to_contain_text("可以提问了")

    def remove(self, title: str) -> None:
        """Remove a document in the open panel, with its confirmation."""
        entry = self.page.locator("#document-list li").filter(has_text=title)
        entry.get_by_role("button", name="移除").click()
        self.page.get_by_role("button", name="确定移除").click()
        expect(entry).to_have_count(0)

    def stopped(self) -> list[str]:
        """Give what the content security policy stopped on the present page."""
        stopped: list[str] = self.page.evaluate("window.stopped")
        return stopped

    def whole_text(self) -> str:
        """Read the document's text as the reader view holds it, headings that it added left out."""
        return "".join(self.page.locator("#text .block").all_text_contents())

    def overflow(self) -> int:
        """Measure how many pixels the page is wider than its window."""
        pixels: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth",
        )
        return pixels

    def forgive(self, expected: str) -> None:
        """Expect console messages that a test provokes on purpose, also those that arrive later."""
        self.forgiven.append(expected)

    def unexpected(self) -> list[str]:
        """Give what went wrong and was not provoked."""
        return [wrong for wrong in self.wrongs if not any(expected in wrong for expected in self.forgiven)]

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrongs.append(f"console {message.type}: {message.text}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.wrongs.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_request(self, request: Request) -> None:
        if urlsplit(request.url).scheme != "data" and not request.url.startswith(self.url + "/"):
            self.wrongs.append(f"request to {request.url}")
