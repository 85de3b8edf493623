"""What a visitor's frames do in the database: coming in, being here, rating, ending. No socket in sight."""

from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.identity import file_ticket, openid_of_token, visitor_token
from accounts.models import Visitor
from sessions_flow import live
from sessions_flow.actions import (
    Sender,
    end_session,
    locked,
    open_conversation,
    rate,
    recall,
    request_rating,
    return_to_flow,
)
from sessions_flow.doors import places
from sessions_flow.doors.frames import language_of
from sessions_flow.doors.history import first_after, page_before
from sessions_flow.models import Channel, Conversation, EndedBy, Message, Session, State
from sessions_flow.protocol import errors, payloads
from sessions_flow.protocol.errors import ProtocolError

Frame = dict[str, Any]


def greet(frame: Frame, last_seq: int | None) -> tuple[Conversation, Frame] | None:
    """Finds or makes the visitor and his conversation; the `welcome` frame. None for an unknown channel."""
    channel = Channel.objects.filter(web_app_id=str(frame.get("web_app_id")).replace("\0", ""), is_active=True).first()
    if channel is None:
        return None
    visitor = _visitor(frame)
    conversation = open_conversation(channel, visitor)
    conversation.visitor, conversation.channel = visitor, channel
    say_presence(conversation, True)
    page: Frame = (
        {"entries": first_after(conversation.pk, last_seq), "has_more": False}
        if last_seq is not None and last_seq <= conversation.seq
        else page_before(conversation.pk, None)
    )
    newest = page["entries"][-1]["seq"] if page["entries"] else min(last_seq or 0, conversation.seq)
    session = Session.objects.running().select_related("agent", "group").filter(conversation=conversation).first()
    return conversation, {
        "op": "welcome",
        "token": visitor_token(visitor.openid),
        "file_ticket": file_ticket(visitor.openid),
        "visitor": {"id": visitor.openid, "name": visitor.display_name},
        "channel": channel.as_wire(),
        "session": session.as_wire() if session else None,
        **page,
        "last_seq": newest,
        "read_seq": conversation.agent_read_seq,
        "queue": places.place_of(conversation.pk),
    }


def _visitor(frame: Frame) -> Visitor:
    """Whoever the token proves, otherwise somebody new (A88)."""
    language = language_of(frame)
    openid = openid_of_token(frame.get("token"))
    visitor = Visitor.objects.filter(openid=openid).first() if openid else None
    if visitor is None:
        return Visitor.objects.create(language=language)
    if visitor.language != language:
        visitor.language = language
        visitor.save(update_fields=["language"])
    return visitor


def say_presence(conversation: Conversation, is_online: bool) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(visitor_online=is_online, visitor_seen_at=timezone.now())
    live.say_online(
        conversation.pk, "agent", {"op": "presence", "conversation": conversation.public_id, "online": is_online}
    )


def one_entry(conversation_id: int, seq: int) -> list[Frame]:
    rows = Message.objects.filter(conversation_id=conversation_id, seq=seq).select_related("session")
    return [row.as_wire() for row in rows]


def act_on_flag(conversation_id: int, language: str, data: Frame) -> None:
    """src 10 rates, 24 asks for the card, 27 ends. Raises ProtocolError with the reason in the visitor's language."""
    with translation.override(language or None):
        if data["src"] == payloads.RATING_CHOICE:
            rate(conversation_id, payloads.choice_of(data))
        elif data["src"] == payloads.RATING_REQUEST:
            request_rating(conversation_id)
        elif data["src"] == payloads.VISITOR_ENDS:
            _end(conversation_id)


def recall_own(conversation_id: int, language: str, who: Sender, seq: int) -> None:
    """A27. Raises ProtocolError with the reason in the visitor's language."""
    with translation.override(language or None):
        recall(conversation_id, seq, who)


def _end(conversation_id: int) -> None:
    """F37, A67: ends the human session; in the queue it takes the request back."""
    with locked(conversation_id) as held:
        session = held.session
        if session is None or session.state == State.FLOW:
            raise ProtocolError(errors.SESSION_OVER, _("No agent is connected."))
        if session.state == State.WAITING:
            return_to_flow(held, session, _("Your request for an agent was taken back."))
        else:
            end_session(held, session, EndedBy.CLIENT)
