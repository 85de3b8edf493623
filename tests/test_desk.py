"""Agents at their desks, over the socket: offers, transfer, statuses and limits, one place of login, odd requests."""

from ast import literal_eval
from contextlib import contextmanager

import pytest
from websockets.exceptions import ConnectionClosed

from tests.people import ALICE, BOB, AgentPerson, VisitorPerson, at_work, custom, payload_of, text_of
from tests.proxy import Proxy

NOBODY = "0" * 32


@contextmanager
def reception(house, **values):
    """With these settings; then as before."""
    names = list(values)
    before = house.python(
        "from routing.models import Reception; r = Reception.get_solo(); r.refresh_from_db(); "
        f"print({{name: getattr(r, name) for name in {names!r}}})"
    )
    change(house, **values)
    try:
        yield
    finally:
        change(house, **literal_eval(before))


def change(house, **values):
    lines = "; ".join(f"r.{name} = {value!r}" for name, value in values.items())
    house.python(f"from routing.models import Reception; r = Reception.get_solo(); {lines}; r.save()")
    house.settle_settings()


def wait_for_offer(agent):
    frame = agent.wait_for(lambda frame: frame["op"] == "snapshot" and frame["offers"])
    return frame["offers"][0]


def wait_for_event(agent, name):
    """The first one, also when it came before."""
    heard = [frame for frame in agent.frames if is_event(frame, name)]
    return heard[0] if heard else agent.wait_for(lambda frame: is_event(frame, name))


def is_event(frame, name):
    return frame["op"] == "event" and frame["event"] == name


@pytest.mark.feature("M40", "W34", "W35", "S19", "A106")
def test_it_works(house):
    """Manual reception: an offer with a countdown, 接入, and both sides know."""
    vera = VisitorPerson(house)
    with reception(house, mode="manual", accept_seconds=120), at_work(house, ALICE) as alice:
        vera.say("人工")
        assert wait_for_event(alice, "callIn")["timeout"] == 120
        offer = wait_for_offer(alice)
        assert offer["visitor"]["id"] == vera.openid
        assert 100 < offer["left_seconds"] <= 120
        assert alice.snapshot["status"]["load"] == 1
        alice.must("offer.accept", session=offer["session"])
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        assert row["session"]["id"] == offer["session"]
        assert alice.ask("offer.accept", session=offer["session"])["ok"] is False


@pytest.mark.feature("M41", "W35", "S43")
def test_a_missed_offer_goes_on_by_itself(full):
    """By the sweep of a running installation."""
    vera = VisitorPerson(full)
    with reception(full, mode="manual", accept_seconds=5), at_work(full, ALICE, BOB) as (alice, bob):
        vera.say("人工")
        first = alice if _was_offered(alice) else bob
        other = bob if first is alice else alice
        wait_for_event(first, "autoTransfer")
        other.must("offer.accept", session=wait_for_event(other, "callIn")["session"])
        vera.wait_for_state("serving")


def _was_offered(agent):
    agent.listen(1.0)
    return any(is_event(frame, "callIn") for frame in agent.frames)


@pytest.mark.feature("W42", "W43", "W44", "W45", "A52", "S21")
def test_transfer_to_a_colleague_with_a_note(full):
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        row = alice.wait_for_row(vera.openid)
        with at_work(full, BOB) as bob:
            (shown,) = [each for each in alice.must("colleagues")["agents"] if each["account"] == BOB]
            assert (shown["status"], shown["can_take"]) == ("free", True)
            done = alice.must("session.transfer", session=row["session"]["id"], agent=shown["id"], note="要发票")
            assert done["done"] is True
            assert bob.wait_for_row(vera.openid)["note"] == "要发票"
            wait_for_event(alice, "transfer")
            vera.wait_for_text("小博 Bob")
            vera.say("只给 bob 看")
            bob.wait_for_text(row["conversation"], "只给 bob 看")
            alice.listen(0.5)
            assert "只给 bob 看" not in str(alice.frames)
            assert "只给 bob 看" not in str(alice.must("history", conversation=row["conversation"]))


@pytest.mark.feature("T18", "A51", "A110")
def test_the_newer_login_wins(full):
    with at_work(full, ALICE) as old:
        new = AgentPerson(full, ALICE)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                old.socket.recv(timeout=10)
        assert closed.value.rcvd.code in (4409, 4401)
        assert "/accounts/login/" in str(old.http.get("/workbench/").url), "the older login is over"
        assert new.must("status.set", status="notReady")
        tab = AgentPerson(full, ALICE, new.http)  # a second tab of the newer login
        assert tab.snapshot["status"]["status"] == "notReady"
        new.must("status.set", status="free")
        tab.close()
        new.go_home()


