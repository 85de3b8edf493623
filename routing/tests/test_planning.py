"""Staffing against published values and against each other's limits."""

import json
import math
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from routing.models import Assignment
from routing.planning import Load, Target, agents_needed, erlang_b, erlang_c, predict
from routing.recorded import recorded
from sessions_flow.models import Session
from tests.cast import Vera


def test_it_works():
    """200 calls an hour of 180 s are 10 erlangs: 80 % within 20 s need 14 agents (the usual worked example)."""
    found = agents_needed(Load(200, 180), Target(20, 0.8))
    assert found.agents == 14
    assert found.waiting == pytest.approx(0.174, abs=0.001)
    assert found.mean_wait == pytest.approx(7.8, abs=0.05)
    assert found.in_time == pytest.approx(0.888, abs=0.001)
    assert found.occupancy == pytest.approx(0.714, abs=0.001)
    assert predict(13, Load(200, 180), 20).in_time < 0.8


@pytest.mark.parametrize(
    ("places", "erlangs", "share"),
    [(1, 0.5, 1 / 3), (2, 1, 1 / 5), (5, 3, 0.11005), (10, 5, 0.018385), (100, 84.06, 0.01)],
)
def test_erlang_b_tables(places, erlangs, share):
    assert erlang_b(places, erlangs) == pytest.approx(share, rel=1e-3)


def test_erlang_c_of_one_and_two_places_is_the_closed_form():
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert erlang_c(2, 1) == pytest.approx(1 / 3)
    assert erlang_c(3, 3) == 1


def test_erlang_a_as_published():
    """Garnett, Mandelbaum and Reiman 2002, table 1: 50 agents, 48 calls a minute of 1 minute, 2 minutes of patience."""
    patient = predict(50, Load(48 * 60, 60), 20)
    assert patient.mean_wait == pytest.approx(20.8, abs=0.1)
    assert patient.occupancy == pytest.approx(0.96, abs=0.001)
    impatient = predict(50, Load(48 * 60, 60, 120), 20)
    assert impatient.abandoned == pytest.approx(0.031, abs=0.0005)
    assert impatient.mean_wait == pytest.approx(3.7, abs=0.05)
    assert impatient.occupancy == pytest.approx(0.93, abs=0.002)


@pytest.mark.parametrize("agents", [12, 40, 3000])
def test_endless_patience_is_erlang_c(agents):
    calls = (agents - 0.9 * math.sqrt(agents)) * 12  # of 300 s
    waits = predict(agents, Load(calls, 300), 30)
    nearly = predict(agents, Load(calls, 300, 1e9), 30)
    for name in ("waiting", "mean_wait", "in_time", "occupancy"):
        assert getattr(nearly, name) == pytest.approx(getattr(waits, name), rel=1e-3), name
    assert nearly.abandoned < 1e-5


@pytest.mark.parametrize("agents", [1, 5, 60, 1000])
@pytest.mark.parametrize("ratio", [0.3, 0.95, 1.0, 1.6, 8])
def test_who_leaves_and_who_is_served_are_everybody(agents, ratio):
    """Two ways to the same number: the sum over the states, and the density of the wait, up to a long time."""
    load = Load(agents * ratio * 12, 300, 240)
    found = predict(agents, load, 3000)
    assert found.in_time == pytest.approx(1 - found.abandoned, abs=1e-6)
    assert found.mean_wait == pytest.approx(found.abandoned * 240), "Little's law with patience"
    assert 0 <= found.occupancy <= 1 and 0 <= found.waiting <= 1


def test_thousands_of_agents():
    found = agents_needed(Load(60_000, 300), Target(20, 0.8))
    assert 5000 < found.agents < 5100, "the load is 5,000 agents; large desks need little more"
    assert predict(found.agents - 1, Load(60_000, 300), 20).in_time < 0.8 <= found.in_time
    impatient = agents_needed(Load(60_000, 300, 120), Target(20, 0.8))
    assert 5000 * math.exp(-20 / 120) < impatient.agents < found.agents, "the fluid limit with a wait of 20 s"


def test_agents_who_serve_several_at_once():
    """Five places each: fewer agents, and the places are what is counted."""
    one, five = agents_needed(Load(600, 300), Target()), agents_needed(Load(600, 300, at_once=5), Target())
    assert five.agents == math.ceil(one.agents / 5)
    assert five.in_time >= one.in_time


