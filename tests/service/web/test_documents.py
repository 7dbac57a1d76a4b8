"""The panel of documents in a real browser: adding, removing, and words that never act.

Takes    visit: a browser window on a running service that holds the sample corpus
Gives    tests
Touches  playwright          Never  the service's insides
"""

import json
import zipfile
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.service.web.visit import Visit

PAYLOAD = "<img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>"


def test_a_file_is_added_asked_and_removed(visit: Visit, tmp_path: Path) -> None:
    """A chosen file answers at once; after its removal it is gone from the list and from the answers."""
    page = visit.page
    file = tmp_path / "望潮镇志.txt"
    file.write_text("望潮镇志。星渠号科考船的母港是望潮镇，船长名叫闻人月。", encoding="utf-8")
    page.locator("#open-documents").click()
    page.locator("#files").set_input_files(file)
    expect(page.locator("#uploads li")).to_contain_text("可以提问了")
    expect(page.locator("#document-list")).to_contain_text("望潮镇志")
    page.get_by_role("button", name="关闭").click()
    visit.ask("星渠号科考船的母港是哪里？")
    expect(page.locator(".answer-text")).to_contain_text("望潮镇")
    page.locator("#open-documents").click()
    visit.remove("望潮镇志")
    page.get_by_role("button", name="关闭").click()
    visit.ask("闻人月是星渠号科考船的船长吗？")
    expect(page.locator("#answer")).to_have_attribute("aria-busy", "false")
    expect(page.locator("main")).not_to_contain_text("望潮镇志")


def test_a_file_that_cannot_be_read_says_so_and_harms_nothing(visit: Visit, tmp_path: Path) -> None:
    """One bad file of two: its own line tells what the service said, the other one is taken in."""
    page = visit.page
    bad, good = tmp_path / "空.txt", tmp_path / "好.txt"
    bad.write_bytes(b"")
    good.write_text("听雨轩的主人是苏晚晴。", encoding="utf-8")
    page.locator("#open-documents").click()
    page.locator("#files").set_input_files([bad, good])
    expect(page.locator("#uploads li.failed")).to_contain_text("空.txt")
    expect(page.locator("#uploads li.failed .facts")).not_to_be_empty()
    expect(page.locator("#uploads li.done")).to_contain_text("好.txt")
    visit.remove("好")
    visit.forgive("Failed to load resource")


def test_each_document_of_an_archive_is_told(visit: Visit, tmp_path: Path) -> None:
    """The one that cannot be read stands first and says why; names are shown as the words they are."""
    page = visit.page
    packed = tmp_path / "两处.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("揽月台.txt", "揽月台在云梦桥南。")
        archive.writestr("空.txt", "")
        archive.writestr("<b>听泉阁.txt", "听泉阁在云梦桥北。")
    page.locator("#open-documents").click()
    page.locator("#files").set_input_files(packed)
    line = page.locator("#uploads li.done")
    expect(line.locator(".facts")).to_contain_text("2 份文档")
    expect(line.locator("summary")).to_have_text("其中的 3 份文档，1 份读不了")
    expect(line.locator(".inner-name")).to_have_text(["空.txt", "揽月台.txt", "<b>听泉阁.txt"])
    expect(line.locator(".inner li.failed")).to_contain_text("这份文件里没有可以阅读的文字")
    expect(line.locator(".inner li:not(.failed)")).to_contain_text(["已加入", "已加入"])
    visit.remove("揽月台")
    visit.remove("听泉阁")


def test_files_can_be_dropped_anywhere_on_the_page(visit: Visit) -> None:
    """Two dropped files open the panel and are both taken in, one after the other."""
    page = visit.page
    dropped = page.evaluate_handle(
        """() => {
            const carried = new DataTransfer();
            carried.items.add(new File(["采薇阁在云梦桥东。"], "采薇阁.txt"));
            carried.items.add(new File(["停云馆在云梦桥西。"], "停云馆.txt"));
            return carried;
        }"""
    )
    page.dispatch_event("body", "drop", {"dataTransfer": dropped})
    expect(page.get_by_role("dialog", name="我的文档")).to_be_visible()
    expect(page.locator("#uploads li.done")).to_have_count(2)
    visit.remove("采薇阁")
    visit.remove("停云馆")


