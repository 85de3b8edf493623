"""Gives waiting sessions to agents: one short batch under the one assignment lock (design.md, Locks and deadlines).

Rung after every commit that frees an agent or adds a waiting session, and by the sweep, so that no single event can
be the only cause. First come first served: whoever waits longest among those who can be served is served first.
"""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from routing.models import Assignment, Desk, Waiting
from sessions_flow import live
from sessions_flow.actions import connect_agent, locked, tell
from sessions_flow.live.database import guarded
from sessions_flow.live.publish import poke_after_commit
from sessions_flow.models import Prompts, State
from sessions_flow.models.settings import current, wording
from sessions_flow.protocol import elements

logger = logging.getLogger(__name__)
ASSIGNMENT_LOCK = 0x0DE5C  # any constant: the key of PostgreSQL's advisory lock
BATCH = 50
_pool = ThreadPoolExecutor(1, thread_name_prefix="assigner")
_is_rung = threading.Event()


@contextmanager
def assignment_lock() -> Iterator[None]:
    """A transaction that alone may place sessions. SQLite's write lock is that already."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ASSIGNMENT_LOCK])
        yield


def ring_after_commit() -> None:
    """The assigner runs soon; rings while it has not started yet are one ring."""
    transaction.on_commit(ring, robust=True)


def ring() -> None:
    if not _is_rung.is_set():
        _is_rung.set()
        _pool.submit(_run)


def _run() -> None:
    _is_rung.clear()
    try:
        guarded(assign_waiting)
    except Exception:
        logger.exception("the assigner failed, the sweep tries again")


def assign_waiting(now: datetime | None = None) -> int:
    """Places whom it can, tells the others that they queue. Returns how many were placed."""
    placed = 0
    while Waiting.objects.exists():
        some = _assign_batch(now or timezone.now())
        placed += some
        if some < BATCH:
            break
    _tell_queueing()
    return placed


def _assign_batch(now: datetime) -> int:
    with assignment_lock():
        pairs = _match(list(Waiting.objects.select_related("session")[:1000]), _desks())
        for waiting, desk in sorted(pairs, key=lambda pair: pair[0].session.conversation_id):
            _place(waiting, desk, now)
        if pairs:
            everyone = Waiting.objects.values_list("session__conversation_id", flat=True)[:1000]
            poke_after_commit(everyone)
            live.ring_after_commit(None)
    return len(pairs)


def _desks() -> list[Desk]:
    return list(Desk.objects.eligible().select_related("member").prefetch_related("member__groups_served"))


def _match(waiting: list[Waiting], desks: list[Desk]) -> list[tuple[Waiting, Desk]]:
    """Oldest first; each goes to the longest idle desk that serves his group (groupless: any desk, A85)."""
    pairs: list[tuple[Waiting, Desk]] = []
    for row in waiting:
        desk = next((desk for desk in desks if _serves(desk, row.group_id)), None)
        if desk is None:
            continue
        desk.load += 1
        desks.remove(desk)
        if desk.load < desk.limit:
            desks.append(desk)  # just assigned: now the least idle
        pairs.append((row, desk))
        if len(pairs) == BATCH or not desks:
            break
    return pairs


def _serves(desk: Desk, group_id: int | None) -> bool:
    return group_id is None or any(group.pk == group_id for group in desk.member.groups_served.all())


def _place(waiting: Waiting, desk: Desk, now: datetime) -> None:
    """Session, then desk, in the order of locks; a session that left the queue meanwhile is skipped."""
    with locked(waiting.session.conversation_id, now) as held:
        session = held.session
        if session is None or session.pk != waiting.session_id or session.state != State.WAITING:
            Waiting.objects.filter(pk=waiting.pk).delete()
            return
        taken = Desk.objects.filter(pk=desk.pk, status="free", load__lt=F("limit")).update(
            load=F("load") + 1, assigned_at=now
        )
        if not taken:
            return
        Waiting.objects.filter(pk=waiting.pk).delete()
        Assignment.objects.create(
            session=session,
            member=desk.member,
            group=session.group,
            group_name=session.group.name if session.group else "",
            offered_at=now,
            accepted_at=now,
        )
        connect_agent(held, session, desk.member, session.group)


def _tell_queueing() -> None:
    """排队中话术 to those who have not had it (M44)."""
    for waiting in list(Waiting.objects.filter(told_at=None).select_related("session")[:BATCH]):
        with locked(waiting.session.conversation_id) as held:
            told = Waiting.objects.filter(pk=waiting.pk, told_at=None).update(told_at=held.now)
            if told and held.session and held.session.state == State.WAITING:
                tell(held, elements.text(queueing_text(waiting, held.language)))
                poke_after_commit([waiting.session.conversation_id])


def position(waiting: Waiting) -> int:
    """From 1, within the group's queue (M45)."""
    before = Waiting.objects.filter(group=waiting.group_id, since__lt=waiting.since)
    same = Waiting.objects.filter(group=waiting.group_id, since=waiting.since, pk__lt=waiting.pk)
    return before.count() + same.count() + 1


def queueing_text(waiting: Waiting, language: str) -> str:
    place = position(waiting)
    return wording(current(Prompts), "queueing", language, QueuePosition=place, WaitNo=place - 1)
