"""The workbench on a phone, as an installed app: W57 to W61."""

import io
import json

import httpx
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.people import ALICE, AgentPerson, VisitorPerson, text_of
from tests.phones import push_service
from tests.proxy import Proxy
from tests.test_browser import PHONE, SOON, assert_fits, axe_finds_nothing, log_in, open_row, row_of
from tests.test_desk import reception
from tests.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def afterwards(full):
    """The next test finds nobody at work and nobody being served."""
    yield
    AgentPerson(full, ALICE).go_home()


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


def fake_push_service(phone) -> str:
    """Chromium's own push service is not on this machine: what the browser would get from it."""
    return f"""PushManager.prototype.subscribe = async function () {{
        const said = {json.dumps(phone.subscription)};
        return {{ toJSON: () => said, unsubscribe: async () => true, options: {{}} }};
    }};"""


def deliver(page, house, notice: dict) -> None:
    """What the browser does with a push that it has decrypted."""
    client = page.context.browser.new_browser_cdp_session()
    targets = client.send("Target.getTargets")["targetInfos"]
    assert [each for each in targets if each["type"] == "service_worker"]
    tab = page.context.new_cdp_session(page)
    found: list[str] = []
    tab.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(
        each["registrationId"] for each in event["registrations"] if each["scopeURL"].startswith(house.url)
    ))  # fmt: skip
    tab.send("ServiceWorker.enable")
    until(lambda: found or page.wait_for_timeout(100))
    tab.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": house.url, "registrationId": found[0], "data": json.dumps(notice)},
    )


SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(({ title, body, tag, actions }) => ({ title, body, tag, actions: actions.map((each) => each.action) }))"""


@pytest.mark.feature("W57", "W58", "W59", "W60", "A108")
def test_the_page_of_the_phone_leads_there_and_switches_the_notices_on(full, people):
    with push_service() as service:
        phone = service.phone()
        phone.endpoint = "https://push.example.com/wake/1"
        page = people(PHONE, "zh-hans")
        page.context.grant_permissions(["notifications"])
        page.add_init_script(fake_push_service(phone))
        log_in(page, full, ALICE)
        page.locator("[data-me-button]").click()
        page.get_by_role("menuitem", name="手机工作台").click()
        expect(page.get_by_role("heading", name="手机工作台")).to_be_visible()
        assert page.locator(".phone__address").get_attribute("href") == f"{full.url}/workbench/"
        assert page.locator(".phone__qr svg").get_attribute("viewBox"), "drawn whole, whatever its size"
        axe_finds_nothing(page)
        assert_fits(page)
        page.get_by_role("button", name="开启通知").click()
        expect(page.locator("[data-state-words]")).to_have_text("本设备通知：已开启")
        known = full.python(
            "from workbench.models import PushSubscription as P; p = P.objects.get(); print(p.endpoint, p.language)"
        )
        assert known == "https://push.example.com/wake/1 zh-hans"
        axe_finds_nothing(page)
        page.goto(f"{full.url}/workbench/")
        page.locator("[data-me-button]").click()
        item = page.locator("[data-notices]")
        expect(item).to_have_attribute("aria-checked", "true")
        item.click()
        expect(item).to_have_attribute("aria-checked", "false")
        assert full.python("from workbench.models import PushSubscription as P; print(P.objects.count())") == "0"


@pytest.mark.feature("W57", "W58", "W34")
def test_a_push_is_shown_and_a_click_opens_or_accepts(full, people):
    page = people(PHONE, "zh-hans")
    page.context.grant_permissions(["notifications"])
    log_in(page, full, ALICE)
    page.evaluate(REGISTERED)
    with reception(full, mode="manual", accept_seconds=300):
        vera = VisitorPerson(full)
        vera.say("人工")
        expect(page.locator("[data-offers] .offer")).to_be_visible(timeout=SOON)
        session = full.python(
            "from sessions_flow.models import Session; print(Session.objects.latest('pk').session_id)"
        )
        page.goto(f"{full.url}/workbench/phone/")  # the desk is not in front of him
        page.evaluate(REGISTERED)
        notice = {"title": "访客请求接入", "body": "官网", "tag": session, "session": session,
                  "actions": [{"action": "accept", "title": "接入"}]}  # fmt: skip
        until(lambda: page.evaluate(SHOWN) or deliver(page, full, notice))  # again: a worker that starts hears nothing
        assert page.evaluate(SHOWN) == [
            {"title": "访客请求接入", "body": "官网", "tag": session, "actions": ["accept"]}
        ]
        deliver(page, full, {**notice, "body": "还在吗"})
        until(lambda: [each["body"] for each in page.evaluate(SHOWN)] == ["还在吗"])  # one a session
        page.goto(f"{full.url}/workbench/?open={session}&accept=1")  # where a click on 接入 leads
        vera.wait_for_state("serving")
        expect(page.locator("[data-head=name]")).to_contain_text("访客_", timeout=SOON)
        assert page.url == f"{full.url}/workbench/"
        page.locator("[data-talk] .head__back").first.click()
        expect(page.locator("[data-head=name]")).to_be_hidden()
        worker = page.context.service_workers[0]
        click = """(session) => { const event = new ExtendableEvent("notificationclick");
            const notification = { close() {}, data: { session } };
            Object.assign(event, { action: "", notification }); dispatchEvent(event); }"""
        worker.evaluate(click, session)
        expect(page.locator("[data-head=name]")).to_be_visible(timeout=SOON)
        page.goto(f"{full.url}/workbench/?open={session.replace('-', 'a', 1)}&accept=1")
        expect(page.locator("[data-toasts]")).to_contain_text("不存在", timeout=SOON)


SMALL = {"width": 360, "height": 640}


def as_an_app(page):
    """Started from the home screen: Safari says so to the page."""
    page.add_init_script("Object.defineProperty(navigator, 'standalone', { value: true })")


@pytest.mark.feature("W61", "W1")
@pytest.mark.parametrize(("size", "scheme"), [(SMALL, "dark"), (PHONE, "light")], ids=["360", "390"])
def test_chat_on_a_phone(full, people, size, scheme):
    """Back arrow, visitor's name, ···, 来源, 结束会话, bubbles, emoji and +."""
    AgentPerson(full, ALICE).go_home()
    page, vera = people(size, "zh-hans", scheme), VisitorPerson(full)
    log_in(page, full, ALICE)
    vera.say("人工")
    open_row(page, vera)
    talk = page.locator("[data-talk]")
    expect(talk.locator(".head__back").first).to_be_visible()
    expect(talk.locator("[data-head=source]")).to_contain_text("网站渠道")
    expect(talk.locator("[data-head=source]")).to_be_visible()
    expect(page.get_by_role("button", name="结束会话")).to_be_visible()
    assert talk.locator("[data-head=name]").bounding_box()["width"] > 60
    page.locator("[data-more=head-more]").click()
    for tool in ("[data-find]", "[data-transfer]", "[data-rate]"):
        expect(page.locator(tool)).to_be_visible()
    axe_finds_nothing(page)
    assert_fits(page)
    page.keyboard.press("Escape")
    expect(page.locator("[data-transfer]")).to_be_hidden()
    expect(page.locator("[data-pick=picture]")).to_be_hidden()
    page.locator("[data-more=composer-more]").click()
    expect(page.locator("[data-pick=picture]")).to_be_visible()
    with page.expect_file_chooser():
        page.locator("[data-pick=picture]").click()
    expect(page.locator("[data-pick=picture]")).to_be_hidden()
    page.locator("[data-emoji]").click()
    expect(page.locator("[data-emoji-panel]")).to_be_visible()
    assert_fits(page)
    page.locator("[data-emoji]").click()
    vera.say("我的快递呢")
    page.fill("#words", "正在查")
    page.locator("[data-composer] .composer__send").click()
    vera.wait_for_text("正在查")
    expect(page.locator(".timeline:not([hidden]) .entry").last).to_contain_text("正在查", timeout=SOON)
    expect(page.locator(".entry", has_text="我的快递呢")).to_be_visible()
    axe_finds_nothing(page)
    assert_fits(page)
    talk.locator(".head__back").first.click()
    expect(row_of(page, vera)).to_be_visible()


