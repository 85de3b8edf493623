"""What the team knows about a visitor besides what he says: notes, tags, past sessions; and blocking him.

Everything is asked for by conversation, and only of conversations that access.py shows to this member."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, Visitor
from sessions_flow.access import conversation_for_member, messages_for_member, serves_now
from sessions_flow.models import Conversation, Session
from sessions_flow.models.session import milliseconds
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError
from workbench import customers, mentions
from workbench.models import VisitorNote, VisitorTag
from workbench.models.notes import LONGEST_NOTE, LONGEST_TAG, MOST_TAGS
from workbench.words import number, words

Frame = dict[str, Any]
MOST_NOTES = MOST_SESSIONS = 100
MOST_ENTRIES = 500
SUGGESTED = 30


def notes(member: Member, frame: Frame) -> Frame:
    rows = VisitorNote.objects.filter(visitor=conversation_of(member, frame).visitor_id).select_related("member")
    return {"notes": [row.as_wire(member) for row in rows[:MOST_NOTES]]}


def add_note(member: Member, frame: Frame) -> Frame:
    conversation = conversation_of(member, frame)
    text = words(frame, "text", _("The note"), LONGEST_NOTE)
    with transaction.atomic():
        at = timezone.now()
        note = VisitorNote.objects.create(visitor_id=conversation.visitor_id, member=member, text=text, at=at)
        mentions.mention(note)
    return {"note": note.as_wire(member)}


def delete_note(member: Member, frame: Frame) -> None:
    """One's own; an admin deletes any."""
    found = VisitorNote.objects.filter(pk=number(frame.get("note")), visitor=conversation_of(member, frame).visitor_id)
    if not member.is_admin:
        found = found.filter(member=member)
    if not found.delete()[0]:
        raise ProtocolError(errors.NOT_FOUND, _("This note does not exist."))


def tags(member: Member, frame: Frame) -> Frame:
    """His tags, and the ones used most on others, to choose from."""
    visitor = conversation_of(member, frame).visitor_id
    known = [name for name, _n in VisitorTag.objects.by_use()[:SUGGESTED]]
    own = VisitorTag.objects.filter(visitor=visitor).values_list("name", flat=True)
    blocked = Visitor.objects.filter(pk=visitor).exclude(blocked_at=None).exists()
    return {"tags": list(own), "known": known, "blocked": blocked}


def add_tag(member: Member, frame: Frame) -> Frame:
    name = words(frame, "tag", _("The tag"), LONGEST_TAG)
    if not VisitorTag.objects.put_on(conversation_of(member, frame).visitor_id, name):
        raise ProtocolError(errors.BAD_DATA, _("At most %(n)s tags.") % {"n": MOST_TAGS})
    return tags(member, frame)


def remove_tag(member: Member, frame: Frame) -> Frame:
    VisitorTag.objects.filter(visitor=conversation_of(member, frame).visitor_id, name=str(frame.get("tag"))).delete()
    return tags(member, frame)


def past(member: Member, frame: Frame) -> Frame:
    """Ended sessions in this conversation of which he may read something, newest first."""
    conversation = conversation_of(member, frame)
    rows = _past(member, conversation).select_related("agent", "group", "rating").order_by("-pk")[:MOST_SESSIONS]
    return {"sessions": [_session(row) for row in rows]}


def transcript(member: Member, frame: Frame) -> Frame:
    """What was said in one of them, within what he may read."""
    conversation = conversation_of(member, frame)
    session = _past(member, conversation).filter(pk=number(frame.get("session"))).first()
    if session is None:
        raise ProtocolError(errors.NOT_FOUND, _("This session does not exist."))
    rows = messages_for_member(member, conversation).filter(session=session).said().in_order()  # type: ignore[attr-defined]
    return {"entries": [row.as_wire() for row in rows[:MOST_ENTRIES]]}


def block(member: Member, frame: Frame) -> Frame:
    """By who serves him, or an admin. What he writes from now on is refused; `blocked: false` takes it back."""
    conversation = conversation_of(member, frame)
    if not serves_now(member, conversation):
        raise ProtocolError(errors.NOT_YOURS, _("Only who serves the visitor, or an admin, can do this."))
    visitor, is_blocked = conversation.visitor, frame.get("blocked") is True
    customers.block(visitor.merged_into or visitor, is_blocked=is_blocked)
    return {"blocked": is_blocked}


def conversation_of(member: Member, frame: Frame) -> Conversation:
    """The one that the frame names. Raises ProtocolError; others' do not exist for him."""
    found = conversation_for_member(member, frame.get("conversation"))
    if found is None:
        raise ProtocolError(errors.NOT_FOUND, _("This conversation does not exist."))
    return found


def _past(member: Member, conversation: Conversation) -> QuerySet[Session]:
    readable = messages_for_member(member, conversation).order_by().values("session")
    return Session.objects.filter(conversation=conversation, ended_at__isnull=False, pk__in=readable)


def _session(row: Session) -> Frame:
    rating = getattr(row, "rating", None)
    return {
        "id": row.pk,
        "opened_at": milliseconds(row.opened_at),
        "ended_at": milliseconds(row.ended_at),
        "agent": row.agent.nickname if row.agent else "",
        "group": row.group.name if row.group else "",
        "stars": rating.level if rating else None,
    }
