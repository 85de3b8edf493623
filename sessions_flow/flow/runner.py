"""When the engine runs: after the commit that made a session's flow due, in a small bounded pool of this process;
the sweep picks up what is older than 2 s, so a dead process loses no answer."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from sessions_flow import hooks
from sessions_flow.actions.post import VISITOR, Stored
from sessions_flow.deadlines import BATCH, deadline
from sessions_flow.flow import engine
from sessions_flow.live.database import guarded
from sessions_flow.models import Session, State
from sessions_flow.models.stream import set_deadline

logger = logging.getLogger(__name__)
OVERDUE_SECONDS = 2.0
RETRY_SECONDS = 10.0  # one broken flow must not keep the sweep from the others
pool = ThreadPoolExecutor(2, thread_name_prefix="flow")


@hooks.messages_posted.register
def visitors_make_flows_due(batch: Sequence[Stored]) -> None:
    """In the message's own transaction: the flow has something to answer."""
    due = set()
    now = timezone.now()
    for item in batch:
        running = item.head.running
        if item.post.sender.kind == VISITOR and running and running.state in (State.FLOW, State.WAITING):
            set_deadline(running, flow_due_at=now)
            due.add(running.id)
    for session_pk in due:
        run_after_commit(session_pk)


@hooks.session_opened.register
@hooks.session_left_queue.register
def the_flow_has_the_session(session: Session) -> None:
    run_after_commit(session.pk)


def run_after_commit(session_pk: int) -> None:
    transaction.on_commit(lambda: submit(session_pk), robust=True)


def submit(session_pk: int) -> None:
    pool.submit(_run, session_pk)


def _run(session_pk: int) -> None:
    try:
        guarded(engine.run, session_pk)
    except Exception:
        logger.exception("the flow of session %s failed, the sweep tries again", session_pk)


@deadline("flow.due")
def run_overdue(now: datetime) -> int:
    overdue = Session.objects.filter(flow_due_at__lte=now - timedelta(seconds=OVERDUE_SECONDS))
    due = list(overdue.order_by("flow_due_at").values_list("pk", flat=True)[:BATCH])
    for session_pk in due:
        try:
            engine.run(session_pk)
        except Exception:
            logger.exception("the flow of session %s failed again", session_pk)
            again = now + timedelta(seconds=RETRY_SECONDS)
            Session.objects.filter(pk=session_pk, flow_due_at__isnull=False).update(flow_due_at=again)
    return len(due)
