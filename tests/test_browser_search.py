"""The console's search in a browser, without a mouse: opened, walked through, left; on both sizes."""

import pytest
from playwright.sync_api import expect

from tests.test_browser import PHONE, SOON, WIDE, assert_fits, axe_finds_nothing, enter_console

pytestmark = [pytest.mark.browser, pytest.mark.feature("M6")]
MAKE = (
    "from chatbot.models import Category, Entry; "
    "c = Category.objects.get_or_create(name='鲸鱼', library='qa')[0]; "
    "[Entry.objects.get_or_create(category=c, question=f'蓝鲸吃什么 {n}', answer='磷虾') for n in range(2)]"
)


def test_by_keyboard_only(full, people):
    full.python(MAKE)
    page = people(WIDE, "zh-hans")
    enter_console(page, full)
    dialog, press = page.locator("#cs-find"), page.keyboard.press
    press("Control+k")
    field = dialog.get_by_role("searchbox", name="搜索管理端")
    expect(field).to_be_focused()
    expect(dialog).to_contain_text("可搜索页面与设置")
    page.keyboard.type("蓝鲸吃")
    expect(dialog.get_by_role("group", name="知识库").get_by_role("link")).to_have_count(2, timeout=SOON)
    expect(dialog.get_by_role("status")).to_have_text("2 条结果")
    axe_finds_nothing(page, "serious")
    press("ArrowDown")
    press("ArrowDown")
    expect(dialog.get_by_role("link").nth(1)).to_be_focused()
    press("ArrowUp")
    expect(dialog.get_by_role("link").first).to_be_focused()
    page.keyboard.type("什")
    expect(field).to_be_focused()
    expect(field).to_have_value("蓝鲸吃什")
    press("Escape")
    expect(dialog).to_be_hidden()

    press("Control+k")
    page.keyboard.type("紫色大象")  # what was asked before is replaced
    expect(dialog).to_contain_text("没有找到“紫色大象”", timeout=SOON)
    expect(dialog.get_by_role("status")).to_have_text("没有找到")
    press("Control+a")
    page.keyboard.type("会话关闭")
    press("Enter")  # at once: the first result, when it is there
    page.wait_for_url(f"{full.url}/admin/settings/#closing", timeout=SOON)
    expect(dialog).to_be_hidden()

    press("Control+k")
    page.keyboard.type("蓝鲸吃什么 1")
    expect(dialog.get_by_role("status")).to_have_text("1 条结果", timeout=SOON)
    press("ArrowDown")
    press("Enter")
    page.wait_for_url("**/admin/chatbot/entry/*/change/", timeout=SOON)
    expect(page.locator("[name=question]")).to_have_value("蓝鲸吃什么 1")


def test_on_a_phone_and_when_it_fails(full, people):
    page = people(PHONE, "en")
    enter_console(page, full)
    page.get_by_role("link", name="Search the console").and_(page.locator(":visible")).click()
    dialog = page.locator("#cs-find")
    field = dialog.get_by_role("searchbox")
    field.fill("members")
    expect(dialog.get_by_role("link", name="Members Team management")).to_be_visible(timeout=SOON)
    assert_fits(page)
    page.route("**/admin/search/?*", lambda route: route.abort())
    field.fill("groups")
    expect(dialog.locator("[data-found]")).to_contain_text("The search did not answer.", timeout=SOON)
    page.unroute("**/admin/search/?*")
    field.press("Enter")
    page.wait_for_url("**/admin/accounts/group/", timeout=SOON)
    page.goto(f"{full.url}/admin/search/?q=members")
    expect(page.get_by_role("link", name="Members Team management")).to_be_visible()
    axe_finds_nothing(page, "serious")
    assert_fits(page)
