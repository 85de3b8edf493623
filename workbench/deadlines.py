"""What the workbench's own rows wait for."""

from datetime import datetime, timedelta

from sessions_flow.deadlines import deadline
from workbench.boards.sweeping import roll_if_due
from workbench.cloud.keys import forget_old_calls
from workbench.models import Ticket

KEPT_AFTER_END = timedelta(days=1)


@deadline("cloud.calls", every_seconds=60)
def forget_calls(now: datetime) -> int:
    return forget_old_calls(now)


@deadline("tickets.old", every_seconds=60)
def forget_tickets(now: datetime) -> int:
    return Ticket.objects.filter(expires_at__lt=now - KEPT_AFTER_END).delete()[0]


@deadline("boards.roll", every_seconds=1)
def roll_boards(now: datetime) -> int:
    return roll_if_due(now)
