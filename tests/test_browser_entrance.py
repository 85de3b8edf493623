"""Getting in with a real browser: the phone bound and used, two-step login, the list of logins; nothing for axe."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.house import PASSWORD, small_house
from tests.people import ADMIN, ALICE, BOB
from tests.sms_box import sms_box
from tests.test_browser import PHONE, SOON, WIDE, assert_fits, axe_finds_nothing

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def box():
    with sms_box() as box:
        yield box


@pytest.fixture(scope="module")
def texting(tmp_path_factory, box):
    """A house that sends short messages."""
    env = {"SMS_BACKEND": "webhook", "SMS_WEBHOOK_URL": box.url, "OUTGOING_ALLOWED": "127.0.0.1"}
    with small_house(tmp_path_factory.mktemp("texting") / "small", **env) as house:
        yield house


def looks_good(page: Page) -> None:
    axe_finds_nothing(page)
    assert_fits(page)


def give_password(page: Page, house, account: str) -> None:
    page.goto(f"{house.url}/accounts/login/")
    page.fill("[name=login]", account)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")


def digits(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.feature("W3", "W5", "W6", "A17", "W10")
@pytest.mark.parametrize(
    ("size", "scheme", "account", "phone"),
    [(WIDE, "light", ALICE, "13800138001"), (PHONE, "dark", BOB, "13800138002")],
    ids=["wide", "phone"],
)
def test_the_phone_is_bound_and_used(texting, box, people, browser, size, scheme, account, phone):
    page = people(size, "zh-hans", scheme)
    page.goto(f"{texting.url}/accounts/login/")
    expect(page.locator(".tabs__tab")).to_have_text(["账号登录", "手机号登录"])
    looks_good(page)
    toggle = page.locator(".secret__toggle")
    page.fill("[name=password]", "x")
    toggle.click()
    expect(page.locator("[name=password]")).to_have_attribute("type", "text")
    give_password(page, texting, account)
    page.wait_for_url("**/accounts/phone/")
    looks_good(page)
    page.fill("[name=phone]", phone)
    send = page.locator("[data-wait]")
    send.click()
    expect(send).to_be_disabled(timeout=SOON)
    expect(send).to_have_text(re.compile(r"发送验证码 \(\d+\)"))
    expect(page.locator("[name=code]")).to_be_focused()
    page.fill("[name=code]", box.code_for(f"+86{phone}"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/workbench/")
    texting.python("from accounts.models import PhoneCode as P; P.objects.all().delete()")  # a minute later

    plain = browser.new_context(viewport=size, locale="zh-CN", java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{texting.url}/accounts/login/")
    page.click("text=手机号登录")
    page.fill("[name=phone]", phone)
    page.click("text=发送验证码")
    expect(page.locator("[role=status]")).to_contain_text("5 分钟内有效")
    page.fill("[name=code]", box.code_for(f"+86{phone}", 2))
    page.keyboard.press("Enter")
    page.wait_for_url("**/workbench/")
    plain.close()


@pytest.mark.parametrize(("size", "scheme", "language"), [(WIDE, "dark", "en"), (PHONE, "light", "zh-hans")])
def test_two_steps_and_the_list_of_logins(full, people, size, scheme, language):
    """Set up, used, and switched off again, from the page that both workbench and console lead to."""
    page = people(size, language, scheme)
    give_password(page, full, ADMIN)
    page.wait_for_url(f"{full.url}/admin/")
    assert page.locator("a[href='/accounts/security/']").count() == 1
    page.goto(f"{full.url}/accounts/security/")
    looks_good(page)
    page.click("a[href='/accounts/2fa/activate/']")
    looks_good(page)
    secret = page.locator(".entrance__qr").get_attribute("alt") or ""
    page.fill("[name=code]", digits(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/")
    codes = page.locator(".entrance__codes code").all_text_contents()
    assert len(set(codes)) == 10
    looks_good(page)
    with page.expect_download() as download:
        page.click("a[href$='/download/']")
    assert codes[0] in download.value.path().read_text()

    other = people(size, language, scheme)
    give_password(other, full, ADMIN)
    other.wait_for_url("**/accounts/login/2fa/")
    looks_good(other)
    other.fill("[name=code]", "12")
    other.keyboard.press("Enter")
    expect(other.locator(".field__error")).to_be_visible()
    other.fill("[name=code]", codes[0])
    other.keyboard.press("Enter")
    other.wait_for_url(f"{full.url}/admin/")

    page.goto(f"{full.url}/accounts/security/")
    expect(page.locator(".tag--here")).to_have_count(1)
    looks_good(page)
    page.locator("form[action$='/logins/end/'] button").click()
    expect(page.locator(".logins > li")).to_have_count(1)
    other.reload()
    other.wait_for_url("**/accounts/login/**")
    page.click("a[href='/accounts/2fa/deactivate/']")
    looks_good(page)
    page.click(".button--danger")
    page.wait_for_url("**/accounts/security/")
    expect(page.locator("a[href='/accounts/2fa/activate/']")).to_be_visible()
