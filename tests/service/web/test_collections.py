"""Collections and long uploads in a real browser.

Takes    visit: a browser window on a running service that holds the sample corpus
Gives    tests
Touches  playwright          Never  the service's insides
"""

from pathlib import Path

from playwright.sync_api import expect

from tests.service.caller import Caller
from tests.service.web.visit import Visit


def test_a_collection_is_made_asked_and_removed(visit: Visit, tmp_path: Path) -> None:
    """The chooser is not there while there is one collection; links lead back into the one they came from."""
    page = visit.page
    chooser = page.locator("#collection")
    expect(page.locator("#document-count")).to_have_text("1")
    expect(chooser).to_be_hidden()
    page.set_viewport_size({"width": 360, "height": 740})
    page.locator("#open-documents").click()
    page.get_by_text("资料库：默认").click()
    page.get_by_label("新资料库的名称").fill("考古")
    page.get_by_role("button", name="新建").click()
    page.get_by_text("附加信息").click()
    page.locator("#metadata").fill("作者=苏晚晴\n年份=2024")
    assert visit.overflow() == 0
    file = tmp_path / "望潮镇志.txt"
    file.write_text("望潮镇志。星渠号科考船的母港是望潮镇，船长名叫闻人月。", encoding="utf-8")
    page.locator("#files").set_input_files(file)
    expect(page.locator("#document-list li")).to_have_count(1)
    expect(page.locator("#document-list")).to_contain_text("作者: 苏晚晴")
    page.get_by_role("button", name="关闭").click()
    expect(chooser).to_have_value("考古")
    assert visit.overflow() == 0
    visit.ask("星渠号科考船的母港是哪里？")
    page.locator(".sources a").first.click()
    expect(page.locator("#text mark")).to_contain_text("望潮镇")
    page.locator("#back").click()
    expect(chooser).to_have_value("考古")
    chooser.select_option("default")
    expect(page.locator("main")).not_to_contain_text("望潮镇志")
    chooser.select_option("考古")
    page.locator("#open-documents").click()
    page.get_by_text("资料库：考古").click()
    page.get_by_role("button", name="移除这个资料库").click()
    page.get_by_role("button", name="确定移除").click()
    expect(page.locator("#document-list")).to_contain_text("促进城市群")
    expect(page.locator("#collection")).to_be_hidden()


def test_a_long_upload_can_be_followed_left_and_cancelled(visit: Visit, tmp_path: Path, caller: Caller) -> None:
    """A page that is loaded again shows what is still under way; cancelling by keyboard leaves nothing behind."""
    page = visit.page
    file = tmp_path / "长.txt"
    file.write_text("".join(f"第{n}条 云梦桥第{n}号桥墩由第{n}所养护。\n" for n in range(4000)), encoding="utf-8")
    page.locator("#open-documents").click()
    page.locator("#files").set_input_files(file)
    expect(page.locator("#uploads li")).to_contain_text("正在")
    page.wait_for_function("document.querySelector('#uploads li').dataset.job")
    page.reload()
    page.locator("#open-documents").click()
    line = page.locator("#uploads li").filter(has_text="长.txt")
    line.get_by_role("button", name="取消加入 长.txt").focus()
    page.keyboard.press("Enter")
    expect(line).to_contain_text("已取消", timeout=30_000)
    assert "长" not in [document["title"] for document in caller.documents()]
