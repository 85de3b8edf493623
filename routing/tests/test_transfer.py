"""Transfer, claiming, and what a supervisor may do: W37, W42 to W45, A52, A56, A86, A100, A103, A106, S21, S44, S45."""

import pytest
from django.utils import timezone

from routing.actions import accept, assign, claim, end_by_agent, go_offline, refuse, set_status, take_over, transfer
from routing.models import Assignment, Desk, Reception
from routing.tests.ears import ears
from routing.tests.test_assigner import wait_in_line
from routing.tests.test_offers import miss, offered_to
from sessions_flow.models import State
from sessions_flow.protocol.errors import ProtocolError
from tests.cast import Vera, make_group, sit_down
from workbench.colleagues import colleagues_of

pytestmark = pytest.mark.usefixtures("desk")


def legs(vera):
    rows = Assignment.objects.filter(session=vera.session).order_by("pk")
    return [(leg.member.nickname if leg.member else None, leg.outcome) for leg in rows]


def load(member):
    return Desk.objects.get(member=member).load


@pytest.mark.feature("W42", "A52", "A100", "A106", "S21", "S45")
def test_it_works(team):
    """To an agent: the SessionId stays, the visitor reads the new name, one record per leg, the note arrives."""
    team.sit_down()
    vera = Vera()
    session = vera.serve(team.alice)
    with ears(team.alice, team.bob) as (alice, bob):
        assert transfer(session, team.alice, to=team.bob, note="wants an invoice")
    assert vera.session.session_id == session.session_id
    assert (vera.session.agent, vera.session.state) == (team.bob, State.SERVING)
    assert vera.lines()[-1] == "You are now talking to Bob."
    assert legs(vera) == [("Alice", "transferred"), ("Bob", "")]
    assert Assignment.objects.running().get().note == "wants an invoice"
    assert (load(team.alice), load(team.bob)) == (0, 1)
    assert (alice.events(), bob.events()) == (["transfer"], ["callIn", "userAccessed"])


@pytest.mark.feature("A52", "A103", "W44")
def test_whom_it_cannot_be_given_to(team):
    """Offline, full, resting, himself, nobody at all: an error that says why, and nothing has changed."""
    team.sit_down("alice")
    sit_down(team.bob, limit=1)
    other, vera = Vera(), Vera()
    Desk.objects.filter(member=team.alice).update(status="notReady")
    other.serve(team.bob)
    Desk.objects.filter(member=team.alice).update(status="free")
    session = vera.serve(team.alice)
    refusals = [
        ({"to": team.charlie}, "offline"),
        ({"to": team.bob}, "limit"),
        ({"to": team.alice}, "already"),
        ({}, "Choose"),
        ({"group": team.support}, "at work"),
        ({"group": make_group("empty")}, "at work"),
    ]
    for target, why in refusals:
        with pytest.raises(ProtocolError, match=why):
            transfer(session, team.alice, **target)
    sit_down(team.charlie, status="rest")
    with pytest.raises(ProtocolError, match="takes no sessions"):
        transfer(session, team.alice, to=team.charlie)
    with pytest.raises(ProtocolError, match="not yours"):
        transfer(session, team.bob, to=team.charlie)
    assert legs(vera) == [("Alice", "")]
    assert (load(team.alice), load(team.bob)) == (1, 1)


@pytest.mark.feature("A103")
def test_an_agent_named_wins_over_a_group(team):
    team.sit_down()
    vera = Vera()
    transfer(vera.serve(team.alice), team.alice, to=team.bob, group=team.support)
    assert vera.session.agent == team.bob


@pytest.mark.feature("A52", "M40")
def test_in_manual_mode_the_sender_serves_until_it_is_accepted(team, manual, settled):
    team.sit_down("alice")
    vera = wait_in_line(Vera())
    settled()
    session = vera.session
    accept(session, team.alice)
    team.sit_down("bob")
    assert not transfer(session, team.alice, to=team.bob)
    assert (vera.session.agent, offered_to()) == (team.alice, team.bob)
    with pytest.raises(ProtocolError, match="already"):
        transfer(session, team.alice, to=team.bob)
    accept(session, team.bob)
    assert (vera.session.agent, load(team.alice), load(team.bob)) == (team.bob, 0, 1)
    assert legs(vera) == [("Alice", "transferred"), ("Bob", "")]


@pytest.mark.feature("A52")
@pytest.mark.parametrize("how", ["refused", "missed", "withdrawn"])
def test_a_transfer_that_is_not_accepted_stays_with_the_sender(team, manual, settled, how):
    team.sit_down("alice")
    vera = wait_in_line(Vera())
    settled()
    accept(vera.session, team.alice)
    team.sit_down("bob")
    with ears(team.alice, team.bob) as (alice, bob):
        transfer(vera.session, team.alice, to=team.bob)
        if how == "refused":
            refuse(vera.session, team.bob)
        elif how == "missed":
            miss(settled)
        else:
            go_offline(team.bob, timezone.now())
    assert (vera.session.agent, vera.session.state) == (team.alice, State.SERVING)
    assert legs(vera) == [("Alice", ""), ("Bob", how)]
    assert (load(team.alice), load(team.bob)) == (1, 0)
    assert alice.events() == ["transferFailed"]
    assert bob.events() == (["callIn", "autoTransfer"] if how == "missed" else ["callIn"])


