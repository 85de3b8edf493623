"""The main job as people do it, in a real browser: ask the bot, get a human, be rated; and the pages they see."""

from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.house import PASSWORD
from tests.people import ADMIN, ALICE, BOB, VisitorPerson
from tests.proxy import Proxy
from tests.recordings import picture

pytestmark = pytest.mark.browser
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SOON = 15_000  # milliseconds


CHINESE = {
    "lang": "zh-hans",
    "asks": {
        "机器人的知识库在哪里改": "知识库",
        "怎么把上班时间配置一下": "工作时间",
        "你们支持哪些渠道接入": "渠道",
    },
    "unknown": "紫色大象会不会跳探戈",
}
ENGLISH = {
    "lang": "en",
    "asks": {
        "where do I edit the bot's knowledge base": "knowledge base",
        "how can I set the working hours": "hours",
        "which channels can customers reach us through": "script",
    },
    "unknown": "do purple elephants dance the tango",
}


def log_in(page: Page, house, account: str) -> None:
    page.goto(f"{house.url}/accounts/login/?next=/workbench/")
    page.fill("[name=login]", account)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/workbench/")
    expect(page.locator("[data-status-button]")).to_be_enabled(timeout=SOON)


def enter_console(page: Page, house) -> None:
    page.goto(f"{house.url}/admin/")
    page.fill("[name=login]", ADMIN)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{house.url}/admin/")  # the login's address ends like it


def go_offline(page: Page) -> None:
    page.locator("[data-status-button]").click()
    page.locator("[data-status-menu] button[data-status=offline]").click()
    dialog, away = page.locator("dialog[open]"), page.locator("[data-status-button] [data-status=offline]")
    expect(dialog.or_(away).first).to_be_visible(timeout=SOON)
    if dialog.count():
        dialog.locator("button").last.click()
    expect(away).to_be_visible(timeout=SOON)


def row_of(page: Page, vera: VisitorPerson, where: str = "serving") -> Locator:
    """The visitor's row on one of the agent's lists."""
    return page.locator(f"[data-list={where}] .row", has_text=vera.name)


def open_row(page: Page, vera: VisitorPerson, where: str = "serving") -> None:
    row_of(page, vera, where).locator(".row__open").click(timeout=SOON)
    expect(page.locator("[data-head=name]")).to_have_text(vera.name, timeout=SOON)


@contextmanager
def through_a_proxy(house):
    proxy = Proxy(house.port)
    try:
        yield proxy, f"http://127.0.0.1:{proxy.port}/web/im/chat/?webAppId={house.web_app_id}"
    finally:
        proxy.close()


def say(page: Page, words: str) -> None:
    page.fill("#text", words)
    page.press("#text", "Enter")
    expect(page.locator("#list").get_by_text(words, exact=True).last).to_be_visible(timeout=SOON)


def answer_of(page: Page, words: str, part: str) -> None:
    """Says it and sees an answer below it with `part` in it."""
    say(page, words)
    page.wait_for_function(
        "([part, words]) => { const t = document.querySelector('#list').innerText; "
        "return t.slice(t.lastIndexOf(words) + words.length).toLowerCase().includes(part.toLowerCase()) }",
        arg=[part, words],
        timeout=SOON,
    )


