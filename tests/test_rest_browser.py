"""The pages for developers in a real browser: the API's description under our strict policy, and the userSig tool."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.test_browser import enter_console

pytestmark = pytest.mark.browser
SOON = 30_000  # milliseconds


def complaints(page: Page) -> list[str]:
    """What the console says of the page: a refused script, style or address is told there."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    return told


@pytest.mark.feature("U14")
def test_the_description_can_be_read_and_tried(page: Page, full):
    told = complaints(page)
    answer = page.goto(f"{full.url}/api/docs/")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy and "script-src 'self'" in policy
    page.locator("#operations-channels-channel").click(timeout=SOON)
    page.get_by_role("button", name="Try it out").click()
    page.get_by_placeholder("web_app_id").fill(full.web_app_id)
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table")).to_contain_text("#1677ff", timeout=SOON)
    assert told == []


@pytest.mark.feature("U9")
@pytest.mark.parametrize("width", [1440, 390])
def test_a_usersig_is_generated_and_copied(page: Page, full, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=full.url)
    enter_console(page, full)
    link = page.locator("a[href$='/apikey/usersig/']").first  # in the navigation, which a phone folds away
    page.goto(f"{full.url}{link.get_attribute('href')}")
    page.fill("[name=user_id]", "vera")
    page.fill("[name=days]", "7")
    page.keyboard.press("Enter")
    shown = page.locator("#usersig")
    expect(shown).to_be_visible(timeout=SOON)
    page.locator("[data-copy=usersig]").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == shown.input_value()
    assert full.python(f"from accounts import usersig; print(usersig.verify('{copied}'))") == "vera"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    ours = [rule["id"] for rule in found if any(".cs-" in str(node["target"]) for node in rule["nodes"])]
    assert ours == []
