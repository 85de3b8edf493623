"""Service records (服务记录): one assignment each, W47 to W53. An agent reads only his own, admins all."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Group, Member
from routing.models import Assignment
from sessions_flow.models import Message, Session

NICKNAME_PREFIX = "访客_"  # generated names are this and a part of the openid (W33)
LONGEST_TRANSCRIPT = 2000


@dataclass(frozen=True, slots=True)
class Filter:
    """Days of the configured zone, both included; a record belongs to the day it began (A101)."""

    first: date
    last: date
    group: int | None = None
    words: str = ""


def readable_by(member: Member) -> QuerySet[Assignment]:
    every = Assignment.objects.all()
    return every if member.is_admin else every.filter(member=member)


def records_of(member: Member, wanted: Filter) -> QuerySet[Assignment]:
    """Newest first, with everything that a row of the list shows."""
    related = ("session__conversation__visitor", "session__conversation__channel", "member")
    found = readable_by(member).filter(offered_at__gte=start_of(wanted.first))
    found = found.filter(offered_at__lt=start_of(min(wanted.last, date.max - timedelta(days=1)) + timedelta(days=1)))
    if wanted.group is not None:
        found = found.filter(group=wanted.group)
    if wanted.words:
        found = found.filter(_matches(wanted.words))
    return found.select_related(*related).order_by("-offered_at", "-pk")


def groups_of(member: Member) -> QuerySet[Group]:
    """The groups that the filter offers."""
    return (Group.objects.present() if member.is_admin else member.groups_served.all()).order_by("name")


def leg_of(member: Member, session_id: UUID) -> Assignment | None:
    """The newest leg of that session which `member` may read, or None."""
    related = ("session__conversation__visitor", "session__conversation__channel", "member")
    legs = readable_by(member).filter(session__session_id=session_id)
    return legs.select_related(*related).order_by("-offered_at").first()


def transcript_of(session: Session) -> list[dict[str, Any]]:
    """The session's entries as docs/wire.md has them; agents are named by their account (W52)."""
    rows = Message.objects.filter(session=session).said().in_order()[:LONGEST_TRANSCRIPT]
    entries = [row.as_wire() for row in rows]
    senders = {entry["from"]["id"] for entry in entries if entry["from"]["kind"] == Message.Kind.AGENT}
    accounts = dict(Member.objects.filter(public_id__in=senders).values_list("public_id", "account"))
    for entry in entries:
        if entry["from"]["kind"] == Message.Kind.AGENT:
            entry["from"]["name"] = accounts.get(entry["from"]["id"], entry["from"]["name"])
    return entries


def start_of(day: date) -> datetime:
    """Midnight in the configured zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _matches(words: str) -> Q:
    """openid or nickname, the generated one too."""
    openid = words.removeprefix(NICKNAME_PREFIX)
    return Q(session__conversation__visitor__nickname__icontains=words) | Q(
        session__conversation__visitor__openid__icontains=openid
    )
