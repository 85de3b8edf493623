"""留言 for agents (A117): a list beside 服务中 to claim, answer and close, the same for everybody who may see it."""

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from sessions_flow.access import left_messages_for_member
from sessions_flow.actions import claim_left_message, leave
from sessions_flow.models import LeftMessage
from tests.cast import Vera, make_group, make_member
from tests.people import ALICE, BOB, AgentPerson, Browser, at_work, forget_left_messages
from tests.test_browser import PHONE, SOON, WIDE, assert_fits, axe_finds_nothing, log_in


def list_with(agent, count: int) -> list[dict]:
    """The list, once the agent's page was told of so many."""
    if agent.snapshot["left"]["count"] != count:
        agent.wait_for(lambda frame: frame["op"] == "snapshot" and frame["left"]["count"] == count)
    return agent.must("left.list")["messages"]


def leave_one(house, text: str) -> Browser:
    vera = Browser(house)
    vera.trigger()
    assert vera.ask("message.leave", text=text, contact="13800000000")["op"] == "done"
    return vera


@pytest.mark.feature("A117")
def test_it_works(full):
    """Claimed by one it leaves the other's list; the reply reaches the visitor; the end of the session closes it."""
    forget_left_messages(full)
    with at_work(full, ALICE, BOB) as (alice, bob):
        for agent in (alice, bob):
            agent.must("status.set", status="notReady")
        vera = leave_one(full, "发票什么时候开")
        (row,) = list_with(alice, 1)
        assert (row["text"], row["contact"], row["mine"]) == ("发票什么时候开", "13800000000", False)
        assert list_with(bob, 1)[0]["id"] == row["id"]

        alice.must("left.claim", left=row["id"])
        assert list_with(bob, 0) == []
        for op in ("left.claim", "left.close"):
            assert bob.ask(op, left=row["id"])["code"] == 10404
        assert bob.ask("left.reply", left=row["id"], client_id="b1", text="x")["code"] == 10404
        assert alice.ask("left.claim", left=row["id"])["code"] == 10152
        assert alice.must("left.list")["messages"][0]["mine"]

        assert alice.ask("left.reply", left=row["id"], client_id="a1", text=" ")["code"] == 10151
        assert alice.newest()["serving"] == []
        session = alice.must("left.reply", left=row["id"], client_id="a1", text="今天下午开")["session"]
        vera.wait_for_text("今天下午开")
        assert alice.wait_for_row(vera.openid)["session"]["id"] == session
        again = alice.must("left.reply", left=row["id"], client_id="a1", text="今天下午开")["session"]
        assert again == session, "pressed twice"
        alice.must("session.end", session=session)
        assert list_with(alice, 0) == []
        vera.listen()
        assert str(vera.entries()).count("今天下午开") == 1


@pytest.mark.feature("A117")
def test_who_sees_which(desk):
    alice, charlie, sofia = make_member("alice"), make_member("charlie"), make_member("sofia", Role.ADMIN)
    group = make_group("sales", alice)
    left = leave(Vera().conversation.pk, "m1", "call me", "vera@example.com")
    assert [left_messages_for_member(each).count() for each in (alice, charlie, sofia)] == [1, 1, 1]
    LeftMessage.objects.update(group=group)
    assert [left_messages_for_member(each).count() for each in (alice, charlie, sofia)] == [1, 0, 1]
    claim_left_message(left, charlie)
    assert [left_messages_for_member(each).count() for each in (alice, charlie, sofia)] == [0, 1, 1]


@pytest.mark.browser
@pytest.mark.feature("A117")
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_an_agent_reads_answers_and_closes(full, people, size, scheme):
    forget_left_messages(full)
    page = people(size, "zh-hans", scheme)
    log_in(page, full, ALICE)
    page.locator("[data-status-button]").click()
    page.locator("[data-status-menu] button[data-status=notReady]").click()
    fold = page.locator("[data-fold=left]")
    expect(fold.locator("[data-part=empty]")).to_have_text("还没有人留言")
    vera = leave_one(full, "周末可以退货吗")
    other = leave_one(full, "已经打电话解决的问题")
    expect(fold.locator(".row")).to_have_count(2, timeout=SOON)
    expect(fold.locator("summary")).to_contain_text("留言 (2)")
    fold.locator(".row__open").nth(1).click()
    sheet = page.locator("[data-left-sheet]")
    expect(sheet.locator("[data-left-facts]")).to_contain_text("13800000000")
    sheet.get_by_role("button", name="标记为已处理").click()
    expect(fold.locator(".row")).to_have_count(1, timeout=SOON)
    fold.locator(".row__open").click()
    sheet.get_by_role("button", name="认领").click()
    expect(sheet.locator("[data-left-facts]")).to_contain_text("已认领", timeout=SOON)
    axe_finds_nothing(page)
    assert_fits(page)
    sheet.locator("textarea").fill("可以,请走退货流程")
    sheet.get_by_role("button", name="回复").click()
    expect(page.locator(".timeline:not([hidden])")).to_contain_text("可以,请走退货流程", timeout=SOON)
    vera.wait_for_text("可以,请走退货流程")
    page.close()
    AgentPerson(full, ALICE).go_home()
    for person in (vera, other):
        person.close()
