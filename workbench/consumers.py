"""The agent's socket, `/ws/workbench/` (docs/wire.md). An edge: it parses, and answers every request by its id."""

import asyncio
import logging
from typing import Any

import orjson
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.identity import member_ticket
from accounts.logins import key_of_login, member_of_login
from accounts.models import Member
from routing import presence  # noqa: F401 (its heartbeat)
from routing.actions import arrive, is_displaced, take_seat
from sessions_flow import live
from sessions_flow.access import conversation_for_member, messages_for_member
from sessions_flow.actions import AGENT, VISITOR, Post, Refused, Sender, Stored, mark_read, recall
from sessions_flow.doors.frames import LANGUAGES, client_id_of, language_of, seq_of, with_upload
from sessions_flow.doors.history import page_of
from sessions_flow.doors.origins import header, is_own_page
from sessions_flow.doors.reasons import in_words
from sessions_flow.live.database import in_database
from sessions_flow.live.follower import Cursor, Follower
from sessions_flow.live.registry import registry
from sessions_flow.models import State
from sessions_flow.protocol import elements, errors, payloads
from sessions_flow.protocol.errors import ProtocolError
from sessions_flow.writer import OVERLOADED, writer
from workbench.acts import ACTS, Act
from workbench.snapshot import Row, snapshot_of
from workbench.visitors import visitor_card

logger = logging.getLogger(__name__)
RING_SECONDS = 0.05  # rings within this become one snapshot
SNAPSHOT_SECONDS = 20.0
HELLO_SECONDS = 15.0
EMBEDDED = b"embedded"
LONGEST_KEY = 64
ELSEWHERE = 4409  # logged in at another place
Frame = dict[str, Any]


