"""What agents do with their desks: W14 to W19, T18, S24, A14, A15, A49 to A51, A96, A98, A109 to A111, promise 8."""

from datetime import timedelta

import pytest
from django.utils import translation

from accounts.actions import force_offline
from routing import deadlines
from routing.actions import (
    arrive,
    desk_of,
    end_by_agent,
    is_displaced,
    lower_limit,
    set_status,
    stop_wrapping_up,
    take_seat,
)
from routing.assigner import assign_waiting
from routing.deadlines import give_up_lost_agents
from routing.models import Assignment, Desk, Reception, RestReason, StatusChange
from routing.tests.ears import ears
from sessions_flow.models import State
from sessions_flow.protocol.errors import ProtocolError
from tests.cast import Vera, say, sit_down

pytestmark = pytest.mark.usefixtures("desk")


def status_of(member):
    return Desk.objects.get(member=member).shown_status


@pytest.mark.feature("W15", "W16", "W17", "W18", "A109", "W9")
def test_it_works(team):
    """Coming in sets 示闲; every status can be chosen; each change is kept for reports."""
    arrive(team.alice, is_opening=True)
    assert status_of(team.alice) == "free"
    with ears(team.alice) as ear:
        for status, reason in (("notReady", ""), ("rest", "meal"), ("arrange", ""), ("free", ""), ("offline", "")):
            set_status(team.alice, status, reason)
            assert status_of(team.alice) == status
    assert [frame["status"] for frame in ear.heard] == ["notReady", "rest", "arrange", "free", "offline"]
    kept = StatusChange.objects.filter(member=team.alice).order_by("pk")
    assert list(kept.values_list("status", "reason", "cause")) == [
        ("free", "", "entered"),
        ("notReady", "", "chosen"),
        ("rest", "meal", "chosen"),
        ("arrange", "", "chosen"),
        ("free", "", "chosen"),
        ("offline", "", "chosen"),
    ]


@pytest.mark.feature("A14", "S17")
def test_busy_is_derived_at_the_limit(team):
    sit_down(team.alice, limit=1)
    assert status_of(team.alice) == "free"
    vera = Vera()
    vera.serve(team.alice)
    assert status_of(team.alice) == "busy"
    assert Desk.objects.get(member=team.alice).status == "free"
    with pytest.raises(ProtocolError):
        set_status(team.alice, "busy")


@pytest.mark.feature("A15", "S24")
def test_stop_not_ready_goes_back_to_free(team):
    sit_down(team.alice, status="notReady")
    set_status(team.alice, "stopNotReady")
    assert status_of(team.alice) == "free"
    set_status(team.alice, "rest")
    with pytest.raises(ProtocolError):
        set_status(team.alice, "stopNotReady")
    assert status_of(team.alice) == "rest"


@pytest.mark.feature("A98", "W17")
def test_reasons_are_a_list_that_admins_edit(team):
    """By what people read, too; the built-in ones follow the reader's language."""
    sit_down(team.alice)
    RestReason.objects.create(name="接孩子", position=9)
    set_status(team.alice, "rest", "接孩子")
    assert desk_of(team.alice).reason == "接孩子"
    with translation.override("zh-hans"):
        set_status(team.alice, "rest", "会议")
    assert desk_of(team.alice).reason == "meeting"
    with pytest.raises(ProtocolError, match="Meal"):
        set_status(team.alice, "rest", "climbing")
    assert desk_of(team.alice).reason == "meeting"


@pytest.mark.feature("A111", "W19", "W14")
def test_the_own_limit_is_lowered_but_never_raised(team, settings_of, settled):
    settings_of(Reception, limit=3)
    sit_down(team.alice)
    Desk.objects.update(admin_limit=None)
    lower_limit(team.alice, 1)
    assert desk_of(team.alice).limit == 1
    first, second = Vera(), Vera()
    first.serve(team.alice)
    second.post("hello")
    second.post("human")
    settled()
    assert second.session.state == State.WAITING
    for wrong in (0, 4, -1):
        with pytest.raises(ProtocolError):
            lower_limit(team.alice, wrong)
    settings_of(Reception, limit=2)
    assert desk_of(team.alice).limit == 1, "the common limit does not undo his own"
    lower_limit(team.alice, None)
    settled()
    assert (desk_of(team.alice).limit, second.session.state) == (2, State.SERVING)


