"""数据看板 in a browser: it follows the day by itself and leaves its reader alone; every number explains itself."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.people import VisitorPerson
from tests.test_browser import PHONE, SOON, WIDE, assert_fits, axe_finds_nothing, enter_console

pytestmark = pytest.mark.browser
COUNTED = 60_000  # ms


@pytest.fixture(autouse=True)
def vera(full):
    """Today has something to count."""
    person = VisitorPerson(full)
    person.say("你好")
    yield person
    person.close()


def open_board(page: Page, full, query: str = "") -> None:
    page.goto(f"{full.url}/admin/workbench/rollup/{query}")
    expect(page.locator("#board")).to_be_visible(timeout=SOON)


OPENED_TODAY = """
from django.utils import timezone
from sessions_flow.models import Session
midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
print(Session.objects.filter(opened_at__gte=midnight).count())
"""


@pytest.mark.feature("D1", "A53")
def test_it_follows_the_day_and_leaves_its_reader_alone(full, people):
    page = people(WIDE, "zh-hans")
    enter_console(page, full)
    open_board(page, full)
    page.wait_for_function("document.querySelector('[data-measure=sessions]')", timeout=COUNTED)
    before = int(full.python(OPENED_TODAY))
    expect(page.locator("[data-measure=sessions] b")).to_have_text(str(before), timeout=COUNTED)
    page.evaluate("window.isTheSamePage = true")
    page.locator("#course-table summary").click()
    page.locator("#table-agents").locator("xpath=../..").locator("a").first.focus()
    focused = page.evaluate("document.activeElement.textContent")
    another = VisitorPerson(full)
    another.say("你好")
    expect(page.locator("[data-measure=sessions] b")).to_have_text(str(before + 1), timeout=COUNTED)
    assert page.evaluate("window.isTheSamePage")
    expect(page.locator("#course-table")).to_have_attribute("open", "")
    assert page.evaluate("document.activeElement.textContent") == focused
    another.close()


@pytest.mark.feature("A53")
def test_a_number_is_explained_on_hover_and_focus(full, people):
    page = people(WIDE, "en")
    enter_console(page, full)
    open_board(page, full, "?range=7")
    page.wait_for_function("document.querySelector('[data-measure=sessions]')", timeout=COUNTED)
    card = page.locator("[data-measure=bot_share]")
    tip, button = card.get_by_role("tooltip", include_hidden=True), card.get_by_role("button")
    expect(tip).to_be_hidden()
    button.hover()
    expect(tip).to_be_visible()
    page.mouse.move(0, 0)
    expect(tip).to_be_hidden()
    page.locator("[data-measure=sessions] button").focus()
    page.keyboard.press("Tab")
    expect(tip).to_be_visible()
    expect(tip).to_have_text(re.compile("nobody has asked for a human"))
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_can_be_read(full, people, size, scheme):
    page = people(size, "zh-hans", scheme)
    enter_console(page, full)
    page.evaluate("scheme => localStorage.setItem('_x_adminTheme', JSON.stringify(scheme))", scheme)
    for query in ("", "?range=30", "?range=custom", "?range=yesterday"):
        page.goto(f"{full.url}/admin/workbench/rollup/{query}")
        assert_fits(page)
        axe_finds_nothing(page, "serious")


def test_choices_act_at_once(full, people):
    page = people(WIDE, "zh-hans")
    enter_console(page, full)
    open_board(page, full)
    expect(page.locator("#id_first")).to_be_hidden()
    page.locator("#id_range").select_option("30")
    page.wait_for_url(re.compile("range=30"))
    page.locator("#id_range").select_option("custom")
    expect(page.locator("#id_first")).to_be_visible()
    page.locator("#id_first").fill("2026-01-02")
    page.locator("#id_last").fill("2026-01-01")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("结束日期早于开始日期。")).to_be_visible()