@pytest.mark.feature("A111", "S24", "A15", "A98")
def test_statuses_and_limits(full):
    with at_work(full, ALICE) as alice:
        alice.must("limit.set", limit=2)
        alice.must("status.set", status="rest", reason="吃饭")
        shown = alice.wait_for(lambda frame: frame["op"] == "snapshot" and frame["status"]["reason"] == "meal")[
            "status"
        ]
        assert (shown["limit"], shown["most"] >= 2) == (2, True)
        for op, what in (
            ("limit.set", {"limit": 99}),
            ("limit.set", {"limit": "many"}),
            ("status.set", {"status": "busy"}),
            ("status.set", {"status": "rest", "reason": "climbing"}),
            ("status.set", {"status": "stopNotReady"}),
        ):
            answer = alice.ask(op, **what)
            assert answer["ok"] is False and answer["reason"], (op, what)
        alice.must("status.set", status="notReady")
        alice.must("status.set", status="stopNotReady")
        alice.must("limit.set", limit=None)


@pytest.mark.feature("A103")
def test_odd_requests_are_refused_and_change_nothing(full):
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        session = alice.wait_for_row(vera.openid)["session"]["id"]
        odd = [
            ("offer.accept", {}),
            ("offer.accept", {"session": session}),
            ("offer.refuse", {"session": "\0"}),
            ("session.transfer", {"session": session}),
            ("session.transfer", {"session": session, "agent": NOBODY}),
            ("session.transfer", {"session": session, "agent": {"id": 1}}),
            ("session.transfer", {"session": session, "group": "3"}),
            ("session.transfer", {"session": session, "group": 2**70}),
            ("session.transfer", {"session": session, "group": True}),
            ("session.take_over", {"session": session}),
            ("session.assign", {"session": session, "agent": NOBODY}),
            ("session.assign", {"session": session}),
            ("queue.claim", {}),
            ("queue.claim", {"session": "no session"}),
            ("queue.claim", {"session": session}),
            ("limit.set", {"limit": True}),
            ("limit.set", {"limit": -(2**70)}),
        ]
        for op, what in odd:
            answer = alice.ask(op, **what)
            assert answer["ok"] is False and answer["reason"] and answer["code"], (op, what)
        assert alice.must("colleagues")["agents"] == []
        assert alice.snapshot["serving"][0]["session"]["state"] == "serving"


@pytest.mark.feature("W39", "F22")
def test_the_agents_typing_is_signalled(full):
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        row = alice.wait_for_row(vera.openid)
        alice.must("typing", conversation=row["conversation"], typing=True)
        assert payload_of(vera.wait_for_flag("12"))["typingStatus"] == 1


@pytest.mark.feature("A49")
def test_a_machine_without_power_is_noticed(full):
    """Promise 8: nothing says that it is gone; its visitor waits at the head again, and is told."""
    proxy = Proxy(full.port)
    vera = VisitorPerson(full)
    alice = AgentPerson(full, ALICE)
    alice.close()
    with reception(full, grace_seconds=5):
        far = AgentPerson(_Behind(full, proxy.port), ALICE, alice.http)
        vera.say("人工")
        vera.wait_for_state("serving")
        far.wait_for_row(vera.openid)
        proxy.freeze()
        vera.wait_for_state("waiting", 45)
        assert any("客服连接已断开" in text_of(entry) for entry in vera.entries())
    proxy.close()
    vera.post(custom(src="27"))


class _Behind:
    """The same house, reached through the proxy."""

    def __init__(self, house, port):
        self.url, self.socket_url = house.url, f"ws://127.0.0.1:{port}"


@pytest.mark.feature("F47", "W40", "A27")
def test_an_agent_starts_a_session_with_a_past_visitor(full):
    """At once and without the flow; not while somebody serves the visitor, and not with a stranger."""
    vera = VisitorPerson(full)
    vera.trigger()
    with at_work(full, ALICE, BOB) as (alice, bob):
        bob.must("status.set", status="notReady")
        vera.say("人工")
        row = alice.wait_for_row(vera.openid)
        conversation, first = row["conversation"], row["session"]["id"]
        assert not alice.ask("session.start", conversation=conversation)["ok"], "he serves her already"
        alice.must("session.end", session=first)
        vera.wait_for_state("ended")
        alice.wait_for(lambda frame: any(row["session"]["id"] == first for row in frame.get("ended", [])))
        assert not bob.ask("session.start", conversation=conversation)["ok"], "he never served her"
        second = alice.must("session.start", conversation=conversation)["session"]
        assert second != first
        entry = vera.wait_for_state("serving")
        assert (entry["session"], entry["event"]["session"]["agent"]["name"]) == (second, "小艾 Alice")
        alice.say(conversation, "您的退款到账了")
        vera.wait_for_text("您的退款到账了")
        heard = [entry["seq"] for frame in alice.frames for entry in frame.get("entries", [])
                 if frame.get("conversation") == conversation and entry["session"] == second]  # fmt: skip
        assert heard == [entry["seq"] for entry in vera.entries() if entry["session"] == second], "from its beginning"
        said = [text_of(later) for later in vera.entries() if later["session"] == second]
        assert not any("欢迎" in words for words in said), "no flow speaks in it"
    vera.close()
