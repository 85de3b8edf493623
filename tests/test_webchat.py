"""The visitor's side in a real browser: the bubble on a strict foreign page, identity, forms, deep links, tabs."""

import base64
import json
import re
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.people import ALICE, AgentPerson, Browser, at_work, channel_with, forget_left_messages, sign, text
from tests.sites import folder, shop
from tests.test_browser import PHONE, SOON, WIDE, assert_fits, axe_finds_nothing, say

pytestmark = pytest.mark.browser


def heard(page: Page, name: str) -> list:
    return [value for event, value in page.evaluate("heard") if event == name]


def wait_until_heard(page: Page, name: str, times: int = 1) -> None:
    page.wait_for_function(
        "([name, times]) => heard.filter((h) => h[0] === name).length >= times", arg=[name, times], timeout=SOON
    )


def wait_until_he_is(page: Page, user_id: str) -> None:
    who = "heard.filter(([name]) => name === 'session').at(-1)?.[1].userID"
    page.wait_for_function(f"(user) => {who} === user", arg=user_id, timeout=SOON)


def chat(page: Page):
    return page.frame_locator("iframe")


def said(page: Page, words: str):
    return page.locator("#list").get_by_text(words, exact=True)


def who_is_here(agent: AgentPerson) -> dict:
    """The row of the visitor whose page is open."""
    return next(row for row in agent.newest()["serving"] if row["visitor"]["online"])


def come_in(page: Page, house, more: str = "") -> None:
    page.goto(f"{house.chat_url}{more}")
    expect(page.locator("#list .entry").first).to_be_visible(timeout=SOON)


# --- the bubble


@pytest.mark.feature("M16", "M22", "U2", "U16")
def test_the_bubble_on_a_strict_foreign_page(full, people):
    """Calls before load, opening, focus, Escape, events; nothing of ours on the page but one element; no cookies."""
    page = people(WIDE, "zh-hans")
    with shop(full, script='CSDesk.push(["open"]);') as site:
        page.goto(f"{site}/first")
        wait_until_heard(page, "opened")
        expect(chat(page).locator("#list .entry").first).to_be_visible(timeout=SOON)
        assert page.context.cookies() == []
        assert page.evaluate("[...document.body.children].map((e) => e.localName)") == [
            "h1",
            "script",
            "script",
            "csdesk-chat",
        ]
        expect(chat(page).locator("#text")).to_be_focused()
        chat(page).locator("#text").press("Escape")
        wait_until_heard(page, "closed")
        assert page.evaluate("document.activeElement.localName") == "csdesk-chat"
        page.evaluate("CSDesk.toggle()")
        wait_until_heard(page, "opened", 2)
        page.evaluate("CSDesk.toggle()")
        wait_until_heard(page, "closed", 2)


@pytest.mark.feature("M16", "U2")
def test_the_greeting_comes_is_sent_away_and_stays_away(full, people):
    with channel_with(full, greeting="需要帮忙吗", greeting_seconds=1), shop(full) as site:
        page = people(WIDE, "zh-hans")
        page.goto(site)
        expect(page.get_by_text("需要帮忙吗")).to_be_visible(timeout=SOON)
        axe_finds_nothing(page, "serious")
        page.locator("csdesk-chat .away").click()
        expect(page.get_by_text("需要帮忙吗")).to_have_count(0)
        page.reload()
        wait_until_heard(page, "ready")
        page.wait_for_timeout(1500)
        expect(page.get_by_text("需要帮忙吗")).to_have_count(0)


@pytest.mark.feature("U2", "U17")
def test_an_answer_to_a_closed_chat_is_told_by_badge_title_and_event(full, people):
    with at_work(full, ALICE) as alice, channel_with(full, flashes_title=True), shop(full) as site:
        page = people(WIDE, "zh-hans")
        page.goto(site)
        page.evaluate("CSDesk.open()")
        inside = chat(page)
        inside.locator("#handover").click(timeout=SOON)
        expect(inside.locator("#end")).to_be_visible(timeout=SOON)
        row = who_is_here(alice)
        page.evaluate("CSDesk.close()")
        alice.say(row["conversation"], "您还在吗")
        wait_until_heard(page, "message")
        expect(page.locator("csdesk-chat .badge")).to_have_text("1", timeout=SOON)
        page.wait_for_function("() => document.title === '(1) 新消息'", timeout=SOON)
        page.goto(f"{site}/another")  # the badge outlives a change of page
        expect(page.locator("csdesk-chat .badge")).to_have_text("1", timeout=SOON)
        page.locator("csdesk-chat .bubble").click()
        expect(page.locator("csdesk-chat .badge")).to_be_hidden()
        page.wait_for_function("() => document.title === '商店'", timeout=SOON)
        expect(said(chat(page), "您还在吗")).to_be_visible()


