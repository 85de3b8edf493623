"""Service records (服务记录): one assignment each, W47 to W53. An agent reads only his own, admins all."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from accounts.models import Group, Member
from routing.models import Assignment
from sessions_flow.access import serves_now
from sessions_flow.models import Message
from workbench.boards.clock import end_of, start_of
from workbench.narrowing import Records, matching

LONGEST_TRANSCRIPT = 2000
SHOWN = ("session__conversation__visitor", "session__conversation__channel", "member")


@dataclass(frozen=True, slots=True)
class Filter:
    """Days of the configured zone, both included; a record belongs to the day it began (A101)."""

    first: date
    last: date
    group: int | None = None
    words: str = ""


def readable_by(member: Member) -> Records:
    every = Assignment.objects.all()
    return every if member.is_admin else every.filter(member=member)


def records_of(member: Member, wanted: Filter) -> Records:
    """Newest first, with everything that a row of the list shows."""
    found = readable_by(member).filter(offered_at__gte=start_of(wanted.first), offered_at__lt=end_of(wanted.last))
    if wanted.group is not None:
        found = found.filter(group=wanted.group)
    if wanted.words:
        found = matching(found, wanted.words)
    return found.select_related(*SHOWN).order_by("-offered_at", "-pk")


def groups_of(member: Member) -> QuerySet[Group]:
    """The groups that the filter offers."""
    return (Group.objects.present() if member.is_admin else member.groups_served.all()).order_by("name")


def leg_of(member: Member, session_id: UUID) -> Assignment | None:
    """The newest leg of that session which `member` may read, or None."""
    legs = readable_by(member).filter(session__session_id=session_id)
    return legs.select_related(*SHOWN, "wrap_up").order_by("-offered_at").first()


def transcript_of(member: Member, leg: Assignment) -> list[dict[str, Any]]:
    """The session's entries as docs/wire.md has them; agents are named by their account (W52)."""
    rows = _messages(member, leg).said().in_order()[:LONGEST_TRANSCRIPT]  # type: ignore[attr-defined]
    entries = [row.as_wire() for row in rows]
    senders = {entry["from"]["id"] for entry in entries if entry["from"]["kind"] == Message.Kind.AGENT}
    accounts = dict(Member.objects.filter(public_id__in=senders).values_list("public_id", "account"))
    for entry in entries:
        if entry["from"]["kind"] == Message.Kind.AGENT:
            entry["from"]["name"] = accounts.get(entry["from"]["id"], entry["from"]["name"])
    return entries


def _messages(member: Member, leg: Assignment) -> QuerySet[Message]:
    """Admins, and the agent who served last: the whole session. Others: up to the end of their own last leg."""
    session = leg.session
    found = Message.objects.filter(session=session)
    if session.agent_id == member.pk or serves_now(member, session.conversation):
        return found
    mine = Assignment.objects.filter(session=session, member=member)
    ended = mine.filter(~Q(ended_at=None)).aggregate(last=Max("ended_at"))["last"]
    return found.filter(created_at__lte=ended or leg.offered_at)
