"""Service records of every kind of leg: W47, W50, A100, A101."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from routing.actions import end_by_agent, go_offline, transfer
from routing.models import Assignment
from tests.cast import Vera
from workbench.records import Filter, records_of

pytestmark = pytest.mark.usefixtures("desk")


def at(text):
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.feature("A101", "W50")
def test_a_record_belongs_to_the_day_it_began_and_runs_across_midnight(team):
    team.sit_down("alice")
    with time_machine.travel(at("2026-11-23 20:00:00"), tick=False):
        session = Vera().serve(team.alice)
    with time_machine.travel(at("2026-11-24 15:46:27"), tick=False):
        end_by_agent(session, team.alice)
    (record,) = records_of(team.alice, Filter(date(2026, 11, 23), date(2026, 11, 23)))
    assert record.served_seconds == 19 * 3600 + 46 * 60 + 27
    assert not records_of(team.alice, Filter(date(2026, 11, 24), date(2026, 11, 24)))


@pytest.mark.feature("A100", "W47", "A87")
def test_every_outcome_has_a_name_and_agents_see_their_own(team, settled):
    team.sit_down("alice", "bob")
    vera, other = Vera(), Vera()
    transfer(vera.serve(team.alice), team.alice, to=team.bob)
    session = other.serve(team.alice)
    go_offline(team.alice, timezone.now())
    settled()
    today = Filter(timezone.localdate() - timedelta(days=1), timezone.localdate() + timedelta(days=1))
    assert [leg.outcome for leg in records_of(team.alice, today)] == ["lost", "transferred"]
    assert {leg.member for leg in records_of(team.bob, today)} == {team.bob}
    assert records_of(team.sofia, today).count() == Assignment.objects.count()
    assert session.assignments.count() >= 1
    names = {value: str(label) for value, label in Assignment.Outcome.choices}
    assert (names["served"], names["missed"], names["abandoned"]) == (
        "normal",
        "transferred after time-out",
        "left the queue",
    )
    assert len(set(names.values())) == len(names)