@pytest.mark.feature("W42", "A52")
def test_to_a_group_it_goes_to_a_free_member_or_waits_for_one(team, settled):
    team.sit_down("alice", "bob")
    sit_down(team.charlie, status="notReady")
    vera = Vera()
    session = vera.serve(team.alice)
    waited_since = session.waiting_since
    transfer(session, team.alice, group=team.support, note="ask about the invoice")
    settled()
    assert (vera.session.state, vera.session.group) == (State.WAITING, team.support)
    assert vera.session.waiting.since == waited_since, "with its original waiting time"
    set_status(team.charlie, "free")
    settled()
    assert vera.session.agent == team.charlie
    leg = Assignment.objects.running().get()
    assert (leg.note, leg.origin, leg.given_by) == ("ask about the invoice", "transferred", team.alice)
    assert load(team.alice) == 0


@pytest.mark.feature("A52")
def test_a_group_that_does_not_take_it_gives_it_back_to_the_sender(team, manual, settled, settings_of):
    settings_of(Reception, offer_rounds=1)
    team.sit_down("alice")
    vera = wait_in_line(Vera())
    settled()
    accept(vera.session, team.alice)
    team.sit_down("charlie")
    transfer(vera.session, team.alice, group=team.support)
    settled()
    refuse(vera.session, team.charlie)
    settled()
    assert (vera.session.state, vera.session.agent) == (State.SERVING, team.alice)
    assert legs(vera) == [("Alice", "transferred"), ("Charlie", "refused"), ("Alice", "")]


@pytest.mark.feature("W43", "W44", "W45")
def test_the_dialog_shows_who_is_at_work_and_whether_he_can_take_it(team):
    team.sit_down("alice")
    sit_down(team.bob, status="rest")
    shown = colleagues_of(team.alice)
    assert [(row["name"], row["account"], row["status"], row["can_take"]) for row in shown["agents"]] == [
        ("Bob", "bob@example.com", "rest", False)
    ]
    assert [(row["name"], row["at_work"]) for row in shown["groups"]] == [("sales", 2), ("support", 0)]
    assert [row["name"] for row in colleagues_of(team.charlie)["agents"]] == ["Alice", "Bob"]


@pytest.mark.feature("A56", "S44", "W37")
def test_who_ended_it_is_told(team):
    """closeBy seat by the agent, admin by a supervisor."""
    team.sit_down("alice")
    with ears(team.alice) as ear:
        end_by_agent(Vera().serve(team.alice), team.alice)
        end_by_agent(Vera().serve(team.alice), team.sofia)
    ends = [frame["closeBy"] for frame in ear.heard if frame["event"] == "sessionEnded"]
    assert ends == ["seat", "admin"]
    vera = Vera()
    session = vera.serve(team.alice)
    with pytest.raises(ProtocolError):
        end_by_agent(session, team.bob)
    assert vera.session.state == State.SERVING


@pytest.mark.feature("A84")
def test_a_supervisor_takes_over_assigns_and_transfers_any_session(team, settled):
    team.sit_down("alice", "bob")
    vera = Vera()
    session = vera.serve(team.alice)
    with pytest.raises(ProtocolError, match="offline"):
        take_over(session, team.sofia)
    sit_down(team.sofia, status="notReady")
    take_over(session, team.sofia)
    assert (vera.session.agent, load(team.alice)) == (team.sofia, 0)
    transfer(session, team.sofia, to=team.bob)
    assign(session, team.sofia, team.alice)
    assert vera.session.agent == team.alice
    assert [name for name, _outcome in legs(vera)] == ["Alice", "Sofia", "Bob", "Alice"]
    for act in (take_over, lambda session, member: assign(session, member, team.bob)):
        with pytest.raises(ProtocolError, match="Only admins"):
            act(session, team.bob)


def test_a_supervisor_takes_a_visitor_from_the_bot_and_from_the_queue(team, settled):
    sit_down(team.sofia, status="notReady")
    sit_down(team.alice, status="rest")
    with_bot, waiting = Vera(), wait_in_line(Vera())
    with_bot.post("hello")
    settled()
    take_over(with_bot.session, team.sofia)
    assert with_bot.session.agent == team.sofia
    set_status(team.alice, "notReady")
    with pytest.raises(ProtocolError, match="takes no sessions"):
        assign(waiting.session, team.sofia, team.alice)
    take_over(waiting.session, team.sofia)
    assert (waiting.session.agent, load(team.sofia)) == (team.sofia, 2)


def test_claiming_takes_the_head_or_is_recorded_as_out_of_turn(team, settled):
    sit_down(team.alice, status="notReady", limit=2)
    sit_down(team.charlie, status="notReady")
    veras = [wait_in_line(Vera(), team.sales) for _ in range(3)]
    settled()
    assert claim(team.alice) == veras[0].session
    assert claim(team.alice, veras[2].session) == veras[2].session
    origins = {leg.session_id: leg.origin for leg in Assignment.objects.running()}
    assert origins == {veras[0].session.pk: "claimed", veras[2].session.pk: "out_of_turn"}
    with pytest.raises(ProtocolError, match="limit"):
        claim(team.alice)
    with pytest.raises(ProtocolError, match="Nobody is waiting"):
        claim(team.charlie)
    assert veras[1].session.state == State.WAITING
