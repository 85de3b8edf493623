"""The visitor's socket, `/ws/chat/` (docs/wire.md). An edge: it parses, throttles and hands on."""

import asyncio
import time
from typing import Any

from django.utils import translation

from sessions_flow import live
from sessions_flow.actions import (
    VISITOR,
    Post,
    Refused,
    Sender,
    Stored,
    mark_read,
    note_pages,
    set_attributes,
)
from sessions_flow.doors import presence  # noqa: F401 (its heartbeat)
from sessions_flow.doors.frames import client_id_of, seq_of, with_upload
from sessions_flow.doors.history import page_before
from sessions_flow.doors.limits import address_of
from sessions_flow.doors.origins import header, is_listed_site, is_own_page
from sessions_flow.doors.questions import answer_form
from sessions_flow.doors.reasons import in_words
from sessions_flow.doors.visitor_follower import VisitorFollower
from sessions_flow.doors.visits import (
    Typing,
    Unwelcome,
    greet,
    leave_message,
    one_entry,
    previewed,
    recall_own,
    take_flag,
    typed_by,
    vote_on,
)
from sessions_flow.live.database import in_database
from sessions_flow.protocol import elements, errors, payloads
from sessions_flow.protocol.errors import ProtocolError
from sessions_flow.writer import OVERLOADED, writer

HELLO_SECONDS = 10.0
PAGE_SECONDS = 0.5  # between two pages of the trail
Frame = dict[str, Any]


class VisitorConsumer(VisitorFollower):
    sender: Sender

    async def connected(self) -> None:
        self.is_known = False
        self.typing, self.paged_at = Typing(), 0.0
        self.origin = "" if is_own_page(self.scope) else header(self.scope, b"origin")
        if self.origin and not await in_database(is_listed_site, self.origin):
            await self.base_send({"type": "websocket.close", "code": 4403})
            return
        await self.accept()
        asyncio.get_running_loop().call_later(HELLO_SECONDS, self._hello_is_late)

    def _hello_is_late(self) -> None:
        if not self.is_known:
            self.close(4408)

    async def disconnected(self) -> None:
        if self.is_known:
            await self.say_gone()

    async def received(self, frame: Frame) -> None:
        if not self.is_known:
            await self._hello(frame)
            return
        try:
            await self._act(frame)
        except ProtocolError as error:
            self._refuse(frame.get("client_id"), error.code, error.reason, error.field)

    def _refuse(self, client_id: object, code: int, reason: object, field: str = "") -> None:
        known = {"client_id": client_id} if isinstance(client_id, str) else {}
        named = {"field": field} if field else {}
        with translation.override(self.language):
            self.send_frame({"op": "refused", **known, **named, "code": code, "reason": in_words(reason)})

    async def _hello(self, frame: Frame) -> None:
        if frame["op"] != "hello":
            self.close(4400)
            return
        try:
            last_seq = seq_of(frame, "last_seq")
        except ProtocolError:
            self.close(4400)
            return
        try:
            user_agent = header(self.scope, b"user-agent")
            address = address_of(self.scope)
            self.conversation, frames = await in_database(greet, frame, last_seq, self.origin, user_agent, address)
        except Unwelcome as unwelcome:
            self.close(unwelcome.code)
            return
        self.sender = Sender.visitor(self.conversation.visitor)
        self.language = self.conversation.visitor.language
        self.is_known = True
        for answer in frames:
            self.send_frame(answer)
        self.follow(self.conversation.pk, frames[-1]["last_seq"])

    async def _act(self, frame: Frame) -> None:
        op = frame["op"]
        if op == "message.post":
            await self._post(frame)
        elif op == "read":
            seq = seq_of(frame, "seq") or 0
            await in_database(mark_read, self.conversation.pk, VISITOR, seq)
        elif op == "message.recall":
            seq = seq_of(frame, "seq") or 0
            await in_database(recall_own, self.conversation.pk, self.language, self.sender, seq)
        elif op == "answer.vote":
            seq = seq_of(frame, "seq") or 0
            await in_database(vote_on, self.conversation.pk, self.language, seq, frame.get("up"))
        elif op == "history":
            page = await in_database(page_before, self.conversation.pk, seq_of(frame, "before"))
            self.send_frame({"op": "history", **page})
        elif op == "typing":
            said = await in_database(previewed, str(frame.get("text") or "")[:500])
            self.typing.say(self.conversation, said)
        elif op == "ping":
            self.send_text('{"op":"pong"}')
        elif op == "pages":
            await self._pages(frame)
        elif op in ("attributes", "form.answer", "message.leave"):
            await self._tell(op, frame)
        else:
            raise ProtocolError(errors.BAD_DATA, f"op: unknown {op!r}"[:100])

    async def _tell(self, op: str, frame: Frame) -> None:
        """What is answered by `done`, or refused with the name of the field."""
        client_id = client_id_of(frame)
        found = await in_database(self._in_language, op, client_id, frame)
        self.send_frame({"op": "done", "client_id": client_id, **found})

    def _in_language(self, op: str, client_id: str, frame: Frame) -> Frame:
        with translation.override(self.language):
            if op == "message.leave":
                return {"id": leave_message(self.conversation.pk, client_id, frame)}
            if op == "attributes":
                set_attributes(self.conversation, frame.get("attributes"))
            else:
                answer_form(self.conversation, frame.get("answers"))
        self.conversation.visitor.refresh_from_db()
        self.sender = Sender.visitor(self.conversation.visitor)  # he may have a name now
        return {}

    async def _pages(self, frame: Frame) -> None:
        """Pages of the host's site (U1): at most two frames a second, the others are dropped."""
        if time.monotonic() - self.paged_at >= PAGE_SECONDS:
            self.paged_at = time.monotonic()
            await in_database(note_pages, self.conversation, frame.get("pages"))

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
            raise ProtocolError(errors.TOO_FAST, OVERLOADED)

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
        if data["src"] == payloads.TYPING:
            self.typing.say(self.conversation, typed_by(data))
            return
        for fact in await in_database(take_flag, self.conversation, self.language, data):
            self.send_frame({"op": "online", "from": {"kind": "system", "id": "", "name": ""}, "elem": fact})