def test_a_list_drawn_anew_keeps_the_question_whether_to_remove(visit: Visit) -> None:
    """A file that arrives meanwhile does not take the button from under the pointer."""
    page = visit.page
    page.locator("#open-documents").click()
    page.locator("input[type=file]").first.set_input_files(
        {"name": "远香堂.txt", "mimeType": "text/plain", "buffer": "远香堂在云梦桥南。".encode()}
    )
    expect(page.locator("#uploads li.done")).to_have_count(1)
    entry = page.locator("#document-list li").filter(has_text="远香堂")
    entry.get_by_role("button", name="移除").click()
    page.locator("input[type=file]").first.set_input_files(
        {"name": "听雨轩.txt", "mimeType": "text/plain", "buffer": "听雨轩在云梦桥北。".encode()}
    )
    expect(page.locator("#document-list")).to_contain_text("听雨轩")
    page.get_by_role("button", name="确定移除").click()
    expect(entry).to_have_count(0)
    visit.remove("听雨轩")


def test_a_file_sent_while_the_page_still_looks_for_jobs_has_one_line(visit: Visit) -> None:
    """The service may list the job of a file before the page has been told that it is its own."""
    page = visit.page
    job = {"id": "job-1", "collection": "default", "state": "running", "done": 0, "total": 1, "kind": "ingest"}
    job["files"] = [{"name": "叠翠亭.txt", "state": "running", "documents": [], "error": None}]
    page.goto("about:blank")  # what the page asked when it was opened is no part of this
    listed: list[Route] = []
    sent: list[Route] = []
    page.route("**/api/v1/jobs", lambda route: listed.append(route))
    page.route("**/api/v1/jobs/job-1", lambda route: route.fulfill(json=job))
    page.route("**/api/v1/documents", lambda route: sent.append(route) if _posts(route) else route.fallback())
    with page.expect_request("**/api/v1/jobs"):
        page.goto(visit.url + "/")
    page.locator("#open-documents").click()
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator("#files").set_input_files(
            {"name": "叠翠亭.txt", "mimeType": "text/plain", "buffer": "叠翠亭在云梦桥南。".encode()}
        )
    with page.expect_response("**/api/v1/jobs"):
        listed[0].fulfill(json={"jobs": [job]})
    sent[0].fulfill(status=202, json=job)
    with page.expect_response("**/api/v1/jobs/job-1"):
        pass
    expect(page.locator("#uploads li")).to_have_count(1)


def _posts(route: Route) -> bool:
    return route.request.method == "POST"


def test_words_of_a_document_never_act(visit: Visit) -> None:
    """Markup in a title, a text and a question is shown as the words it is, in the page and in the reader view."""
    page = visit.page
    text = f"蜃楼计划的负责人是{PAYLOAD}沈砚秋。"
    visit.paste(f"蜃楼{PAYLOAD}", text)
    expect(page.locator("#document-list")).to_contain_text(PAYLOAD)
    page.get_by_role("button", name="关闭").click()
    visit.ask(f"蜃楼计划的负责人是谁？{PAYLOAD}")
    expect(page.locator("#answer")).to_have_attribute("aria-busy", "false")
    visit.ask("蜃楼计划的负责人是谁？")
    expect(page.locator(".answer-text")).to_contain_text("沈砚秋")
    page.locator(".sources a").first.click()
    expect(page.locator("#text")).to_contain_text(PAYLOAD)
    assert page.locator("#text img, #text script, #text svg").count() == 0
    assert visit.stopped() == []
    page.locator("#back").click()
    page.locator("#open-documents").click()
    visit.remove("蜃楼")


def test_an_empty_corpus_invites_to_add_documents(visit: Visit) -> None:
    """With nothing to ask, the page says so and opens the panel."""
    page = visit.page
    nothing = json.dumps({"documents": []})
    page.route("**/api/v1/documents", lambda route: route.fulfill(body=nothing, content_type="application/json"))
    page.goto(visit.url + "/")
    expect(page.get_by_text("这里还没有文档")).to_be_visible()
    page.get_by_role("button", name="加入文档").click()
    expect(page.get_by_role("dialog", name="我的文档")).to_be_visible()
