"""Celery's edge: one task, every 0.25 s, that lets the punctual deadlines act, and one for the others. And this app's
own deadlines."""

import logging
import time
from datetime import datetime, timedelta

from celery import shared_task
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from sessions_flow import deadlines
from sessions_flow.actions import Locked, end_sessions, locked_together
from sessions_flow.actions.indexing import index_messages
from sessions_flow.actions.purging import purge
from sessions_flow.actions.streaming import finish_abandoned
from sessions_flow.deadlines import BATCH, deadline
from sessions_flow.models import Closing, Conversation, EndedBy, Rating, Session, State, Sweep
from sessions_flow.models.settings import current

logger = logging.getLogger(__name__)
RETRY_SECONDS = 30
CLAIM = 100  # sessions that one sweep closes, beside others
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


@shared_task(name="sessions_flow.sweep_what_may_wait", ignore_result=True)
def sweep_what_may_wait() -> None:
    deadlines.tick_what_may_wait(timezone.now())


@deadline("session.idle")
def close_idle(now: datetime) -> int:
    """M46, W38, A54, A55: nobody answered in time. Re-checked under the lock; a timer set too early is moved on.

    The bot's sessions are closed together; those that agents have to do with one by one, since each locks a desk."""
    due = _claim_idle(now)
    alone = [{session.pk: session.conversation_id} for session in due if session.met_routing]
    together = {session.pk: session.conversation_id for session in due if not session.met_routing}
    return _close(together, now) + sum(_close(one, now) for one in alone)


def _claim_idle(now: datetime) -> list[Session]:
    """A batch that is due. Sweeps side by side take different ones: each is put off for as long as a batch may take, so
    that what a killed sweep had claimed is soon due again."""
    due = Session.objects.filter(idle_due_at__lte=now).order_by("idle_due_at")
    if not connection.features.has_select_for_update_skip_locked:
        return list(due[:BATCH])
    with transaction.atomic():
        found = list(due.select_for_update(skip_locked=True)[:CLAIM])
        Session.objects.filter(pk__in=[session.pk for session in found]).update(idle_due_at=now + LEASE)
    return found


def _close(due: dict[int, int], now: datetime) -> int:
    """Sessions with their conversations. Where several fail, each is tried alone: one must not keep the others open."""
    if not due:
        return 0
    try:
        with locked_together(due.values(), now) as found:
            return _close_or_move_on(
                [(held, held.session) for held in found if held.session and held.session.pk in due]
            )
    except Exception:
        if len(due) > 1:
            return sum(_close({pk: conversation_id}, now) for pk, conversation_id in due.items())
        logger.exception("session %s could not be closed", *due)
        Session.objects.filter(pk__in=due).update(idle_due_at=now + timedelta(seconds=RETRY_SECONDS))
        return 0


def _close_or_move_on(found: list[tuple[Locked, Session]]) -> int:
    over = []
    for held, session in found:
        due = idle_due(held.conversation, session)
        if due and due <= held.now:
            over.append((held, session))
        else:
            Session.objects.filter(pk=session.pk).update(idle_due_at=due)
    if over:
        end_sessions(over, EndedBy.TIMER)
    return len(over)


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


@deadline("search.index", every_seconds=2, may_wait=True)
def index_what_was_said(now: datetime) -> int:
    """A message can be found some seconds after it was posted (W48)."""
    until = time.monotonic() + INDEXING_SECONDS
    total = done = index_messages(now)
    while done and time.monotonic() < until:
        done = index_messages(now)
        total += done
    return total
