"""内部会话 (W21, A94): colleagues write to each other, two of them or a group; and @mentions in internal notes."""

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from routing.models import Assignment
from sessions_flow.models import Message, Session
from sessions_flow.protocol.errors import ProtocolError
from tests.cast import make_group, make_member
from tests.people import ALICE, BOB, AgentPerson, VisitorPerson, at_work
from tests.test_browser import PHONE, SOON, WIDE, assert_fits, axe_finds_nothing, log_in
from workbench import internal
from workbench.models import InternalMessage
from workbench.models.internal import LONGEST_TEXT


def chat_of(agent, name: str) -> dict:
    return next(each for each in agent.must("internal.list")["chats"] if name in (each["account"], each["name"]))


def heard(frame: dict, text: str) -> bool:
    return frame["op"] == "internal" and frame["message"]["text"] == text


@pytest.mark.feature("W21", "A94")
def test_it_works(full):
    """Live to both, unread until read, kept, and no session of anybody."""
    with at_work(full, ALICE, BOB) as (alice, bob):
        to_bob, to_alice = chat_of(alice, BOB), chat_of(bob, ALICE)
        assert to_bob["status"] == "free"
        seq = alice.must("internal.post", chat=to_bob["chat"], client_id="i1", text="这个退款怎么办?")["seq"]
        assert alice.must("internal.post", chat=to_bob["chat"], client_id="i1", text="again")["seq"] == seq, "once"
        frame = bob.wait_for(lambda frame: heard(frame, "这个退款怎么办?"))
        assert (frame["chat"], frame["message"]["seq"]) == (to_alice["chat"], seq)
        assert [each["chat"] for each in alice.frames if heard(each, "这个退款怎么办?")] == [to_bob["chat"]]
        assert chat_of(bob, ALICE)["unread"] == to_alice["unread"] + 1
        assert chat_of(alice, BOB)["unread"] == 0, "one's own"
        bob.must("internal.read", chat=to_alice["chat"], seq=seq)
        told = alice.wait_for(lambda frame: frame["op"] == "internal.read" and frame["chat"] == to_bob["chat"])
        assert told["seq"] == seq
        assert chat_of(bob, ALICE)["unread"] == 0
        page = bob.must("internal.history", chat=to_alice["chat"])
        assert page["entries"][-1]["by"]["name"] == "小艾 Alice"
        assert alice.newest()["serving"] == []
        for bad in ({"text": " "}, {"text": "x" * (LONGEST_TEXT + 1)}, {"client_id": "ä"}, {"chat": "m:nobody"}):
            given = {"chat": to_bob["chat"], "client_id": "i2", "text": "x", **bad}
            assert not alice.ask("internal.post", **given)["ok"], bad
        assert alice.must("internal.history", chat=to_bob["chat"])["entries"][-1]["seq"] == seq, "nothing changed"


@pytest.mark.feature("W21", "A94")
def test_nobody_else_reads_it(desk):
    """Neither a third agent, nor an admin, nor who has left the group."""
    alice, bob, charlie = (make_member(name) for name in ("alice", "bob", "charlie"))
    sofia = make_member("sofia", Role.ADMIN)
    group = make_group("sales", alice, bob)
    with_bob, to_group = f"m:{bob.public_id}", f"g:{group.pk}"
    internal.post(alice, {"chat": with_bob, "client_id": "c1", "text": "between us"})
    internal.post(alice, {"chat": to_group, "client_id": "c2", "text": "to the group"})
    assert [internal.unread_of(each) for each in (alice, bob, charlie, sofia)] == [0, 2, 0, 0]
    for stranger in (charlie, sofia):
        assert "between us" not in str(internal.listed(stranger, {}))
        assert internal.history(stranger, {"chat": f"m:{alice.public_id}"})["entries"] == []
        for act in (internal.history, internal.post):
            with pytest.raises(ProtocolError):
                act(stranger, {"chat": to_group, "client_id": "c3", "text": "x"})
    group.members.remove(bob)
    assert internal.unread_of(bob) == 1
    with pytest.raises(ProtocolError):
        internal.history(bob, {"chat": to_group})
    assert (Session.objects.count(), Message.objects.count(), Assignment.objects.count()) == (0, 0, 0)


