"""Who is given to whom: pure, over plain data; the assigner and the simulator use the same code.

First come, first served within a priority; of the agents who can serve, the longest idle comes first, never-served
ones before all (M34, A39), or the one with the fewest sessions.
"""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Ticket:
    """A waiting session. `candidates`: the only agents who may serve it; otherwise whoever serves one of `groups`
    (None: anybody, A85). `excluded`: agents who missed or refused it in this round (A40)."""

    id: int
    since: datetime
    priority: int = 0
    groups: frozenset[int] | None = None
    candidates: frozenset[int] | None = None
    excluded: frozenset[int] = frozenset()
    favourite: int | None = None  # who served this visitor last
    group: int | None = None  # the one waited for
    most: int | None = None  # sessions of that group that one agent is given at once


@dataclass(slots=True)
class Seat:
    """An agent who is free and below his limit."""

    id: int
    load: int
    limit: int
    assigned_at: datetime | None = None
    groups: frozenset[int] = frozenset()
    serving: dict[int, int] = field(default_factory=dict)  # sessions by group, of groups with a limit of their own

    def has_room_for(self, ticket: Ticket) -> bool:
        return ticket.most is None or ticket.group is None or self.serving.get(ticket.group, 0) < ticket.most


def may_serve(ticket: Ticket, agent: int, groups: frozenset[int]) -> bool:
    """Whether the agent is one of those whom the ticket waits for; his status and load aside."""
    if ticket.candidates is not None:
        return agent in ticket.candidates
    return ticket.groups is None or not ticket.groups.isdisjoint(groups)


def in_order(tickets: Iterable[Ticket]) -> list[Ticket]:
    return sorted(tickets, key=lambda ticket: (-ticket.priority, ticket.since, ticket.id))


def pair(
    tickets: Iterable[Ticket], seats: Iterable[Seat], now: datetime, *, by_load: bool = False, most: int = 50
) -> list[tuple[Ticket, Seat]]:
    """At most `most` pairs. Changes `load` and `assigned_at` of the seats given."""

    def rank(seat: Seat) -> tuple[object, ...]:
        idle = (seat.assigned_at is not None, seat.assigned_at or now, seat.id)
        return (seat.load, *idle) if by_load else idle

    free = sorted((seat for seat in seats if seat.load < seat.limit), key=rank)
    pairs: list[tuple[Ticket, Seat]] = []
    for ticket in in_order(tickets):
        if not free or len(pairs) == most:
            break
        seat = _choose(ticket, free)
        if seat is None:
            continue
        free.remove(seat)
        seat.load += 1
        seat.assigned_at = now + timedelta(microseconds=len(pairs))  # also within a batch one after the other
        if ticket.group is not None and ticket.most is not None:
            seat.serving[ticket.group] = seat.serving.get(ticket.group, 0) + 1
        if seat.load < seat.limit:
            insort(free, seat, key=rank)
        pairs.append((ticket, seat))
    return pairs


def _choose(ticket: Ticket, free: list[Seat]) -> Seat | None:
    able = (seat for seat in free if seat.id not in ticket.excluded and may_serve(ticket, seat.id, seat.groups))
    can = (seat for seat in able if seat.has_room_for(ticket))
    if ticket.favourite is None:
        return next(can, None)
    found = list(can)
    return next((seat for seat in found if seat.id == ticket.favourite), found[0] if found else None)


def is_round_over(ticket: Ticket, at_work: dict[int, frozenset[int]]) -> bool:
    """Every agent at work (id: groups) who may serve it has missed or refused it in this round (A40)."""
    able = [agent for agent, groups in at_work.items() if may_serve(ticket, agent, groups)]
    return bool(ticket.excluded) and all(agent in ticket.excluded for agent in able)


def estimated_wait(position: int, service_seconds: float, places: int) -> float:
    """Seconds until the visitor at `position` (from 1) is served, when `places` people are served at once for
    `service_seconds` on average: every place becomes free once in that time."""
    return position * service_seconds / max(places, 1)
