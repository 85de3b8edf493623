"""Settings pages show, while an admin types, what visitors will read."""

import pytest
from playwright.sync_api import expect

from tests.test_browser import SOON, WIDE, axe_finds_nothing, enter_console

pytestmark = pytest.mark.browser


@pytest.fixture
def console(full, people):
    page = people(WIDE, "zh-hans")
    enter_console(page, full)
    return page


@pytest.mark.feature("M28", "M30", "A11", "A24")
def test_prompts_are_drawn_while_typed(full, console):
    console.goto(f"{full.url}/admin/sessions_flow/prompts/")
    seen = console.frame_locator("[data-preview]").locator("#list")
    expect(seen).to_contain_text("小艾 为您服务", timeout=SOON)  # the built-in text
    console.fill("[name=connected]", "${StaffNo}号客服$StaffName为您服务,${unknown}")
    expect(seen).to_contain_text("00790号客服小艾为您服务,${unknown}")
    counter = console.locator("[name=connected] + .cs-count")
    expect(counter).to_contain_text("/ 500")
    console.fill("[name=connected]", "x" * 600)
    expect(counter).to_have_text("500 / 500")
    console.fill("[name=connected]", "<img src=x onerror=alert(1)>")
    expect(seen).to_contain_text("<img src=x onerror=alert(1)>")
    axe_finds_nothing(console, "serious")


@pytest.mark.feature("M48", "M53", "M56", "M57", "M58", "A63")
def test_rating_card_and_closing_are_drawn_while_typed(full, console):
    console.goto(f"{full.url}/admin/sessions_flow/ratingrules/")
    cards = console.frame_locator("[data-preview]").locator(".rating")
    expect(cards).to_have_count(2, timeout=SOON)
    console.fill("[name=invitation]", "请评价")
    console.fill("[name=thanks]", "感谢您的评价")
    console.fill("[name=level_5]", "非常满意!!")
    expect(cards.first).to_contain_text("请评价")
    expect(cards.last).to_contain_text("非常满意!!")
    expect(cards.last).to_contain_text("感谢您的评价")
    expect(cards.first).to_have_attribute("data-stars", "true")
    console.locator("[name=has_stars]").uncheck(force=True)
    expect(cards.first).to_have_attribute("data-stars", "false")
    console.goto(f"{full.url}/admin/sessions_flow/closing/")
    scene = console.frame_locator("[data-preview]").locator(".scene[data-off=true]")
    expect(scene).to_have_count(0)
    console.locator("[name=says_closed]").uncheck(force=True)
    expect(scene).to_have_count(1)


@pytest.mark.feature("M18", "M19")
def test_the_chat_is_drawn_while_the_channel_is_named(full, console):
    console.goto(f"{full.url}/admin/sessions_flow/channel/add/")
    chat = console.locator("[data-chat]")
    expect(chat.locator("[data-chat-name]")).to_have_text("在线客服", timeout=SOON)
    seen = console.frame_locator("[data-chat-frame]").locator("#list")
    expect(seen.locator(".entry").first).to_be_visible(timeout=SOON)
    expect(chat).to_contain_text("转人工服务")
    console.fill("[name=name]", "<b>小店</b>")
    expect(chat.locator("[data-chat-name]")).to_have_text("<b>小店</b>")
    console.fill("[name=greeting]", "欢迎光临")
    expect(seen).to_contain_text("欢迎光临")
    console.click("button[data-shape=h5]")
    expect(chat).to_have_attribute("data-shape", "h5")
    axe_finds_nothing(console, "serious")
