"""留言 over the workbench's socket (A117): claim, reply, close. A reply begins a session with the visitor."""

from typing import Any

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from accounts.models import Member
from routing import actions
from sessions_flow.access import left_messages_for_member
from sessions_flow.actions import Post, Refused, Sender, claim_left_message, close_left_message, post_messages
from sessions_flow.doors.frames import client_id_of
from sessions_flow.models import LeftMessage, Session, State
from sessions_flow.models.session import milliseconds
from sessions_flow.protocol import elements, errors
from sessions_flow.protocol.errors import ProtocolError
from workbench.words import words

Frame = dict[str, Any]
MOST = 100
LONGEST_REPLY = 5000


def state_of_list(member: Member) -> Frame:
    """For the snapshot: how many wait for somebody, and a mark that changes with the list."""
    by_state = {state.value: Count("pk", filter=Q(state=state)) for state in LeftMessage.State}
    found = left_messages_for_member(member).open().order_by().aggregate(newest=Max("pk"), **by_state)
    counts = [found[state.value] for state in LeftMessage.State]
    return {"count": sum(counts), "mark": "-".join(str(part) for part in (found["newest"], *counts))}


def listed(member: Member, frame: Frame) -> Frame:
    """The open ones, oldest first."""
    related = ("conversation__visitor", "conversation__channel", "member", "group")
    rows = left_messages_for_member(member).open().select_related(*related)[:MOST]
    return {"messages": [_row(left, member) for left in rows]}


def claim(member: Member, frame: Frame) -> None:
    if not claim_left_message(_left(member, frame), member):
        raise ProtocolError(errors.DUPLICATE, _("Somebody has taken this message already."))


def close(member: Member, frame: Frame) -> None:
    if not close_left_message(_left(member, frame), member):
        raise ProtocolError(errors.DUPLICATE, _("This message is closed, or another agent's."))


def reply(member: Member, frame: Frame) -> Frame:
    """`session`: what he serves now; the visitor reads the reply in it, at once or when he comes back."""
    left = _left(member, frame)
    said = words(frame, "text", _("The reply"), LONGEST_REPLY)
    client_id = client_id_of(frame)
    session = _served(left, member)
    result = post_messages([Post(left.conversation_id, Sender.agent(member), elements.text(said), client_id)])[0]
    if isinstance(result, Refused):
        raise ProtocolError(result.code, result.reason)
    claim_left_message(left, member)
    LeftMessage.objects.filter(pk=left.pk).update(session=session)  # its end closes the message
    return {"session": str(session.session_id)}


def _served(left: LeftMessage, member: Member) -> Session:
    """The visitor's session, which is his from now on."""
    running = Session.objects.running().filter(conversation=left.conversation_id).first()
    if running is not None and running.state == State.SERVING and running.agent_id == member.pk:
        return running
    if running is not None and running.state == State.WAITING:
        return actions.claim(member, running)
    return actions.start(left.conversation, member)


def _left(member: Member, frame: Frame) -> LeftMessage:
    """The one that the frame names. Raises ProtocolError; what is not for his groups does not exist for him."""
    rows = left_messages_for_member(member).select_related("conversation", "member")
    found = rows.filter(public_id=str(frame.get("left"))[:32]).first()
    if found is None:
        raise ProtocolError(errors.NOT_FOUND, _("This message does not exist."))
    return found


def _row(left: LeftMessage, reader: Member) -> Frame:
    visitor = left.conversation.visitor
    return {
        "id": left.public_id,
        "visitor": {"id": visitor.openid, "name": visitor.display_name, "avatar": visitor.avatar},
        "online": left.conversation.visitor_online,
        "channel": left.conversation.channel.name,
        "group": left.group.name if left.group else "",
        "text": left.text,
        "contact": left.contact,
        "answers": left.fields,
        "at": milliseconds(left.created_at),
        "state": left.state,
        "by": left.member.nickname if left.member else "",
        "mine": left.member_id == reader.pk,
    }
