"""Agents with their statuses, and the queues: whole, they are few."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from accounts.models import Group, Member
from routing.models import Desk, Status, Waiting, reason_label
from sessions_flow.models.session import milliseconds

SHOWN = (
    "status", "reason", "since", "load", "limit", "seen_at", "has_push", "lost_status", "member__public_id",
    "member__nickname", "member__account", "member__staff_no", "member__role", "member__forced_off_at",
)  # fmt: skip
SEEN = timedelta(seconds=10)  # heartbeats come every 3 s


def agents_now(now: datetime | None = None) -> list[dict[str, Any]]:
    """Everybody who has a desk, by name; who is at work first."""
    now = now or timezone.now()
    desks = Desk.objects.filter(member__deleted_at=None).select_related("member").only(*SHOWN)
    groups = _groups_of_members()
    rows = [_agent(desk, groups.get(desk.member_id, []), now) for desk in desks]
    return sorted(rows, key=lambda row: (row["status"] == Status.OFFLINE, row["name"], row["id"]))


def _groups_of_members() -> dict[int | None, list[dict[str, Any]]]:
    found: dict[int | None, list[dict[str, Any]]] = {}
    pairs = Member.groups_served.through.objects.filter(group__removed_at=None).order_by("group__name")
    for member, group, name in pairs.values_list("member", "group", "group__name"):
        found.setdefault(member, []).append({"id": group, "name": name})
    return found


def _agent(desk: Desk, groups: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    """`connected`: a browser of his has been heard of just now, or a phone can be woken by a notice."""
    member = desk.member
    is_here = desk.seen_at is not None and desk.seen_at > now - SEEN
    return {
        "id": member.public_id, "name": member.nickname, "account": member.account, "staff_no": member.staff_no,
        "role": member.role, "groups": groups, "status": desk.shown_status, "reason": reason_label(desk.reason),
        "since": milliseconds(desk.since), "load": desk.load, "limit": desk.limit,
        "connected": is_here and desk.status != Status.OFFLINE, "has_push": desk.has_push,
        "lost": bool(desk.lost_status), "forced_off": member.forced_off_at is not None,
    }  # fmt: skip


def queues_now(agents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The common queue and one per group: who waits, the longest wait, and who of `agents` could serve."""
    rows = (
        Waiting.objects.order_by()
        .values("group")
        .annotate(waiting=Count("pk"), offered=Count("pk", filter=Q(is_offered=True)), oldest=Min("since"))
    )
    found: dict[int | None, Any] = {row["group"]: row for row in rows}
    free, at_work = Counter[int | None](), Counter[int | None]()
    for agent in agents:
        for pk in (None, *(group["id"] for group in agent["groups"])):
            free[pk] += agent["status"] == Status.FREE
            at_work[pk] += agent["status"] != Status.OFFLINE
    groups = [(None, ""), *Group.objects.present().order_by("name").values_list("pk", "name")]
    return [_queue(pk, name, found.get(pk), free[pk], at_work[pk]) for pk, name in groups]


def _queue(pk: int | None, name: str, row: Any, free: int, at_work: int) -> dict[str, Any]:
    return {
        "group": pk, "name": name,
        "waiting": row["waiting"] if row else 0,
        "offered": row["offered"] if row else 0,
        "oldest": milliseconds(row["oldest"]) if row else None,
        "free": free, "at_work": at_work,
    }  # fmt: skip