@pytest.mark.feature("A112", "U18")
def test_the_agent_sees_the_pages_of_a_single_page_site_and_the_attributes(full, people):
    with at_work(full, ALICE) as alice, shop(full, script='CSDesk.push(["setAttributes", {plan: "gold"}]);') as site:
        page = people(WIDE, "zh-hans")
        page.goto(f"{site}/first")
        wait_until_heard(page, "ready")
        page.evaluate("document.title = '第二页'; history.pushState({}, '', '/second?token=abc')")
        page.wait_for_timeout(1200)
        page.evaluate("CSDesk.open()")
        chat(page).locator("#handover").click(timeout=SOON)
        expect(chat(page).locator("#end")).to_be_visible(timeout=SOON)
        row = who_is_here(alice)
        assert row["channel"]["name"] == "在线客服"
        card = alice.must("visitor", conversation=row["conversation"])
        assert card["attributes"] == {"plan": "gold"}
        assert [page["url"] for page in card["visit"]["pages"]] == [f"{site}/first", f"{site}/second?token=…"]
        assert card["visit"]["browser"].startswith("Chrome")
        page.evaluate("history.pushState({}, '', '/third')")
        alice.wait_for(lambda frame: frame["op"] == "visitor")
        pages = alice.must("visitor", conversation=row["conversation"])["visit"]["pages"]
        assert pages[-1]["url"] == f"{site}/third"
        assert pages[-1]["referrer"] == f"{site}/second?token=…"


@pytest.mark.feature("A88")
def test_other_sites_may_not_embed_a_channel_with_a_list(full, people):
    page = people(WIDE, "zh-hans", expects_csp=True)
    with shop(full) as site, channel_with(full, allowed_sites=["https://shop.example"]):
        page.goto(site)
        wait_until_heard(page, "ready")
        page.evaluate("CSDesk.open()")
        page.wait_for_timeout(1500)
        assert "chrome-error" in page.frames[1].url


# --- who it is


@pytest.mark.feature("A116", "U8")
def test_identify_and_log_out_on_a_shared_computer(full, people):
    """Anonymous, then vera, then nobody, then sofia: nobody sees what is not theirs, also in a second tab."""
    vera, sofia = (
        {"userID": f"browser-{name}", "userSig": sign(full, f"browser-{name}")} for name in ("vera", "sofia")
    )
    with shop(full) as site:
        page = people(WIDE, "zh-hans")
        page.goto(site)
        page.evaluate("CSDesk.open()")
        inside = chat(page)
        expect(inside.locator("#list .entry").first).to_be_visible(timeout=SOON)
        inside.locator("#text").fill("登录前说的")
        inside.locator("#text").press("Enter")
        expect(inside.locator("#list .entry[data-state=sent]")).to_have_count(1, timeout=SOON)

        page.evaluate("(user) => CSDesk.identify(user)", vera)
        wait_until_he_is(page, "browser-vera")
        expect(said(inside, "登录前说的")).to_be_visible(timeout=SOON)
        inside.locator("#text").fill("没发出去的草稿")

        tab = page.context.new_page()  # the same visitor in a second tab
        tab.goto(site)
        tab.evaluate("(user) => { CSDesk.identify(user); CSDesk.open() }", vera)
        expect(said(chat(tab), "登录前说的")).to_be_visible(timeout=SOON)

        page.evaluate("CSDesk.logout()")
        for each in (page, tab):
            expect(said(chat(each), "登录前说的")).to_have_count(0, timeout=SOON)
        expect(inside.locator("#text")).to_have_value("")
        page.reload()
        expect(chat(page).locator("#list .entry").first).to_be_visible(timeout=SOON)
        expect(said(chat(page), "登录前说的")).to_have_count(0)
        page.evaluate("(user) => CSDesk.identify(user)", sofia)
        wait_until_he_is(page, "browser-sofia")
        expect(said(chat(page), "登录前说的")).to_have_count(0)


