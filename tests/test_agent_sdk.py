"""The agent SDK (S1 to S47): a page on another origin, with hostile CSS and a strict policy, in a real browser."""

import asyncio
import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.cloud import APP, Caller
from tests.people import ALICE, BOB, AgentPerson, VisitorPerson, at_work, custom
from tests.sites import served
from tests.test_browser import SOON, WIDE, axe_finds_nothing

# The document's own sample (S10, S11), with a log of every event beside it (S48).
SAMPLE = """
window.log = [];
function injectTcccWebSDK(SdkURL) {
  if (window.tccc) { console.warn('已经初始化SDK了,请确认是否重复执行初始化'); return; }
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.setAttribute('crossorigin', 'anonymous');
    if (window.renderDomId) script.dataset.renderDomId = window.renderDomId;
    script.src = SdkURL;
    document.body.appendChild(script);
    script.addEventListener('load', () => {
      for (const name of Object.values(window.tccc.events)) window.tccc.on(name, (detail) => log.push([name, detail]));
      window.tccc.on(window.tccc.events.ready, () => { resolve('初始化成功') });
      window.tccc.on(window.tccc.events.tokenExpired, ({message}) => {
        console.error('初始化失败', message);
        reject(message)
      })
    })
  })
}
const logIn = (user) => fetch('/loginTCCC?user=' + user).then((res) => res.json());
const heard = (name, session) => log.filter(([event, detail]) => event === name
  && (!session || detail.sessionId === session)).map(([, detail]) => detail);
const begin = (user) => logIn(user).then((res) => injectTcccWebSDK(res.SdkURL));
const load = (url) => new Promise((done) => {
  const script = document.createElement('script');
  script.src = url; script.crossOrigin = 'anonymous';
  script.onload = () => done('load'); script.onerror = () => done('error');
  document.body.appendChild(script);
});
"""
HOSTILE = (
    "body * { display: none !important; opacity: 0 !important; transform: scale(0) !important; width: 1px !important }"
    "iframe, button { visibility: hidden !important; position: static !important }"
)


