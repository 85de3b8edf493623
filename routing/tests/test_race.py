"""Promise 6 under load: nobody twice, nobody above the limit, nobody stranded, nobody out of turn."""

import random
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.db.models import F

from routing.models import Desk
from routing.policy import in_order
from routing.tests.race import Change, Judge, Race
from sessions_flow.models import Session
from tests.cast import make_member, sit_down

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

pytestmark = [
    pytest.mark.usefixtures("desk"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the race is one of several connections"),
]


def run(hand_offs, workers, agents, seconds, seed=None):
    seed = random.randrange(10**6) if seed is None else seed
    race = Race(seed, hand_offs, workers, agents, seconds)
    race.set_up()
    judge = race.run()
    print(f"seed {seed}: {dict(race.done)}, {race.troubles}")
    print(f"{len(judge.log)} changes, longest line {judge.longest_line}; doubles {len(judge.doubles)}, over the limit "
          f"{len(judge.over_limit)}, out of turn {len(judge.inversions)}, stranded {len(judge.stranded)}; longest "
          f"beside a free agent {judge.most_waited_beside.total_seconds():.2f} s")  # fmt: skip
    return race, judge


def must_be_clean(race, judge):
    assert not race.troubles, race.troubles
    left = list(Session.objects.waiting_or_served().values("state", "agent", "waiting", "assignments__ended_at"))
    assert race.done["came"] == race.hand_offs and not left, left
    assert judge.longest_line > 3 and race.done["transferred"] and race.done["ended"], "it was no race"
    assert (judge.doubles, judge.over_limit, judge.inversions) == ([], [], []), f"seed {race.seed}"
    assert not Desk.objects.exclude(load=0).exists(), "every place is free again"


@pytest.mark.feature("A20", "A39", "A40", "A41", "A52")
def test_a_race_of_everybody(settled):
    """The short form; the two seconds of nobody stranded are the long form's, on a machine with nothing else to do."""
    race, judge = run(60, 12 + 6, 6, 180)
    must_be_clean(race, judge)
    assert all(beside < 30 for *_who, beside in judge.stranded), judge.stranded


@pytest.mark.reliability
@pytest.mark.feature("A20", "A39", "A40", "A41", "A52")
def test_a_race_of_fifty_workers(settled):
    """500 hand-offs, 50 workers, 20 agents."""
    race, judge = run(500, 50, 20, 300)
    must_be_clean(race, judge)
    assert judge.stranded == [], f"seed {race.seed}"


def test_without_the_guard_the_judge_finds_it(settled, monkeypatch):
    """The control: no assignment lock, no comparison of load and limit."""

    @contextmanager
    def no_lock(conversation_ids=()):
        with transaction.atomic():
            yield

    def anybody(member_id, now, *, must_be_free=True):
        return bool(Desk.objects.filter(member=member_id).update(load=F("load") + 1, assigned_at=now))

    for name in ("routing.assigner", "routing.actions.offers", "routing.actions.transfer"):
        module = import_module(name)  # routing.actions has a function named transfer
        monkeypatch.setattr(module, "take_place", anybody)
        monkeypatch.setattr(module, "assignment_lock", no_lock)
    _race, judge = run(60, 18, 6, 60)
    assert judge.over_limit, "the same race without its guard must be seen to fail"


def test_out_of_turn_is_found_too(settled, monkeypatch):
    """The control of the order: last come, first served."""
    monkeypatch.setattr("routing.policy.in_order", lambda tickets: in_order(tickets)[::-1])
    race, judge = run(60, 18, 2, 30)
    assert not race.troubles and judge.inversions and not judge.over_limit


def change(seconds, table, op="UPDATE", **row):
    at = NOON + timedelta(seconds=seconds)
    return Change(at, at, str(seconds), f"routing_{table}", op, row)


def leg(seconds, pk, member, session, ended=None, op="INSERT"):
    row = {"member_id": member, "session_id": session, "accepted_at": "then", "ended_at": ended, "origin": "assigned"}
    return change(seconds, "assignment", op, id=pk, **row)


def test_the_judge_sees_each_kind_of_fault():
    """From a log made by hand: an agent with one place, another free one, somebody who waits beside them."""
    alice, bob = make_member("alice"), make_member("bob")
    sit_down(alice, limit=1), sit_down(bob, limit=9)
    race = Race(0, 0, 0, 0, 0)
    race.members = [alice, bob]
    since = {
        "group_id": None,
        "priority": 0,
        "candidates": None,
        "excluded": [],
        "is_offered": False,
        "asking_until": None,
    }
    log = [
        change(0, "desk", member_id=bob.pk, status="free", load=0, limit=9),
        change(0, "waiting", "INSERT", session_id=1, since="2026-11-24T12:00:00", **since),
        change(1, "waiting", "INSERT", session_id=2, since="2026-11-24T12:00:01", **since),
        change(3, "waiting", "DELETE", session_id=2, since="2026-11-24T12:00:01", **since),
        leg(3, 10, alice.pk, 2),
    ]
    found = Judge(log, race)
    assert (2, bob.pk, 2.0) not in [late[1:] for late in found.stranded], "two seconds are allowed"
    assert [turn[1:] for turn in found.inversions] == [(2, 1)], "the first one was passed over"
    assert (found.doubles, found.over_limit) == ([], [])
    more = [leg(4, 11, alice.pk, 3), leg(5, 12, bob.pk, 3)]
    left = change(6, "waiting", "DELETE", session_id=1, since="2026-11-24T12:00:00", **since)
    worse = Judge([*log, *more, left], race)
    assert [(member, load) for _at, member, load in worse.over_limit] == [(alice.pk, 2)]
    assert [session for _at, session in worse.doubles] == [3]
    assert (1, bob.pk, 6.0) in [late[1:] for late in worse.stranded]
    ended = [leg(3.5, 10, alice.pk, 2, ended="then", op="UPDATE"), leg(4, 11, alice.pk, 3)]
    assert Judge([*log, *ended], race).over_limit == [], "his place was free again"