@pytest.mark.feature("U8")
def test_an_expired_sig_is_told_to_the_host_and_the_visitor_can_talk(full, people):
    with shop(full) as site:
        page = people(WIDE, "zh-hans")
        page.goto(site)
        late = {"userID": "late", "userSig": sign(full, "late", now="0")}
        page.evaluate("(user) => { CSDesk.identify(user); CSDesk.open() }", late)
        page.wait_for_function("() => heard.some(([, value]) => value?.error)", timeout=SOON)
        told = next(value for value in heard(page, "session") if value.get("error"))
        assert (told["userID"], told["error"]["code"]) == (None, 70001)
        assert told["error"]["message"]
        inside = chat(page)
        inside.locator("#text").fill("还能说话")
        inside.locator("#text").press("Enter")
        expect(inside.locator("#list .entry[data-state=sent]")).to_have_count(1, timeout=SOON)


@pytest.mark.feature("U8", "U14")
def test_a_signed_user_in_the_fragment_of_an_apps_web_view(full, people):
    """The fragment goes at once; a reload of the tab keeps him, a new tab does not."""
    page = people(PHONE, "zh-hans")
    come_in(page, full, f"#userID=app-vera&userSig={sign(full, 'app-vera')}")
    assert "userSig" not in page.url
    say(page, "在应用里说的")
    page.reload()
    expect(said(page, "在应用里说的")).to_be_visible(timeout=SOON)
    stored = page.evaluate("[JSON.stringify(localStorage), JSON.stringify(sessionStorage)]")
    assert "token" not in stored[0]
    assert "token" in stored[1]
    tab = page.context.new_page()
    come_in(tab, full)
    expect(said(tab, "在应用里说的")).to_have_count(0)


# --- forms


FIELDS = [
    ("姓名", "text", "before", {}),
    ("邮箱", "email", "before", {"is_required": False}),
    ("问题", "select", "both", {"options": ["售前", "售后"]}),
]


@pytest.mark.feature("U1", "M16")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_questions_before_the_chat(full, people, scheme):
    with channel_with(full, FIELDS, form_intro="请先告诉我们"):
        page = people(PHONE, "zh-hans", scheme=scheme)
        page.goto(full.chat_url)
        form = page.locator(".asking")
        expect(form).to_contain_text("请先告诉我们", timeout=SOON)
        axe_finds_nothing(page)
        assert_fits(page)
        form.get_by_label("姓名").fill("薇拉")
        form.get_by_label("邮箱").fill("不是邮箱")
        form.get_by_label("问题").select_option("售前")
        form.get_by_role("button", name="开始咨询").click()
        expect(form.get_by_label("邮箱")).to_have_attribute("aria-invalid", "true", timeout=SOON)
        form.get_by_label("邮箱").fill("")
        form.get_by_role("button", name="开始咨询").click()
        expect(page.locator("#list .entry").first).to_be_visible(timeout=SOON)
        expect(form).to_have_count(0)
        page.reload()
        expect(page.locator("#list .entry").first).to_be_visible(timeout=SOON)
        expect(form).to_have_count(0)


@pytest.mark.feature("A117", "U4")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_message_is_left_when_nobody_serves(full, people, scheme):
    page = people(PHONE, "zh-hans", scheme=scheme)
    come_in(page, full)
    page.locator("#handover").click()
    page.locator("#leave").click(timeout=SOON)
    form = page.locator(".asking")
    expect(form.get_by_label("留言内容")).to_be_focused()
    axe_finds_nothing(page)
    assert_fits(page)
    page.go_back()  # the back key closes the form, not the page
    expect(form).to_have_count(0)
    expect(page.locator("#list")).to_be_visible()
    page.locator("#leave").click()
    form.get_by_role("button", name="提交留言").click()
    expect(form.locator("[role=alert]").first).to_have_text(re.compile("填写"))
    form.get_by_label("留言内容").fill("周一请回电")
    form.get_by_label("邮箱或电话").fill("vera@example.com")
    form.get_by_role("button", name="提交留言").dblclick()
    expect(page.locator("#list")).to_contain_text("留言已提交", timeout=SOON)
    expect(page.locator("#list .entry", has_text="周一请回电")).to_have_count(1)
    expect(page.locator("#leave")).to_be_hidden()
    page.reload()
    expect(page.locator("#list")).to_contain_text("留言已提交", timeout=SOON)
    expect(page.locator("#leave")).to_be_hidden()
    forget_left_messages(full)


# --- deep links


def encoded(card: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(card).encode()).decode().rstrip("=")


