"""A day at the desk: two agents in their browsers and three visitors at once, through everything the desk has."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.people import ALICE, BOB, AgentPerson, VisitorPerson, custom, payload_of, text_of
from tests.recordings import picture
from tests.test_browser import PHONE, SOON, WIDE, assert_fits, axe_finds_nothing, log_in, open_row, row_of

pytestmark = pytest.mark.browser
DESK = ("W1", "W12", "W14", "W15", "W16", "W20", "W21", "W23", "W24", "W25", "W26", "W27", "W28", "W29", "W30", "W33")
DOING = ("W37", "W40", "W42", "W43", "W44", "W45", "W46", "W54", "W56", "W61")
DECIDED = ("A92", "A94", "A95", "A97", "A114")


class Desk:
    """An agent's page, wide or narrow: on a phone the lists are a page of their own."""

    def __init__(self, page: Page, house, account: str) -> None:
        self.page = page
        log_in(page, house, account)

    @property
    def is_phone(self) -> bool:
        return self.page.viewport_size == PHONE

    def at(self, selector: str):
        return self.page.locator(selector)

    def set_status(self, status: str) -> None:
        self.to_lists()
        self.at("[data-status-button]").click()
        self.at(f"[data-status-menu] button[data-status={status}]").click()

    def to_lists(self) -> None:
        back = self.at(".head__back:visible")
        if self.is_phone and back.count():
            back.click()
            expect(self.at(".lists")).to_be_visible()

    def row(self, visitor: VisitorPerson, where: str = "serving"):
        return row_of(self.page, visitor, where)

    def open(self, visitor: VisitorPerson, where: str = "serving") -> None:
        self.to_lists()
        open_row(self.page, visitor, where)

    def use(self, tool: str) -> None:
        """On a phone it may be behind ··· or +."""
        more = self.at(f"[data-more={self.at(f'.more:has({tool})').get_attribute('id')}]")
        if more.is_visible():
            more.click()
        self.at(tool).click()

    @property
    def box(self):
        return self.at("#words")

    def last(self):
        return self.at(".timeline:not([hidden]) .entry").last


COMPLETE = """
from django.utils import timezone
from routing.models import Assignment
Assignment.objects.filter(ended_at__isnull=False, completed_at=None).update(completed_at=timezone.now())
"""


@pytest.mark.feature(*DESK, *DOING, *DECIDED)
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_two_agents_and_three_visitors(full, people, size, scheme):
    for account in (ALICE, BOB):
        AgentPerson(full, account).go_home()
    full.python(COMPLETE)
    alice = Desk(people(size, "zh-hans", scheme), full, ALICE)
    bob = Desk(people(size, "zh-hans", scheme), full, BOB)
    bob.set_status("notReady")  # 示忙: all three go to alice, 示闲
    see_an_empty_desk(alice)
    vera, wang, zoe = (VisitorPerson(full) for _ in range(3))
    for visitor in (vera, wang, zoe):
        visitor.say("人工")
        visitor.wait_for_state("serving")
    see_three_rows(alice, vera, wang, zoe)
    keep_drafts_apart(alice, vera, wang)
    write_to(alice, vera)
    send_a_picture(alice, vera)
    find_and_suggest(alice, vera)
    read_what_came_meanwhile(alice, vera)
    invite_and_recall(alice, vera)
    talk_to_a_colleague(alice, bob, vera)
    transfer(alice, bob, wang)
    end_and_complete(alice, vera, zoe)
    go_home(alice, zoe)
    for desk, account in ((alice, ALICE), (bob, BOB)):
        desk.page.close()
        AgentPerson(full, account).go_home()
    for visitor in (vera, wang, zoe):
        visitor.close()


def see_an_empty_desk(alice: Desk) -> None:
    expect(alice.at("[data-for=serving][data-part=empty]")).to_have_text("无服务中的记录")
    if not alice.is_phone:
        expect(alice.at("[data-talk] > [data-none]")).to_contain_text("暂无消息")
    expect(alice.at("[data-load] [aria-hidden]")).to_have_text("0/5")


def see_three_rows(alice: Desk, *visitors: VisitorPerson) -> None:
    expect(alice.at("[data-list=serving] .row")).to_have_count(3, timeout=SOON)
    expect(alice.at("[data-load] [aria-hidden]")).to_have_text("3/5")
    for visitor in visitors:
        row = alice.row(visitor)
        expect(row.locator(".row__presence")).to_have_text("在线")
        expect(row.locator(".row__time")).to_have_text("刚刚")
        expect(row.locator(".row__preview")).not_to_be_empty()
    visitors[2].say("我在等您")
    expect(alice.row(visitors[2]).locator(".row__preview")).to_have_text("我在等您", timeout=SOON)
    expect(alice.row(visitors[2]).locator(".row__unread")).to_be_visible()
    expect(alice.at("[data-heard]")).to_contain_text("我在等您")
    expect(alice.page).to_have_title(re.compile(r"^\(\d+\) "))


