"""Celery's edge: one task, every 0.25 s, that lets every deadline act. And this app's own deadlines."""

import logging
import time
from datetime import datetime, timedelta

from celery import shared_task
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from sessions_flow import deadlines
from sessions_flow.actions import Locked, end_session, locked
from sessions_flow.actions.indexing import index_messages
from sessions_flow.actions.purging import purge
from sessions_flow.actions.streaming import finish_abandoned
from sessions_flow.deadlines import BATCH, deadline
from sessions_flow.models import Closing, Conversation, EndedBy, Rating, Session, State, Sweep
from sessions_flow.models.settings import current

logger = logging.getLogger(__name__)
RETRY_SECONDS = 30
CLAIM = 25  # sessions that one sweep closes, beside others
LEASE = timedelta(seconds=5)
MOST_PURGING_SECONDS = 3600.0
INDEXING_SECONDS = 0.25  # of one sweep: others wait behind it
GONE_SECONDS = 60  # a visitor whose process died without saying so


@shared_task(name="sessions_flow.sweep", ignore_result=True)
def sweep() -> None:
    deadlines.tick(timezone.now())


@shared_task(name="sessions_flow.purge", ignore_result=True)
def purge_at_night() -> None:
    """What is older than the retention settings say; what is left after an hour goes the next night."""
    done = {name: count for name, count in purge(timezone.now(), MOST_PURGING_SECONDS).items() if count}
    if done:
        logger.info("purged: %s", done)


@deadline("session.idle")
def close_idle(now: datetime) -> int:
    """M46, W38, A54, A55: nobody answered in time. Re-checked under the lock; a timer set too early is moved on."""
    ended = 0
    for session_pk, conversation_id in _claim_idle(now):
        try:
            with locked(conversation_id, now) as held:
                if held.session and held.session.pk == session_pk:
                    ended += _close_or_move_on(held, held.session)
        except Exception:  # one that fails must not keep the others open
            logger.exception("session %s could not be closed", session_pk)
            Session.objects.filter(pk=session_pk).update(idle_due_at=now + timedelta(seconds=RETRY_SECONDS))
    return ended


def _claim_idle(now: datetime) -> list[tuple[int, int]]:
    """(session, conversation) of a batch that is due. Sweeps side by side take different ones: each is put off for as
    long as a batch may take, so that what a killed sweep had claimed is soon due again."""
    due = Session.objects.filter(idle_due_at__lte=now).order_by("idle_due_at")
    if not connection.features.has_select_for_update_skip_locked:
        return list(due.values_list("pk", "conversation_id")[:BATCH])
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True).values_list("pk", "conversation_id")[:CLAIM])
        Session.objects.filter(pk__in=[pk for pk, _ in rows]).update(idle_due_at=now + LEASE)
    return rows


def _close_or_move_on(held: Locked, session: Session) -> bool:
    due = idle_due(held.conversation, session)
    if due and due <= held.now:
        end_session(held, session, EndedBy.TIMER)
        return True
    Session.objects.filter(pk=session.pk).update(idle_due_at=due)
    return False


def idle_due(conversation: Conversation, session: Session) -> datetime | None:
    """When the session closes if nobody writes; None while it is the desk's turn, or nobody's."""
    closing = current(Closing)
    said, asked = conversation.visitor_at, conversation.agent_at
    if session.state == State.FLOW:
        return max(said or session.opened_at, session.opened_at) + timedelta(seconds=closing.flow_idle_seconds)
    served_at = session.served_at
    waits_for_visitor = asked and served_at and asked >= served_at and not (said and said >= asked)
    if session.state != State.SERVING or not waits_for_visitor or not asked or not closing.reply_seconds:
        return None
    return asked + timedelta(seconds=closing.reply_seconds)


@deadline("sweep.mark", every_seconds=10)
def mark_sweep(now: datetime) -> int:
    """The console and `manage.py doctor` see that worker and beat live."""
    Sweep.mark(now)
    return 0


@deadline("rating.expired", every_seconds=0.5)
def expire_ratings(now: datetime) -> int:
    """M59: an unanswered card is closed."""
    return Rating.objects.filter(expires_at__lte=now, rated_at=None, expired_at=None).update(expired_at=now)


@deadline("visitor.gone", every_seconds=5)
def forget_gone_visitors(now: datetime) -> int:
    """Only visitors who wait or are served have heartbeats; the others are taken at their word."""
    unseen = Conversation.objects.filter(visitor_online=True, visitor_seen_at__lt=now - timedelta(seconds=GONE_SECONDS))
    busy = Session.objects.waiting_or_served().filter(conversation=OuterRef("pk"))
    return unseen.filter(Exists(busy)).update(visitor_online=False)


@deadline("stream.abandoned", every_seconds=1)
def finish_streams(now: datetime) -> int:
    """A growing answer whose writer died is finished with what there is."""
    return finish_abandoned(now, BATCH)


@deadline("search.index", every_seconds=2)
def index_what_was_said(now: datetime) -> int:
    """A message can be found some seconds after it was posted (W48)."""
    until = time.monotonic() + INDEXING_SECONDS
    total = done = index_messages(now)
    while done and time.monotonic() < until:
        done = index_messages(now)
        total += done
    return total
