"""实时监控 through the front door: the list that is pushed, reading along, whispering, joining, taking over."""

import json

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.people import ADMIN, ALICE, BOB, AgentPerson, Person, VisitorPerson, at_work, headers_of, log_in, text
from tests.people import text_of as said
from tests.sdk import devices
from tests.test_gateway import get_a_human

SECRET = "给他打八折"


class SupervisorPerson(AgentPerson):
    """Her socket of the monitoring page, which is no place of work."""

    def come_in(self, cursors: dict | None = None) -> dict:
        self.open("/ws/monitor/", **headers_of(self.house, self.http))
        self.send({"op": "hello", "language": "zh-hans"})
        return self.wait_for(lambda frame: frame["op"] == "welcome")

    def look(self, **wanted) -> dict:
        self.must("monitor", **wanted)
        return next(frame for frame in reversed(self.frames) if frame["op"] == "monitor")

    def wait_for_session(self, openid: str, **facts) -> dict:
        """A row of the list, pushed or there already, that has these values."""

        def row_of(frame: dict) -> dict | None:
            rows = frame.get("sessions", {}).get("rows", []) if frame["op"] == "monitor" else []
            return next((row for row in rows if fits(row)), None)

        def fits(row: dict) -> bool:
            return row["visitor"]["id"] == openid and all(row[name] == value for name, value in facts.items())

        return row_of(self.look()) or row_of(self.wait_for(row_of))


@pytest.fixture
def sofia(house):
    person = SupervisorPerson(house, ADMIN)
    yield person
    person.close()


@pytest.mark.feature("D9", "A110")
def test_it_works(house, sofia):
    """What happens is pushed; nothing of it makes her present or takes her seat."""
    vera = VisitorPerson(house)
    whole = sofia.look()
    assert whole["whole"] and {"counts", "sessions", "agents", "queues", "today"} <= set(whole)
    with at_work(house, ALICE) as alice:
        vera.say("人工")
        alice.wait_for_row(vera.openid)
        row = sofia.wait_for_session(vera.openid, state="serving")
        assert row["agent"]["name"] and row["channel"]
        vera.say("在吗")
        frame = sofia.wait_for(
            lambda frame: any(row["preview"] == "在吗" for row in frame.get("sessions", {}).get("rows", []))
        )
        assert "whole" not in frame and len(frame["sessions"]["rows"]) < 50
        alice.must("session.end", session=row["session"])
        sofia.wait_for(
            lambda frame: "order" in frame.get("sessions", {}) and row["session"] not in frame["sessions"]["order"]
        )
    admins = [agent for agent in sofia.look()["agents"] if agent["role"] == "super_admin"]
    assert not any(agent["connected"] or agent["status"] != "offline" for agent in admins)


def test_reading_along_is_seen_by_nobody(house, sofia):
    vera = VisitorPerson(house)
    with at_work(house, ALICE) as alice:
        vera.say("人工")
        session = alice.wait_for_row(vera.openid)["session"]["id"]
        vera.listen()
        before = len(vera.frames)
        found = sofia.must("watch", session=session)
        assert any(said(entry) == "人工" for entry in found["entries"])
        vera.say("我想退款")
        sofia.wait_for_text(found["row"]["conversation"], "我想退款")
        alice.say(found["row"]["conversation"], "好的")
        sofia.wait_for_text(found["row"]["conversation"], "好的")
        vera.wait_for_text("好的")
        vera.listen()
        assert "admin" not in str(vera.frames[before:]) and vera.welcome["read_seq"] == 0
        sofia.must("unwatch")
        vera.say("还有一个问题")
        sofia.listen(0.5)
        entries = [frame for frame in sofia.frames if frame["op"] == "entries"]
        assert "还有一个问题" not in str(entries)
    events = house.python(
        "from auditlog.models import LogEntry as L; "
        f"print(L.objects.filter(additional_data__event='transcript', object_repr__contains='{session}').count())"
    )
    assert int(events) >= 1


