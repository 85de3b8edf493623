"""Deadlines of routing, run by the sweep."""

from datetime import datetime, timedelta

from accounts.models import Member
from routing import assigner
from routing.actions import give_sessions_back, lose
from routing.models import Assignment, Desk, Reception, Status
from sessions_flow.deadlines import deadline
from sessions_flow.models.settings import current

GAP = timedelta(seconds=5)  # sweeps this far apart: the database or the workers were away, heartbeats too
_sweeps: dict[str, datetime] = {}


@deadline("queue.assign")
def assign(now: datetime) -> int:
    """Nobody waits beside a free agent because a ring was lost (promise 6)."""
    return assigner.assign_waiting(now)


@deadline("agent.lost")
def give_up_lost_agents(now: datetime) -> int:
    """Browser gone, machine dead: after the grace the sessions go to the head of the queue (A49, promise 8).

    After an outage everybody has been unseen for long: they get one grace to be seen again.
    """
    grace = timedelta(seconds=current(Reception).grace_seconds)
    lost = list(Desk.objects.logged_in().filter(seen_at__lt=now - grace).select_related("member"))
    if now - _sweeps.get("last", datetime.min.replace(tzinfo=now.tzinfo)) > GAP:
        _sweeps["resumed"] = now
    _sweeps["last"] = now
    if now - _sweeps["resumed"] < grace:
        return 0
    return sum(lose(desk, now - grace, now) for desk in lost)


@deadline("agent.stranded")
def give_back_stranded_sessions(now: datetime) -> int:
    """Sessions of agents who are offline: whoever was giving them back did not finish."""
    stranded = Assignment.objects.open().filter(member__desk__status=Status.OFFLINE).values("member")
    members = list(Member.objects.filter(pk__in=stranded))
    for member in members:
        give_sessions_back(member, now)
    return len(members)