PRODUCT = {"header": "红色跑鞋", "desc": "42 码", "url": "https://shop.example/1", "pic": "javascript:alert(1)"}
ORDER = {"guide": "我的订单", "name": "订单 7", "customField": [{"name": "金额", "customerValue": "99 元"}]}


@pytest.mark.feature("U18", "U1")
@pytest.mark.parametrize(
    ("query", "src", "words"),
    [
        (f"&product={encoded(PRODUCT)}", "22", "红色跑鞋"),
        (f"&product={quote(json.dumps(PRODUCT))}", "22", "红色跑鞋"),
        (f"&product_header={quote('红色跑鞋')}&product_url=https://shop.example/1", "22", "红色跑鞋"),
        (f"&order={encoded(ORDER)}", "28", "订单 7"),
    ],
    ids=["base64url", "json", "parameters", "order"],
)
def test_a_link_with_a_card(full, people, query, src, words):
    page = people(PHONE, "zh-hans")
    come_in(page, full, query)
    expect(page.locator("#card")).to_contain_text(words, timeout=SOON)
    assert_fits(page)
    page.locator("#card .button--primary").click()
    expect(page.locator("#list .entry[data-state=sent]")).to_contain_text(words, timeout=SOON)
    expect(page.locator("#card")).to_be_hidden()
    page.reload()
    expect(page.locator("#list .entry[data-state=sent]")).to_contain_text(words, timeout=SOON)
    expect(page.locator("#card")).to_be_hidden()
    assert stored_src(full, words) == src


def stored_src(house, words: str) -> str:
    return house.python(
        "from sessions_flow.models import Message\n"
        f"print(next(m.src for m in Message.objects.exclude(src='').order_by('-pk') if {words!r} in str(m.elem)))"
    )


@pytest.mark.parametrize("query", ["&product=%%%", "&product=bm90IGpzb24", "&order=5", "&product={}"])
def test_a_link_with_a_broken_card_says_so(full, people, query):
    page = people(PHONE, "zh-hans")
    page.goto(full.chat_url + query)
    expect(page.locator("#notice")).to_be_visible(timeout=SOON)
    expect(page.locator("#card")).to_be_hidden()
    expect(page.locator("#text")).to_be_enabled()


# --- a page of one's own


@pytest.mark.feature("U14", "U16")
def test_the_headless_example_talks_from_another_origin(full, people):
    """The three files of examples/headless on a server of their own, which the channel's list names."""
    page = people(WIDE, "zh-hans")
    with (
        folder(Path(__file__).parent.parent / "examples" / "headless") as site,
        channel_with(full, allowed_sites=[site]),
    ):
        page.goto(f"{site}/index.html?desk={full.url}&webAppId={full.web_app_id}")
        expect(page.locator("#list li").first).to_be_visible(timeout=SOON)
        page.locator("#list li button").first.click()
        expect(page.locator("#list .bot")).to_have_count(2, timeout=SOON)
        with at_work(full, ALICE) as alice:
            page.click("#human")
            expect(page.locator("#state")).to_contain_text("为您服务", timeout=SOON)
            row = who_is_here(alice)
            page.fill("#words", "你好")
            page.press("#words", "Enter")
            alice.wait_for_text(row["conversation"], "你好")
            alice.say(row["conversation"], "您好")
            expect(page.locator("#list .agent")).to_have_text("您好", timeout=SOON)
            page.click("#end")
            expect(page.locator("#end")).to_be_hidden(timeout=SOON)
        page.reload()
        expect(page.locator("#list .agent")).to_have_text("您好", timeout=SOON)


# --- the page itself


@pytest.mark.feature("B32", "B39", "U3", "U4", "M18")
def test_the_hosted_page(full, people):
    """Title, card with ↻ and five rows, question, answer, time stamps, 转人工服务; 查看更多 above a long history."""
    page = people(PHONE, "zh-hans")
    come_in(page, full)
    assert page.title() == "在线客服"
    card = page.locator("#list .choices").first
    expect(card.locator(".choice")).to_have_count(5, timeout=SOON)
    before = card.locator(".choice").all_inner_texts()
    card.locator(".choices__turn").click()
    assert card.locator(".choice").all_inner_texts() != before
    question = card.locator(".choice").first.inner_text().strip()
    card.locator(".choice").first.click()
    expect(said(page, question).last).to_be_visible(timeout=SOON)
    expect(page.locator("#list .entry[data-kind=bot]")).to_have_count(2, timeout=SOON)
    assert re.fullmatch(r"\d\d:\d\d", page.locator("#list .entry[data-kind=bot] time").last.inner_text())
    expect(page.locator("#handover")).to_have_text("转人工服务")
    expect(page.locator("#more")).to_be_hidden()
    token = page.evaluate("JSON.parse(Object.entries(localStorage).find(([key]) => key.endsWith('.token'))[1])")
    writer = Browser(full, token=token)
    for n in range(60):
        writer.post(text(f"第 {n} 句"))
        time.sleep(0.05)  # under the socket's rate
    writer.say("最后一句")
    page.reload()
    expect(page.locator("#more")).to_be_visible(timeout=SOON)
    count = page.locator("#list .entry").count()
    page.locator("#more").click()
    page.wait_for_function("(n) => document.querySelectorAll('#list .entry').length > n", arg=count, timeout=SOON)


