"""What a visitor's frames do in the database: coming in, being here, rating, ending. No socket in sight."""

import time
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import usersig
from accounts.devices import device_of
from accounts.identity import file_ticket, openid_of_token, visitor_token
from accounts.models import Visitor
from sessions_flow import live
from sessions_flow.access import channel_of
from sessions_flow.actions import (
    Sender,
    end_session,
    enter,
    identify,
    leave,
    locked,
    note_device,
    open_conversation,
    rate,
    recall,
    request_rating,
    return_to_flow,
    vote,
)
from sessions_flow.doors import places, questions
from sessions_flow.doors.frames import language_of
from sessions_flow.doors.history import first_after, page_before
from sessions_flow.doors.limits import wait_for_new_visitor
from sessions_flow.doors.origins import is_welcome
from sessions_flow.models import Channel, Conversation, EndedBy, Message, Session, State, Workplace
from sessions_flow.models.settings import current
from sessions_flow.protocol import errors, payloads
from sessions_flow.protocol.errors import ProtocolError

Frame = dict[str, Any]
SEEN_SECONDS = 10


class Unwelcome(Exception):
    """The socket is closed with `code`: 4404 for an unknown channel, 4403 for a site that may not embed it,
    4429 for an address that brings new visitors too fast."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def greet(
    frame: Frame, last_seq: int | None, origin: str = "", user_agent: str = "", address: str = ""
) -> tuple[Conversation, list[Frame]]:
    """Finds or makes the visitor and his conversation; the frames that answer `hello`. Raises Unwelcome.

    A userSig that does not hold is refused, and the visit goes on without it."""
    channel = channel_of(frame.get("web_app_id"))
    if channel is None:
        raise Unwelcome(4404)
    if not is_welcome(channel, origin, frame.get("site")):
        raise Unwelcome(4403)
    visitor, refused = _visitor(frame, channel, address)
    conversation = open_conversation(channel, visitor)
    conversation.visitor, conversation.channel = visitor, channel
    come_in(conversation, user_agent)
    return conversation, [*refused, _welcome(conversation, last_seq)]


def _welcome(conversation: Conversation, last_seq: int | None) -> Frame:
    channel, visitor = conversation.channel, conversation.visitor
    page: Frame = (
        {"entries": first_after(conversation.pk, last_seq), "has_more": False}
        if last_seq is not None and last_seq <= conversation.seq
        else page_before(conversation.pk, None)
    )
    newest = page["entries"][-1]["seq"] if page["entries"] else min(last_seq or 0, conversation.seq)
    session = running_session(conversation)
    fields = list(channel.form_fields.all())
    return {
        "op": "welcome",
        "token": visitor_token(visitor.openid),
        "file_ticket": file_ticket(visitor.openid),
        "visitor": {"id": visitor.openid, "name": visitor.display_name, "user_id": visitor.user_id},
        "channel": channel.as_wire(),
        **state_of(conversation, session),
        **page,
        "last_seq": newest,
        "form": questions.wire(questions.asked_before(conversation, session, fields)),
        "message_form": questions.message_form(channel, fields),
        "previews_typing": current(Workplace).previews_typing,
    }


def running_session(conversation: Conversation) -> Session | None:
    return Session.objects.running().select_related("agent", "group").filter(conversation=conversation).first()


def state_of(conversation: Conversation, session: Session | None) -> Frame:
    """How things stand, for every door: the running session, what the agent has read, the place in the queue."""
    return {
        "session": session.as_wire() if session else None,
        "read_seq": conversation.agent_read_seq,
        "own_read_seq": conversation.visitor_read_seq,
        "queue": places.place_of(conversation.pk),
    }


def _visitor(frame: Frame, channel: Channel, address: str) -> tuple[Visitor, list[Frame]]:
    """Whoever the userSig or the token proves, otherwise somebody new (A88, A116); a `refused` frame for a userSig
    that does not hold: then nothing of a signed visitor is shown, whatever token came with it."""
    language = language_of(frame)
    openid = openid_of_token(frame.get("token"))
    visitor = Visitor.objects.filter(openid=openid).first() if openid else None
    refused: list[Frame] = []
    if frame.get("user_id") is not None or frame.get("user_sig") is not None:
        try:
            visitor = identify(channel, visitor, usersig.verify(frame.get("user_sig"), str(frame.get("user_id"))))
        except usersig.UserSigError as error:
            visitor = visitor if visitor and visitor.user_id is None else None
            with translation.override(language):
                refused = [{"op": "refused", "of": "hello", "code": error.code, "reason": str(error.reason)}]
    if visitor is None:
        if wait_for_new_visitor(address):
            raise Unwelcome(4429)
        visitor = Visitor.objects.create(language=language)
    if visitor.language != language:
        visitor.language = language
        visitor.save(update_fields=["language"])
    return visitor, refused


def come_in(conversation: Conversation, user_agent: str) -> None:
    """The visitor is here, with this browser."""
    note_device(conversation, *device_of(user_agent[:500]))
    say_presence(conversation, True)


def say_presence(conversation: Conversation, is_online: bool) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(visitor_online=is_online, visitor_seen_at=timezone.now())
    live.say_online(
        conversation.pk, "agent", {"op": "presence", "conversation": conversation.public_id, "online": is_online}
    )


def say_typing(conversation: Conversation, text: str) -> None:
    """With the text so far, which the agent may preview; empty when the visitor has stopped. Never stored."""
    told = {"op": "online", "conversation": conversation.public_id, "typing": bool(text), "text": text}
    live.say_online(conversation.pk, "agent", told)


def previewed(text: str) -> str:
    """What agents may see of it: only that somebody types, where the preview is switched off."""
    return text if current(Workplace).previews_typing or not text else "…"


def typed_by(data: Frame) -> str:
    """src 12 tells that somebody types, not what."""
    return "…" if data.get("typingStatus", 1) == 1 else ""


class Typing:
    """What one connection tells of its typing: at most once a second."""

    def __init__(self) -> None:
        self.told_at = 0.0

    def say(self, conversation: Conversation, text: str) -> None:
        if time.monotonic() - self.told_at >= (1.0 if text else 0.2):
            self.told_at = time.monotonic()
            say_typing(conversation, text)


def be_seen(conversation: Conversation) -> None:
    """A sign of life from a door without a lasting connection; written once in SEEN_SECONDS at most."""
    if not conversation.visitor_online:
        say_presence(conversation, True)
    elif (seen := conversation.visitor_seen_at) is None or (timezone.now() - seen).total_seconds() > SEEN_SECONDS:
        Conversation.objects.filter(pk=conversation.pk).update(visitor_seen_at=timezone.now())


def one_entry(conversation_id: int, seq: int) -> list[Frame]:
    rows = Message.objects.filter(conversation_id=conversation_id, seq=seq).select_related("session")
    return [row.as_wire() for row in rows]


def take_flag(conversation: Conversation, language: str, data: Frame) -> list[Frame]:
    """Acts on a payload that is never stored. Returns the elements that answer src 7. Raises ProtocolError."""
    if data["src"] == payloads.TRIGGER:
        return enter(conversation.pk)
    if data["src"] == payloads.TYPING:
        say_typing(conversation, typed_by(data))
    else:
        act_on_flag(conversation.pk, language, data)
    return []


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


def vote_on(conversation_id: int, language: str, seq: int, is_up: object) -> None:
    """A thumb on an answer of the bot. Raises ProtocolError with the reason in the visitor's language."""
    if not isinstance(is_up, bool):
        raise ProtocolError(errors.BAD_DATA, "up: expected true or false")
    with translation.override(language or None):
        vote(conversation_id, seq, is_up)


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


def leave_message(conversation_id: int, client_id: str, frame: Frame) -> str:
    """The message form (A117); a repeated client id is answered by the first one. Raises ProtocolError."""
    left = leave(conversation_id, client_id, frame.get("text", ""), frame.get("contact", ""), frame.get("answers"))
    return left.public_id
