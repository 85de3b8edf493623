"""The queue: M43 to M45, W22, A11, A33, A34, A38, A47, A48, A67, A100; overflow, priorities, skills, last agent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from routing.actions import claim, end_by_agent, go_offline, set_status
from routing.assigner import assign_waiting
from routing.deadlines import fail_without_agents, forget_who_left, warn_silent_agents
from routing.models import Assignment, Desk, Distribution, Overflow, Reception, SkillRule, Waiting
from routing.queueing import wait_words
from routing.tests.ears import ears
from routing.tests.test_assigner import wait_in_line
from sessions_flow.actions import locked, return_to_flow, start_waiting
from sessions_flow.doors.places import place_of
from sessions_flow.models import Conversation, Prompts, State
from tests.cast import Vera, make_group, make_member, say, sit_down

pytestmark = pytest.mark.usefixtures("desk")
FAILED = "No agent is available"


def texts(vera, part):
    return vera.conversation.messages.filter(text__contains=part).count()


def ask(vera, settled, said="human"):
    vera.post("hello")
    settled()
    vera.post(said)
    settled()
    return vera


@pytest.mark.feature("M43", "M44", "M45", "A11")
def test_it_works(team, settled, settings_of):
    """The text names position, people ahead and the estimate; unknown variables stay."""
    settings_of(Prompts, queueing="${QueuePosition}/${WaitNo}/${EstimatedWait}/${Other}")
    sit_down(team.alice, limit=1)
    veras = [ask(Vera(), settled) for _ in range(3)]
    assert veras[0].session.state == State.SERVING
    assert [vera.lines()[-1] for vera in veras[1:]] == ["1/0/a few minutes/${Other}", "2/1/a few minutes/${Other}"]
    assert place_of(veras[2].conversation.pk) == {"position": 2, "ahead": 1, "wait_seconds": None}
    end_by_agent(veras[0].session, team.alice)
    settled()
    assert [vera.session.state for vera in veras[1:]] == [State.SERVING, State.WAITING]
    assert place_of(veras[2].conversation.pk)["position"] == 1
    assert place_of(veras[1].conversation.pk) is None


def test_the_estimate_comes_from_recent_service_times(team, settled):
    sit_down(team.alice, limit=2)
    for _ in range(4):
        vera = ask(Vera(), settled)
        end_by_agent(vera.session, team.alice)
    began = timezone.now() - timedelta(minutes=10)
    Assignment.objects.update(accepted_at=began, ended_at=began + timedelta(minutes=4))
    from routing import queueing

    queueing._measured.clear()
    veras = [ask(Vera(), settled) for _ in range(4)]
    assert [place_of(vera.conversation.pk)["wait_seconds"] for vera in veras[2:]] == [120, 240]
    assert any("number 2" in line for line in veras[3].lines())
    assert [wait_words(seconds, "en") for seconds in (1, 60, 61)] == ["1 minute", "1 minute", "2 minutes"]
    assert wait_words(61, "zh-hans") == "2 分钟"
    queueing._measured.clear()


@pytest.mark.feature("A48")
def test_the_text_comes_again_when_the_position_changed_but_not_too_often(team, settled):
    sit_down(team.alice, limit=1)
    first, second, third = (ask(Vera(), settled) for _ in range(3))
    end_by_agent(first.session, team.alice)
    settled()
    assert second.session.state == State.SERVING
    assert texts(third, "number") == 1, "not yet again"
    told = Waiting.objects.get(session=third.session).told_at
    assign_waiting(told + timedelta(seconds=59))
    assert texts(third, "number") == 1
    assign_waiting(told + timedelta(seconds=60))
    assert texts(third, "number 1") == 1
    assign_waiting(told + timedelta(seconds=130))
    assert texts(third, "number") == 2, "the same position is not told again"


@pytest.mark.feature("A33")
def test_nobody_at_work_fails_and_everybody_resting_queues(team, settled):
    vera = ask(Vera(), settled)
    assert vera.session.state == State.FLOW and texts(vera, FAILED) == 1
    for number, status in enumerate(("notReady", "rest", "arrange")):
        member = make_member(f"agent{number}")
        sit_down(member, status=status)
        vera = ask(Vera(), settled)
        assert vera.session.state == State.WAITING
        go_offline(member, timezone.now())


@pytest.mark.feature("A33")
def test_when_everybody_has_left_who_waits_is_told(team, settled):
    sit_down(team.alice, status="rest")
    vera = ask(Vera(), settled)
    now = timezone.now()
    go_offline(team.alice, now)
    assert fail_without_agents(now + timedelta(seconds=59)) == 0
    assert fail_without_agents(now + timedelta(seconds=90)) == 1
    assert vera.session.state == State.FLOW and texts(vera, FAILED) == 1
    assert Assignment.objects.get().outcome == "failed"


@pytest.mark.feature("A38")
def test_a_repeated_request_tells_the_position_and_opens_nothing(team, settled):
    sit_down(team.alice, status="notReady")
    vera = ask(Vera(), settled)
    session = vera.session
    vera.post("human")
    settled()
    assert (vera.session, Waiting.objects.count()) == (session, 1)
    assert texts(vera, "number 1") == 2
    claim(team.alice)
    vera.post("human")
    settled()
    assert (vera.session, vera.session.state) == (session, State.SERVING)


@pytest.mark.feature("A47", "A100")
def test_who_leaves_keeps_the_place_for_a_grace_time(team, settled):
    sit_down(team.alice, status="notReady")
    vera, headless = ask(Vera(), settled), ask(Vera(), settled)
    Conversation.objects.filter(pk=vera.conversation.pk).update(visitor_online=True)
    now = timezone.now()
    assert forget_who_left(now) == 0
    Conversation.objects.update(visitor_online=False, visitor_seen_at=now)
    assert forget_who_left(now + timedelta(seconds=119)) == 0
    assert forget_who_left(now + timedelta(seconds=121)) == 1
    assert vera.session.state == State.FLOW
    assert headless.session.state == State.WAITING, "a client without presence cannot be seen leaving"
    record = Assignment.objects.get()
    assert (record.outcome, record.member, record.get_outcome_display()) == ("abandoned", None, "left the queue")


@pytest.mark.feature("A47")
def test_coming_back_in_time_keeps_the_place(team, settled):
    sit_down(team.alice, status="notReady")
    first, second = ask(Vera(), settled), ask(Vera(), settled)
    Conversation.objects.update(visitor_online=True)
    now = timezone.now()
    forget_who_left(now)
    Conversation.objects.update(visitor_online=False, visitor_seen_at=now)
    Conversation.objects.filter(pk=first.conversation.pk).update(visitor_online=True)
    assert forget_who_left(now + timedelta(minutes=10)) == 1
    assert place_of(first.conversation.pk)["position"] == 1
    assert second.session.state == State.FLOW


@pytest.mark.feature("A67", "A100")
def test_ending_while_waiting_leaves_a_record(team, settled):
    sit_down(team.sofia, status="notReady")
    vera = ask(Vera(), settled)
    end_by_agent(vera.session, team.sofia)
    assert Assignment.objects.get().outcome == "abandoned"
    assert not Waiting.objects.exists()
    other = ask(Vera(), settled)
    with locked(other.conversation.pk) as held:
        return_to_flow(held, held.session)
    assert not Waiting.objects.exists()


def test_a_queue_has_a_longest_length(team, settled, settings_of):
    settings_of(Reception, queue_limit=1)
    sit_down(team.alice, status="notReady")
    assert ask(Vera(), settled).session.state == State.WAITING
    late = ask(Vera(), settled)
    assert late.session.state == State.FLOW
    assert texts(late, "Please leave a message") == 1
    assert (late.conversation.messages.get(text__contains="leave a message").event or {})["type"] == "form.offered"


def test_vips_come_first_and_within_them_who_waits_longest(team, settled):
    sit_down(team.alice, status="notReady")
    plain, vip, better = Vera(), Vera(), Vera()
    for vera, attributes in ((vip, {"vip": "yes"}), (better, {"vip": 5})):
        vera.visitor.attributes = attributes
        vera.visitor.save()
    for vera in (plain, vip, better):
        ask(vera, settled)
    assert [place_of(vera.conversation.pk)["position"] for vera in (plain, vip, better)] == [3, 2, 1]
    set_status(team.alice, "free")
    Desk.objects.update(limit=1)
    settled()
    assert better.session.agent == team.alice


def test_skill_rules_choose_the_group_and_the_priority(team, settled):
    SkillRule.objects.create(variable="language", value="en", group=team.support, priority=3)
    team.sit_down()
    english, chinese = ask(Vera(), settled), ask(Vera(language="zh-hans"), settled, "人工")
    assert english.session.agent == team.charlie
    assert chinese.session.group is None
    sit_down(team.sofia, status="notReady")
    Desk.objects.filter(member=team.charlie).update(status="rest")
    waiting = ask(Vera(), settled)
    assert (waiting.session.group, waiting.session.waiting.priority) == (team.support, 3)


def test_overflow_to_another_group_after_a_while(team, settled, settings_of):
    Overflow.objects.create(group=team.support, to=team.sales)
    sit_down(team.charlie, status="rest")
    team.sit_down("alice")
    vera = wait_in_line(Vera(), team.support)
    since = vera.session.waiting_since
    settled()
    assert assign_waiting(since + timedelta(hours=1)) == 0, "off by default"
    settings_of(Distribution, overflow_seconds=30)
    assert assign_waiting(since + timedelta(seconds=29)) == 0
    assert assign_waiting(since + timedelta(seconds=31)) == 1
    assert vera.session.agent == team.alice


def test_the_last_agent_is_preferred_only_where_set_up_so(team, settled, settings_of):
    team.sit_down("alice", "bob")
    vera = Vera()

    def served_by():
        ask(vera, settled)
        agent = vera.session.agent
        end_by_agent(vera.session, agent)
        return agent

    first = served_by()
    assert served_by() != first
    settings_of(Distribution, prefers_last_agent=True)
    last = served_by()
    assert [served_by() for _ in range(3)] == [last] * 3


def test_fewest_sessions_first_where_set_up_so(team, settled, settings_of):
    settings_of(Distribution, order="load")
    team.sit_down("alice", "bob")
    Desk.objects.filter(member=team.alice).update(load=2)
    agents = [ask(Vera(), settled).session.agent for _ in range(2)]
    assert agents == [team.bob, team.bob]


@pytest.mark.feature("A34")
def test_a_group_without_members_fails(team, settled):
    team.sit_down("alice")
    vera = Vera()
    vera.post("hello")
    settled()
    with locked(vera.conversation.pk) as held:
        start_waiting(held, held.session, make_group("empty"))
    later = timezone.now() + timedelta(seconds=90)
    assert fail_without_agents(later) == 1
    assert vera.session.state == State.FLOW


def test_a_silent_agent_is_warned_once_per_question(team, settled):
    """First reply within 60 s of the acceptance, later ones within 180 s of the question."""
    team.sit_down("alice")
    with ears(team.alice) as ear:
        vera = ask(Vera(), settled)
        accepted = Assignment.objects.running().get().accepted_at
        assert warn_silent_agents(accepted + timedelta(seconds=59)) == 0
        assert warn_silent_agents(accepted + timedelta(seconds=60)) == 1
        assert warn_silent_agents(accepted + timedelta(seconds=300)) == 0, "once"
        say(team.alice, vera, "hello")
        Assignment.objects.update(warned_at=accepted)
        assert warn_silent_agents(accepted + timedelta(hours=1)) == 0, "the visitor's turn"
        vera.post("and what about the invoice?")
        asked = Conversation.objects.get(pk=vera.conversation.pk).visitor_at
        assert warn_silent_agents(asked + timedelta(seconds=179)) == 0
        assert warn_silent_agents(asked + timedelta(seconds=180)) == 1
        assert warn_silent_agents(asked + timedelta(seconds=500)) == 0
    assert ear.events().count("replyOverdue") == 2
