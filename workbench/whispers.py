"""Whispering: from supervisors to the agent who serves, and back. Nothing of it goes through a door of visitors."""

from typing import Any

import orjson
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Member
from sessions_flow import live
from sessions_flow.actions import Locked, locked
from sessions_flow.live.publish import SUPERVISOR, after_commit, tell_member_after_commit
from sessions_flow.models import Conversation, Session, State
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError
from workbench.models import Whisper

Frame = dict[str, Any]
MOST = 200


def whisper(session: Session, member: Member, text: str, client_id: str) -> Whisper:
    """By an admin to who serves the session, or by him. Stored once per `client_id`. Raises ProtocolError when nobody
    serves it, or somebody else does."""
    with locked(session.conversation_id) as held:
        running = held.session
        if running is None or running.pk != session.pk or running.state != State.SERVING or running.agent is None:
            raise ProtocolError(errors.SESSION_OVER, _("Nobody serves this session."))
        if running.agent_id != member.pk and not member.is_admin:
            raise ProtocolError(errors.NOT_YOURS, _("Only admins may do this."))
        said = Whisper.objects.filter(session=running, member=member, client_id=client_id).first()
        return said or _say(held, running, member, running.agent, text, client_id)


def _say(held: Locked, session: Session, member: Member, agent: Member, text: str, client_id: str) -> Whisper:
    seq = held.conversation.note_seq + 1
    Conversation.objects.filter(pk=held.conversation.pk).update(note_seq=seq)
    row = Whisper.objects.create(
        conversation=held.conversation, session=session, seq=seq, member=member, agent=agent,
        client_id=client_id, text=text, at=held.now,
    )  # fmt: skip
    if agent.pk != member.pk:
        audit.record("whisper", session, actor=member)
    _tell(held, row)
    return row


def _tell(held: Locked, row: Whisper) -> None:
    """The agent by his own stream, who reads along by the conversation's; the bell makes a lost frame harmless."""
    frame = {"op": "whisper", "conversation": held.conversation.public_id, "whisper": row.as_wire()}
    tell_member_after_commit(row.agent_id, frame)
    after_commit([["online", held.conversation.pk, SUPERVISOR, orjson.dumps(frame).decode()]])
    live.ring_after_commit([row.agent_id])


def whispers_of(member: Member, conversation: Conversation, after: int = 0) -> list[Frame]:
    """Those that he may read after a `note_seq`, the newest MOST of them, in order."""
    rows = Whisper.objects.for_member(member).filter(conversation=conversation, seq__gt=after)
    newest = rows.select_related("member", "session").order_by("-seq")[:MOST]
    return [row.as_wire() for row in reversed(newest)]


def whispers_in(member: Member, session: Session) -> list[Frame]:
    """Those of one session that he may read, for its transcript."""
    rows = Whisper.objects.for_member(member).filter(session=session).select_related("member", "session")
    return [row.as_wire() for row in rows[:MOST]]
