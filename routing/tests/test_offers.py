"""Manual reception: M40 to M42, W34 to W36, A40 to A42, A100, A103, A106."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from routing.actions import accept, end_by_agent, go_offline, refuse
from routing.deadlines import pass_on_missed_offers
from routing.models import Assignment, Desk, Reception, Waiting
from routing.tests.ears import ears
from routing.tests.test_assigner import wait_in_line
from sessions_flow.access import conversations_of
from sessions_flow.actions import locked, return_to_flow
from sessions_flow.models import State
from sessions_flow.protocol.errors import ProtocolError
from tests.cast import Vera, make_group

pytestmark = pytest.mark.usefixtures("desk", "manual")


def offered_to():
    leg = Assignment.objects.offered().select_related("member").first()
    return leg.member if leg else None


def miss(settled):
    """The time of the open offer is over."""
    due = Assignment.objects.offered().get().due_at
    done = pass_on_missed_offers(due)
    settled()
    return done


@pytest.mark.feature("M40", "W34", "A42", "S41", "S42")
def test_it_works(team, settled):
    """Nothing is said to the visitor until 接入; then 转人工成功."""
    team.sit_down("alice")
    with ears(team.alice) as ear:
        vera = wait_in_line(Vera())
        settled()
        assert (vera.session.state, offered_to()) == (State.WAITING, team.alice)
        assert not any("Alice" in line for line in vera.lines())
        accept(vera.session, team.alice)
    assert (vera.session.state, vera.session.agent) == (State.SERVING, team.alice)
    assert "You are now talking to Alice." in vera.lines()
    assert ear.events() == ["callIn", "userAccessed"]
    assert ear.heard[0]["timeout"] == 20
    assert not Waiting.objects.exists()


@pytest.mark.feature("M39", "W36")
def test_automatic_reception_takes_it_at_once(team, settled, settings_of):
    settings_of(Reception, mode="automatic")
    team.sit_down("alice")
    with ears(team.alice) as ear:
        vera = wait_in_line(Vera())
        settled()
    assert vera.session.state == State.SERVING
    assert ear.events() == ["callIn", "userAccessed"]
    assert ear.heard[0]["timeout"] == 0


@pytest.mark.feature("M41", "W35", "W50", "A100", "S43")
def test_a_miss_goes_to_the_next_agent_and_leaves_a_record(team, settled):
    team.sit_down("alice", "bob")
    with ears(team.alice, team.bob) as (alice, bob):
        vera = wait_in_line(Vera())
        settled()
        due = Assignment.objects.offered().get().due_at
        assert pass_on_missed_offers(due - timedelta(milliseconds=1)) == 0, "never early"
        assert miss(settled) == 1
        assert offered_to() == team.bob
        accept(vera.session, team.bob)
    record = Assignment.objects.get(member=team.alice)
    assert (record.outcome, record.served_seconds, record.get_outcome_display()) == (
        "missed",
        0,
        "transferred after time-out",
    )
    assert alice.events() == ["callIn", "autoTransfer"]
    assert bob.events() == ["callIn", "userAccessed"]
    assert Desk.objects.get(member=team.alice).status == "free"


@pytest.mark.feature("M42")
def test_a_miss_sets_rest_where_the_setting_says_so(team, settled, settings_of):
    settings_of(Reception, rests_after_miss=True)
    team.sit_down("alice")
    wait_in_line(Vera())
    settled()
    miss(settled)
    assert Desk.objects.get(member=team.alice).status == "rest"
    assert offered_to() is None


@pytest.mark.feature("A40")
def test_the_only_agent_is_asked_again_and_after_the_rounds_it_fails(team, settled, settings_of):
    settings_of(Reception, offer_rounds=3)
    team.sit_down("alice")
    vera = wait_in_line(Vera())
    settled()
    for _ in range(2):
        miss(settled)
        assert offered_to() == team.alice
    miss(settled)
    assert offered_to() is None
    assert vera.session.state == State.FLOW
    assert vera.conversation.messages.filter(text__startswith="No agent is available").count() == 1
    assert sorted(Assignment.objects.values_list("outcome", flat=True)) == ["failed", "missed", "missed", "missed"]
    assert Desk.objects.get(member=team.alice).load == 0


@pytest.mark.feature("A40")
def test_who_missed_is_not_asked_again_before_the_others(team, settled):
    team.sit_down("alice", "bob", "charlie")
    wait_in_line(Vera())
    settled()
    asked = []
    for _ in range(3):
        asked.append(offered_to().nickname)
        miss(settled)
    assert sorted(asked) == ["Alice", "Bob", "Charlie"]


@pytest.mark.feature("A41")
def test_an_offer_counts_against_the_limit(team, settled):
    team.sit_down("alice", limit=1)
    first, second = wait_in_line(Vera()), wait_in_line(Vera())
    settled()
    assert Assignment.objects.offered().get().session == first.session
    assert Waiting.objects.in_line().get().session == second.session
    refuse(first.session, team.alice)
    settled()
    assert Desk.objects.get(member=team.alice).load == 1, "the second is offered now"


@pytest.mark.feature("A103")
def test_only_who_was_asked_may_accept(team, settled):
    team.sit_down("alice")
    vera = wait_in_line(Vera())
    settled()
    session = vera.session
    for act in (accept, refuse):
        with pytest.raises(ProtocolError):
            act(session, team.bob)
    accept(session, team.alice)
    for act in (accept, refuse):
        with pytest.raises(ProtocolError):
            act(session, team.alice)
    end_by_agent(session, team.alice)
    with pytest.raises(ProtocolError):
        accept(session, team.alice)


@pytest.mark.feature("A67", "A47")
def test_an_offer_ends_when_the_visitor_takes_the_request_back(team, settled):
    team.sit_down("alice")
    vera = wait_in_line(Vera())
    settled()
    with locked(vera.conversation.pk) as held:
        return_to_flow(held, held.session)
    with pytest.raises(ProtocolError):
        accept(vera.session, team.alice)
    assert Desk.objects.get(member=team.alice).load == 0
    assert Assignment.objects.get().outcome == "withdrawn"


def test_an_agent_who_leaves_gives_his_offer_back(team, settled):
    team.sit_down("alice", "bob")
    vera = wait_in_line(Vera())
    settled()
    first = offered_to()
    go_offline(first, timezone.now())
    settled()
    assert offered_to() not in (None, first)
    assert vera.session.state == State.WAITING


@pytest.mark.feature("A87")
def test_who_only_missed_it_cannot_read_the_conversation(team, settled):
    team.sit_down("alice", "bob")
    vera = wait_in_line(Vera())
    settled()
    missed = offered_to()
    miss(settled)
    assert vera.conversation not in conversations_of(missed)


@pytest.mark.feature("A43")
def test_a_new_mode_binds_new_assignments_only(team, settled, settings_of):
    team.sit_down("alice", "bob")
    offered = wait_in_line(Vera())
    settled()
    settings_of(Reception, mode="automatic")
    at_once = wait_in_line(Vera())
    settled()
    assert (offered.session.state, at_once.session.state) == (State.WAITING, State.SERVING)
    accept(offered.session, Assignment.objects.offered().get().member)
    assert offered.session.state == State.SERVING


def test_a_click_in_the_last_moment_and_the_timeout_never_both_win(team, settled):
    """Promise 7: 20 times, both at once."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    team.sit_down("alice", limit=100)
    make_group("nobody")
    won = []
    for _ in range(20):
        vera = wait_in_line(Vera())
        settled()
        leg = Assignment.objects.offered().get()
        clicks_first = dice.random() < 0.5
        barrier = threading.Barrier(2)

        def click(session=vera.session, barrier=barrier):
            barrier.wait(10)
            try:
                accept(session, team.alice)
            except ProtocolError:
                return "refused"
            finally:
                connection.close()
            return "accepted"

        def time_out(due=leg.due_at, barrier=barrier):
            barrier.wait(10)
            try:
                return pass_on_missed_offers(due)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            tasks = [pool.submit(click), pool.submit(time_out)] if clicks_first else None
            tasks = tasks or [pool.submit(time_out), pool.submit(click)][::-1]
            clicked, missed = (task.result() for task in tasks)
        leg.refresh_from_db()
        assert (clicked == "accepted") == (leg.outcome == "") == (missed == 0), f"seed {seed}"
        won.append(clicked)
        if clicked == "refused":
            settled()
            accept(vera.session, team.alice)
        end_by_agent(vera.session, team.alice)
    print({name: won.count(name) for name in set(won)})
