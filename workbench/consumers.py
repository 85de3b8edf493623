"""The agent's socket, `/ws/workbench/` (docs/wire.md). An edge: it parses, and answers every request by its id."""

import asyncio
from typing import Any

import orjson
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.identity import member_ticket
from accounts.logins import member_of_login, see
from accounts.models import Member
from routing import presence  # noqa: F401 (its heartbeat)
from routing.actions import arrive, is_displaced, take_seat
from sessions_flow import live
from sessions_flow.access import conversation_for_member, messages_for_member
from sessions_flow.actions import AGENT, Sender, mark_read
from sessions_flow.doors.frames import language_of, seq_of
from sessions_flow.doors.history import page_of
from sessions_flow.live.database import in_database
from sessions_flow.live.follower import Cursor
from sessions_flow.live.registry import registry
from sessions_flow.models import State
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError
from workbench.acts import ACTS, SLOW
from workbench.notices.subscriptions import settle
from workbench.snapshot import Row, snapshot_of
from workbench.staffsocket import NOT_LISTED, StaffSocket
from workbench.visitors import visitor_card

RING_SECONDS = 0.05  # rings within this become one snapshot
SNAPSHOT_SECONDS = 20.0
EMBEDDED = b"embedded"
LONGEST_KEY = 64
ELSEWHERE = 4409  # logged in at another place
Frame = dict[str, Any]