class AgentConsumer(Follower):
    member: Member
    sender: Sender

    async def connected(self) -> None:
        self.rows: dict[int, Row] = {}
        self.ids: dict[str, int] = {}
        self.is_known = self.is_ringing = self.is_rung = False
        self.language = LANGUAGES[0]
        await self.accept()
        if not is_own_page(self.scope):
            self.close(4403)
            return
        self.is_embedded = self.scope["query_string"] == EMBEDDED  # the agent SDK: its hello brings a login
        if not self.is_embedded and not await self._log_in(key_of_login(header(self.scope, b"cookie"))):
            self.close(4401)
            return
        live.process.spawn(self._expect_hello())

    async def _expect_hello(self) -> None:
        await asyncio.sleep(HELLO_SECONDS)
        if not self.is_known and self.is_open:
            self.close(4408)

    def left(self) -> None:
        if self.is_known:
            registry.leave(self.member.pk, self)

    async def received(self, frame: Frame) -> None:
        if not self.is_known:
            await self._hello(frame)
            return
        if frame["op"] == "ping":
            self.send_text('{"op":"pong"}')
            return
        try:
            answer = await self._act(frame)
        except ProtocolError as error:
            self._refuse(frame, error.code, error.reason)
            return
        if answer is not None:
            self._answer(frame, ok=True, **answer)

    def _answer(self, frame: Frame, **what: Any) -> None:
        self.send_frame({"op": "result", "id": frame.get("id"), **what})

    def _refuse(self, frame: Frame, code: int, reason: object) -> None:
        with translation.override(self.language):
            self._answer(frame, ok=False, code=code, reason=in_words(reason))

    async def _hello(self, frame: Frame) -> None:
        if frame["op"] != "hello":
            self.close(4400)
            return
        if self.is_embedded and not await self._log_in(str(frame.get("login"))[:LONGEST_KEY]):
            self.close(4401)
            return
        cursors = frame.get("cursors")
        self.known_seqs = {k: v for k, v in cursors.items() if isinstance(v, int)} if isinstance(cursors, dict) else {}
        self.language = language_of(frame)
        is_opening = frame.get("opening") is True
        if not await in_database(take_seat, self.member, self.login, is_opening):
            self.close(ELSEWHERE)
            return
        self.is_known = True
        registry.enter(self.member.pk, self)
        await in_database(arrive, self.member, is_opening)
        await self._send_snapshot()
        live.process.spawn(self._send_snapshots())

    async def _log_in(self, key: str) -> bool:
        """By the key of a login session, from the cookie or from the agent SDK's hello."""
        self.login = key
        member = await in_database(member_of_login, key)
        if member is None:
            return False
        self.member, self.sender = member, Sender.agent(member)
        return True

    async def _send_snapshots(self) -> None:
        """A member's stream has no history: its small snapshot is sent whole on every bell and every 20 s."""
        while self.is_open:
            await asyncio.sleep(SNAPSHOT_SECONDS)
            self.on_ring()

    def on_ring(self) -> None:
        """One snapshot at a time, and one more when somebody rang meanwhile: an older one never follows a newer."""
        self.is_rung = True
        if not self.is_ringing and self.is_open:
            self.is_ringing = True
            live.process.spawn(self._snapshots())

    async def _snapshots(self) -> None:
        try:
            while self.is_rung and self.is_open:
                await asyncio.sleep(RING_SECONDS)
                self.is_rung = False
                await self._send_snapshot()
        except Exception as error:
            logger.warning("no snapshot for now: %s", error)
        finally:
            self.is_ringing = False

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

    async def _send_snapshot(self) -> None:
        frame, rows = await in_database(self._load)
        if isinstance(frame, int):
            self.close(frame)
            return
        self.rows = {row.conversation_id: row for row in rows}
        self.ids = {row.public_id: row.conversation_id for row in rows}
        self.send_frame(frame)
        for row in rows:
            self.follow(row.conversation_id, min(self.known_seqs.pop(row.public_id, row.last_seq), row.last_seq))
        for conversation_id in [key for key in self.cursors if key not in self.rows]:
            self.unfollow(conversation_id)

    async def _act(self, frame: Frame) -> Frame | None:
        """The result's fields, or None when the answer comes later."""
        op = frame["op"]
        if op == "message.post":
            return await self._post(frame)
        if op == "typing":
            return self._typing(frame)
        if op == "history":
            return await in_database(self._history, frame)
        if op == "visitor":
            return await in_database(visitor_card, self.member, self._listed(frame))
        if op == "read":
            conversation_id = self._listed(frame)
            await in_database(mark_read, conversation_id, AGENT, seq_of(frame, "seq") or 0)
            return {}
        act = self._recall if op == "message.recall" else ACTS.get(op)
        if act is None:
            raise ProtocolError(errors.BAD_DATA, f"op: unknown {op!r}"[:100])
        return await in_database(self._in_language, act, frame) or {}

    def _in_language(self, act: Act, frame: Frame) -> Frame | None:
        with translation.override(self.language):
            return act(self.member, frame)

    async def _post(self, frame: Frame) -> Frame | None:
        conversation_id = self._listed(frame)
        client_id = client_id_of(frame)
        elem = elements.checked(frame.get("elem"), elements.FROM_AGENT)
        if elements.file_id_of(elem):
            elem = await in_database(with_upload, conversation_id, elem)
        if not elements.is_stored(elem):
            return self._typing({**frame, "typing": True})

        def answered(result: Stored | Refused) -> None:
            if isinstance(result, Refused):
                self._refuse(frame, result.code, result.reason)
            else:
                self._answer(frame, ok=True, seq=result.seq)

        if not writer.post(Post(conversation_id, self.sender, elem, client_id), answered):
            raise ProtocolError(errors.TOO_FAST, OVERLOADED)
        return None

    def _recall(self, member: Member, frame: Frame) -> None:
        recall(self._listed(frame), seq_of(frame, "seq") or 0, Sender.agent(member))

    def _typing(self, frame: Frame) -> Frame:
        """src 12 to the visitor (F22, W39)."""
        conversation_id = self._listed(frame)
        row = self.rows.get(conversation_id)
        if row and row.state == State.SERVING:
            elem = elements.custom(payloads.typing(bool(frame.get("typing"))))
            who = {"kind": AGENT, "id": self.member.public_id, "name": self.member.nickname, "avatar": ""}
            live.say_online(conversation_id, VISITOR, {"op": "online", "from": who, "elem": elem})
        return {}

    def _listed(self, frame: Frame) -> int:
        """A conversation on his lists. Anything else does not exist for him."""
        found = self.ids.get(str(frame.get("conversation")))
        if found is None:
            raise ProtocolError(errors.NOT_FOUND, _("This conversation is not on your list."))
        return found

    def _history(self, frame: Frame) -> Frame:
        conversation = conversation_for_member(self.member, frame.get("conversation"))
        if conversation is None:
            raise ProtocolError(errors.NOT_FOUND, _("This conversation does not exist."))
        return page_of(messages_for_member(self.member, conversation), seq_of(frame, "before"))

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
        cursor.seq = cursor.rung = entries[-1][0]
        self.unfollow(conversation_id)
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