def company(house, caller: Caller, css: str = HOSTILE, body: str = "<h1>CRM</h1>"):
    """Its site's address; `/loginTCCC` asks the desk for an SdkURL, as S6 has it."""
    policy = f"default-src 'self'; script-src 'self' {house.url}; frame-src {house.url}; style-src 'self'"
    head = "<!doctype html><html lang=zh><title>CRM</title><link rel=stylesheet href=/a.css>"
    page = f"{head}<body>{body}<script src=/a.js></script>"

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path)
            kind, text = {"/a.css": ("css", css), "/a.js": ("javascript", SAMPLE)}.get(path.path, ("html", page))
            if path.path == "/loginTCCC":
                user = parse_qs(path.query)["user"][0]
                kind, text = (
                    "json",
                    json.dumps({"SdkURL": caller.call("CreateSDKLoginToken", SeatUserId=user)["SdkURL"]}),
                )
            self.send_response(200)
            self.send_header("Content-Type", f"{'application' if kind == 'json' else 'text'}/{kind}; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *arguments: object) -> None:
            pass

    return served(Site)


@pytest.fixture
def caller(full):
    return Caller(full)


def begin(page: Page, site: str, user: str = ALICE) -> None:
    page.goto(site)
    assert page.evaluate("(user) => begin(user)", user) == "初始化成功"


def told(page: Page, name: str, session: str = "") -> list:
    return page.evaluate("([name, session]) => heard(name, session)", [name, session])


def wait_until_told(page: Page, name: str, session: str = "", times: int = 1) -> dict:
    enough = "([name, session, times]) => heard(name, session).length >= times"
    page.wait_for_function(enough, arg=[name, session, times], timeout=SOON)
    return told(page, name, session)[-1]


def go_home(page: Page) -> None:
    page.evaluate("tccc.Agent.setStatus({status: 'notReady'})")
    page.evaluate("tccc.Agent.offline()")
    page.wait_for_function("() => tccc.Agent.getStatus() === 'offline'", timeout=SOON)


def ask_for_a_human(full) -> VisitorPerson:
    vera = VisitorPerson(full)
    vera.trigger()
    vera.say("转人工服务")
    return vera


@pytest.mark.browser
@pytest.mark.feature("S1", "S3", "S6", "S8", "S10", "S13", "S18", "S20", "S25", "S36")
@pytest.mark.feature("S38", "S40", "S41", "S42", "S44", "A10", "A102")
def test_a_session_from_call_to_end(full, caller, people):
    """The document's sample on a hostile page: ready, callIn, userAccessed, words, end, sessionEnded."""
    page = people(WIDE, "zh-hans")
    with company(full, caller) as site:
        begin(page, site)
        assert page.evaluate("tccc.Agent.getStatus()") == "free"
        assert page.context.cookies() == []
        ball = page.get_by_role("button", name="前往工作台")
        expect(ball).to_be_visible()
        vera = ask_for_a_human(full)
        call = wait_until_told(page, "callIn")
        assert (call["type"], call["timeout"], call["nickname"]) == ("im", 0, vera.welcome["visitor"]["name"])
        session = call["sessionId"]
        wait_until_told(page, "userAccessed", session)
        order = page.evaluate("log.map(([name]) => name).filter((name) => /callIn|userAccessed/.test(name))")
        assert order == ["callIn", "userAccessed"], "who calls is told first"
        ball.click()
        frame = page.frame_locator("iframe")
        box = page.locator("iframe").bounding_box()
        assert box["width"] >= 760 and box["height"] >= 480
        frame.locator("#words").fill("您好,请讲")
        frame.locator("#words").press("Enter")
        vera.wait_for_text("您好,请讲")
        assert page.evaluate("(s) => tccc.Chat.end({sessionId: s})", session) == {"status": "success"}
        assert wait_until_told(page, "sessionEnded", session)["closeBy"] == "seat"
        again = page.evaluate("(s) => tccc.Chat.end({sessionId: s})", session)
        assert again["status"] == "error" and again["errorMsg"]
        vera.close()
        go_home(page)


@pytest.mark.browser
@pytest.mark.feature("S19", "S21", "S43", "S45", "A103", "A106")
def test_offers_are_accepted_transferred_and_missed(full, caller, people):
    page = people(WIDE, "zh-hans")
    with company(full, caller) as site, receiving_by_hand(full, seconds=4), at_work(full, BOB) as bob:
        bob.must("status.set", status="notReady")
        begin(page, site)
        vera = ask_for_a_human(full)
        call = wait_until_told(page, "callIn")
        assert 0 < call["timeout"] <= 4
        session = call["sessionId"]
        assert page.evaluate("(s) => tccc.Chat.accept({sessionId: s})", session) == {"status": "success"}
        wait_until_told(page, "userAccessed", session)
        nobody = page.evaluate("(s) => tccc.Chat.transfer({sessionId: s})", session)
        assert nobody["status"] == "error" and nobody["errorMsg"]
        bob.must("status.set", status="free")
        assert (
            page.evaluate("([s, u]) => tccc.Chat.transfer({sessionId: s, userId: u})", [session, BOB])["status"]
            == "success"
        )
        bob.must("offer.accept", session=bob.wait_for(has_offer)["offers"][0]["session"])
        wait_until_told(page, "transfer", session)
        bob.wait_for_row(vera.openid)
        bob.must("session.end", session=session)
        vera.close()
        bob.must("status.set", status="notReady")
        lost = ask_for_a_human(full)
        missed = wait_until_told(page, "callIn", times=2)["sessionId"]
        wait_until_told(page, "autoTransfer", missed)
        lost.post(custom(src="27"))
        lost.close()
        go_home(page)


def has_offer(frame: dict) -> bool:
    return frame["op"] == "snapshot" and bool(frame["offers"])


@contextmanager
def receiving_by_hand(full, seconds: int):
    code = (
        "from routing.models import Reception; r = Reception.get_solo(); r.mode = {mode!r}; "
        "r.accept_seconds = {seconds}; r.save()"
    )
    full.python(code.format(mode="manual", seconds=seconds))
    full.settle_settings()
    try:
        yield
    finally:
        full.python(code.format(mode="automatic", seconds=30))
        full.settle_settings()


@pytest.mark.browser
@pytest.mark.feature("S17", "S22", "S23", "S24", "S46", "S47", "A14", "A15", "A104")
def test_statuses(full, caller, people):
    page = people(WIDE, "zh-hans")
    with company(full, caller) as site:
        begin(page, site)
        set_ = "(options) => tccc.Agent.setStatus(options)"
        for status in ("notReady", "arrange", "rest", "free"):
            assert page.evaluate(set_, {"status": status}) == {"status": "success"}
            page.wait_for_function("(s) => tccc.Agent.getStatus() === s", arg=status, timeout=SOON)
            assert wait_until_told(page, "statusChanged")["status"] == status
        assert page.evaluate(set_, {"status": "stopNotReady"})["status"] == "error"
        page.evaluate(set_, {"status": "notReady"})
        assert page.evaluate(set_, {"status": "stopNotReady"}) == {"status": "success"}
        assert page.evaluate(set_, {"status": "dancing"})["status"] == "error"
        assert page.evaluate(set_, {"status": "rest", "restReason": "会议"}) == {"status": "success"}
        assert page.evaluate("tccc.Agent.offline()") is None
        page.wait_for_function("() => tccc.Agent.getStatus() === 'offline'", timeout=SOON)
        assert page.evaluate("tccc.Agent.online()") is None
        page.wait_for_function("() => tccc.Agent.getStatus() === 'free'", timeout=SOON)
        go_home(page)


@pytest.mark.browser
@pytest.mark.feature(
    "S12", "S15", "S16", "S26", "S27", "S28", "S29", "S30", "S31", "S32", "S33", "S34", "S35", "S37", "A12", "A13"
)
def test_the_workbench_in_an_element_and_the_ball(full, caller, people):
    page = people(WIDE, "en")
    with company(
        full, caller, css="#crm { width: 900px; height: 600px }", body="<main><h1>CRM</h1><div id=crm></div></main>"
    ) as site:
        page.goto(site)
        page.evaluate("window.renderDomId = 'crm'")
        page.evaluate("(user) => begin(user)", ALICE)
        frame = page.locator("iframe")
        assert (frame.bounding_box()["width"], frame.bounding_box()["height"]) == (900, 600)
        expect(page.get_by_role("button", name="workbench")).to_have_count(0)
        page.evaluate("tccc.UI.showfloatButton()")
        expect(page.get_by_role("button", name="workbench")).to_be_visible()
        page.evaluate("tccc.UI.hidefloatButton()")
        page.evaluate("tccc.UI.hideWorkbench()")
        expect(frame).to_be_hidden()
        page.evaluate("tccc.UI.showWorkbench()")
        expect(frame).to_be_visible()
        page.evaluate("tccc.UI.hide()")
        expect(frame).to_be_hidden()
        page.evaluate("tccc.UI.show()")
        expect(frame).to_be_visible()
        assert page.evaluate("tccc.Devices.isBrowserSupported()") is page.evaluate("tccc.isEnvSupported()") is True
        assert page.evaluate("tccc.Devices.getMicrophones()") is not None
        assert isinstance(page.evaluate("tccc.Devices.getSpeakers()"), list)
        page.evaluate("window.times = 0; window.count = () => times++; tccc.on('statusChanged', count)")
        page.evaluate("tccc.off('statusChanged', count)")
        go_home(page)
        assert page.evaluate("times") == 0
        axe_finds_nothing(page)


@pytest.mark.browser
@pytest.mark.feature("S7", "S9", "S11", "S14", "S39")
def test_one_use_one_start_and_another_account(full, caller, people):
    """A used SdkURL says tokenExpired; the same account again is one workbench; another account takes its place."""
    page = people(WIDE, "zh-hans")
    with company(full, caller) as site:
        used = caller.call("CreateSDKLoginToken", SeatUserId=ALICE)["SdkURL"]
        assert httpx.get(used).status_code == 200
        page.goto(site)
        assert page.evaluate("(url) => injectTcccWebSDK(url).catch((reason) => reason)", used)
        assert told(page, "tokenExpired")[0]["message"]

        begin(page, site)
        assert page.evaluate("(user) => logIn(user).then((res) => load(res.SdkURL))", ALICE) == "load"
        expect(page.locator("iframe")).to_have_count(1)
        assert len(told(page, "ready")) == 1
        page.evaluate("(user) => logIn(user).then((res) => load(res.SdkURL))", BOB)
        wait_until_told(page, "ready", times=2)
        expect(page.locator("iframe")).to_have_count(1)
        expect(page.frame_locator("iframe").get_by_title("小博 Bob")).to_be_attached()
        go_home(page)


@pytest.mark.browser
@pytest.mark.feature("A110")
def test_a_reload_and_a_second_tab_are_the_same_place(full, caller, people):
    page = people(WIDE, "zh-hans")
    with company(full, caller) as site:
        begin(page, site)
        begin(page, site)
        other = page.context.new_page()
        begin(other, site)
        vera = ask_for_a_human(full)
        for each in (page, other):
            wait_until_told(each, "callIn")
            assert told(each, "tokenExpired") == []
        vera.post(custom(src="27"))
        vera.close()
        newer = AgentPerson(full, ALICE)  # logs in elsewhere: T18
        wait_until_told(page, "tokenExpired")
        assert page.evaluate("tccc.Agent.setStatus({status: 'free'})")["status"] == "error"
        newer.go_home()


@pytest.mark.browser
def test_strangers_are_refused_and_unheard(full, caller, people):
    """A site that is not on the list gets no workbench, and may not frame one; what others post does nothing."""
    page = people(WIDE, "zh-hans")
    with company(full, caller) as site, company(full, caller) as stranger:
        full.python(f"from workbench.models import Embedding as E; e = E.get_solo(); e.origins = [{site!r}]; e.save()")
        full.settle_settings()
        try:
            url = caller.call("CreateSDKLoginToken", SeatUserId=ALICE)["SdkURL"]
            page.goto(stranger)
            assert page.evaluate("(url) => load(url)", url) == "error"
            page.goto(site)
            assert page.evaluate("(url) => injectTcccWebSDK(url)", url) == "初始化成功", "the ticket is still good"
            frame = page.frames[1]
            frame.evaluate("window.parent.postMessage({type: 'ready'}, '*')")
            inner = "document.querySelector('desk-tccc').shadowRoot.querySelector('iframe').contentWindow"
            page.evaluate(f"{inner}.postMessage({{tccc: 'init', login: 'x', member: {{}}}}, '*')")
            assert page.evaluate("tccc.Agent.setStatus({status: 'notReady'})") == {"status": "success"}
            answer = httpx.get(frame.url)
            assert f"frame-ancestors {site}" in answer.headers["Content-Security-Policy"]
            assert httpx.get(frame.url.replace("for=", "for=x")).status_code == 403
            go_home(page)
        finally:
            full.python("from workbench.models import Embedding as E; e = E.get_solo(); e.origins = []; e.save()")
            full.settle_settings()


@pytest.mark.feature("S7")
def test_of_fifty_loads_one_succeeds_a_hundred_times(full):
    code = (
        "from django.utils import timezone as t; from accounts.models import Member; "
        "from workbench.models.ticket import issue; m = Member.objects.get(account={account!r}); "
        "print(*[issue(m, 'sdk', t.now())[0] for _ in range(100)])"
    )
    tokens = full.python(code.format(account=BOB)).split()

    async def storm() -> list[int]:
        async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=50)) as client:

            async def load(token: str) -> int:
                return (await client.get(f"{full.url}/workbench/sdk/{token}/tccc.js")).status_code

            return [sorted(await asyncio.gather(*[load(token) for _ in range(50)])) for token in tokens]

    for statuses in asyncio.run(storm()):
        assert statuses == [200] + [410] * 49