@pytest.mark.feature("W61", "W57")
def test_a_phone_without_a_network_loses_no_text(full, people):
    """Asleep, then killed by the phone: what was written goes out once, what came meanwhile is there once, in order."""
    page, vera = people(PHONE, "zh-hans"), VisitorPerson(full)
    as_an_app(page)
    log_in(page, full, ALICE)
    vera.say("人工")
    open_row(page, vera)
    page.fill("#words", "一")
    page.press("#words", "Enter")
    vera.wait_for_text("一")
    page.context.set_offline(True)
    expect(page.locator("[data-banner]")).to_contain_text("连接", timeout=SOON)
    axe_finds_nothing(page)
    assert_fits(page)
    page.fill("#words", "断网时写的")
    page.press("#words", "Enter")
    page.fill("#words", "草稿")
    vera.say("还在吗")
    page.context.set_offline(False)
    vera.wait_for_text("断网时写的")
    expect(page.locator("[data-banner]")).to_be_hidden(timeout=SOON)
    expect(page.locator(".entry", has_text="还在吗")).to_have_count(1, timeout=SOON)
    expect(page.locator(".entry", has_text="断网时写的")).to_have_count(1)

    page.context.set_offline(True)
    page.fill("#words", "关闭前写的")
    page.press("#words", "Enter")
    page.fill("#words", "没写完的")
    expect(page.locator(".entry", has_text="关闭前写的")).to_have_count(1)
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    as_an_app(again)
    again.goto(f"{full.url}/workbench/")
    vera.wait_for_text("关闭前写的")
    open_row(again, vera)
    expect(again.locator("#words")).to_have_value("没写完的")
    expect(again.locator(".entry", has_text="关闭前写的")).to_have_count(1)
    vera.listen(1)
    said = [text_of(entry) for entry in vera.entries()]
    assert (said.count("断网时写的"), said.count("关闭前写的")) == (1, 1)