def test_nothing_comes_in_and_nobody_is_there():
    assert agents_needed(Load(0, 300), Target()).agents == 0
    assert predict(0, Load(10, 300), 20).mean_wait == math.inf
    assert predict(0, Load(10, 300, 60), 20).abandoned == 1
    assert predict(3, Load(100, 300), 20).mean_wait == math.inf, "the queue only grows"


@pytest.fixture
def past(team):
    """Two days ago: 6 hand-overs from 10 o'clock, of 300 s each after 10 s of waiting; yesterday 6 that left after
    60 s."""
    start = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=2)
    for n in range(12):
        vera = Vera()
        vera.post("hello")
        at = start + timedelta(days=n // 6, minutes=n)
        session, is_served = vera.session, n < 6
        served = at + timedelta(seconds=10) if is_served else None
        Session.objects.filter(pk=session.pk).update(waiting_since=at, served_at=served)
        Assignment.objects.create(
            session=session,
            member=team.alice if is_served else None,
            offered_at=at,
            accepted_at=served,
            ended_at=at + timedelta(seconds=310 if is_served else 60),
            outcome="served" if is_served else "abandoned",
        )
    return start


def test_the_load_is_read_from_the_records(past):
    found = recorded(timezone.now(), 28)
    assert (found.days, found.calls) == (2, {10: 12})
    assert found.service_seconds == {10: 300}
    assert found.patience_seconds == pytest.approx((6 * 10 + 6 * 60) / 6), "all waiting, by those who left"
    ten = found.load(10, 1)
    assert (ten.calls_per_hour, ten.erlangs) == (6, 0.5)
    assert found.load(3, 1).calls_per_hour == 0
    assert recorded(timezone.now(), 1).calls == {10: 6}, "one day back"


def plan(*arguments):
    out = StringIO()
    call_command("plan_staffing", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_with_given_numbers():
    given = ("--calls-per-hour", "200", "--service-seconds", "180")
    printed = plan(*given)
    assert "10.00 erlangs; needed: 14 agents" in printed
    rows = {row["agents"]: row for row in json.loads(plan(*given, "--json"))}
    assert [agents for agents, row in rows.items() if row["is_needed"]] == [14]
    assert rows[14]["mean_wait"] == pytest.approx(7.8, abs=0.05)
    fewer = json.loads(plan(*given, "--patience-seconds", "60", "--json"))
    assert min(row["agents"] for row in fewer if row["is_needed"]) < 14
    for wrong in (("--target-share", "2"), ("--calls-per-hour", "many"), ("--at-once", "0")):
        with pytest.raises(CommandError, match=wrong[0]):
            plan(*wrong)


def test_the_command_by_hour(past):
    rows = json.loads(plan("--at-once", "1", "--json"))
    assert len(rows) == 24
    assert rows[10]["calls_per_hour"] == 6 and rows[10]["agents"] >= 2
    assert rows[3]["agents"] == 0
    assert "2 days of records, 12 hand-overs; mean patience 70 s" in plan()


def test_the_page_of_the_console(past, team, unhashed_files):
    client = Client(headers={"accept-language": "en"})
    client.force_login(team.sofia)
    url = reverse("admin:staffing")
    page = client.get(url)
    needed = agents_needed(recorded(timezone.now(), 28).load(10, 5), Target(20, 0.8)).agents
    assert f"At most {needed} agents, in the hour from 10:00" in page.content.decode()
    assert page.content.decode().count("<rect") == 24
    strict = {"share": 99, "seconds": 0, "days": 28, "at_once": 1, "patience": 0}
    stricter = client.get(url, strict)
    assert stricter.context["hours"][10]["agents"] > needed and "Nobody leaves the queue." in stricter.content.decode()
    wrong = client.get(url, {**strict, "share": 0})
    assert "share" in wrong.context["form"].errors and "<rect" not in wrong.content.decode()
    client.force_login(team.alice)
    assert client.get(url).status_code in (302, 403, 404), "agents do not plan"


def test_the_page_without_records(team, unhashed_files):
    client = Client(headers={"accept-language": "en"})
    client.force_login(team.sofia)
    assert "no hand-overs on record" in client.get(reverse("admin:staffing")).content.decode()