@pytest.mark.feature("A14")
def test_wrapping_up_after_an_end_only_by_a_setting(team, settings_of):
    sit_down(team.alice)
    end_by_agent(Vera().serve(team.alice), team.alice)
    assert status_of(team.alice) == "free"
    settings_of(Reception, wrap_up_seconds=30)
    end_by_agent(Vera().serve(team.alice), team.alice)
    assert status_of(team.alice) == "arrange"
    until = desk_of(team.alice).wrap_until
    assert stop_wrapping_up(until - timedelta(milliseconds=1)) == 0
    assert stop_wrapping_up(until) == 1
    assert status_of(team.alice) == "free"
    end_by_agent(Vera().serve(team.alice), team.alice)
    set_status(team.alice, "rest")
    assert stop_wrapping_up(until + timedelta(minutes=5)) == 0, "he chose something else"


@pytest.mark.feature("T18", "A51", "A110")
def test_one_place_of_login_and_the_newer_wins(team):
    """Tabs of one login are one place; the older login's sockets are not let back in."""
    assert take_seat(team.alice, "browser-a", is_opening=True)
    assert take_seat(team.alice, "browser-a", is_opening=True)
    assert not is_displaced(team.alice, "browser-a")
    assert take_seat(team.alice, "browser-b", is_opening=True)
    assert is_displaced(team.alice, "browser-a") and not is_displaced(team.alice, "browser-b")
    assert not take_seat(team.alice, "browser-a", is_opening=False)
    assert take_seat(team.alice, "browser-b", is_opening=False)


def sweep(begin, end):
    """The sweep as it runs: every few seconds from `begin` to `end`. Returns how many agents were given up."""
    deadlines._sweeps.clear()
    moment, lost = begin - timedelta(minutes=1), 0
    while moment < end:
        lost += give_up_lost_agents(moment)
        moment += timedelta(seconds=4)
    return lost + give_up_lost_agents(end)


@pytest.mark.feature("A49", "A96", "A109")
def test_a_lost_agent_comes_back_as_he_was(team, settled):
    """Within the grace nothing happens; after it the visitor is told and waits at the head; he returns as he was."""
    sit_down(team.alice)
    vera = Vera()
    vera.serve(team.alice)
    set_status(team.alice, "rest", "meal")
    seen = Desk.objects.get(member=team.alice).seen_at
    assert sweep(seen, seen + timedelta(seconds=15)) == 0
    assert give_up_lost_agents(seen + timedelta(seconds=15, milliseconds=1)) == 1
    assert (vera.session.state, status_of(team.alice)) == (State.WAITING, "offline")
    assert vera.lines()[-1] == "The agent has lost the connection. You are first in line for the next one."
    settled()
    arrive(team.alice, is_opening=False)
    desk = Desk.objects.get(member=team.alice)
    assert (desk.status, desk.reason) == ("rest", "meal")
    assert StatusChange.objects.filter(member=team.alice).latest("pk").cause == "returned"


def test_a_phone_with_push_notices_is_present_while_asleep(team):
    """Promise 8: up to 10 minutes."""
    sit_down(team.alice)
    Desk.objects.update(has_push=True)
    seen = Desk.objects.get(member=team.alice).seen_at
    assert sweep(seen, seen + timedelta(minutes=9, seconds=59)) == 0
    assert give_up_lost_agents(seen + timedelta(minutes=10, seconds=1)) == 1


@pytest.mark.feature("A49", "A83")
def test_forced_off_gives_back_at_once_and_a_zombie_is_refused(team, settled):
    sit_down(team.alice)
    vera = Vera()
    session = vera.serve(team.alice)
    force_offline(team.alice)
    settled()
    assert (vera.session.state, status_of(team.alice)) == (State.WAITING, "offline")
    assert say(team.alice, vera, "still here").code == 10150
    with pytest.raises(ProtocolError):
        end_by_agent(session, team.alice)
    assert StatusChange.objects.filter(member=team.alice).latest("pk").cause == "revoked"


@pytest.mark.feature("A50")
@pytest.mark.parametrize("status", ["notReady", "rest", "arrange"])
def test_busy_and_resting_agents_keep_their_sessions_and_get_no_new_ones(team, status):
    sit_down(team.alice)
    vera, later = Vera(), Vera()
    vera.serve(team.alice)
    set_status(team.alice, status)
    later.post("human")
    later.post("human")
    assert assign_waiting() == 0
    assert vera.session.state == State.SERVING
    assert Assignment.objects.running().count() == 1
