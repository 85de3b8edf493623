"""What the team keeps about a visitor: notes, tags, past sessions, and blocking him."""

import pytest
from playwright.sync_api import expect

from tests.people import ALICE, BOB, VisitorPerson, at_work, text_of
from tests.test_browser import PHONE, SOON, WIDE, axe_finds_nothing, log_in
from tests.test_quick_replies import go_home, serve_vera


def hand_over(vera: VisitorPerson, agent) -> str:
    vera.say("人工")
    return agent.wait_for_row(vera.openid)["conversation"]


@pytest.mark.feature("A92")
def test_it_works(full):
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        conversation = hand_over(vera, alice)
        note = alice.must("note.add", conversation=conversation, text="脾气急\n先道歉")["note"]
        assert alice.must("notes", conversation=conversation)["notes"] == [note]
        assert alice.must("tag.add", conversation=conversation, tag="VIP")["tags"] == ["VIP"]
        again = alice.must("tag.add", conversation=conversation, tag="VIP")
        assert again["tags"] == ["VIP"]
        assert "VIP" in again["known"]
        vera.listen()
        assert not any("脾气急" in str(frame) or "VIP" in str(frame) for frame in vera.frames)
        assert alice.must("tag.remove", conversation=conversation, tag="VIP")["tags"] == []
        alice.must("note.delete", conversation=conversation, note=note["id"])
        assert alice.must("notes", conversation=conversation)["notes"] == []
        for bad in ({"text": " "}, {"text": "x" * 2001}, {"text": None}):
            assert not alice.ask("note.add", conversation=conversation, **bad)["ok"]
        for n in range(20):
            alice.must("tag.add", conversation=conversation, tag=f"t{n}")
        assert alice.ask("tag.add", conversation=conversation, tag="one more")["code"] == 10151


@pytest.mark.feature("A92")
def test_of_somebody_elses_visitor_nothing_is_known(full):
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        conversation = hand_over(vera, alice)
        note = alice.must("note.add", conversation=conversation, text="x")["note"]
        with at_work(full, BOB) as bob:
            what = {"conversation": conversation, "text": "y", "tag": "y", "note": note["id"], "session": 1}
            for op in ("notes", "note.add", "note.delete", "tags", "tag.add", "tag.remove", "past"):
                assert bob.ask(op, **what)["code"] == 10404, op
            for op in ("past.transcript", "visitor.block"):
                assert bob.ask(op, **what, blocked=True)["code"] == 10404, op
        assert len(alice.must("notes", conversation=conversation)["notes"]) == 1


@pytest.mark.feature("A92")
def test_past_sessions_are_read_as_far_as_one_may(full):
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        conversation = hand_over(vera, alice)
        vera.say("第一次的话")
        alice.must("session.end", session=alice.wait_for_row(vera.openid)["session"]["id"])
        vera.wait_for_state("ended")
        alice.must("session.complete_all")
        first = alice.must("past", conversation=conversation)["sessions"]
        assert len(first) == 1
        entries = alice.must("past.transcript", conversation=conversation, session=first[0]["id"])["entries"]
        assert "第一次的话" in [text_of(entry) for entry in entries]
    with at_work(full, BOB) as bob:
        assert bob.ask("past", conversation=conversation)["code"] == 10404
        hand_over(vera, bob)
        vera.say("说给另一位客服")
        assert len(bob.must("past", conversation=conversation)["sessions"]) == 1
        bob.must("session.end", session=bob.wait_for_row(vera.openid)["session"]["id"])
        vera.wait_for_state("ended")
        assert len(bob.must("past", conversation=conversation)["sessions"]) == 2
    with at_work(full, ALICE) as alice:
        assert alice.must("past", conversation=conversation)["sessions"] == first, "not what he told bob later"


def test_a_blocked_visitor_is_refused_on_his_open_page(full):
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        conversation = hand_over(vera, alice)
        assert alice.must("visitor.block", conversation=conversation, blocked=True)["blocked"]
        client_id = vera.post({"MsgType": "TIMTextElem", "MsgContent": {"Text": "spam"}})
        refused = vera.wait_for(lambda frame: frame["op"] == "refused" and frame["client_id"] == client_id)
        assert refused["code"] == 10403
        assert alice.must("tags", conversation=conversation)["blocked"]
        alice.must("visitor.block", conversation=conversation, blocked=False)
        vera.say("hello again")
    code = (
        "from auditlog.models import LogEntry as L; print([(e.actor.account, e.additional_data['event']) for e in "
        f"L.objects.filter(object_repr=Visitor.objects.get(openid={vera.openid!r}).display_name).order_by('pk')])"
    )
    told = full.python(f"from accounts.models import Visitor; {code}")
    assert told.strip() == str([(ALICE, "customer_blocked"), (ALICE, "customer_unblocked")])


@pytest.mark.browser
@pytest.mark.feature("A92")
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "dark"), (PHONE, "light")], ids=["wide", "phone"])
def test_an_agent_keeps_notes_and_tags(full, people, size, scheme):
    page = people(size, "zh-hans", scheme)
    vera = serve_vera(full, page)
    if size is PHONE:
        page.locator(".head__who").click()
    page.locator("#tab-facts").click()
    page.fill("[data-tag-form] [name=tag]", "重要客户")
    page.keyboard.press("Enter")
    expect(page.locator("[data-tags] li")).to_have_text(["重要客户"], timeout=SOON)
    axe_finds_nothing(page)
    page.locator("#tab-facts").press("End")
    expect(page.locator("#tab-notes")).to_be_focused()
    page.fill("[data-note-form] [name=text]", "第一行\n第二行")
    page.locator("[data-note-form] [type=submit]").click()
    expect(page.locator("[data-notes] p")).to_have_text(["第一行\n第二行"], timeout=SOON)
    axe_finds_nothing(page)
    page.locator("#tab-past").click()
    axe_finds_nothing(page)
    if size is PHONE:
        page.locator(".visitor [data-to=talk]").click()
    go_home(page)
    if size is WIDE:
        page = people(size, "zh-hans", scheme)
        log_in(page, full, ALICE)
        page.locator("[data-list=ended] .row__open").first.click()
        page.locator("#tab-past").click()
        page.locator(".past__open").first.click()
        expect(page.locator("[data-past-entries]")).to_contain_text("人工", timeout=SOON)
        axe_finds_nothing(page)
    vera.close()