@pytest.mark.feature("S7")
def test_after_ten_minutes_none(full):
    code = (
        "from datetime import timedelta; from django.utils import timezone as t; from accounts.models import Member; "
        "from workbench.models.ticket import issue; m = Member.objects.get(account={account!r}); "
        "print(issue(m, 'sdk', t.now() - timedelta(minutes=10, seconds=1))[0])"
    )
    token = full.python(code.format(account=BOB))
    assert httpx.get(f"{full.url}/workbench/sdk/{token}/tccc.js").status_code == 410


@pytest.mark.browser
@pytest.mark.feature("S44", "A56")
def test_the_page_hears_who_ended_it(full, caller, people):
    """closeBy: client, admin, timer (seat is in the first test)."""
    page = people(WIDE, "zh-hans")
    with company(full, caller) as site:
        begin(page, site)
        for times, (who, end) in enumerate(ENDS.items(), start=1):
            vera = ask_for_a_human(full)
            session = wait_until_told(page, "userAccessed", times=times)["sessionId"]
            end(full, vera, session)
            assert wait_until_told(page, "sessionEnded", session)["closeBy"] == who
            vera.close()
        go_home(page)


def _admin_ends(full, vera: VisitorPerson, session: str) -> None:
    with at_work(full, f"admin-{APP}") as admin:
        admin.must("session.end", session=session)


def _time_is_up(full, vera: VisitorPerson, session: str) -> None:
    """As if the agent had written an hour ago, and the visitor not since."""
    full.python(
        "from datetime import timedelta; from django.utils import timezone as t; "
        "from sessions_flow.models import Session; "
        f"s = Session.objects.get(session_id={session!r}); c, now, hour = s.conversation, t.now(), timedelta(hours=1); "
        "c.agent_at, c.visitor_at = now - hour, now - 3 * hour; c.save(update_fields=['agent_at', 'visitor_at']); "
        "s.served_at, s.idle_due_at = now - 2 * hour, now; s.save(update_fields=['served_at', 'idle_due_at'])"
    )


ENDS = {
    "client": lambda full, vera, session: vera.post(custom(src="27")),
    "admin": _admin_ends,
    "timer": _time_is_up,
}
