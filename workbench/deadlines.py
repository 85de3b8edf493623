"""What the workbench's own rows wait for."""

from datetime import datetime, timedelta

from chatbot.background import is_free_for_long, submit_long
from sessions_flow.deadlines import deadline
from workbench.boards.sweeping import roll_if_due
from workbench.cloud.keys import forget_old_calls
from workbench.exporting import claim_export, expire_exports, write_export
from workbench.models import PushSubscription, Ticket
from workbench.notices import looking, outbox
from workbench.notices.subscriptions import forget_ended
from workbench.tasks import send_notices

KEPT_AFTER_END = timedelta(days=1)


@deadline("cloud.calls", every_seconds=60, may_wait=True)
def forget_calls(now: datetime) -> int:
    return forget_old_calls(now)


@deadline("tickets.old", every_seconds=60, may_wait=True)
def forget_tickets(now: datetime) -> int:
    return Ticket.objects.filter(expires_at__lt=now - KEPT_AFTER_END).delete()[0]


@deadline("boards.roll", every_seconds=1, may_wait=True)
def roll_boards(now: datetime) -> int:
    return roll_if_due(now)


@deadline("notices.found", every_seconds=0.5)
def find_notices(now: datetime) -> int:
    """W57, promise 8: what members whose phones can be woken should hear, and those who are told elsewhere."""
    return outbox.note([*looking.news_for_phones(now), *looking.news_for_elsewhere(now)], now)


@deadline("notices.due")
def hand_over_notices(now: datetime) -> int:
    """To Celery: no sweep waits for a push service."""
    pks = outbox.claim(now)
    if pks:
        send_notices.delay(pks)
    return len(pks)


@deadline("push.ended", every_seconds=1)
def forget_ended_logins(now: datetime) -> int:
    """A browser that was logged out is not woken any more (promise 11)."""
    return forget_ended() if PushSubscription.objects.of_ended_logins().exists() else 0


@deadline("notices.old", every_seconds=300, may_wait=True)
def forget_notices(now: datetime) -> int:
    return outbox.forget_old(now)


@deadline("exports", every_seconds=1, may_wait=True)
def exports(now: datetime) -> int:
    """One at a time in a process, in the thread for long work: the sweep must not wait for it."""
    export = claim_export(now) if is_free_for_long() else None
    if export is None:
        return 0
    submit_long(write_export, export)
    return 1


@deadline("exports.expired", every_seconds=60, may_wait=True)
def old_exports(now: datetime) -> int:
    return expire_exports(now)
