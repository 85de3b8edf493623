"""The workbench on a phone, as an installed app: W57 to W61."""

import io

import httpx
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.people import ALICE, AgentPerson
from tests.proxy import Proxy
from tests.test_browser import PHONE, SOON, assert_fits, axe_finds_nothing, log_in

pytestmark = pytest.mark.browser
REGISTERED = "async () => (await navigator.serviceWorker.ready).active.scriptURL"


@pytest.mark.feature("W57")
@pytest.mark.parametrize(("locale", "language", "name"), [("zh-hans", "zh-Hans", "工作台"), ("en", "en", "Workbench")])
def test_the_manifest_describes_an_app(full, people, locale, language, name):
    page = people(PHONE, locale)
    log_in(page, full, ALICE)
    address = page.locator("link[rel=manifest]").get_attribute("href")
    answer = httpx.get(f"{full.url}{address}")  # browsers ask without a cookie
    manifest = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (manifest["lang"], manifest["short_name"]) == (language, name)
    assert (manifest["start_url"], manifest["display"], manifest["scope"]) == ("/workbench/", "standalone", "/")
    sizes = {}
    for icon in manifest["icons"]:
        found = httpx.get(f"{full.url}{icon['src']}")
        assert found.headers["Content-Type"].startswith(icon["type"])
        if icon["type"] == "image/png":
            width, height = Image.open(io.BytesIO(found.content)).size
            assert f"{width}x{height}" == icon["sizes"]
            sizes.setdefault(icon["purpose"], set()).add(width)
    assert sizes["any"] >= {192, 512} and sizes["maskable"] >= {512}
    errors = page.context.new_cdp_session(page).send("Page.getAppManifest")["errors"]
    assert errors == []
    AgentPerson(full, ALICE).go_home()


@pytest.mark.feature("W57")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_a_network_the_app_starts_with_a_page_of_its_own(full, people, scheme):
    page = people(PHONE, "zh-hans", scheme)
    log_in(page, full, ALICE)
    proxy = Proxy(full.port)
    home = f"http://127.0.0.1:{proxy.port}/workbench/"
    try:
        page.goto(home)
        assert page.evaluate(REGISTERED).startswith(f"{home}worker.js")
        kept = page.evaluate(
            "async () => (await (await caches.open((await caches.keys())[0])).keys()).map((each) => each.url)"
        )
        assert not [url for url in kept if "offline" not in url and "/static/" not in url], (
            "no page of the desk is kept"
        )
        proxy.cut()
        page.goto(home)
        expect(page.get_by_role("heading", name="无法连接")).to_be_visible()
        assert page.evaluate("getComputedStyle(document.querySelector('.offline')).display") == "grid"
        axe_finds_nothing(page)
        assert_fits(page)
        proxy.mend()
        expect(page.locator("[data-status-button]")).to_be_visible(timeout=SOON)  # by itself
    finally:
        proxy.close()
    AgentPerson(full, ALICE).go_home()


@pytest.mark.feature("W57")
def test_a_phone_is_asked_once_whether_to_install(full, people):
    page = people(PHONE, "zh-hans")
    log_in(page, full, ALICE)
    hint = page.locator("[data-install]")
    expect(hint).to_be_hidden()  # until the browser offers it
    offer = """() => { const event = new Event("beforeinstallprompt", { cancelable: true });
        event.prompt = () => { window.prompted = true; }; dispatchEvent(event); return event.defaultPrevented; }"""
    assert page.evaluate(offer), "the browser's own bar stays away"
    expect(hint).to_be_visible()
    axe_finds_nothing(page)
    assert_fits(page)
    hint.get_by_role("button", name="安装").click()
    assert page.evaluate("window.prompted")
    expect(hint).to_be_hidden()
    page.evaluate(offer)
    hint.get_by_role("button", name="以后再说").click()
    page.reload()
    page.evaluate(offer)
    expect(hint).to_be_hidden()
    AgentPerson(full, ALICE).go_home()
