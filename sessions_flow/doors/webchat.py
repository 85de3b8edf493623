"""The visitor's socket, `/ws/chat/` (docs/wire.md). An edge: it parses, throttles and hands on."""

import asyncio
import logging
import time
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.identity import file_ticket, openid_of_token, visitor_token
from accounts.models import Visitor
from sessions_flow import live
from sessions_flow.actions import (
    VISITOR,
    Post,
    Refused,
    Sender,
    Stored,
    end_session,
    enter,
    locked,
    mark_read,
    open_conversation,
    rate,
    request_rating,
    return_to_flow,
)
from sessions_flow.doors import places, presence  # noqa: F401 (its heartbeat)
from sessions_flow.doors.frames import client_id_of, seq_of, with_upload
from sessions_flow.doors.history import everything_after, page_before
from sessions_flow.doors.origins import is_own_page
from sessions_flow.live.database import in_database
from sessions_flow.live.follower import Follower
from sessions_flow.live.registry import registry
from sessions_flow.models import Channel, Conversation, EndedBy, Message, Session, State
from sessions_flow.protocol import elements, errors, payloads
from sessions_flow.protocol.errors import ProtocolError
from sessions_flow.writer import writer

logger = logging.getLogger(__name__)
HELLO_SECONDS = 10.0
LANGUAGES = ("zh-hans", "en")
PREFIX = '{"op":"entries","entries":['
Frame = dict[str, Any]


class VisitorConsumer(Follower):
    is_visitor = True
    conversation: Conversation
    sender: Sender

    async def connected(self) -> None:
        self.is_known = False
        self.typed_at = 0.0
        if not is_own_page(self.scope):
            await self.base_send({"type": "websocket.close", "code": 4403})
            return
        await self.accept()
        asyncio.get_running_loop().call_later(HELLO_SECONDS, self._hello_is_late)

    def _hello_is_late(self) -> None:
        if not self.is_known:
            self.close(4408)

    async def disconnected(self) -> None:
        if self.is_known and not self._has_other_tabs():
            await in_database(say_presence, self.conversation, False)

    def _has_other_tabs(self) -> bool:
        here = registry.followers.get(self.conversation.pk, set())
        return any(isinstance(other, VisitorConsumer) for other in here if other is not self)

    async def received(self, frame: Frame) -> None:
        if not self.is_known:
            await self._hello(frame)
            return
        try:
            await self._act(frame)
        except ProtocolError as error:
            self._refuse(frame.get("client_id"), error.code, str(error.reason))

    def _refuse(self, client_id: object, code: int, reason: str) -> None:
        known = {"client_id": client_id} if isinstance(client_id, str) else {}
        self.send_frame({"op": "refused", **known, "code": code, "reason": reason})

    async def _hello(self, frame: Frame) -> None:
        if frame["op"] != "hello":
            self.close(4400)
            return
        try:
            last_seq = seq_of(frame, "last_seq")
        except ProtocolError:
            self.close(4400)
            return
        found = await in_database(greet, frame, last_seq)
        if found is None:
            self.close(4404)
            return
        self.conversation, welcome = found
        self.sender = Sender.visitor(self.conversation.visitor)
        self.language = self.conversation.visitor.language
        self.is_known = True
        self.send_frame(welcome)
        self.follow(self.conversation.pk, welcome["last_seq"])

    async def _act(self, frame: Frame) -> None:
        op = frame["op"]
        if op == "message.post":
            await self._post(frame)
        elif op == "read":
            seq = seq_of(frame, "seq") or 0
            await in_database(mark_read, self.conversation.pk, VISITOR, seq)
        elif op == "history":
            page = await in_database(page_before, self.conversation.pk, seq_of(frame, "before"))
            self.send_frame({"op": "history", **page})
        elif op == "typing":
            self._typing(frame)
        elif op == "ping":
            self.send_text('{"op":"pong"}')
        else:
            raise ProtocolError(errors.BAD_DATA, f"op: unknown {op!r}"[:100])

    async def _post(self, frame: Frame) -> None:
        client_id = client_id_of(frame)
        elem = elements.checked(frame.get("elem"), elements.FROM_VISITOR)
        if not elements.is_stored(elem):
            await self._flag(elem)
            return
        if elements.file_id_of(elem):
            elem = await in_database(with_upload, self.conversation.pk, elem)
        post = Post(self.conversation.pk, self.sender, elem, client_id)
        if not writer.post(post, self._answered):
            raise ProtocolError(errors.TOO_FAST, "the desk is overloaded, please send it again")

    def _answered(self, result: Stored | Refused) -> None:
        """Only what the echo cannot say: refused, or stored before (then the first one is sent again)."""
        if isinstance(result, Refused):
            self._refuse(result.post.client_id, result.code, result.reason)
        else:
            live.process.spawn(self._resend(result.seq))

    async def _resend(self, seq: int) -> None:
        page = await in_database(one_entry, self.conversation.pk, seq)
        self.send_frame({"op": "entries", "entries": page})

    async def _flag(self, elem: Frame) -> None:
        """src 7, 10, 12, 24, 27: acted upon, never stored (F12)."""
        data = elements.payload_of(elem) or {}
        if data["src"] == payloads.TRIGGER:
            for fact in await in_database(enter, self.conversation.pk):
                self.send_frame({"op": "online", "from": {"kind": "system", "id": "", "name": ""}, "elem": fact})
        elif data["src"] == payloads.TYPING:
            self._typing({})
        else:
            await in_database(act_on_flag, self.conversation.pk, self.language, data)

    def _typing(self, frame: Frame) -> None:
        """At most one a second; with the text so far, which the agent may preview."""
        if time.monotonic() - self.typed_at < 1.0 and frame.get("text"):
            return
        self.typed_at = time.monotonic()
        text = str(frame.get("text") or "")[:500]
        told = {"op": "online", "conversation": self.conversation.public_id, "typing": bool(text), "text": text}
        live.say_online(self.conversation.pk, "agent", told)

    def entries_prefix(self, conversation_id: int) -> str:
        return PREFIX

    def on_online(self, conversation_id: int, to: str, json: str) -> None:
        if to == VISITOR:
            self.send_text(json)

    def on_poke(self, conversation_id: int) -> None:
        live.process.spawn(self._tell_place())

    async def _tell_place(self) -> None:
        place = await in_database(places.place_of, self.conversation.pk)
        self.send_frame({"op": "queue", **(place or {"position": None})})


def greet(frame: Frame, last_seq: int | None) -> tuple[Conversation, Frame] | None:
    """Finds or makes the visitor and his conversation; the `welcome` frame. None for an unknown channel."""
    channel = Channel.objects.filter(web_app_id=str(frame.get("web_app_id")), is_active=True).first()
    if channel is None:
        return None
    visitor = _visitor(frame)
    conversation = open_conversation(channel, visitor)
    conversation.visitor, conversation.channel = visitor, channel
    say_presence(conversation, True)
    page: Frame = (
        {"entries": everything_after(conversation.pk, last_seq), "has_more": False}
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
    language = str(frame.get("language") if frame.get("language") in LANGUAGES else LANGUAGES[0])
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
