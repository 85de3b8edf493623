"""Celery's edge: one task, every 0.25 s, that lets every deadline act. And this app's own deadlines."""

from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from sessions_flow import deadlines
from sessions_flow.actions import end_session, locked
from sessions_flow.deadlines import BATCH, deadline
from sessions_flow.models import Conversation, EndedBy, Rating, Session

GONE_SECONDS = 60  # a visitor whose process died without saying so


@shared_task(name="sessions_flow.sweep", ignore_result=True)
def sweep() -> None:
    deadlines.sweep(timezone.now())


@deadline("session.idle")
def close_idle(now: datetime) -> int:
    """M46, W38, A54: the visitor did not answer in time. A reply that came first clears the deadline under the lock."""
    due = Session.objects.filter(idle_due_at__lte=now).order_by("idle_due_at")
    ended = 0
    for session_pk, conversation_id in list(due.values_list("pk", "conversation_id")[:BATCH]):
        with locked(conversation_id, now) as held:
            session = held.session
            if session and session.pk == session_pk and session.idle_due_at and session.idle_due_at <= now:
                end_session(held, session, EndedBy.TIMER)
                ended += 1
    return ended


@deadline("rating.expired")
def expire_ratings(now: datetime) -> int:
    """M59: an unanswered card is closed."""
    return Rating.objects.filter(expires_at__lte=now, rated_at=None, expired_at=None).update(expired_at=now)


@deadline("visitor.gone")
def forget_gone_visitors(now: datetime) -> int:
    gone = Conversation.objects.filter(visitor_online=True, visitor_seen_at__lt=now - timedelta(seconds=GONE_SECONDS))
    return gone.update(visitor_online=False)
