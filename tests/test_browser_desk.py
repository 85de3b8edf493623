"""Offers and transfers as agents see them, in a real browser: W34, W35, W43 to W45, A105, A111."""

import pytest
from playwright.sync_api import expect

from tests.people import ALICE, BOB, AgentPerson, VisitorPerson, at_work
from tests.test_browser import PHONE, SOON, WIDE, axe_finds_nothing, log_in, open_row, row_of
from tests.test_desk import reception
from tests.waiting import until

pytestmark = pytest.mark.browser
COUNT_TONES = """
window.tones = 0;
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };
"""


def come_to_work(page, house, account):
    page.add_init_script(COUNT_TONES)
    log_in(page, house, account)
    page.locator("[data-status-button]").click()  # browsers let a page sound after a first click
    page.keyboard.press("Escape")


@pytest.mark.feature("W34", "W35", "M40", "A105")
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_an_offer_rings_counts_down_and_is_accepted(full, people, size):
    vera = VisitorPerson(full)
    page = people(size, "zh-hans")
    with reception(full, mode="manual", accept_seconds=300):
        come_to_work(page, full, ALICE)
        vera.say("人工")
        bar = page.locator("[data-offers] .offer")
        expect(bar).to_contain_text("请求接入", timeout=SOON)
        expect(bar.locator(".offer__left")).to_contain_text("剩余")
        first = bar.locator(".offer__left").text_content()
        until(lambda: page.evaluate("window.tones") >= 4)  # two rings of two tones: it goes on
        expect(bar.locator(".offer__left")).not_to_have_text(first, timeout=SOON)
        axe_finds_nothing(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        bar.get_by_role("button", name="接入").click()
        expect(page.locator("[data-head=name]")).to_contain_text("访客_", timeout=SOON)
        assert page.locator("[data-head=name]").bounding_box()["width"] > 60
        expect(bar).to_have_count(0)
        vera.wait_for_state("serving")
        quiet = page.evaluate("window.tones")
        page.wait_for_timeout(3500)
        assert page.evaluate("window.tones") == quiet, "it stopped ringing"
    leave(full)


@pytest.mark.feature("W42", "W43", "W44", "W45", "A52")
def test_a_transfer_searches_selects_and_starts(full, people):
    vera = VisitorPerson(full)
    page = people(WIDE, "zh-hans")
    come_to_work(page, full, ALICE)
    vera.say("人工")
    open_row(page, vera)
    with at_work(full, BOB) as bob:
        page.keyboard.press("Alt+t")
        dialog = page.locator("[data-transfer-sheet]")
        row = dialog.locator("[data-agents] tr")
        expect(row).to_contain_text("示闲", timeout=SOON)
        expect(dialog.locator("[data-start]")).to_be_disabled()
        axe_finds_nothing(page)
        dialog.locator("[name=words]").fill("nobody@")
        expect(row).to_have_count(0)
        dialog.locator("[name=words]").fill("bob@")
        expect(row).to_have_count(1)
        row.locator("input").check()
        dialog.locator("[name=note]").fill("要发票")
        dialog.get_by_role("button", name="开始转接").click()
        expect(dialog).to_be_hidden(timeout=SOON)
        assert bob.wait_for_row(vera.openid)["note"] == "要发票"
        expect(row_of(page, vera, "ended")).to_have_count(1, timeout=SOON)
    leave(full)


@pytest.mark.feature("A111", "W19", "W17", "A98")
def test_the_status_menu_lowers_the_limit_and_shows_the_reasons(full, people):
    page = people(WIDE, "en")
    come_to_work(page, full, ALICE)
    counter = page.locator("[data-load] [aria-hidden]")
    most = int(counter.text_content().split("/")[1])
    page.locator("[data-status-button]").click()
    page.locator("[data-limit] [data-step='-1']").click()
    expect(counter).to_have_text(f"0/{most - 1}", timeout=SOON)
    page.locator("[data-limit] [data-step='1']").click()
    expect(counter).to_have_text(f"0/{most}", timeout=SOON)
    expect(page.locator("[data-limit] [data-step='1']")).to_be_disabled()
    page.locator("[data-rest]").click()
    page.locator("[data-reason=meeting]").click()
    expect(page.locator("[data-status-words]")).to_have_text("On a break · Meeting", timeout=SOON)
    leave(full)


def leave(house):
    """The next test finds nobody at work."""
    AgentPerson(house, ALICE).go_home()