def keep_drafts_apart(alice: Desk, vera: VisitorPerson, wang: VisitorPerson) -> None:
    alice.open(vera)
    alice.box.fill("给薇拉的草稿")
    alice.open(wang)
    expect(alice.box).to_have_value("")
    alice.box.fill("给小王的草稿")
    alice.page.reload()
    expect(alice.at("[data-status-button]")).to_be_enabled(timeout=SOON)
    alice.open(vera)
    expect(alice.box).to_have_value("给薇拉的草稿")
    alice.open(wang)
    expect(alice.box).to_have_value("给小王的草稿")
    alice.box.fill("")


def write_to(alice: Desk, vera: VisitorPerson) -> None:
    """The visitor's typing, Enter and Shift+Enter, 未读 and 已读."""
    alice.open(vera)
    vera.send({"op": "typing", "text": "我想问一下"})
    expect(alice.at(".typing__words")).to_have_text("我想问一下", timeout=SOON)
    vera.say("我想问一下退款")
    tall = height(alice.box, "\n" * 3)
    assert height(alice.box, "") < tall < height(alice.box, "\n" * 5)
    assert height(alice.box, "\n" * 90) == height(alice.box, "\n" * 40), "grows without an end"
    alice.box.fill("第一行")
    alice.box.press("Shift+Enter")
    alice.box.press_sequentially("第二行")
    alice.box.press("Enter")
    entry = vera.wait_for_text("第一行\n第二行")
    expect(alice.last().locator(".entry__state")).to_have_text("未读", timeout=SOON)
    vera.send({"op": "read", "seq": entry["seq"]})
    expect(alice.last().locator(".entry__state")).to_have_text("已读", timeout=SOON)
    axe_finds_nothing(alice.page)
    assert_fits(alice.page)


def height(box: Locator, words: str) -> float:
    """Of the composer when it holds these words."""
    box.fill(words)
    bounds = box.bounding_box()
    assert bounds
    return bounds["height"]


def send_a_picture(alice: Desk, vera: VisitorPerson) -> None:
    """Chosen, looked at, taken back; chosen again and sent; opened large and closed by the keyboard."""
    file = {"name": "发票.png", "mimeType": "image/png", "buffer": picture()}
    alice.at("input[name=picture]").set_input_files(file)
    expect(alice.at(".tray__picture")).to_be_visible()
    alice.at(".tray__remove").click()
    expect(alice.at("[data-tray]")).to_be_hidden()
    alice.at("input[name=picture]").set_input_files(file)
    alice.at("[data-composer] .composer__send").click()
    vera.wait_for_entry(lambda entry: (entry["elem"] or {}).get("MsgType") == "TIMImageElem")
    shown = alice.last().locator(".picture[data-zoom]")
    expect(shown).to_be_visible(timeout=SOON)
    expect(alice.last()).to_have_attribute("data-state", "sent", timeout=SOON)
    shown.press("Enter")
    expect(alice.at(".lightbox__image")).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(alice.at(".lightbox")).to_have_count(0)


def find_and_suggest(alice: Desk, vera: VisitorPerson) -> None:
    alice.page.keyboard.press("Alt+KeyF")
    alice.at("[data-find-form] input").fill("退款")
    alice.at("[data-find-form] input").press("Enter")
    expect(alice.at(".find__match")).to_have_count(1, timeout=SOON)
    axe_finds_nothing(alice.page)
    alice.at(".find__match").click()
    expect(alice.at(".entry--found")).to_contain_text("我想问一下退款")
    alice.at("[data-find-close]").click()
    vera.say("如何设置工作时间")
    expect(alice.at(".timeline:not([hidden])")).to_contain_text("如何设置工作时间", timeout=SOON)
    alice.use("[data-suggest-button]")
    expect(alice.at(".suggest__one").first).to_contain_text("工作时间", timeout=SOON)
    axe_finds_nothing(alice.page)
    alice.at(".suggest__one").first.click()
    expect(alice.box).not_to_have_value("")
    alice.box.press("Enter")
    expect(alice.last()).to_have_attribute("data-state", "sent", timeout=SOON)


def read_what_came_meanwhile(alice: Desk, vera: VisitorPerson) -> None:
    """Far above the newest message a button says how many are below, and goes there."""
    for n in range(12):
        vera.say(f"补充说明 {n}")
    expect(alice.last()).to_contain_text("补充说明 11", timeout=SOON)
    timeline = alice.at(".timeline:not([hidden])")
    timeline.evaluate("(node) => { node.scrollTop = 0; }")
    expect(alice.at("[data-jump]")).to_be_visible()
    vera.say("最后一句")
    expect(alice.at("[data-jump]")).to_contain_text("1 条新消息", timeout=SOON)
    alice.at("[data-jump]").click()
    expect(alice.at("[data-jump]")).to_be_hidden(timeout=SOON)
    expect(timeline.locator(".day").first).to_contain_text("今天")


