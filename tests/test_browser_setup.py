"""A service set up from nothing in a browser by mouse (keys only type into fields), then used by those it is for."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.house import House, small_house
from tests.test_browser import PHONE, SOON, WIDE, go_offline

pytestmark = pytest.mark.browser
LATER = SOON * 2
CHANNEL, WELCOME = "林间书店", "欢迎来到林间书店"
QUESTION, ANSWER = "紫色大象什么时候跳探戈", "每逢周日下午三点开跳。"
ALICE, BOB, OWN_PASSWORD = "alice@books.example", "bob@books.example", "quiet-forest-42"
SAVE = "[name=_save]"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """An installation as it comes: no channel, no member, no bot."""
    with small_house(tmp_path_factory.mktemp("bare") / "small", with_demo=False) as house:
        yield house


def type_in(page: Page, name: str, words: str) -> None:
    field = page.locator(f"[name={name}]")
    field.click()
    field.fill(words)


def log_in(page: Page, account: str, password: str) -> None:
    type_in(page, "login", account)
    type_in(page, "password", password)
    page.locator("form.stack button[type=submit]").click()


def log_in_first(page: Page, account: str, password: str) -> None:
    """With a password that somebody else has seen: it must be changed first (T5, A80)."""
    log_in(page, account, password)
    page.wait_for_url("**/password/change/**", timeout=LATER)
    type_in(page, "oldpassword", password)
    type_in(page, "password1", OWN_PASSWORD)
    type_in(page, "password2", OWN_PASSWORD)
    page.locator("form.stack button[type=submit]").click()
    page.wait_for_url("**/accounts/login/**", timeout=LATER)
    log_in(page, account, OWN_PASSWORD)


def super_admin(house: House, page: Page) -> None:
    printed = house.manage("create_super_admin")
    account, password = re.findall(r"(?:account|password): (\S+)", printed)
    page.goto(f"{house.url}/admin/")
    log_in_first(page, account, password)
    page.wait_for_url(f"{house.url}/admin/", timeout=LATER)


def navigate(page: Page, path: str) -> None:
    page.locator(f"#nav-sidebar-inner a[href='{path}']").last.click()


def follow(page: Page, step: str) -> None:
    """The next thing to do, from the newcomer's checklist on the overview (D11)."""
    navigate(page, "/admin/")
    page.locator(f".cs-checklist a[href='{step}']").click()


def make_channel(page: Page) -> str:
    """Both steps of the wizard (M17, M22). Returns the link to share."""
    follow(page, "/admin/sessions_flow/channel/add/")
    type_in(page, "name", CHANNEL)
    expect(page.locator("[data-chat-name]")).to_have_text(CHANNEL, timeout=SOON)
    page.locator(SAVE).click()
    link = page.locator("#link").input_value(timeout=LATER)
    page.locator(".cs-buttons a[href='/admin/']").click()
    expect(page.locator("#web-link")).to_have_value(link, timeout=SOON)
    return link


def add_member(page: Page, account: str, nickname: str) -> str:
    """Returns the password that is shown once."""
    type_in(page, "nickname", nickname)
    type_in(page, "account", account)
    page.locator(SAVE).click()
    password = page.locator("#password").input_value(timeout=LATER)
    page.locator(".cs-buttons a[href='/admin/accounts/member/']").click()
    expect(page.locator("#result_list")).to_contain_text(account, timeout=SOON)
    return password


def make_team(page: Page) -> str:
    """Two members and the group they are in. Returns the first one's password."""
    follow(page, "/admin/accounts/member/add/")
    password = add_member(page, ALICE, "小艾")
    page.locator("a[href^='/admin/accounts/member/add/']").first.click()
    add_member(page, BOB, "小博")
    follow(page, "/admin/accounts/group/add/")
    type_in(page, "name", "售前")
    for nickname in ("小艾", "小博"):
        page.locator(".select2-selection").click()
        page.locator(".select2-results__option", has_text=nickname).click()
    page.locator(SAVE).click()
    row = page.locator("#result_list tbody tr")
    expect(row).to_contain_text("售前", timeout=SOON)
    expect(row.locator(".field-size")).to_have_text("2")
    return password