class AgentConsumer(StaffSocket):
    async def connected(self) -> None:
        self.rows: dict[int, Row] = {}
        self.ids: dict[str, int] = {}
        self.told: dict[int, int] = {}  # by conversation that he stopped following: the last seq that he was sent
        self.is_embedded = self.scope["query_string"] == EMBEDDED  # the agent SDK: its hello brings a login
        await super().connected()

    async def let_in(self) -> bool:
        return self.is_embedded or await super().let_in()

    def left(self) -> None:
        if self.is_known:
            registry.leave(self.member.pk, self)

    async def greeted(self, frame: Frame) -> None:
        if frame["op"] != "hello":
            self.close(4400)
            return
        if self.is_embedded and not await self.log_in(str(frame.get("login"))[:LONGEST_KEY]):
            self.close(4401)
            return
        cursors = frame.get("cursors")
        self.known_seqs = {k: v for k, v in cursors.items() if isinstance(v, int)} if isinstance(cursors, dict) else {}
        self.language = language_of(frame)
        is_opening = frame.get("opening") is True
        if not await in_database(take_seat, self.member, self.login, is_opening):
            self.close(ELSEWHERE)
            return
        await in_database(settle)  # another place of work, another phone
        self.is_known = True
        registry.enter(self.member.pk, self)
        await in_database(arrive, self.member, is_opening)
        await self.look()
        live.process.spawn(self._send_snapshots())

    async def _send_snapshots(self) -> None:
        """A member's stream has no history: its small snapshot is sent whole on every bell and every 20 s."""
        while self.is_open:
            await asyncio.sleep(SNAPSHOT_SECONDS)
            self.on_ring()
            live.process.spawn(in_database(see, self.login, timezone.now()))

    def pause(self) -> float:
        return RING_SECONDS

    def _load(self) -> tuple[Frame | int, list[Row]]:
        """Who he is now, by his login, and his state. A close code for who may no longer be here (promise 11, T18)."""
        if is_displaced(self.member, self.login):
            return ELSEWHERE, []
        member = member_of_login(self.login)
        if member is None or member.pk != self.member.pk:
            return 4401, []
        self.member, self.sender = member, Sender.agent(member)
        with translation.override(self.language):
            frame, rows = snapshot_of(member)
        ticket = {"file_ticket": member_ticket(member.public_id)} if self.is_embedded else {}
        return frame | ticket, rows

    async def look(self) -> None:
        frame, rows = await in_database(self._load)
        if isinstance(frame, int):
            self.close(frame)
            return
        self.rows = {row.conversation_id: row for row in rows}
        self.ids = {row.public_id: row.conversation_id for row in rows}
        self.send_frame(frame)
        for row in rows:
            self.follow(row.conversation_id, self._known(row))
        for conversation_id in [key for key in self.cursors if key not in self.rows]:
            self.unfollow(conversation_id)

    def _known(self, row: Row) -> int:
        """What he has of it: by his hello, or, when he serves it again, from when he followed it last. An ended row
        goes on from the newest: what came since is not his."""
        known = self.known_seqs.pop(row.public_id, row.last_seq)
        if row.state == State.SERVING:
            known = min(known, self.told.pop(row.conversation_id, known))
        return min(known, row.last_seq)

    def unfollow(self, conversation_id: int) -> None:
        if cursor := self.cursors.get(conversation_id):
            self.told[conversation_id] = cursor.seq
        super().unfollow(conversation_id)

    async def act(self, frame: Frame) -> Frame | None:
        op = frame["op"]
        if op == "message.post":
            return await self.post(frame)
        if op == "typing":
            return self.typing(frame)
        if op == "history":
            return await self.done(self._history, frame)
        if op == "visitor":
            return await in_database(visitor_card, self.member, self.listed(frame))
        if op == "read":
            conversation_id = self.listed(frame)
            await in_database(mark_read, conversation_id, AGENT, seq_of(frame, "seq") or 0)
            return {}
        act = self.recalled if op == "message.recall" else ACTS.get(op)
        if act is None:
            raise ProtocolError(errors.BAD_DATA, f"op: unknown {op!r}"[:100])
        if op in SLOW:
            self.done_later(act, frame)
            return None
        return await self.done(act, frame)

    def is_served(self, conversation_id: int) -> bool:
        row = self.rows.get(conversation_id)
        return row is not None and row.state == State.SERVING

    def listed(self, frame: Frame) -> int:
        """A conversation on his lists. Anything else does not exist for him."""
        found = self.ids.get(str(frame.get("conversation")))
        if found is None:
            raise ProtocolError(errors.NOT_FOUND, NOT_LISTED)
        return found

    def _history(self, member: Member, frame: Frame) -> Frame:
        """An admin who looks at what is not on his lists is named in the audit log."""
        conversation = conversation_for_member(member, frame.get("conversation"))
        if conversation is None:
            raise ProtocolError(errors.NOT_FOUND, _("This conversation does not exist."))
        before = seq_of(frame, "before")
        if before is None and conversation.pk not in self.rows and (session := conversation.sessions.first()):
            audit.record("transcript", session, actor=member)
        return page_of(messages_for_member(member, conversation), before)

    def entries_prefix(self, conversation_id: int) -> str:
        return f'{{"op":"entries","conversation":"{self.rows[conversation_id].public_id}","entries":['

    def _send_entries(self, conversation_id: int, cursor: Cursor, entries: list[tuple[int, str]]) -> None:
        """Up to where the conversation stops being his: passed on to somebody else, or, when he follows an ended row
        for its rating only, a newer session."""
        row = self.rows[conversation_id]
        his = self._his(row, [json for _seq, json in entries])
        if his is None:
            super()._send_entries(conversation_id, cursor, entries)
            return
        if his:
            super()._send_entries(conversation_id, cursor, entries[:his])
        self.unfollow(conversation_id)
        cursor.seq = cursor.rung = entries[-1][0]  # whoever fills it stops
        self.on_ring()

    def _his(self, row: Row, entries: list[str]) -> int | None:
        """How many of them are for him; None: all, also when it was somebody else's in between."""
        if row.state == State.ENDED:
            newer = (count for count, json in enumerate(entries) if _session_of(json) not in (None, row.session_id))
            return next(newer, None)
        passed_on = None
        for count, json in enumerate(entries):
            if '"session.changed"' in json:
                agent = (orjson.loads(json).get("event") or {}).get("session", {}).get("agent")
                is_his = agent is not None and agent["id"] == self.member.public_id
                passed_on = None if is_his else count if passed_on is None else passed_on
        return passed_on

    def on_online(self, conversation_id: int, to: str, json: str) -> None:
        if to == AGENT:
            self.send_text(json)


def _session_of(entry: str) -> str | None:
    session: str | None = orjson.loads(entry)["session"]
    return session