def test_no_door_of_the_visitor_shows_a_whisper(house, sofia):
    """Neither the web chat's socket, nor a new page of hers, nor history, nor the REST door; her order has no hole."""
    vera = VisitorPerson(house)
    with at_work(house, ALICE) as alice:
        vera.say("人工")
        row = alice.wait_for_row(vera.openid)
        session = row["session"]["id"]
        found = sofia.must("watch", session=session)
        sofia.must("whisper", session=session, text=SECRET, client_id="w1")
        told = alice.wait_for(lambda frame: frame["op"] == "whisper")
        assert (told["whisper"]["text"], told["conversation"]) == (SECRET, row["conversation"])
        alice.must("whisper", session=session, text=f"收到,{SECRET}", client_id="w2")
        sofia.wait_for(lambda frame: frame["op"] == "whisper" and frame["whisper"]["text"].startswith("收到"))
        alice.say(row["conversation"], "可以便宜一点")
        vera.wait_for_text("可以便宜一点")
        vera.listen()
        seqs = [entry["seq"] for entry in vera.entries()]
        assert seqs == list(range(1, len(seqs) + 1))
        doors = [vera.frames, VisitorPerson(house, token=vera.token).frames]
        vera.send({"op": "history", "before": 10_000})
        doors.append([vera.wait_for(lambda frame: frame["op"] == "history")])
        headers = {"Authorization": f"Bearer {vera.token}"}
        doors += rest_answers(house, headers)
        for door in doors:
            assert SECRET not in str(door)
        kept = alice.must("whispers", conversation=row["conversation"])["whispers"]
        assert [each["seq"] for each in kept] == [1, 2]
        assert [each["text"] for each in sofia.must("watch", session=session)["whispers"]] == [
            each["text"] for each in kept
        ]
    assert found["whispers"] == []


@pytest.mark.feature("A87")
def test_whispers_stay_in_the_transcript_of_who_may_read_them(full):
    """Admins and the agent whom it was said to; nobody else, and no colleague who took over later."""
    vera = VisitorPerson(full)
    sofia = SupervisorPerson(full, ADMIN)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        session = alice.wait_for_row(vera.openid)["session"]["id"]
        sofia.must("whisper", session=session, text=SECRET, client_id="w1")
        pk = full.python(
            f"from sessions_flow.models import Session; print(Session.objects.get(session_id='{session}').pk)"
        )
        with at_work(full, BOB) as bob:
            assert bob.http.get(f"/workbench/records/{session}/").status_code == 404
            alice.must("session.transfer", session=session, agent=bob.snapshot["member"]["id"])
            row = bob.wait_for_row(vera.openid)
            assert bob.must("whispers", conversation=row["conversation"])["whispers"] == []
            kept = json.dumps(SECRET)[1:-1]
            pages = {who: person.http.get(f"/workbench/records/{session}/").text for who, person in
                     (("alice", alice), ("bob", bob), ("sofia", sofia))}  # fmt: skip
            assert [kept in pages[who] for who in ("alice", "bob", "sofia")] == [True, False, True]
            assert SECRET in sofia.http.get(f"/admin/sessions_flow/session/{pk}/change/").text
            bob.must("session.end", session=session)
    sofia.close()


def test_no_im_device_is_told_a_whisper(full):
    sofia = SupervisorPerson(full, ADMIN)
    with devices(full, "whispered-about") as vera, at_work(full, ALICE) as alice:
        row = get_a_human(vera, alice)
        sofia.must("whisper", session=row["session"]["id"], text=SECRET, client_id="w1")
        alice.wait_for(lambda frame: frame["op"] == "whisper")
        sofia.must("session.join", session=row["session"]["id"])
        sofia.must("watch", session=row["session"]["id"])
        sofia.post(row["conversation"], text("我是主管"), "j1")
        assert vera.wait_for_text("我是主管")["from"]
        assert SECRET not in str(vera.events) and SECRET not in str(vera.history())
    sofia.close()