@pytest.mark.feature("W25", "W37", "F45")
@pytest.mark.parametrize(("size", "words"), [(WIDE, CHINESE), (PHONE, ENGLISH)], ids=["wide-zh", "phone-en"])
def test_the_main_job(house, people, size, words):
    with through_a_proxy(house) as (network, chat_url):
        alice, bob = people(WIDE, "zh-hans"), people(WIDE, "zh-hans")
        log_in(alice, house, ALICE)
        log_in(bob, house, BOB)
        vera = people(size, words["lang"])
        vera.goto(f"{chat_url}&lang={words['lang']}")
        expect(vera.locator("#list")).to_contain_text("?" if words is ENGLISH else "猜你想问", timeout=SOON)
        for asked, part in words["asks"].items():
            answer_of(vera, asked, part)
        vera.locator(".vote__button[data-way=down]").last.click()
        expect(vera.locator(".vote__button[aria-pressed=true]")).to_have_count(1)
        say(vera, words["unknown"])

        vera.locator("#handover").click()
        agent, other = whoever_serves(alice, bob)
        expect(other.locator("[data-list=serving] > *")).to_have_count(0)
        agent.locator("[data-list=serving] > *").first.click()

        say(vera, "你好 hello 1")
        expect(agent.locator("[data-timelines]")).to_contain_text("你好 hello 1")
        agent.fill("#words", "您好,我是客服 😀")
        agent.press("#words", "Enter")
        expect(vera.locator("#list")).to_contain_text("您好,我是客服 😀", timeout=SOON)

        vera.set_input_files("#pick-image-input", {"name": "pic.png", "mimeType": "image/png", "buffer": picture()})
        expect(agent.locator("[data-timelines] img[src*='/files/']")).to_be_visible(timeout=SOON)
        agent.set_input_files(
            "input[name=picture]", {"name": "answer.png", "mimeType": "image/png", "buffer": picture()}
        )
        if agent.locator("[data-tray] li").count():
            agent.locator("[data-composer] .composer__send").click()
        expect(vera.locator("#list img[src*='/files/']")).to_have_count(2, timeout=SOON)

        vera.locator("#emoji").click()
        vera.locator("emoji-picker [role=menuitem]").first.click()
        expect(vera.locator("#text")).not_to_have_value("")
        vera.press("#text", "Escape")
        vera.press("#text", "Enter")

        vera.reload()
        expect(vera.locator("#list")).to_contain_text("您好,我是客服 😀", timeout=SOON)
        expect(vera.locator(".vote__button[aria-pressed=true]")).to_have_count(1)
        assert vera.locator("#list").get_by_text("你好 hello 1", exact=True).count() == 1

        network.cut()
        expect(vera.locator("#banner")).to_be_visible(timeout=SOON)
        vera.fill("#text", "离线写的 offline")
        vera.press("#text", "Enter")
        agent.fill("#words", "您还在吗")
        agent.press("#words", "Enter")
        vera.wait_for_timeout(10_000)
        network.mend()
        expect(vera.locator("#list")).to_contain_text("您还在吗", timeout=SOON)
        expect(vera.locator("#banner")).to_be_hidden(timeout=SOON)
        expect(agent.locator("[data-timelines]")).to_contain_text("离线写的 offline", timeout=SOON)
        assert agent.locator("[data-timelines]").get_by_text("离线写的 offline", exact=True).count() == 1

        vera.locator("#end").click()
        vera.locator("#confirm button[value=end]").click()
        rate_five(vera)
        expect(agent.locator("[data-list=ended] > *")).to_have_count(1)
        agent.locator("[data-complete-all]").click()
        for page in (alice, bob):
            go_offline(page)
        seen = house.python("from sessions_flow.models import Rating; print(Rating.objects.latest('pk').level)")
        assert seen == "5"


def rate_five(page: Page) -> None:
    page.locator("#list .rating__mark").nth(4).click(timeout=SOON)
    page.locator("#list .rating__send").click()
    expect(page.locator("#list .rating__chosen")).to_be_visible(timeout=SOON)


def whoever_serves(alice: Page, bob: Page) -> tuple[Page, Page]:
    rows = "[data-list=serving] > *"
    for _ in range(150):
        for agent, other in ((alice, bob), (bob, alice)):
            if agent.locator(rows).count():
                return agent, other
        alice.wait_for_timeout(100)
    raise AssertionError("nobody was given the session")


def axe_finds_nothing(page: Page, least: str = "minor") -> None:
    order = ["minor", "moderate", "serious", "critical"]
    found = Axe().run(page).response["violations"]
    bad = [item for item in found if order.index(item["impact"] or "minor") >= order.index(least)]
    told = [(item["id"], item["impact"], [node["html"][:200] for node in item["nodes"][:3]]) for item in bad]
    assert not bad, told


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_axe_and_layout(full, people, size, language):
    """WCAG 2.2 AA on the pages of visitors and agents; no page is wider than its window."""
    page = people(size, language)
    visitor = people(size, language)
    visitor.goto(f"{full.chat_url}&lang={language}")
    expect(visitor.locator("#list")).not_to_be_empty(timeout=SOON)
    visitor.wait_for_timeout(500)
    axe_finds_nothing(visitor)
    page.goto(f"{full.url}/accounts/login/?next=/workbench/")
    axe_finds_nothing(page)
    log_in(page, full, ALICE)
    axe_finds_nothing(page)
    assert_fits(page)
    page.goto(f"{full.url}/workbench/records/")
    axe_finds_nothing(page)
    for one in (visitor, page):
        assert_fits(one)
    page.goto(f"{full.url}/workbench/")
    expect(page.locator("[data-status-button]")).to_be_enabled(timeout=SOON)
    go_offline(page)


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def test_the_console_has_nothing_serious(full, people):
    page = people(WIDE, "zh-hans")
    enter_console(page, full)
    for path in ("", "accounts/member/", "sessions_flow/session/", "chatbot/entry/", "accounts/group/"):
        page.goto(f"{full.url}/admin/{path}")
        axe_finds_nothing(page, "serious")


@pytest.mark.feature("U2", "M22")
def test_the_embedded_bubble(full, people):
    """M22: one script tag on somebody else's page; nothing loads before the bubble is opened."""
    page = people(WIDE, "zh-hans")
    script = f'<script src="{full.url}/web/im/imPublish.js?webAppId={full.web_app_id}"></script>'
    host = f"{full.url}/healthz"
    page.route(host, lambda route: route.fulfill(body=f"<h1>shop</h1>{script}", content_type="text/html"))
    page.goto(host)
    assert len(page.frames) == 1
    page.evaluate("window.CSDesk.open()")
    frame = page.frame_locator("iframe")
    expect(frame.locator("#list")).not_to_be_empty(timeout=SOON)
    page.evaluate("window.CSDesk.close()")
