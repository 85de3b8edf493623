"""The workbench walked through as an agent sees it, wide and on a phone: layout, lists, header, toolbar, menus."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.people import ALICE, VisitorPerson
from tests.test_browser import PHONE, SOON, WIDE, assert_fits, axe_finds_nothing, log_in

pytestmark = pytest.mark.browser


def see_the_areas(page: Page) -> None:
    """Three areas beside each other below one bar."""
    boxes = [page.locator(name).bounding_box() for name in (".bar", ".lists", ".talk", ".visitor")]
    bar, left, centre, right = [box or {} for box in boxes]
    assert bar["y"] == 0
    assert left["y"] == centre["y"] == right["y"] == bar["height"]
    assert left["x"] < centre["x"] < right["x"]


@pytest.mark.feature("M62", "W12", "W13", "W14", "W22", "W23", "W25", "W27", "W29", "W54", "W55")
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_an_agents_way_through_the_workbench(full, people, size, scheme):
    page = people(size, "zh-hans", scheme)
    log_in(page, full, ALICE)
    expect(page.locator(".bar__link")).to_have_text(["工作台", "服务记录", "看板"])
    expect(page.locator("[data-load] [aria-hidden]")).to_have_text(re.compile(r"^0/\d+$"), timeout=SOON)
    expect(page.locator("[data-fold=queues] summary")).to_contain_text("您所在的技能组排队")
    expect(page.locator("[data-list=queues] .queue").first).to_contain_text("0人")
    expect(page.locator("[data-fold=serving] summary")).to_contain_text("服务中")
    expect(page.locator("[data-for=serving][data-part=empty]")).to_have_text("无服务中的记录")
    expect(page.locator("[data-for=ended][data-part=empty]")).to_have_text("无已结束的记录")
    if size is WIDE:
        see_the_areas(page)
    page.locator("[data-fold=serving] summary").click()
    assert page.locator("[data-fold=serving]").get_attribute("open") is None
    page.locator("[data-fold=serving] summary").click()

    vera = VisitorPerson(full)
    vera.say("人工")
    row = page.locator("[data-list=serving] .row__open")
    expect(row).to_have_count(1, timeout=SOON)
    expect(page.locator("[data-for=serving][data-part=count]")).to_have_text("1")
    expect(page.locator("[data-load] [aria-hidden]")).to_have_text(re.compile(r"^1/"))
    row.click()
    expect(page.locator("[data-head=name]")).to_have_text(vera.name)
    expect(page.locator("[data-head=started]")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    expect(page.locator("[data-head=source]")).to_have_text(re.compile(r".+@\s?网站渠道"))
    served = page.locator("[data-head=served]").text_content() or ""
    assert re.fullmatch(r"\d\d:\d\d:\d\d", served)
    expect(page.locator("[data-head=served]")).not_to_have_text(served)
    if size is PHONE:
        page.locator("[data-more=composer-more]").click()
    for tool in (
        "[data-emoji]",
        "[data-pick=picture]",
        "[data-pick=file]",
        "[data-composer] .composer__send",
        "[data-end]",
    ):
        expect(page.locator(tool)).to_be_visible()
    axe_finds_nothing(page)
    assert_fits(page)

    page.locator("#words").press("Alt+KeyE")
    page.locator("dialog[open] .button--danger").click()
    expect(page.locator("[data-over]")).to_be_visible(timeout=SOON)
    wrap_up(page)
    axe_finds_nothing(page)
    assert_fits(page)
    if size is PHONE:
        page.locator("[data-talk] .head__back").first.click()
    expect(page.locator("[data-list=ended] .row__preview")).to_have_text(re.compile(r"^已结束 \d\d:\d\d$"))
    page.locator("[data-complete-all]").click()
    expect(page.locator("[data-list=ended] > *")).to_have_count(0, timeout=SOON)
    see_figures(page, full)
    leave(page)
    vera.close()


def wrap_up(page: Page) -> None:
    page.fill("[data-wrapup] [name=remark]", "问发货时间")
    page.locator("[data-wrapup] [type=submit]").click()
    expect(page.locator("[data-toasts]")).to_contain_text("小结已保存", timeout=SOON)
    page.evaluate("() => Promise.all(document.getAnimations().map((each) => each.finished))")  # not half transparent


def see_figures(page: Page, full) -> None:
    page.locator(".bar__link", has_text="看板").click()
    expect(page.locator("[data-measure=services] b")).to_have_text(re.compile(r"^[1-9]\d*$"), timeout=60_000)
    axe_finds_nothing(page)
    assert_fits(page)
    page.goto(f"{full.url}/workbench/")
    expect(page.locator("[data-status-button]")).to_be_enabled(timeout=SOON)


def leave(page: Page) -> None:
    """下线 and 上线 in the menu of the face, then out."""
    words = page.locator("[data-status-words]")
    for label, after in (("下线", "离线"), ("上线", "示闲"), ("下线", "离线")):
        page.locator("[data-me-button]").click()
        item = page.locator("[data-on-off]")
        expect(item).to_have_text(label)
        item.click()
        expect(words).to_have_text(after, timeout=SOON)
    page.locator("[data-me-button]").click()
    page.locator(".menu__form--last button").click()
    page.wait_for_url("**/accounts/**", timeout=SOON)
