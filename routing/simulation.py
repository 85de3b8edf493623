"""Days of arrivals against the real `routing.policy`, on a virtual clock with a heap of events. Pure.

The policy decides as it does for the assigner; only time, the visitors' patience, the agents' clicks and the length of
service are drawn at random. It is called with the people and agents of the group in which something happened, and with
no more of them than can matter, so that thousands of agents take seconds.
"""

import heapq
import math
import random
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from routing.policy import Seat, Ticket, is_round_over, pair

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
NEVER = datetime.min.replace(tzinfo=UTC)
HOUR = 3600.0
ENOUGH = 50  # as many as the policy pairs at once
Pairing = Callable[..., list[tuple[Ticket, Seat]]]


@dataclass(frozen=True, slots=True)
class Plan:
    """`calls_per_hour`: one number per hour, repeated; times in seconds, drawn from exponential distributions."""

    agents: int
    calls_per_hour: tuple[float, ...]
    hours: float = 24.0
    service_seconds: float = 300.0
    limit: int = 1  # sessions of one agent at once
    groups: int = 0  # agents are dealt out to them, visitors ask for one at random; 0: everybody serves everybody
    patience_seconds: float | None = None
    by_load: bool = False  # fewest sessions first, instead of the longest idle
    accept_seconds: float = 0.0  # manual reception: passed on after this time; 0: automatic
    click_seconds: float = 5.0  # mean time until an agent accepts
    rounds: int = 3  # of offers, until a hand-over fails
    seed: int = 1


@dataclass(slots=True)
class Caller:
    ticket: Ticket
    at: float
    group: int
    is_offered: bool = False
    rounds: int = 0


@dataclass(slots=True)
class Result:
    """What happened. `waits` are (hour of the day asked in, seconds) of the served."""

    arrivals: list[int] = field(default_factory=lambda: [0] * 24)  # by hour of the day
    waits: list[tuple[int, float]] = field(default_factory=list)
    sessions: dict[int, int] = field(default_factory=dict)  # by agent
    left: list[int] = field(default_factory=lambda: [0] * 24)
    waited: int = 0  # served, but not at once
    missed: int = 0  # offers
    failed: int = 0  # hand-overs that nobody accepted in any round
    busy_seconds: float = 0.0
    seconds: float = 0.0  # until the last one was served
    places: int = 0
    longest_line: int = 0
    most_load: int = 0

    @property
    def mean_wait(self) -> float:
        return sum(wait for _hour, wait in self.waits) / max(1, len(self.waits))

    @property
    def occupancy(self) -> float:
        return self.busy_seconds / (self.places * self.seconds) if self.seconds else 0.0

    @property
    def gini(self) -> float:
        return gini(self.sessions.values())

    def waits_of(self, hour: int | None = None) -> list[float]:
        return [wait for asked, wait in self.waits if hour in (None, asked)]


def gini(counts: Iterable[int]) -> float:
    """0: all the same; towards 1: one has everything."""
    ordered = sorted(counts)
    total, n = sum(ordered), len(ordered)
    weighted = sum(place * count for place, count in enumerate(ordered, 1))
    return (2 * weighted / total - n - 1) / n if total else 0.0


