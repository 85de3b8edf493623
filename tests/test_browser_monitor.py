"""监控 in the browser: a supervisor reads along, whispers, joins and takes over; and the console's page of the same."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.people import ADMIN, ALICE, BOB, AgentPerson, VisitorPerson, at_work, custom
from tests.test_browser import (
    PHONE,
    SOON,
    WIDE,
    assert_fits,
    axe_finds_nothing,
    go_offline,
    log_in,
    open_row,
    row_of,
)

pytestmark = pytest.mark.browser
TABLET = {"width": 1024, "height": 768}
SECRET = "可以给他八折"


def listed(page: Page, vera: VisitorPerson):
    return page.locator("[data-sessions] tr", has_text=vera.name)


def calm(page: Page) -> None:
    """Nothing is half transparent."""
    page.evaluate("() => Promise.allSettled(document.getAnimations().map((each) => each.finished))")


def watch(page: Page, full, vera: VisitorPerson) -> None:
    page.goto(f"{full.url}/workbench/monitor/")
    expect(listed(page, vera)).to_have_attribute("data-state", "serving", timeout=SOON)
    listed(page, vera).locator(".mon-name").click()
    expect(page.locator("[data-watch-title]")).to_have_text(vera.name, timeout=SOON)


@pytest.mark.feature("D9", "M5")
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_reading_along_whispering_joining_taking_over(full, people, size, scheme):
    vera = VisitorPerson(full)
    desk, page = people(size, "zh-hans", scheme), people(size, "zh-hans", scheme)
    log_in(desk, full, ALICE)
    expect(desk.locator("[data-status-words]")).to_have_text("示闲", timeout=SOON)
    vera.say("人工")
    vera.wait_for_state("serving")
    log_in(page, full, ADMIN)
    watch(page, full, vera)
    axe_finds_nothing(page)
    assert_fits(page)
    seen = len(vera.frames)
    vera.say("我要退货")
    expect(page.locator("[data-watch] .bubble", has_text="我要退货")).to_be_visible(timeout=SOON)

    page.fill("[data-watch] textarea", SECRET)
    page.press("[data-watch] textarea", "Enter")
    expect(page.locator("[data-watch] .whisper")).to_contain_text(SECRET, timeout=SOON)
    open_row(desk, vera)
    whisper = desk.locator("[data-timelines] .whisper")
    expect(whisper).to_contain_text(SECRET, timeout=SOON)
    expect(whisper).to_contain_text("悄悄话")
    calm(desk)
    axe_finds_nothing(desk)
    whisper.locator(".whisper__reply").click()
    desk.fill(".whisper__form input", "好的,马上办")
    desk.press(".whisper__form input", "Enter")
    expect(page.locator("[data-watch] .whisper").nth(1)).to_contain_text("好的,马上办", timeout=SOON)
    desk.reload()
    open_row(desk, vera)
    expect(desk.locator("[data-timelines] .whisper")).to_have_count(2, timeout=SOON)

    page.locator("[data-watch-join]").click()
    calm(page)
    axe_finds_nothing(page)
    page.locator("dialog[open] .button--primary").click()
    vera.wait_for_text("加入了会话")
    expect(page.locator("[data-watch-part]")).to_be_visible(timeout=SOON)  # from now on he writes to the visitor
    page.fill("[data-watch] textarea", "您好,我是主管")
    page.press("[data-watch] textarea", "Enter")
    entry = vera.wait_for_text("您好,我是主管")
    expect(desk.locator("[data-timelines] .bubble", has_text="您好,我是主管")).to_be_visible(timeout=SOON)
    assert entry["from"]["kind"] == "agent"
    page.locator("[data-watch-part]").click()
    vera.wait_for_text("退出了会话")
    vera.listen()
    assert SECRET not in str(vera.frames[seen:]) and "马上办" not in str(vera.frames[seen:])

    page.locator("[data-watch-over]").click()
    page.locator("dialog[open] .button--primary").click()
    page.wait_for_url(f"{full.url}/workbench/", timeout=SOON)
    expect(row_of(page, vera)).to_have_count(1, timeout=SOON)
    expect(row_of(desk, vera)).to_have_count(0, timeout=SOON)
    vera.post(custom(src="27"))
    vera.wait_for_state("ended")
    go_offline(page)
    expect(page.locator("[data-status-words]")).to_have_text("离线", timeout=SOON)
    desk.close()
    AgentPerson(full, ALICE).go_home()
    vera.close()


@pytest.mark.feature("D9", "A50")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_agents_queues_and_filters(full, people, scheme):
    """A forced status with its confirmation; who waits; the search. At 1024 px, in English."""
    page = people(TABLET, "en", scheme)
    with at_work(full, ALICE, BOB) as (_alice, bob):
        log_in(page, full, ADMIN)
        vera = VisitorPerson(full)
        vera.say("人工")
        vera.wait_for_state("serving")
        page.goto(f"{full.url}/workbench/monitor/")
        expect(listed(page, vera)).to_be_visible(timeout=SOON)
        page.fill("[data-filters] [name=words]", "nobody is called so")
        expect(page.locator("[data-no-sessions]")).to_be_visible(timeout=SOON)
        page.fill("[data-filters] [name=words]", vera.openid)
        expect(page.locator("[data-sessions] tr")).to_have_count(1, timeout=SOON)
        axe_finds_nothing(page)
        assert_fits(page)
        page.locator("[data-tab=agents]").click()
        axe_finds_nothing(page)
        page.locator("[data-agents-now] tr", has_text="Bob").locator(".mon-verb").click()
        page.locator("dialog[open] [name=status][value=rest]").check()
        expect(page.locator("dialog[open] [data-effect]")).to_contain_text("gets no new ones")
        calm(page)
        axe_finds_nothing(page)
        page.locator("dialog[open] [type=submit]").click()
        bob.wait_for(lambda frame: frame.get("event") == "statusForced")
        agent = page.locator("[data-agents-now] tr[data-status=rest]")
        expect(agent).to_contain_text("Bob", timeout=SOON)
        page.locator("[data-tab=queues]").click()
        expect(page.locator("[data-queues] tr").first).to_contain_text("All agents")
        axe_finds_nothing(page)
        vera.close()


@pytest.mark.feature("D9", "D2", "M5")
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "dark"), (PHONE, "light")], ids=["wide", "phone"])
def test_the_console_opens_joins_and_takes_over_without_another_login(full, people, size, scheme):
    page = people(size, "zh-hans", scheme)
    page.on("dialog", lambda dialog: dialog.accept())
    with at_work(full, ALICE) as alice:
        vera = VisitorPerson(full)
        vera.say("人工")
        vera.wait_for_state("serving")
        log_in(page, full, ADMIN)
        page.goto(f"{full.url}/admin/")
        link = page.locator("#nav-sidebar-apps a", has_text="实时监控")
        expect(link).to_have_count(1)
        page.goto(f"{full.url}{link.get_attribute('href')}")
        row = listed(page, vera)
        expect(row).to_have_attribute("data-state", "serving", timeout=SOON)
        expect(page.locator("[data-agents-now]")).to_contain_text("Alice")
        expect(page.locator("[data-figure=serving]")).to_have_text(re.compile(r"^[1-9]"))
        axe_finds_nothing(page)
        assert_fits(page)
        before = page.url
        vera.say("急")
        expect(row.locator(".mon-preview")).to_have_text("急", timeout=SOON)
        row.locator("[data-verb=open]").click()
        page.wait_for_url("**/workbench/monitor/?session=*", timeout=SOON)
        expect(page.locator("[data-watch] .bubble", has_text="急")).to_be_visible(timeout=SOON)
        page.goto(before)
        row.locator("[data-verb=join]").click()
        vera.wait_for_text("加入了会话")
        page.wait_for_url("**/workbench/monitor/?session=*", timeout=SOON)
        expect(page.locator("[data-watch-part]")).to_be_visible(timeout=SOON)
        page.goto(before)
        row.locator("[data-verb=over]").click()
        page.wait_for_url(f"{full.url}/workbench/", timeout=SOON)
        expect(row_of(page, vera)).to_have_count(1, timeout=SOON)
        alice.wait_for(lambda frame: frame.get("event") == "transfer")
        vera.post(custom(src="27"))
        vera.wait_for_state("ended")
        go_offline(page)
        expect(page.locator("[data-status-words]")).to_have_text("离线", timeout=SOON)
        vera.close()


@pytest.mark.feature("A87")
def test_agents_have_no_such_page(full, people):
    page = people(WIDE, "zh-hans")
    log_in(page, full, ALICE)
    expect(page.locator(".bar__link", has_text="监控")).to_have_count(0)
    answer = page.request.get(f"{full.url}/workbench/monitor/")
    assert answer.status == 404
    assert "/admin/login/" in page.request.get(f"{full.url}/admin/monitor/").url
