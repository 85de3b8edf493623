"""A member's small state, whole: status, queues of his groups, the sessions on his lists (W13 to W25)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from routing.models import Assignment, Desk, Reception, Waiting, reason_label
from sessions_flow.models import Session, State
from sessions_flow.models.session import milliseconds
from sessions_flow.models.settings import current
from workbench import internal, mentions
from workbench.left import state_of_list
from workbench.targets import target_of

LONGEST_LIST = 200
RELATED = (
    "session__conversation__visitor",
    "session__conversation__channel",
    "session__agent",
    "session__group",
    "session__rating",
)


@dataclass(frozen=True, slots=True)
class Row:
    """What the consumer keeps of a row."""

    conversation_id: int
    public_id: str
    last_seq: int
    state: str
    session_id: str


def snapshot_of(member: Member) -> tuple[dict[str, Any], list[Row]]:
    """The `snapshot` frame and the conversations to follow."""
    legs = list(_legs(member))
    serving = [leg for leg in legs if leg.ended_at is None]
    # an ended row whose conversation is being served again is shown once, as served
    busy = {leg.session.conversation_id for leg in serving}
    ended = [leg for leg in legs if leg.ended_at is not None and leg.session.conversation_id not in busy]
    quiet = _quiet(ended)
    his = set(quiet)
    frame = {
        "op": "snapshot",
        "member": {"id": member.public_id, "name": member.nickname, "role": member.role},
        "status": _status(member),
        "queues": _queues(member),
        "left": state_of_list(member),
        "internal": {"unread": internal.unread_of(member), "mentions": mentions.unseen_of(member)},
        "offers": [_offer(leg) for leg in _offers(member)],
        "serving": [_row(leg) for leg in serving],
        "ended": [_row(leg, is_his=leg in his) for leg in _newest_per_conversation(ended)],
    }
    return frame, [_followed(leg) for leg in [*quiet, *serving]]


def _quiet(ended: list[Assignment]) -> list[Assignment]:
    """Ended rows that may still change (a rating). What goes on in a newer session, or after a transfer, is not his to
    follow."""
    ids = [leg.session.conversation_id for leg in ended]
    sessions = Session.objects.filter(conversation__in=ids).values_list("conversation").annotate(newest=Max("pk"))
    newest = dict(sessions.order_by())
    over = [leg for leg in ended if leg.session.state == State.ENDED and leg.session.agent_id == leg.member_id]
    return [leg for leg in over if newest[leg.session.conversation_id] == leg.session_id]


def _followed(leg: Assignment) -> Row:
    conversation = leg.session.conversation
    return Row(
        conversation.pk, conversation.public_id, conversation.seq, leg.session.state, str(leg.session.session_id)
    )


def _legs(member: Member) -> Any:
    """Served and ended ones; offers are a list of their own."""
    mine = Assignment.objects.filter(member=member, completed_at=None, accepted_at__isnull=False)
    return mine.select_related(*RELATED).order_by(F("ended_at").desc(nulls_first=True), "-offered_at")[:LONGEST_LIST]


def _offers(member: Member) -> Any:
    offers = Assignment.objects.offered().filter(member=member)
    return offers.select_related(*RELATED, "given_by").order_by("due_at", "pk")


def _offer(leg: Assignment) -> dict[str, Any]:
    """For the bar with its countdown (W34, W35). `left_seconds` counts from this frame: clocks differ."""
    session, visitor = leg.session, leg.session.conversation.visitor
    left = (leg.due_at - timezone.now()).total_seconds() if leg.due_at else None
    return {
        "session": str(session.session_id),
        "visitor": {"id": visitor.openid, "name": visitor.display_name, "avatar": visitor.avatar},
        "channel": {"name": session.conversation.channel.name},
        "group": leg.group_name,
        "offered_at": milliseconds(leg.offered_at),
        "due_at": milliseconds(leg.due_at),
        "left_seconds": None if left is None else max(0, round(left, 1)),
        "from": leg.given_by.nickname if leg.given_by else "",
        "note": leg.note,
        "preview": worded(session.conversation.preview),
    }


def _newest_per_conversation(legs: list[Assignment]) -> list[Assignment]:
    found: dict[int, Assignment] = {}
    for leg in legs:
        found.setdefault(leg.session.conversation_id, leg)
    return list(found.values())


def _status(member: Member) -> dict[str, Any]:
    desk = Desk.objects.filter(member=member).first() or Desk(member=member)
    return {
        "status": desk.status,
        "shown": desk.shown_status,
        "reason": desk.reason,
        "reason_label": reason_label(desk.reason),
        "load": desk.load,
        "limit": desk.limit,
        "most": desk.admin_limit or current(Reception).limit,
        "since": milliseconds(desk.since),
        "wrap_until": milliseconds(desk.wrap_until),
    }


def _queues(member: Member) -> list[dict[str, Any]]:
    """His groups' queues, and the common one."""
    counts = dict(Waiting.objects.in_line().values_list("group").annotate(n=Count("pk")).order_by())
    rows = [{"group": None, "name": "", "waiting": counts.get(None, 0)}]
    groups = member.groups_served.all().order_by("name")
    return rows + [{"group": group.pk, "name": group.name, "waiting": counts.get(group.pk, 0)} for group in groups]


def _row(leg: Assignment, is_his: bool = True) -> dict[str, Any]:
    """Without what the visitor said later to others."""
    session = leg.session
    conversation, visitor = session.conversation, session.conversation.visitor
    return {
        "session": session.as_wire() | ({"state": State.ENDED.value} if leg.ended_at else {}),
        "conversation": conversation.public_id,
        "channel": {"name": conversation.channel.name},
        "variables": session.variables,  # staff only: events carry the session object to visitors too
        "visitor": {
            "id": visitor.openid,
            "name": visitor.display_name,
            "avatar": visitor.avatar,
            "language": visitor.language,
            "online": conversation.visitor_online,
        },
        "last_seq": conversation.seq,
        "note_seq": conversation.note_seq,
        "read_seq": conversation.agent_read_seq,
        "visitor_read_seq": conversation.visitor_read_seq,
        "unread": conversation.unread if is_his else 0,
        "preview": worded(conversation.preview) if is_his else "",
        "last_at": milliseconds(conversation.last_at),
        "note": leg.note,
        "targets": _targets(leg),
    }


def _targets(leg: Assignment) -> dict[str, Any]:
    """First and next response targets in seconds, 0 for none, and since when the visitor waits for an answer."""
    target = target_of(leg.session.conversation, leg.accepted_at, is_over=leg.ended_at is not None)
    since = milliseconds(target.waits_since)
    return {"seconds": target.seconds, "waits_since": since, "is_first": target.is_first}


def worded(preview: str) -> str:
    """What has no words of its own is named in the agent's language."""
    kinds = {
        "[picture]": _("Picture"),
        "[file]": _("File"),
        "[voice]": _("Voice message"),
        "[video]": _("Video"),
        "[emoji]": _("Emoji"),
    }
    return f"[{kinds[preview]}]" if preview in kinds else preview