@pytest.mark.feature("A94")
def test_history_comes_in_pages(desk):
    alice, bob = make_member("alice"), make_member("bob")
    chat = {"chat": f"m:{bob.public_id}"}
    for n in range(1, 61):
        internal.post(alice, {**chat, "client_id": f"c{n}", "text": str(n)})
    newest = internal.history(alice, chat)
    assert ([row["seq"] for row in newest["entries"]], newest["has_more"]) == (list(range(11, 61)), True)
    older = internal.history(alice, {**chat, "before": 11})
    assert ([row["text"] for row in older["entries"]], older["has_more"]) == ([str(n) for n in range(1, 11)], False)
    assert InternalMessage.objects.count() == 60


@pytest.mark.feature("A92")
def test_a_note_mentions_a_colleague(full):
    vera = VisitorPerson(full)
    with at_work(full, ALICE, BOB) as (alice, bob):
        bob.must("status.set", status="notReady")
        before = bob.newest()["internal"]["mentions"]
        vera.say("人工")
        conversation = alice.wait_for_row(vera.openid)["conversation"]
        alice.must("note.add", conversation=conversation, text="@小博 Bob 她要发票,@小艾 Alice 自己不提醒")
        event = bob.wait_for(lambda frame: frame["op"] == "event" and frame["event"] == "mentioned")
        assert event["name"] == "小艾 Alice"
        bob.wait_for(lambda f: f["op"] == "snapshot" and f["internal"]["mentions"] == before + 1)
        first = bob.must("mentions")["mentions"][0]
        assert (first["by"], first["visitor"]["id"], first["seen"]) == ("小艾 Alice", vera.openid, False)
        bob.wait_for(lambda f: f["op"] == "snapshot" and f["internal"]["mentions"] == 0)
        assert alice.newest()["internal"]["mentions"] == 0
        vera.listen()
        assert "发票" not in str(vera.frames)
    vera.close()


@pytest.mark.browser
@pytest.mark.feature("W21", "A94")
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_two_agents_talk(full, people, size, scheme):
    page = people(size, "zh-hans", scheme)
    log_in(page, full, ALICE)
    with at_work(full, BOB) as bob:
        expect(page.get_by_role("tab", name="外部会话")).to_have_attribute("aria-selected", "true")
        to_alice = chat_of(bob, ALICE)["chat"]
        bob.must("internal.post", chat=to_alice, client_id=bob.new_client_id(), text="在吗?")
        badge = page.locator("[data-internal-unread]")
        expect(badge).to_be_visible(timeout=SOON)
        page.get_by_role("tab", name="内部会话").click()
        page.locator("[data-internal-search]").fill("bob@")
        row = page.locator("[data-list=internal] .row__open")
        expect(row).to_have_count(1)
        expect(row).to_contain_text("在吗?")
        row.click()
        room = page.locator("[data-inner-room]")
        expect(room.locator(".entry").last).to_contain_text("在吗?", timeout=SOON)
        bob.wait_for(lambda frame: frame["op"] == "internal.read")
        expect(badge).to_be_hidden()
        room.locator("textarea").fill("在,请说")
        room.locator("textarea").press("Enter")
        bob.wait_for(lambda frame: heard(frame, "在,请说"))
        expect(room.locator(".entry").last).to_have_attribute("data-state", "sent", timeout=SOON)
        bob.must("internal.read", chat=to_alice, seq=chat_of(bob, ALICE)["seq"])
        expect(room.locator(".entry").last).to_have_attribute("data-state", "read", timeout=SOON)
        axe_finds_nothing(page)
        assert_fits(page)
        page.reload()
        expect(page.get_by_role("tab", name="内部会话")).to_be_visible(timeout=SOON)
        if size is WIDE:
            expect(page.get_by_role("tab", name="内部会话")).to_have_attribute("aria-selected", "true")
            page.get_by_role("tab", name="外部会话").click()
        page.close()
    AgentPerson(full, ALICE).go_home()
