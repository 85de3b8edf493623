"""What a supervisor does to sessions and desks of others, and what he is shown of them: D9, A49, A50, A83, A87."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import Member, Role
from routing.actions import force_status, go_offline, requeue, take_over
from routing.models import Assignment, Desk, RestReason, StatusChange, Waiting
from routing.tests.ears import ears
from routing.tests.test_assigner import wait_in_line
from sessions_flow.actions import end_session, join, locked, part
from sessions_flow.models import Conversation, EndedBy, Message, State
from sessions_flow.models.settings import forget_settings
from sessions_flow.protocol.errors import ProtocolError
from tests.cast import Vera, make_group, make_member, say, sit_down
from workbench.models import Whisper
from workbench.supervising import today
from workbench.supervising.acts import SUPERVISING
from workbench.supervising.people import agents_now, queues_now
from workbench.supervising.sessions import Wanted, counts_of, page_of
from workbench.supervising.view import changes, view_of
from workbench.whispers import whisper, whispers_of

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def alice() -> Member:
    member = make_member("alice")
    sit_down(member)
    return member


@pytest.fixture
def sofia() -> Member:
    return make_member("sofia", Role.ADMIN)


def told() -> list[str]:
    rows = LogEntry.objects.filter(additional_data__isnull=False).order_by("pk")
    return [row.additional_data["event"] for row in rows if "event" in row.additional_data]


@pytest.mark.feature("D9")
def test_it_works(alice: Member, sofia: Member):
    """Every running session with who serves it, every agent, every queue, in one look."""
    group = make_group("Sales", alice)
    served, waiting, with_bot = Vera(), Vera(), Vera()
    session = served.serve(alice)
    Desk.objects.filter(member=alice).update(status="notReady")
    wait_in_line(waiting, group=group)
    with_bot.post("hi")
    view = view_of(Wanted())
    states = {row["session"]: row["state"] for row in view["sessions"]["rows"]}
    assert list(states.values()) == ["waiting", "serving", "flow"]
    assert view["counts"] == {"waiting": 1, "serving": 1, "flow": 1, "at_risk": 0}
    row = view["sessions"]["rows"][1]
    assert (row["agent"]["name"], row["visitor"]["id"], row["rounds"]) == ("Alice", served.visitor.openid, 1)
    assert row["session"] == str(session.session_id)
    assert (view["agents"][0]["status"], view["agents"][0]["load"]) == ("notReady", 1)
    queue = next(queue for queue in view["queues"] if queue["group"] == group.pk)
    assert (queue["waiting"], queue["free"], queue["at_work"]) == (1, 0, 1)
    assert queue["oldest"] is not None
    assert view["today"]["opened"] == 3


def test_only_what_differs_is_sent_again(alice: Member):
    vera, other = Vera(), Vera()
    vera.serve(alice)
    other.serve(alice)
    before = view_of(Wanted())
    assert changes(before, view_of(Wanted())) is None
    say(alice, vera, "hello")
    frame = changes(before, view_of(Wanted()))
    assert frame is not None
    assert [row["preview"] for row in frame["sessions"]["rows"]] == ["hello"]
    assert "order" not in frame["sessions"] and "agents" not in frame
    with locked(vera.conversation.pk) as held:
        end_session(held, held.session, EndedBy.SEAT)
    frame = changes(before, view_of(Wanted()))
    assert frame is not None and frame["sessions"]["order"] == [str(other.session.session_id)]


@pytest.mark.feature("D9")
def test_who_waits_too_long_is_at_risk(alice: Member):
    """By the targets of the settings: 60 s for the first reply, 180 s for later ones, 60 s in the queue."""
    vera, answered, waiting = Vera(), Vera(), Vera()
    for each in (vera, answered):
        each.serve(alice)
    say(alice, answered, "here I am")
    Desk.objects.filter(member=alice).update(status="notReady")
    wait_in_line(waiting)
    now = timezone.now()
    assert counts_of(now)["at_risk"] == 0
    later = now + timedelta(seconds=61)
    found = page_of(Wanted(is_at_risk=True), later)["rows"]
    assert {row["visitor"]["id"] for row in found} == {vera.visitor.openid, waiting.visitor.openid}
    assert all(row["waits_since"] and row["target_seconds"] == 60 for row in found)
    answered.post("and my parcel?")
    assert counts_of(now + timedelta(seconds=120))["at_risk"] == 2
    assert counts_of(now + timedelta(seconds=200))["at_risk"] == 3


def test_filters(alice: Member):
    group = make_group("Sales", alice)
    vera, other = Vera(), Vera()
    vera.serve(alice)
    other.post("hi")
    vera.session.__class__.objects.filter(pk=vera.session.pk).update(group=group)
    now = timezone.now()
    wanted = [
        Wanted(state="serving"), Wanted(group=group.pk), Wanted(agent=alice.public_id), Wanted(words="Alice"),
        Wanted(words=vera.visitor.openid[3:9]), Wanted(words=str(vera.session.session_id)),
    ]  # fmt: skip
    for each in wanted:
        assert [row["visitor"]["id"] for row in page_of(each, now)["rows"]] == [vera.visitor.openid], each
    assert page_of(Wanted(words="nobody at all"), now)["rows"] == []
    assert page_of(Wanted(group=-1), now)["total"] == 1
    assert page_of(Wanted(page=9), now)["page"] == 1
    with pytest.raises(ProtocolError):
        Wanted.asked({"state": "nonsense"})


@pytest.mark.feature("D9")
def test_as_many_queries_for_a_hundred_as_for_one(alice: Member):
    Vera().serve(alice)

    def count() -> int:
        today.forget()
        forget_settings()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            view_of(Wanted())
        return len(queries)

    few = count()
    for number in range(40):
        sit_down(make_member(f"agent{number}"))
        make_group(f"Group {number}")
        Vera().post("hi")
    assert count() == few <= 18


def test_a_whisper_reaches_the_agent_and_takes_no_seq(alice: Member, sofia: Member):
    vera = Vera()
    session = vera.serve(alice)
    before = Message.objects.filter(conversation=vera.conversation).count()
    seq = Conversation.objects.get(pk=vera.conversation.pk).seq
    with ears(alice) as ear:
        row = whisper(session, sofia, "offer him a discount", "w1")
        assert whisper(session, sofia, "another body", "w1").pk == row.pk
    assert [frame["whisper"]["text"] for frame in ear.heard if frame["op"] == "whisper"] == ["offer him a discount"]
    conversation = Conversation.objects.get(pk=vera.conversation.pk)
    assert (conversation.seq, conversation.note_seq) == (seq, 1)
    assert Message.objects.filter(conversation=vera.conversation).count() == before
    whisper(session, alice, "done", "w1")
    bob = make_member("bob")
    assert [each["text"] for each in whispers_of(alice, conversation)] == ["offer him a discount", "done"]
    assert [each["text"] for each in whispers_of(sofia, conversation, after=1)] == ["done"]
    assert whispers_of(bob, conversation) == []
    with pytest.raises(ProtocolError):
        whisper(session, bob, "me too", "w2")
    assert told().count("whisper") == 1


def test_nobody_to_whisper_to(sofia: Member):
    vera = Vera()
    vera.post("hi")
    with pytest.raises(ProtocolError, match="Nobody serves"):
        whisper(vera.session, sofia, "psst", "w1")
    assert not Whisper.objects.exists()


def test_a_supervisor_joins_as_a_second_human(alice: Member, sofia: Member):
    """The visitor reads it; the agent stays; after leaving, and once he is no admin any more, his words are refused."""
    vera = Vera()
    session = vera.serve(alice)
    assert "Refused" in type(say(sofia, vera, "not yet", "s0")).__name__
    join(session, sofia)
    join(session, sofia)
    assert vera.lines()[-1] == "Sofia joined the conversation."
    assert "Stored" in type(say(sofia, vera, "I can help", "s1")).__name__
    entry = Message.objects.said().get(text="I can help")
    assert (entry.kind, entry.sender_name) == ("agent", "Sofia")
    assert vera.session.agent == alice
    Member.objects.filter(pk=sofia.pk).update(role=Role.AGENT)
    assert "Refused" in type(say(sofia, vera, "demoted", "s2")).__name__
    Member.objects.filter(pk=sofia.pk).update(role=Role.ADMIN)
    part(session, sofia)
    part(session, sofia)
    assert vera.lines()[-1] == "Sofia left the conversation."
    assert "Refused" in type(say(sofia, vera, "gone", "s3")).__name__
    assert told() == ["join", "leave"]


def test_who_cannot_join(alice: Member, sofia: Member):
    vera, with_bot = Vera(), Vera()
    session = vera.serve(alice)
    with_bot.post("hi")
    for which, who, why in (
        (session, make_member("bob"), "Only admins"), (with_bot.session, sofia, "Nobody serves"),
    ):  # fmt: skip
        with pytest.raises(ProtocolError, match=why):
            join(which, who)
    join(session, sofia)
    sit_down(sofia)
    take_over(session, sofia)
    with pytest.raises(ProtocolError, match="already"):
        join(session, sofia)
    go_offline(sofia, timezone.now())
    assert "Refused" in type(say(sofia, vera, "zombie", "s1")).__name__


@pytest.mark.feature("A84")
def test_taking_over_from_the_console_is_coming_to_work(alice: Member, sofia: Member):
    vera = Vera()
    session = vera.serve(alice)
    take_over(session, sofia, comes_to_work=True)
    assert (vera.session.agent, Desk.objects.get(member=sofia).status) == (sofia, "notReady")
    assert (Desk.objects.get(member=alice).load, Desk.objects.get(member=sofia).load) == (0, 1)
    assert told() == ["take_over"]


@pytest.mark.feature("A49", "A50", "A83")
def test_a_status_is_forced(alice: Member, sofia: Member):
    """Busy and resting keep what runs; offline gives it back to the queue; each is told and written down."""
    RestReason.objects.get_or_create(name="meal")  # emptied with the tables
    vera = Vera()
    vera.serve(alice)
    with ears(alice) as ear:
        force_status(alice, sofia, "notReady")
        force_status(alice, sofia, "rest", "meal")
    assert [frame["event"] for frame in ear.heard].count("statusForced") == 2
    assert (vera.session.agent, Desk.objects.get(member=alice).reason) == (alice, "meal")
    force_status(alice, sofia, "offline")
    assert (vera.session.state, Desk.objects.get(member=alice).status) == (State.WAITING, "offline")
    assert Waiting.objects.get().session == vera.session
    causes = StatusChange.objects.filter(member=alice).values_list("status", "cause").order_by("pk")
    assert list(causes) == [("notReady", "admin"), ("rest", "admin"), ("offline", "admin")]
    with pytest.raises(ProtocolError, match="offline"):
        force_status(alice, sofia, "free")
    with pytest.raises(ProtocolError, match="Unknown"):
        force_status(alice, sofia, "arrange")
    assert told() == ["status"] * 3


def test_who_waits_is_sent_to_another_group(alice: Member, sofia: Member):
    sales, empty = make_group("Sales", alice), make_group("Empty")
    Desk.objects.filter(member=alice).update(status="notReady")
    vera = Vera()
    wait_in_line(vera)
    since = Waiting.objects.get().since
    requeue(vera.session, sofia, sales)
    row = Waiting.objects.get()
    assert (row.group, row.since, vera.session.group) == (sales, since, sales)
    with pytest.raises(ProtocolError, match="at work"):
        requeue(vera.session, sofia, empty)
    served = Vera()
    Desk.objects.filter(member=alice).update(status="free")
    served.serve(alice)
    with pytest.raises(ProtocolError, match="does not wait"):
        requeue(served.session, sofia, sales)


@pytest.mark.feature("A87")
@pytest.mark.parametrize("op", sorted(SUPERVISING))
def test_agents_and_demoted_admins_are_refused(alice: Member, sofia: Member, op: str):
    """Whatever the socket still believes about who asks."""
    vera = Vera()
    session = vera.serve(alice)
    frame = {
        "session": str(session.session_id), "conversation": vera.conversation.public_id, "text": "x", "client_id": "c1",
        "agent": alice.public_id, "status": "offline",
    }  # fmt: skip
    Member.objects.filter(pk=sofia.pk).update(role=Role.AGENT)
    for who in (alice, sofia):
        with pytest.raises(ProtocolError) as refused:
            SUPERVISING[op](who, frame)
        assert refused.value.code == 10403
    assert (vera.session.agent, vera.session.state) == (alice, State.SERVING)
    assert Desk.objects.get(member=alice).status == "free"
    assert Assignment.objects.count() == 1


def test_agents_know_who_is_connected_and_since_when(alice: Member):
    now = timezone.now()
    assert agents_now(now)[0]["connected"]
    assert not agents_now(now + timedelta(seconds=30))[0]["connected"]
    assert queues_now(agents_now(now))[0] == {
        "group": None, "name": "", "waiting": 0, "offered": 0, "oldest": None, "free": 1, "at_work": 1,
    }  # fmt: skip
