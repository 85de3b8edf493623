"""Deadlines of routing, run by the sweep."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from accounts.models import Member
from routing import asking, leaving
from routing.actions import give_sessions_back, lose, miss, stop_wrapping_up
from routing.actions.legs import tell_event
from routing.assigner import assign_waiting
from routing.models import Assignment, Desk, Reception, Status
from routing.models.assignment import FIRST
from sessions_flow import live
from sessions_flow.actions import queue_left_message
from sessions_flow.deadlines import BATCH, deadline
from sessions_flow.models.settings import current

logger = logging.getLogger(__name__)
GAP = timedelta(seconds=5)  # sweeps this far apart: the database or the workers were away, heartbeats too
_sweeps: dict[str, datetime] = {}


def each(rows: Iterable[tuple[Any, ...]], act: Callable[..., object], *args: object) -> int:
    """Calls `act(*row, *args)` for every row; one that fails does not hold up the others. Returns how many acted."""
    done = 0
    for row in rows:
        try:
            done += bool(act(*row, *args))
        except Exception:
            logger.exception("%s failed for %s", act.__name__, row)
    return done


@deadline("queue.assign")
def assign(now: datetime) -> int:
    """Nobody waits beside a free agent because a ring was lost (promise 6)."""
    return assign_waiting(now)


@deadline("offer.due")
def pass_on_missed_offers(now: datetime) -> int:
    """M41, W35: not accepted in time."""
    due = Assignment.objects.offered().filter(due_at__lte=now).order_by("due_at")
    return each(due.values_list("pk", "session__conversation_id")[:BATCH], miss, now)


@deadline("callback.late", every_seconds=0.5)
def decide_without_the_server(now: datetime) -> int:
    """A29: the business server has not answered, or whoever asked it is gone."""
    return each(((row,) for row in asking.overdue(now)), asking.decide_late, now)


@deadline("queue.left", every_seconds=1)
def forget_who_left(now: datetime) -> int:
    """A47."""
    return each(leaving.gone(now), leaving.forget, now)


@deadline("queue.closed", every_seconds=1)
def close_the_queue(now: datetime) -> int:
    """A44."""
    return each(leaving.out_of_hours(now), leaving.send_away, now)


@deadline("queue.nobody", every_seconds=1)
def fail_without_agents(now: datetime) -> int:
    """A33, when everybody has left since."""
    return each(leaving.without_agents(now), leaving.fail, now)


@deadline("messages.left", every_seconds=1)
def queue_left_messages(now: datetime) -> int:
    """A117: 留言 enter the queue when hours are open and somebody is at work."""
    return each(((left,) for left in leaving.messages_to_queue(now)), queue_left_message)


@deadline("agent.wrapped")
def end_wrap_up(now: datetime) -> int:
    """A14."""
    return stop_wrapping_up(now)


@deadline("agent.silent", every_seconds=0.5)
def warn_silent_agents(now: datetime) -> int:
    """The visitor waits for an answer longer than the target: the agent is told, once per unanswered message."""
    rules = current(Reception)
    late = Assignment.objects.unanswered(now, rules.first_reply_seconds, rules.next_reply_seconds)
    unwarned = Q(warned_at=None) | (Q(warned_at__lt=F("said")) & ~FIRST)
    due = late.filter(unwarned).select_related("session")[:BATCH]
    return each(((leg,) for leg in due), _warn, now)


def _warn(leg: Assignment, now: datetime) -> bool:
    same = Assignment.objects.running().filter(pk=leg.pk, warned_at=leg.warned_at)
    if not leg.member_id or not same.update(warned_at=now):
        return False
    tell_event(leg.member_id, "replyOverdue", leg.session)
    live.ring_after_commit([leg.member_id])
    return True


@deadline("agent.lost", every_seconds=0.5)
def give_up_lost_agents(now: datetime) -> int:
    """Browser gone, machine dead: after the grace the sessions go to the head of the queue (A49, promise 8).

    A phone that a push notice wakes stays present for longer. After an outage everybody has been unseen for long: they
    get one grace to be seen again.
    """
    rules = current(Reception)
    grace, asleep = timedelta(seconds=rules.grace_seconds), timedelta(minutes=rules.push_minutes)
    if now - _sweeps.get("last", datetime.min.replace(tzinfo=now.tzinfo)) > GAP:
        _sweeps["resumed"] = now
    _sweeps["last"] = now
    if now - _sweeps["resumed"] < grace:
        return 0
    at_work = Desk.objects.exclude(status=Status.OFFLINE).select_related("member")
    awake = at_work.filter(has_push=False, seen_at__lt=now - grace)
    sleeping = at_work.filter(has_push=True, seen_at__lt=now - max(grace, asleep))
    lost = [(desk, now - grace) for desk in awake] + [(desk, now - max(grace, asleep)) for desk in sleeping]
    return each(lost, lose, now)


@deadline("agent.stranded", every_seconds=1)
def give_back_stranded_sessions(now: datetime) -> int:
    """Sessions of agents who are offline: whoever was giving them back did not finish."""
    stranded = Assignment.objects.open().filter(member__desk__status=Status.OFFLINE).values("member")
    members = list(Member.objects.filter(pk__in=stranded))
    for member in members:
        give_sessions_back(member, now)
    return len(members)
