"""Deadlines of routing, run by the sweep."""

from datetime import datetime, timedelta

from routing import assigner
from routing.actions import go_offline
from routing.models import Desk, Reception
from sessions_flow.deadlines import deadline
from sessions_flow.models.settings import current


@deadline("queue.assign")
def assign(now: datetime) -> int:
    """Nobody waits beside a free agent because a ring was lost (promise 6)."""
    return assigner.assign_waiting(now)


@deadline("agent.lost")
def give_up_lost_agents(now: datetime) -> int:
    """Browser gone, machine dead: after the grace the sessions go to the head of the queue (A49, promise 8)."""
    grace = timedelta(seconds=current(Reception).grace_seconds)
    lost = list(Desk.objects.logged_in().filter(seen_at__lt=now - grace).select_related("member"))
    for desk in lost:
        go_offline(desk.member, now)
    return len(lost)