def set_welcome(page: Page) -> None:
    """欢迎语 on the one page of settings, seen in its preview before it is saved."""
    navigate(page, "/admin/settings/")
    section = page.locator("#prompts")
    section.locator("[name=welcome]").fill(WELCOME)
    preview = section.locator("[data-preview]")
    preview.scroll_into_view_if_needed()
    expect(section.frame_locator("[data-preview]").locator("body")).to_contain_text(WELCOME, timeout=SOON)
    section.locator(".cs-buttons button").click()
    page.wait_for_url("**/admin/settings/#prompts", timeout=LATER)
    expect(section.locator("[name=welcome]")).to_have_value(WELCOME, timeout=SOON)


def teach_bot(page: Page) -> None:
    """One entry of the knowledge base, published."""
    navigate(page, "/admin/chatbot/entry/")
    page.locator(".cs-toolbar a[data-dialog=wide]").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=question]").fill(QUESTION)
    dialog.locator("[name=answer]").fill(ANSWER)
    dialog.locator(SAVE).click()
    expect(page.locator("#result_list")).to_contain_text(QUESTION, timeout=SOON)
    follow(page, "/admin/chatbot/release/publish/")
    page.locator(".cs-panel form button.cs-primary").click()
    expect(page.locator(".cs-release-published")).to_be_visible(timeout=LATER)


def send(page: Page, field: str, button: str, words: str) -> None:
    page.locator(field).click()
    page.locator(field).fill(words)
    page.locator(button).click()


@pytest.mark.feature("D11", "M17", "M22", "M28", "T4", "T5", "T8", "T22", "A80", "B6")
def test_it_works(bare, people):
    sofia = people(WIDE, "zh-hans")
    super_admin(bare, sofia)
    link = make_channel(sofia)
    password = make_team(sofia)
    set_welcome(sofia)
    teach_bot(sofia)
    serve(bare, people, link, password)
    navigate(sofia, "/admin/")
    expect(sofia.locator(".cs-overview")).to_be_visible(timeout=SOON)
    expect(sofia.locator(".cs-checklist")).to_have_count(0)


def serve(house: House, people, link: str, password: str) -> None:
    """The visitor who follows the link gets the bot's answer, then the new agent."""
    alice, vera = people(WIDE, "zh-hans"), people(PHONE, "zh-hans")
    alice.goto(f"{house.url}/workbench/")
    log_in_first(alice, ALICE, password)
    alice.wait_for_url("**/workbench/", timeout=LATER)
    expect(alice.locator("[data-status-button]")).to_be_enabled(timeout=LATER)

    vera.goto(link)
    expect(vera.locator("h1")).to_have_text(CHANNEL)
    talk, desk = vera.locator("#list"), alice.locator("[data-timelines]")
    expect(talk).to_contain_text(WELCOME, timeout=LATER)
    send(vera, "#text", "#send", QUESTION)
    expect(talk).to_contain_text(ANSWER, timeout=LATER)
    vera.locator("#handover").click()
    alice.locator("[data-list=serving] > *").first.click(timeout=LATER)
    expect(desk).to_contain_text(QUESTION, timeout=SOON)
    send(vera, "#text", "#send", "请问几点关门")
    expect(desk).to_contain_text("请问几点关门", timeout=SOON)
    send(alice, "#words", ".composer__send:visible", "晚上九点")
    expect(talk).to_contain_text("晚上九点", timeout=SOON)

    vera.locator("#end").click()
    vera.locator("#confirm button[value=end]").click()
    alice.locator("[data-complete-all]").click(timeout=SOON)
    go_offline(alice)
