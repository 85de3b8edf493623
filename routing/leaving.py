"""Who leaves the queue without a human, and what he reads: left (A47), out of hours (A44), nobody at work (A33)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from routing.actions import give_up, record_failure
from routing.lock import assignment_lock
from routing.models import Assignment, Desk, Reception, Waiting, WorkHours
from routing.models.desk import DeskQuerySet
from routing.opening import is_open, off_hours_reply
from routing.queueing import is_full, still_waiting
from sessions_flow.actions import Locked, locked, refuse_human, return_to_flow
from sessions_flow.models import LeftMessage
from sessions_flow.models.settings import current

BATCH = 200
PATIENCE = timedelta(seconds=60)  # so long agents may be away before those who wait are sent back
Key = tuple[int, int]  # waiting row, conversation


def gone(now: datetime) -> list[Key]:
    """Visitors who were here and have been offline for the grace time. Marks who is here."""
    rows = Waiting.objects.all()
    here = rows.filter(was_online=False, session__conversation__visitor_online=True)
    if here.exists():  # a write takes SQLite's lock, also for nothing
        here.update(was_online=True)
    grace = now - timedelta(seconds=current(Reception).leave_seconds)
    away = rows.filter(was_online=True, session__conversation__visitor_online=False)
    return _keys(away.filter(session__conversation__visitor_seen_at__lt=grace))


def _keys(rows: QuerySet[Waiting]) -> list[Key]:
    return list(rows.values_list("pk", "session__conversation_id")[:BATCH])


def forget(row_pk: int, conversation_id: int, now: datetime) -> bool:
    """用户放弃: he is with the flow again, should he come back."""

    def act(held: Locked, row: Waiting) -> None:
        record_failure(row, Assignment.Outcome.ABANDONED, now)
        return_to_flow(held, row.session)

    return _act(row_pk, conversation_id, now, act)


def out_of_hours(now: datetime) -> list[Key]:
    """Those in line whose group's hours are over; what was offered already may still be accepted."""
    if not current(WorkHours).is_on:
        return []
    rows = Waiting.objects.filter(is_offered=False)
    closed = [group for group in set(rows.values_list("group", flat=True)) if not is_open(group, now)]
    keys: list[Key] = []
    for group in closed:
        keys += _keys(rows.filter(group=group))
    return keys


def send_away(row_pk: int, conversation_id: int, now: datetime) -> bool:
    def act(held: Locked, row: Waiting) -> None:
        record_failure(row, Assignment.Outcome.FAILED, now)
        refuse_human(held, off_hours_reply(held.language), offers_form=True)
        return_to_flow(held, row.session, nobody_came=True)

    return _act(row_pk, conversation_id, now, act)


def without_agents(now: datetime) -> list[Key]:
    """Those in line who wait for people of whom nobody has been at work for a while."""
    rows = Waiting.objects.in_line()
    if not rows.exists():
        return []
    keys = []
    for group in set(rows.filter(candidates__isnull=True).values_list("group", flat=True)):
        if _is_deserted(Desk.objects.all().of_group(group), now):
            keys += _keys(rows.filter(group=group, candidates__isnull=True, since__lt=now - PATIENCE))
    for row in rows.filter(candidates__isnull=False).filter(since__lt=now - PATIENCE).select_related("session")[:BATCH]:
        if _is_deserted(Desk.objects.filter(member__in=row.candidates), now):
            keys.append((row.pk, row.session.conversation_id))
    return keys


def _is_deserted(desks: DeskQuerySet, now: datetime) -> bool:
    if desks.logged_in().exists():
        return False
    last: datetime | None = desks.aggregate(last=Max("since"))["last"]
    return last is None or last < now - PATIENCE


def fail(row_pk: int, conversation_id: int, now: datetime) -> bool:
    return _act(row_pk, conversation_id, now, give_up)


def _act(row_pk: int, conversation_id: int, now: datetime, act: Callable[[Locked, Waiting], None]) -> bool:
    """Under the locks, if it still is in line and not being offered."""
    with assignment_lock([conversation_id]), locked(conversation_id, now) as held:
        row = Waiting.objects.filter(pk=row_pk, is_offered=False).select_related("group", "transferred_by").first()
        waiting = still_waiting(row, held)
        if waiting is None:
            return False
        act(held, waiting)
    return True


def messages_to_queue(now: datetime) -> list[LeftMessage]:
    """Messages left while nobody served, whose group is open, at work, and not too long a queue away."""
    waiting = list(LeftMessage.objects.not_queued().select_related("group")[:BATCH])
    can = {group: _takes_messages(group, now) for group in {left.group_id for left in waiting}}
    return [left for left in waiting if can[left.group_id]]


def _takes_messages(group: int | None, now: datetime) -> bool:
    return is_open(group, now) and Desk.objects.logged_in().of_group(group).exists() and not is_full(group)
