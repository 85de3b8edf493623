"""Gives waiting sessions to agents: short batches under the one assignment lock (design.md, Locks and deadlines).

Rung by `routing.bell` and run by the sweep, so that no single event can be the only cause. `routing.policy` says who
is given to whom; here it is read, and done.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import Member
from routing import bell
from routing.actions.legs import free_place, take_place
from routing.actions.offers import give, give_up, start_round
from routing.lock import assignment_lock
from routing.models import Assignment, Desk, Distribution, Overflow, Waiting
from routing.policy import Seat, Ticket, is_round_over, pair
from routing.queueing import poke_everybody, still_waiting, tell_queueing
from sessions_flow import live
from sessions_flow.actions import locked
from sessions_flow.models import State
from sessions_flow.models.settings import current
from sessions_flow.models.stream import lock

logger = logging.getLogger(__name__)
BATCH = 50
LONGEST_LINE = 10_000  # rows that one batch looks at


@bell.answers
def assign_waiting(now: datetime | None = None) -> int:
    """Places whom it can, tells the others that they queue. Returns how many were placed."""
    placed = 0
    while Waiting.objects.in_line().exists():
        if _is_hopeless():
            tell_queueing(None, now or timezone.now())
            break
        some, left = _assign_batch(now or timezone.now())
        placed += some
        if some < BATCH:
            tell_queueing(left, now or timezone.now())
            break
    return placed


def _is_hopeless() -> bool:
    """No place is free and no round can be over: nothing to do, which the sweep should find out cheaply."""
    return not (Desk.objects.eligible().exists() or Waiting.objects.in_line().exclude(excluded=[]).exists())


def _assign_batch(now: datetime) -> tuple[int, set[int]]:
    """How many were placed, and who was looked at and has to wait: only these are told that they queue."""
    with assignment_lock():
        rows = {row.pk: row for row in Waiting.objects.in_line().select_related("session", "group")[:LONGEST_LINE]}
        desks = list(Desk.objects.logged_in().prefetch_related("member__groups_served"))
        tickets = _tickets(rows.values(), now)
        by_load = current(Distribution).order == Distribution.Order.LOAD
        pairs = pair(tickets, _seats(desks), now, by_load=by_load, most=BATCH)
        given = {ticket.id for ticket, _seat in pairs}
        at_work = {desk.member_id: _groups_of(desk) for desk in desks}
        over = [each.id for each in tickets if each.id not in given and is_round_over(each, at_work)]
        lock(rows[pk].session.conversation_id for pk in [*given, *over])
        still = set(
            Waiting.objects.in_line().filter(pk__in=rows, session__state=State.WAITING).values_list("pk", flat=True)
        )
        _end_rounds([rows[pk] for pk in over if pk in still], now)
        members = {desk.member_id: desk.member for desk in desks}
        placed = _place([(rows[ticket.id], seat) for ticket, seat in pairs if ticket.id in still], members, now)
        if placed:
            poke_everybody()
            live.ring_after_commit(None)
    return placed, set(rows) - given


def _groups_of(desk: Desk) -> frozenset[int]:
    return frozenset(group.pk for group in desk.member.groups_served.all())


def _seats(desks: Iterable[Desk]) -> list[Seat]:
    """Of agents who are 示闲 and below their limit."""
    free = [desk for desk in desks if desk.status == desk.shown_status == "free"]
    serving = _serving_by_group()
    return [
        Seat(desk.member_id, desk.load, desk.limit, desk.assigned_at, _groups_of(desk), serving[desk.member_id])
        for desk in free
    ]


def _serving_by_group() -> dict[int, dict[int, int]]:
    """Member: group: open legs, of the groups that limit them (the cloud API's MaxConcurrency)."""
    limited = Assignment.objects.open().filter(group__most_per_agent__isnull=False, member__isnull=False)
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for member_id, group_id, count in limited.order_by().values_list("member", "group").annotate(Count("pk")):
        found[member_id][group_id] = count
    return found


def _tickets(rows: Iterable[Waiting], now: datetime) -> list[Ticket]:
    rules = current(Distribution)
    favourites = _last_agents(rows) if rules.prefers_last_agent else {}
    overflows: dict[int, int | None] = (
        dict(Overflow.objects.values_list("group", "to")) if rules.overflow_seconds else {}
    )
    return [
        Ticket(
            id=row.pk,
            since=row.since,
            priority=row.priority,
            groups=_groups_that_may(row, overflows, now - timedelta(seconds=rules.overflow_seconds)),
            candidates=frozenset(row.candidates) if row.candidates is not None else None,
            excluded=frozenset(row.excluded),
            favourite=favourites.get(row.session.conversation_id),
            group=row.group_id,
            most=row.group.most_per_agent if row.group else None,
        )
        for row in rows
    ]


def _groups_that_may(row: Waiting, overflows: dict[int, int | None], patient_since: datetime) -> frozenset[int] | None:
    """The group waited for; after so many seconds also the one that it overflows to (None: all agents)."""
    if row.group_id is None:
        return None
    if row.group_id not in overflows or row.since > patient_since:
        return frozenset({row.group_id})
    other = overflows[row.group_id]
    return None if other is None else frozenset({row.group_id, other})


def _last_agents(rows: Iterable[Waiting]) -> dict[int, int]:
    """Conversation: who served its visitor last."""
    ids = [row.session.conversation_id for row in rows]
    served = Assignment.objects.filter(session__conversation__in=ids, accepted_at__isnull=False, member__isnull=False)
    return dict(served.order_by("accepted_at").values_list("session__conversation", "member"))


def _place(pairs: list[tuple[Waiting, Seat]], members: dict[int, Member], now: datetime) -> int:
    """The conversations are locked; now the desks, each by ascending key (docs/decisions/0002)."""
    in_order = sorted(pairs, key=lambda each: each[1].id)
    seated = [(row, seat.id) for row, seat in in_order if take_place(seat.id, seat.assigned_at or now)]
    for row, member_id in sorted(seated, key=lambda each: each[0].session.conversation_id):
        try:
            with transaction.atomic():
                _give(row, members[member_id], now)
        except Exception:  # one that fails must not keep the others waiting
            logger.exception("session %s could not be given to an agent", row.session_id)
            free_place(member_id)
    return len(seated)


def _give(row: Waiting, member: Member, now: datetime) -> None:
    with locked(row.session.conversation_id, now) as held:
        session = held.session
        if session is None or session.pk != row.session_id:
            raise LookupError("the session is not the running one")
        origin = Assignment.Origin.TRANSFERRED if row.transferred_by_id else Assignment.Origin.ASSIGNED
        give(held, session, member, origin=origin, given_by_id=row.transferred_by_id, note=row.note)


def _end_rounds(rows: list[Waiting], now: datetime) -> None:
    """Everybody at work has missed or refused these: the next round, or 转人工失败 (A40)."""
    for row in sorted(rows, key=lambda row: row.session.conversation_id):
        if start_round(row):
            bell.ring_after_commit()
            continue
        with locked(row.session.conversation_id, now) as held:
            if still_waiting(row, held):
                give_up(held, row)
