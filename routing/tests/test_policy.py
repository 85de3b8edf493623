"""Who is given to whom, pure: M34, A19, A20, A39, A40, A85, and what is beyond the document."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from routing.policy import Seat, Ticket, estimated_wait, is_round_over, pair

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def minutes_ago(n):
    return NOW - timedelta(minutes=n)


def pairs(tickets, seats, **how):
    return [(ticket.id, seat.id) for ticket, seat in pair(tickets, seats, NOW, **how)]


@pytest.mark.feature("M34", "A39")
def test_it_works():
    """First come, first served; never-served agents first, then the longest idle."""
    tickets = [Ticket(1, minutes_ago(1)), Ticket(2, minutes_ago(3)), Ticket(3, minutes_ago(2))]
    seats = [Seat(10, 0, 5, minutes_ago(5)), Seat(11, 0, 5, minutes_ago(50)), Seat(12, 0, 5)]
    assert pairs(tickets, seats) == [(2, 12), (3, 11), (1, 10)]


@pytest.mark.feature("A20", "A19")
def test_at_most_the_limit():
    tickets = [Ticket(n, minutes_ago(10 - n)) for n in range(5)]
    assert pairs(tickets, [Seat(10, 1, 2), Seat(11, 2, 2), Seat(12, 0, 1)]) == [(0, 10), (1, 12)]


def test_whoever_was_just_given_somebody_is_least_idle():
    tickets = [Ticket(n, minutes_ago(10 - n)) for n in range(4)]
    seats = [Seat(10, 0, 9, minutes_ago(9)), Seat(11, 0, 9, minutes_ago(8))]
    assert pairs(tickets, seats) == [(0, 10), (1, 11), (2, 10), (3, 11)]


def test_a_higher_priority_comes_first_within_it_who_waits_longest():
    tickets = [Ticket(1, minutes_ago(9)), Ticket(2, minutes_ago(1), priority=1), Ticket(3, minutes_ago(2), priority=1)]
    assert [ticket for ticket, _ in pairs(tickets, [Seat(10, 0, 9)])] == [3, 2, 1]


@pytest.mark.feature("A85")
def test_groups_and_agents_without_any():
    sales, support = frozenset({1}), frozenset({2})
    tickets = [
        Ticket(1, minutes_ago(9), groups=support),
        Ticket(2, minutes_ago(8), groups=sales),
        Ticket(3, minutes_ago(7)),
    ]
    seats = [Seat(10, 0, 1, groups=sales), Seat(11, 0, 1)]
    assert pairs(tickets, seats) == [(2, 10), (3, 11)]


@pytest.mark.feature("A40", "A30", "C19")
def test_candidates_and_exclusions():
    only = Ticket(1, minutes_ago(9), candidates=frozenset({11, 12}))
    assert pairs([only], [Seat(10, 0, 1), Seat(11, 0, 1, minutes_ago(1)), Seat(12, 0, 1, minutes_ago(9))]) == [(1, 12)]
    missed = Ticket(1, minutes_ago(9), excluded=frozenset({10}))
    assert pairs([missed], [Seat(10, 0, 1)]) == []
    assert is_round_over(missed, {10: frozenset()})
    assert not is_round_over(missed, {10: frozenset(), 11: frozenset()})
    assert not is_round_over(Ticket(1, NOW), {})


def test_fewest_sessions_first_and_the_last_agent_where_set_up_so():
    seats = [Seat(10, 2, 9, minutes_ago(90)), Seat(11, 1, 9, minutes_ago(1)), Seat(12, 1, 9, minutes_ago(2))]
    assert pairs([Ticket(1, NOW)], seats, by_load=True) == [(1, 12)]
    assert pairs([Ticket(1, NOW, favourite=10)], [Seat(10, 0, 1, minutes_ago(1)), Seat(11, 0, 1)]) == [(1, 10)]
    assert pairs([Ticket(1, NOW, favourite=99)], [Seat(11, 0, 1)]) == [(1, 11)], "he is not there: anybody"


def test_no_order_inversions_and_nobody_waits_beside_a_place():
    """Random queues: of two who wait for the same, the later one never comes before the earlier one."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    for _ in range(200):
        seats = [
            Seat(n, load := dice.randint(0, 3), load + dice.randint(0, 2), groups=frozenset(dice.sample(range(3), 1)))
            for n in range(6)
        ]
        tickets = [
            Ticket(n, minutes_ago(dice.random() * 60), dice.randint(0, 1), dice.choice([None, frozenset({n % 3})]))
            for n in range(20)
        ]
        given = dict(pairs(tickets, seats))
        assert all(seat.load <= seat.limit for seat in seats)
        for early in tickets:
            for late in tickets:
                comes_first = (-early.priority, early.since) < (-late.priority, late.since)
                if early.groups == late.groups and comes_first and late.id in given:
                    assert early.id in given, f"seed {seed}"
        free = [seat for seat in seats if seat.load < seat.limit]
        for ticket in tickets:
            if ticket.id not in given:
                assert not any(ticket.groups is None or ticket.groups & seat.groups for seat in free), f"seed {seed}"


def test_the_estimate_grows_with_the_position_and_shrinks_with_places():
    assert estimated_wait(1, 300, 10) == 30
    assert estimated_wait(4, 300, 10) == 120
    assert estimated_wait(2, 300, 0) == 600


def test_a_group_with_a_limit_of_its_own_is_given_to_others_or_waits():
    """The cloud API's MaxConcurrency: beside the agent's limit, counting what he serves of that group."""
    sales = {"groups": frozenset({7}), "group": 7, "most": 1}
    seats = [Seat(1, 1, 5, None, frozenset({7}), {7: 1}), Seat(2, 0, 5, None, frozenset({7}))]
    tickets = [Ticket(1, minutes_ago(9), **sales), Ticket(2, minutes_ago(8), **sales), Ticket(3, minutes_ago(7))]
    assert pairs(tickets, seats) == [(1, 2), (3, 1)]