class Simulation:
    def __init__(self, plan: Plan, pairing: Pairing = pair) -> None:
        self.plan, self.pairing = plan, partial(pairing, by_load=plan.by_load)
        self.is_by_idleness = pairing is pair and not plan.by_load
        self.dice = random.Random(plan.seed)  # noqa: S311 (no secret)
        self.now, self.count = 0.0, 0
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.waiting: list[dict[int, Caller]] = [{} for _ in range(plan.groups or 1)]  # by group, in order of coming
        self.seats = {n: self._seat(n) for n in range(plan.agents)}
        self.free: list[list[tuple[datetime, int]]] = [[] for _ in self.waiting]  # by group, longest idle first
        self.entries: dict[int, tuple[datetime, int]] = {}  # of those free
        for seat in self.seats.values():
            self._place_in_order(seat)
        self.at_work = {n: seat.groups for n, seat in self.seats.items()}
        self.result = Result(sessions=dict.fromkeys(self.seats, 0), places=plan.agents * plan.limit)

    def _seat(self, number: int) -> Seat:
        groups = frozenset({number % self.plan.groups}) if self.plan.groups else frozenset()
        return Seat(number, 0, self.plan.limit, None, groups)

    def _group(self, seat: Seat) -> int:
        return seat.id % len(self.waiting)

    def _place_in_order(self, seat: Seat) -> None:
        """Among the free ones of its group by when it was last given somebody; out of it when it is at its limit."""
        free, entry = self.free[self._group(seat)], self.entries.pop(seat.id, None)
        if entry is not None:
            del free[bisect_left(free, entry)]
        if seat.load < seat.limit:
            entry = self.entries[seat.id] = (seat.assigned_at or NEVER, seat.id)
            insort(free, entry)

    def run(self) -> Result:
        """Until everybody who came is gone."""
        self._next_arrival()
        while self.events:
            self.now, _count, happens = heapq.heappop(self.events)
            happens()
        self.result.seconds = self.now
        return self.result

    def _after(self, seconds: float, happens: Callable[[], None]) -> None:
        self.count += 1
        heapq.heappush(self.events, (self.now + seconds, self.count, happens))

    def _drawn(self, mean: float) -> float:
        return self.dice.expovariate(1 / mean)

    @property
    def _clock(self) -> datetime:
        return MIDNIGHT + timedelta(seconds=self.now)

    def _hour(self, at: float) -> int:
        return int(at // HOUR) % 24

    # --- visitors

    def _next_arrival(self) -> None:
        """Poisson with the rate of each hour: what would come too often is thinned out."""
        most = max(self.plan.calls_per_hour)
        at = self.now
        while most > 0:
            at += self._drawn(HOUR / most)
            if at >= self.plan.hours * HOUR:
                return
            rate = self.plan.calls_per_hour[int(at // HOUR) % len(self.plan.calls_per_hour)]
            if self.dice.random() * most < rate:
                self._after(at - self.now, self._arrive)
                return

    def _arrive(self) -> None:
        self._next_arrival()
        number, group = self.count, self.dice.randrange(len(self.waiting))
        ticket = Ticket(number, self._clock, groups=frozenset({group}) if self.plan.groups else None)
        caller = self.waiting[group][number] = Caller(ticket, self.now, group)
        self.result.arrivals[self._hour(self.now)] += 1
        if self.plan.patience_seconds:
            self._after(self._drawn(self.plan.patience_seconds), partial(self._leave, caller))
        self._assign(group)
        self.result.longest_line = max(self.result.longest_line, sum(map(len, self.waiting)))

    def _leave(self, caller: Caller) -> None:
        """He has waited long enough, unless he is served; an offer to an agent is withdrawn when it comes up."""
        if self.waiting[caller.group].pop(caller.ticket.id, None):
            self.result.left[self._hour(caller.at)] += 1

    # --- agents

    def _assign(self, group: int) -> None:
        """Everybody of the group who can be given to somebody is."""
        waiting = self.waiting[group]
        while waiting and self.free[group]:
            tickets = self._tickets(group)
            seats = self._seats(group, len(tickets))
            pairs = self.pairing(tickets, seats, self._clock)
            if not pairs and len(seats) < len(self.free[group]):
                pairs = self.pairing(tickets, self._seats(group), self._clock)
            for ticket, seat in pairs:
                self._give(waiting[ticket.id], seat)
            if not pairs:
                break

    def _tickets(self, group: int) -> list[Ticket]:
        """The head of the line is enough where nobody is excluded from anything."""
        most = None if self.plan.accept_seconds else ENOUGH
        callers = (caller for caller in self.waiting[group].values() if not caller.is_offered)
        return [caller.ticket for caller in islice(callers, most)]

    def _seats(self, group: int, tickets: int = 0) -> list[Seat]:
        """For a single ticket the longest idle ones are enough, where idleness decides."""
        most = ENOUGH if tickets == 1 and self.is_by_idleness else None
        return [self.seats[number] for _since, number in self.free[group][:most]]

    def _give(self, caller: Caller, seat: Seat) -> None:
        self.result.most_load = max(self.result.most_load, seat.load)
        self._place_in_order(seat)
        if not self.plan.accept_seconds:
            self._serve(caller, seat)
            return
        caller.is_offered = True
        click = self._drawn(self.plan.click_seconds)
        answer = self._accept if click < self.plan.accept_seconds else self._miss
        self._after(min(click, self.plan.accept_seconds), partial(answer, caller, seat))

    def _accept(self, caller: Caller, seat: Seat) -> None:
        if caller.ticket.id in self.waiting[caller.group]:
            self._serve(caller, seat)
        else:
            self._release(seat)

    def _miss(self, caller: Caller, seat: Seat) -> None:
        """Passed on to the next agent (A40); after the last round the hand-over fails."""
        self.result.missed += 1
        caller.is_offered = False
        caller.ticket = replace(caller.ticket, excluded=caller.ticket.excluded | {seat.id})
        if caller.ticket.id in self.waiting[caller.group] and is_round_over(caller.ticket, self.at_work):
            caller.rounds += 1
            caller.ticket = replace(caller.ticket, excluded=frozenset())
            if caller.rounds >= self.plan.rounds:
                del self.waiting[caller.group][caller.ticket.id]
                self.result.failed += 1
        self._release(seat)

    def _serve(self, caller: Caller, seat: Seat) -> None:
        del self.waiting[caller.group][caller.ticket.id]
        wait = self.now - caller.at
        self.result.waits.append((self._hour(caller.at), wait))
        self.result.waited += wait > 0
        self.result.sessions[seat.id] += 1
        span = self._drawn(self.plan.service_seconds)
        self.result.busy_seconds += span
        self._after(span, partial(self._release, seat))

    def _release(self, seat: Seat) -> None:
        seat.load -= 1
        if seat.id not in self.entries:
            self._place_in_order(seat)
        self._assign(self._group(seat))


def percentile(values: list[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed; 0 without values."""
    return sorted(values)[math.ceil(share * len(values)) - 1] if values else 0.0