def invite_and_recall(alice: Desk, vera: VisitorPerson) -> None:
    alice.box.fill("写错了")
    alice.box.press("Enter")
    vera.wait_for_text("写错了")
    sent = alice.last()
    expect(sent).to_have_attribute("data-state", "sent", timeout=SOON)
    sent.hover()
    sent.locator(".entry__recall").click()
    vera.wait_for_entry(lambda entry: (entry.get("event") or {}).get("type") == "message.recalled")
    alice.use("[data-rate]")
    vera.wait_for_entry(lambda entry: payload_of(entry).get("src") == "9")


def talk_to_a_colleague(alice: Desk, bob: Desk, vera: VisitorPerson) -> None:
    """内部会话 in both browsers, and a note that mentions bob."""
    alice.to_lists()
    alice.at("#side-internal").click()
    alice.at("[data-list=internal] .row").filter(has_text="小博 Bob").locator(".row__open").click()
    alice.at("#inner-words").fill("小王转给你可以吗?")
    alice.at("#inner-words").press("Enter")
    bob.to_lists()
    expect(bob.at("[data-internal-unread]")).to_be_visible(timeout=SOON)
    bob.at("#side-internal").click()
    bob.at("[data-list=internal] .row").filter(has_text="小艾 Alice").locator(".row__open").click()
    expect(bob.at("[data-inner-room] .entry").last).to_contain_text("小王转给你可以吗?", timeout=SOON)
    bob.to_lists()
    bob.at("#side-external").click()
    alice.to_lists()
    alice.at("#side-external").click()
    alice.open(vera)
    if alice.is_phone:
        alice.at(".head__who").click()
    alice.at("#tab-notes").click()
    note = alice.at("[data-note-form] textarea")
    note.fill("退款找 ")
    note.press_sequentially("@小博")
    expect(alice.at("#colleague-complete [role=option]").first).to_contain_text("小博 Bob")
    note.press("Enter")
    alice.at("[data-note-form] [type=submit]").click()
    expect(alice.at("[data-notes]")).to_contain_text("退款找 @小博 Bob", timeout=SOON)
    expect(bob.at("[data-toasts]")).to_contain_text("提到了您", timeout=SOON)
    if alice.is_phone:
        alice.at("[data-visitor] [data-to=talk]").click()
    vera.listen(0.2)
    assert "退款找" not in str([text_of(entry) for entry in vera.entries()])


def transfer(alice: Desk, bob: Desk, wang: VisitorPerson) -> None:
    bob.set_status("free")
    alice.open(wang)
    alice.use("[data-transfer]")
    dialog = alice.at("[data-transfer-sheet]")
    expect(dialog.locator("[data-agents] tr")).to_contain_text("示闲", timeout=SOON)
    dialog.locator("[data-agents] tr input").check()
    dialog.get_by_role("button", name="开始转接").click()
    expect(bob.row(wang)).to_be_visible(timeout=SOON)
    expect(alice.row(wang, "ended")).to_have_count(1, timeout=SOON)
    bob.open(wang)
    bob.box.fill("我来帮您")
    bob.box.press("Enter")
    wang.wait_for_text("我来帮您")
    bob.at("[data-end]").click()
    bob.at("dialog[open] .button--danger").click()
    wang.wait_for_state("ended")


def end_and_complete(alice: Desk, vera: VisitorPerson, zoe: VisitorPerson) -> None:
    """Ended rows take no place, and are completed one by one."""
    alice.open(vera)
    alice.at("[data-end]").click()
    alice.at("dialog[open] .button--danger").click()
    vera.wait_for_state("ended")
    alice.to_lists()
    expect(alice.at("[data-list=ended] .row")).to_have_count(2, timeout=SOON)
    expect(alice.at("[data-load] [aria-hidden]")).to_have_text("1/5", timeout=SOON)
    alice.row(vera, "ended").locator(".row__complete").click()
    expect(alice.at("[data-list=ended] .row")).to_have_count(1, timeout=SOON)
    expect(alice.row(vera, "ended")).to_have_count(0)
    expect(alice.row(zoe)).to_have_count(1)


def go_home(alice: Desk, zoe: VisitorPerson) -> None:
    """下线 warns; whom she served the colleague gets by way of the queue, and what has ended stays until 全部完成."""
    alice.to_lists()
    alice.at("[data-me-button]").click()
    alice.at("[data-on-off]").click()
    alice.at("dialog[open] button").last.click()
    expect(alice.at("[data-status-words]")).to_have_text("离线", timeout=SOON)
    expect(alice.at("[data-for=serving][data-part=count]")).to_have_text("0", timeout=SOON)
    alice.at("[data-complete-all]").click()
    expect(alice.at("[data-for=ended][data-part=empty]")).to_have_text("无已结束的记录", timeout=SOON)
    zoe.wait_for_state("waiting")
    zoe.wait_for_state("serving")  # by bob
    zoe.post(custom(src="27"))
    zoe.wait_for_state("ended")
