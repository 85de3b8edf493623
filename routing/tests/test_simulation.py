"""The simulator runs the real policy: against Erlang's formulas where they hold, and against a naive choice."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from routing import simulation
from routing.planning import Load, erlang_c, predict
from routing.policy import pair
from routing.simulation import Plan, Simulation, gini, percentile

SEED = 20261124


@pytest.mark.feature("M34", "A39")
def test_it_works():
    """One agent, calls far apart: everybody at once; and the same seed gives the same day."""
    plan = Plan(agents=3, calls_per_hour=(60,), hours=2, service_seconds=30, seed=SEED)
    found, again = Simulation(plan).run(), Simulation(plan).run()
    assert len(found.waits) == sum(found.arrivals) == sum(found.sessions.values()) > 80
    assert found.waits == again.waits
    assert found.most_load == 1


@pytest.mark.feature("M34", "A39")
def test_the_mean_wait_is_erlang_cs():
    """5 agents, 3 erlangs, 250,000 arrivals: the standard error of the mean is about 1.5 %."""
    print(f"seed {SEED}")
    load = Load(calls_per_hour=3600 * 3 / 60, service_seconds=60)
    plan = Plan(agents=5, calls_per_hour=(load.calls_per_hour,), hours=250_000 / load.calls_per_hour,
                service_seconds=60, seed=SEED)  # fmt: skip
    found, expected = Simulation(plan).run(), predict(5, load, 20)
    assert found.mean_wait == pytest.approx(expected.mean_wait, rel=0.05)
    assert found.waited / len(found.waits) == pytest.approx(erlang_c(5, 3), rel=0.05)
    assert found.occupancy == pytest.approx(0.6, rel=0.02)


def test_who_leaves_is_erlang_as():
    print(f"seed {SEED}")
    load = Load(calls_per_hour=600, service_seconds=60, patience_seconds=90)
    plan = Plan(agents=10, calls_per_hour=(600,), hours=100, service_seconds=60, patience_seconds=90, seed=SEED)
    found = Simulation(plan).run()
    assert sum(found.left) / sum(found.arrivals) == pytest.approx(predict(10, load, 20).abandoned, rel=0.05)


@pytest.mark.parametrize("how", [{"limit": 3}, {"groups": 3}, {"accept_seconds": 8.0}, {"patience_seconds": 30.0}])
def test_showing_the_policy_only_who_matters_changes_nothing(how, monkeypatch):
    """The same day with everybody of the group shown to the policy at every step."""
    plan = Plan(
        agents=60, calls_per_hour=(3500, 4500), hours=2, service_seconds=60 * how.get("limit", 1), seed=SEED, **how
    )
    quick = Simulation(plan).run()
    monkeypatch.setattr(simulation, "ENOUGH", None)
    whole = Simulation(plan).run()
    assert (quick.waits, quick.sessions, quick.left) == (whole.waits, whole.sessions, whole.left)


def lowest_number_first(tickets, seats, now, **how):
    """The naive choice: whoever comes first in the list of agents."""
    for seat in seats:
        seat.assigned_at = None
    return pair(tickets, seats, now, **how)


@pytest.mark.feature("M34", "A39")
def test_the_longest_idle_is_fair_and_a_naive_choice_is_not():
    print(f"seed {SEED}")
    plan = Plan(agents=200, calls_per_hour=(6000,), hours=3, service_seconds=60, seed=SEED)
    fair, naive = Simulation(plan).run(), Simulation(plan, lowest_number_first).run()
    assert fair.gini < 0.05 < 0.3 < naive.gini, (fair.gini, naive.gini)


@pytest.mark.feature("A19", "A20", "A40")
def test_a_thousand_agents_in_groups_who_accept_by_hand():
    plan = Plan(agents=1000, calls_per_hour=(20_000,), hours=0.5, service_seconds=200, limit=2, groups=4,
                accept_seconds=10, click_seconds=5, patience_seconds=120, seed=SEED)  # fmt: skip
    found = Simulation(plan).run()
    assert sum(found.arrivals) == len(found.waits) + sum(found.left) + found.failed
    assert found.most_load == 2 and found.missed > 0
    assert min(wait for _hour, wait in found.waits) > 0, "a click takes time"


@pytest.mark.feature("A40")
def test_when_nobody_ever_clicks_the_hand_over_fails():
    plan = Plan(agents=2, calls_per_hour=(60,), hours=1, accept_seconds=1, click_seconds=1e6, seed=SEED)
    found = Simulation(plan).run()
    assert (found.failed, found.waits) == (sum(found.arrivals), [])
    assert found.missed == found.failed * 2 * 3, "two agents, three rounds"


def test_measures():
    assert gini([5, 5, 5]) == 0
    assert gini([0, 0, 0, 12]) == 0.75
    assert percentile([3, 1, 2], 0.95) == 3 and percentile([], 0.5) == 0


def simulate(*arguments):
    out = StringIO()
    call_command("simulate_routing", *arguments, stdout=out)
    return out.getvalue()


def test_the_command():
    small = ("--agents", "20", "--calls-per-hour", "200", "--seed", "7")
    found = json.loads(simulate(*small, "--json"))
    assert found["seed"] == 7 and found["served"] == found["arrivals"] > 1000
    assert found["hours"][10]["arrivals"] > 5 * found["hours"][2]["arrivals"], "an office's day"
    assert "sessions gini" in simulate(*small)
    by_numbers = json.loads(simulate(*small, "--profile", "0,100", "--hours", "2", "--json"))
    assert [row["hour"] for row in by_numbers["hours"]] == [1]
    for wrong in (
        ("--agents", "0"),
        ("--profile", "busy"),
        ("--profile", "-1"),
        ("--calls-per-hour", "999999", "--hours", "99"),
    ):
        with pytest.raises(CommandError):
            simulate(*wrong)
