"""The supervisor's socket, `/ws/monitor/` (docs/wire.md), of the workbench's page and the console's.

It is nobody's place of work (A110): it takes no seat, sets no status and keeps nobody present."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from accounts import audit
from accounts.logins import member_of_login
from accounts.models import Member
from sessions_flow import live
from sessions_flow.actions import AGENT
from sessions_flow.doors.frames import language_of, seq_of
from sessions_flow.doors.history import page_before
from sessions_flow.live.database import in_database
from sessions_flow.live.publish import SUPERVISOR
from sessions_flow.live.registry import Frame as Signal
from sessions_flow.live.registry import registry
from sessions_flow.models import Session
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError
from workbench.acts import session_of
from workbench.staffsocket import NOT_LISTED, StaffSocket
from workbench.supervising.acts import SUPERVISING, supervisor
from workbench.supervising.sessions import Wanted, row_of
from workbench.supervising.view import View, changes, view_of, whole
from workbench.whispers import whispers_of

LOOK_SECONDS = 1.0  # at most one look at the desk in so long, whatever happens
RESTS = 4  # and no more often than this many times what it takes, on a busy machine
HEAL_SECONDS = 10.0  # and one at least
WRITING = ("message.post", "typing", "message.recall")
QUIET = ('{"op":"online"', '{"op":"visitor"')  # typing, and pages visited: nothing of the view
Frame = dict[str, Any]


@dataclass(slots=True)
class Watched:
    """The one conversation that is read along."""

    conversation_id: int
    public_id: str
    session: Session


class MonitorConsumer(StaffSocket):
    async def connected(self) -> None:
        self.wanted: Wanted | None = None  # None: the list is not asked for
        self.view: View | None = None
        self.watched: Watched | None = None
        self.rests_until = 0.0
        await super().connected()

    async def let_in(self) -> bool:
        return await super().let_in() and self.member.is_staff

    def left(self) -> None:
        registry.listeners.discard(self)

    async def greeted(self, frame: Frame) -> None:
        if frame["op"] != "hello":
            self.close(4400)
            return
        self.language, self.is_known = language_of(frame), True
        registry.listeners.add(self)
        self.send_frame({"op": "welcome", "member": {"id": self.member.public_id, "name": self.member.nickname}})
        live.process.spawn(self._heal())

    async def act(self, frame: Frame) -> Frame | None:
        op = frame["op"]
        if op == "monitor":
            self.wanted = Wanted.asked(frame)
            self.view = await in_database(self._look)
            self.send_frame(whole(self.view))
            return {}
        if op == "monitor.stop":
            self.wanted = self.view = None
            return {}
        if op == "watch":
            return await self._watch(frame)
        if op == "unwatch":
            self._stop_watching()
            return {}
        if op in WRITING:
            await in_database(supervisor, self.member)
        if op == "message.post":
            return await self.post(frame)
        if op == "typing":
            return self.typing(frame)
        act = {"history": self._history, "message.recall": self.recalled}.get(op) or SUPERVISING.get(op)
        if act is None:
            raise ProtocolError(errors.BAD_DATA, f"op: unknown {op!r}"[:100])
        return await self.done(act, frame)

    # --- the list

    def on_frames(self, frames: list[Signal]) -> None:
        """Whatever is committed or told, in all processes."""
        for kind, key, *rest in frames:
            if kind == "drop" and key == self.member.pk:
                self.close(4401)
            elif kind in ("entry", "ring") or (kind == "online" and not rest[1].startswith(QUIET)):
                self.on_ring()

    def pause(self) -> float:
        return max(0.05, self.rests_until - time.monotonic())

    async def look(self) -> None:
        began = time.monotonic()
        await self._send_changes()
        self.rests_until = began + max(LOOK_SECONDS, RESTS * (time.monotonic() - began))

    async def _heal(self) -> None:
        """Statuses, hearts and lost rings."""
        while self.is_open:
            await asyncio.sleep(HEAL_SECONDS)
            self.on_ring()

    async def _send_changes(self) -> None:
        member = await in_database(member_of_login, self.login)
        if member is None or not member.is_staff:
            self.close(4401)
            return
        self.member = member
        before, wanted = self.view, self.wanted
        if before is None:
            return
        view = await in_database(self._look)
        if self.view is not before or self.wanted is not wanted:  # asked anew meanwhile
            return
        frame, self.view = changes(before, view), view
        if frame:
            self.send_frame(frame)

    def _look(self) -> View:
        with translation.override(self.language):
            supervisor(self.member)
            return view_of(self.wanted or Wanted())

    # --- reading along

    async def _watch(self, frame: Frame) -> Frame:
        """The newest page, and from there on what follows. The visitor sees nothing of it."""
        watched, found = await in_database(self._open, frame)
        self._stop_watching()
        self.watched = watched
        last = found["entries"][-1]["seq"] if found["entries"] else 0
        self.follow(watched.conversation_id, last)
        return found

    def _open(self, frame: Frame) -> tuple[Watched, Frame]:
        with translation.override(self.language), audit.acting(self.member, self.address):
            member = supervisor(self.member)
            session = session_of(member, frame)
            if session.agent_id != member.pk:
                audit.record("transcript", session, actor=member)
            conversation = session.conversation
            found = page_before(conversation.pk, None)
            found["whispers"] = whispers_of(member, conversation)
            found["row"] = row_of(session)
            return Watched(conversation.pk, conversation.public_id, session), found

    def _stop_watching(self) -> None:
        if self.watched:
            self.unfollow(self.watched.conversation_id)
            self.watched = None

    def _history(self, member: Member, frame: Frame) -> Frame:
        supervisor(member)
        return page_before(self.listed(frame), seq_of(frame, "before"))

    def listed(self, frame: Frame) -> int:
        if self.watched is None or self.watched.public_id != frame.get("conversation"):
            raise ProtocolError(errors.NOT_FOUND, NOT_LISTED)
        return self.watched.conversation_id

    def is_served(self, conversation_id: int) -> bool:
        return False  # that a supervisor types is shown to nobody

    def entries_prefix(self, conversation_id: int) -> str:
        public_id = self.watched.public_id if self.watched else ""
        return f'{{"op":"entries","conversation":"{public_id}","entries":['

    def on_online(self, conversation_id: int, to: str, json: str) -> None:
        """What the agent is shown too, and whispers."""
        if to in (SUPERVISOR, AGENT):
            self.send_text(json)