def rest_answers(house, headers: dict) -> list[str]:
    base = f"{house.url}/api/v1/channels/{house.web_app_id}/conversation"
    paths = ("/", "/messages/", "/updates/?after=0&wait=0")
    answers = [httpx.get(f"{base}{path}", headers=headers) for path in paths]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    return [answer.text for answer in answers]


def test_joining_leaving_and_taking_over(house, sofia):
    vera = VisitorPerson(house)
    with at_work(house, ALICE) as alice:
        vera.say("人工")
        row = alice.wait_for_row(vera.openid)
        session, conversation = row["session"]["id"], row["conversation"]
        sofia.must("watch", session=session)
        assert (
            sofia.ask("message.post", conversation=conversation, client_id="j0", elem=text("还没加入"))["code"] == 10150
        )
        sofia.must("session.join", session=session)
        vera.wait_for_text("加入了会话")
        sofia.post(conversation, text("我来帮您"), "j1")
        entry = vera.wait_for_text("我来帮您")
        assert entry["from"]["kind"] == "agent" and entry["from"]["id"] != row["session"]["agent"]["id"]
        alice.say(conversation, "谢谢主管")
        vera.wait_for_text("谢谢主管")
        assert sofia.wait_for_session(vera.openid, state="serving")["joined"]
        sofia.must("session.part", session=session)
        vera.wait_for_text("退出了会话")
        sofia.must("session.take_over", session=session)
        alice.wait_for(lambda frame: frame.get("event") == "transfer")
        taken = sofia.wait_for_session(vera.openid, state="serving", joined=[])
        assert taken["agent"]["id"] != row["session"]["agent"]["id"]
        desk = AgentPerson(house, ADMIN)
        desk.wait_for_row(vera.openid)
        desk.go_home()
    events = house.python(
        "from auditlog.models import LogEntry as L; rows = L.objects.filter(additional_data__isnull=False, "
        f"object_repr__contains='{session}').order_by('pk'); "
        "print([r.additional_data['event'] for r in rows], all(r.actor_id and r.remote_addr for r in rows))"
    )
    assert events == "['transcript', 'join', 'leave', 'take_over'] True"


@pytest.mark.feature("A50", "A83")
def test_a_forced_status_reaches_the_agent(house, sofia):
    with at_work(house, ALICE) as alice:
        me = alice.snapshot["member"]["id"]
        sofia.must("agent.status", agent=me, status="rest", reason="meeting")
        alice.wait_for(lambda frame: frame.get("event") == "statusForced")
        alice.wait_for(lambda frame: frame["op"] == "snapshot" and frame["status"]["status"] == "rest")
        sofia.must("agent.status", agent=me, status="free")
        alice.wait_for(lambda frame: frame["op"] == "snapshot" and frame["status"]["status"] == "free")
        assert sofia.ask("agent.status", agent=me, status="arrange")["code"] == 10151


@pytest.mark.feature("A87")
def test_agents_have_no_such_socket(full):
    """And an admin who is demoted loses it within 2 s, without another click."""
    alice = Person(full)
    alice.open("/ws/monitor/", **headers_of(full, log_in(full, ALICE)))
    with pytest.raises(ConnectionClosed) as closed:
        alice.wait_for(lambda frame: False, 5)
    assert closed.value.rcvd.code == 4401
    full.python(
        "from accounts.actions import create_member; "
        "create_member(account='rita@example.com', nickname='Rita', role='admin', password='demo-pass-123')"
    )
    rita = SupervisorPerson(full, "rita@example.com")
    rita.look()
    full.python(
        "from accounts.models import Member; from accounts.hooks import member_changed\n"
        "from django.db import transaction\n"
        "m = Member.objects.get(account='rita@example.com'); m.role = 'agent'; m.save()\n"
        "with transaction.atomic(): member_changed(m)"
    )
    with pytest.raises(ConnectionClosed) as closed:
        rita.wait_for(lambda frame: False, 5)
    assert closed.value.rcvd.code == 4401