@pytest.mark.feature("U17", "U18", "A47")
def test_buttons_follow_what_the_desk_allows(full, people):
    """评价 by src 23 and 26, 结束会话 by src 26; reload while queued keeps the place and says the position."""
    page = people(PHONE, "zh-hans")
    come_in(page, full)
    for hidden in ("#rate", "#end", "#cancel"):
        expect(page.locator(hidden)).to_be_hidden()
    with at_work(full, ALICE) as alice:
        alice.must("status.set", status="notReady")
        page.locator("#handover").click()
        expect(page.locator("#queue")).to_contain_text("1", timeout=SOON)
        expect(page.locator("#cancel")).to_be_visible()
        page.reload()
        expect(page.locator("#queue")).to_contain_text("1", timeout=SOON)
        alice.must("status.set", status="free")
        expect(page.locator("#end")).to_be_visible(timeout=SOON)
        expect(page.locator("#rate")).to_be_visible()
        expect(page.locator("#queue")).to_be_hidden()
        page.locator("#rate").click()
        expect(page.locator("#list .rating")).to_be_visible(timeout=SOON)
        row = who_is_here(alice)
        alice.must("typing", conversation=row["conversation"], typing=True)
        expect(page.locator("#typing")).to_be_visible(timeout=SOON)
        say(page, "已读吗")
        alice.must("read", conversation=row["conversation"], seq=10_000)
        expect(page.locator("#list .entry[data-state=read]").last).to_contain_text("已读吗", timeout=SOON)
        page.locator("#end").click()
        page.locator("#confirm button[value=end]").click()
        expect(page.locator("#end")).to_be_hidden(timeout=SOON)
        expect(page.locator("#rate")).to_be_visible()


@pytest.mark.feature("A88")
def test_two_tabs_and_a_reload_show_the_same_without_duplicates(full, people):
    page = people(PHONE, "zh-hans")
    come_in(page, full)
    tab = page.context.new_page()
    come_in(tab, full)
    for n, each in enumerate((page, tab, page, tab)):
        say(each, f"第 {n} 句")
    for each in (page, tab):
        expect(said(each, "第 3 句")).to_have_count(1, timeout=SOON)
        expect(each.locator("#list .entry[data-kind=visitor]")).to_have_count(4)
    tab.reload()
    expect(tab.locator("#list .entry[data-kind=visitor]")).to_have_count(4, timeout=SOON)
    assert [text for text in tab.locator("#list .entry[data-kind=visitor] .bubble").all_inner_texts()] == [
        f"第 {n} 句" for n in range(4)
    ]


@pytest.mark.feature("A88")
def test_the_outbox_survives_a_reload_without_network(full, people):
    page = people(PHONE, "zh-hans")
    come_in(page, full)
    page.context.set_offline(True)
    expect(page.locator("#banner")).to_be_visible(timeout=SOON)
    for n in range(3):
        say(page, f"离线 {n}")
    expect(page.locator("#list .entry[data-state=pending]")).to_have_count(3)
    page.context.set_offline(False)
    expect(page.locator("#list .entry[data-state=sent]")).to_have_count(3, timeout=SOON)
    said_in_order = page.locator("#list .entry[data-kind=visitor] .bubble").all_inner_texts()
    assert said_in_order == [f"离线 {n}" for n in range(3)]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.feature("U3", "M16")
def test_axe_finds_nothing_in_either_theme(full, people, size, scheme):
    page = people(size, "en", scheme=scheme)
    come_in(page, full, f"&lang=en&product={encoded(PRODUCT)}")
    expect(page.locator("#card")).to_be_visible(timeout=SOON)
    axe_finds_nothing(page)
    assert_fits(page)
