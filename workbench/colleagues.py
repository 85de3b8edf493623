"""To whom a session can be transferred (W43, W44)."""

from typing import Any

from django.db.models import Count, Q

from accounts.models import Group, Member
from routing.models import Desk, Status

LONGEST_LIST = 500


def colleagues_of(member: Member) -> dict[str, Any]:
    """Who is at work, with status and load, and the groups with how many of them are at work."""
    desks = Desk.objects.logged_in().exclude(member=member).select_related("member")
    rows = sorted(desks[:LONGEST_LIST], key=lambda desk: (desk.shown_status != Status.FREE, desk.member.nickname))
    at_work = Count("members", filter=~Q(members__desk__status=Status.OFFLINE) & Q(members__desk__isnull=False))
    groups = Group.objects.present().annotate(at_work=at_work).order_by("name")
    return {
        "agents": [_agent(desk) for desk in rows],
        "groups": [{"id": group.pk, "name": group.name, "at_work": group.at_work} for group in groups],
    }


def _agent(desk: Desk) -> dict[str, Any]:
    """`can_take`: free and below the limit."""
    who = desk.member
    return {
        "id": who.public_id,
        "name": who.nickname,
        "account": who.account,
        "staff_no": who.staff_no,
        "status": desk.shown_status,
        "load": desk.load,
        "limit": desk.limit,
        "can_take": desk.shown_status == Status.FREE,
    }
