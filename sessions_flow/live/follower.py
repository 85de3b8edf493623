"""A WebSocket connection that follows conversations: every entry once, in order, without a hole."""

import logging
import time
from collections.abc import Iterator
from typing import Any

import orjson
from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.conf import settings

from sessions_flow.live import process
from sessions_flow.live.database import in_database
from sessions_flow.live.registry import registry
from sessions_flow.models import Message

logger = logging.getLogger(__name__)
CHUNK = 500
LARGEST_FRAME_IN = 64 * 1024  # characters
SLICE = 200_000  # characters of entries in one frame
RATE = settings.SOCKET_RATE
BURST = 3.0 * RATE  # so much may come at once


def entries_after(conversation_id: int, seq: int) -> list[tuple[int, str]]:
    """At most CHUNK entries after `seq`, as (seq, json)."""
    rows = Message.objects.filter(conversation_id=conversation_id, seq__gt=seq).in_order()[:CHUNK]
    return [(row.seq, orjson.dumps(row.as_wire()).decode()) for row in rows]


def _slices(entries: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    start = size = 0
    for index, (_, json) in enumerate(entries):
        if size and size + len(json) > SLICE:
            yield entries[start:index]
            start, size = index, 0
        size += len(json)
    yield entries[start:]


class Cursor:
    """How far one connection has been told of one conversation."""

    __slots__ = ("is_filling", "rung", "seq")

    def __init__(self, seq: int) -> None:
        self.seq = seq  # the last one sent
        self.rung = seq  # the newest one heard of
        self.is_filling = False


class Follower(AsyncConsumer):
    """Base of the visitor's and the agent's consumer. All methods run on the event loop."""

    is_visitor = False

    def __init__(self) -> None:
        self.cursors: dict[int, Cursor] = {}
        self.is_open = False
        self.allowance = BURST
        self.allowed_at = time.monotonic()

    # --- the socket

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Without the channel layer, and without Channels' thread hop per event (31 % of a server's time)."""
        self.scope, self.base_send = scope, send
        process.start()
        try:
            await self.run(receive)
        except StopConsumer:
            pass
        finally:  # also when the server kills a consumer that hangs: nobody stays present who is gone
            self.is_open = False
            process.connections.discard(self)
            self.left()
            for conversation_id in list(self.cursors):
                self.unfollow(conversation_id)

    async def run(self, receive: Any) -> None:
        """Until StopConsumer."""
        while True:
            await self.dispatch(await receive())

    async def dispatch(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.receive":
            await self._received(message.get("text") or message.get("bytes") or "")
        elif message["type"] == "websocket.connect":
            await self.connected()
        elif message["type"] == "websocket.disconnect":
            self.is_open = False
            await self.disconnected()
            raise StopConsumer

    async def accept(self) -> None:
        await self.base_send({"type": "websocket.accept"})
        self.is_open = True
        process.connections.add(self)

    def close(self, code: int) -> None:
        if self.is_open:
            self.is_open = False
            self._send({"type": "websocket.close", "code": code})

    def send_text(self, text: str) -> None:
        if self.is_open:
            self._send({"type": "websocket.send", "text": text})

    def send_frame(self, frame: dict[str, Any]) -> None:
        self.send_text(orjson.dumps(frame).decode())

    def send_away(self, after_ms: int) -> None:
        """The server leaves: come back after so many milliseconds."""
        self.send_frame({"op": "reconnect", "after_ms": after_ms})
        self.close(4012)

    def _send(self, message: dict[str, Any]) -> None:
        """Daphne's send never waits, so it is stepped through here: a task per frame was 7 % of the loop."""
        sending = self.base_send(message)
        try:
            sending.send(None)
        except StopIteration:
            return
        sending.close()
        raise RuntimeError("this server's send waits: serve with Daphne (manage.py serve)")

    async def _received(self, raw: str | bytes) -> None:
        if not self.is_open:
            return
        if not self._is_allowed():
            self.close(4429)
            return
        if len(raw) > LARGEST_FRAME_IN:
            self.close(4413)
            return
        frame = self.parsed(raw)
        name = self.name_of(frame) if isinstance(frame, dict) else None
        if name is None:
            self.close(4400)
            return
        try:
            await self.received(frame)
        except Exception:
            logger.exception("a frame failed: %s", name)
            self.close(4500)

    def _is_allowed(self) -> bool:
        """A token bucket per socket (promise 9)."""
        now = time.monotonic()
        self.allowance = min(BURST, self.allowance + (now - self.allowed_at) * RATE)
        self.allowed_at = now
        self.allowance -= 1
        return self.allowance >= 0

    # --- what subclasses say

    def parsed(self, raw: str | bytes) -> Any:
        """None for what is no JSON."""
        try:
            return orjson.loads(raw)
        except ValueError:
            return None

    def name_of(self, frame: dict[str, Any]) -> str | None:
        """What the frame asks for; None where it is no frame of this door."""
        op = frame.get("op")
        return op if isinstance(op, str) else None

    async def connected(self) -> None:
        raise NotImplementedError

    async def received(self, frame: dict[str, Any]) -> None:
        raise NotImplementedError

    async def disconnected(self) -> None:
        """After a clean end; may use the database."""

    def left(self) -> None:
        """In any case; only memory."""

    def entries_prefix(self, conversation_id: int) -> str:
        """The opening of an `entries` frame up to its first entry."""
        raise NotImplementedError

    def tell_entries(self, conversation_id: int, entries: list[tuple[int, str]]) -> None:
        """Sends entries, as (seq, json), that follow what was sent before."""
        self.send_text(self.entries_prefix(conversation_id) + ",".join([entry for _, entry in entries]) + "]}")

    # --- following

    def follow(self, conversation_id: int, seq: int) -> None:
        """From now on entries after `seq` are sent; a first look catches what was committed meanwhile."""
        if conversation_id not in self.cursors:
            self.cursors[conversation_id] = Cursor(seq)
            registry.follow(conversation_id, self)
            self.fill(conversation_id)

    def unfollow(self, conversation_id: int) -> None:
        if self.cursors.pop(conversation_id, None):
            registry.unfollow(conversation_id, self)

    def on_entries(self, conversation_id: int, entries: list[tuple[int, str]]) -> None:
        cursor = self.cursors[conversation_id]
        cursor.rung = max(cursor.rung, entries[-1][0])
        if cursor.is_filling:
            return
        fresh = [entry for entry in entries if entry[0] > cursor.seq]
        if fresh and fresh[0][0] == cursor.seq + 1 and fresh[-1][0] == cursor.seq + len(fresh):
            self._send_entries(conversation_id, cursor, fresh)
        elif fresh:
            self.fill(conversation_id)

    def fill(self, conversation_id: int) -> None:
        """Reads what is missing from the database, without a window limit (promise 4)."""
        cursor = self.cursors.get(conversation_id)
        if cursor and not cursor.is_filling:
            cursor.is_filling = True
            process.spawn(self._fill(conversation_id, cursor))

    async def _fill(self, conversation_id: int, cursor: Cursor) -> None:
        try:
            while self.is_open:
                found = await in_database(entries_after, conversation_id, cursor.seq)
                if found:
                    self._send_entries(conversation_id, cursor, found)
                if len(found) < CHUNK and cursor.rung <= cursor.seq:
                    break
                if not found:
                    break  # heard of something that is not there yet: the next ring or the healer comes back
        except Exception as error:
            logger.warning("could not read a conversation, the healer will: %s", error)
        finally:
            cursor.is_filling = False

    def _send_entries(self, conversation_id: int, cursor: Cursor, entries: list[tuple[int, str]]) -> None:
        """In frames of bounded size; the cursor moves on only when a frame was taken."""
        for some in _slices(entries):
            self.tell_entries(conversation_id, some)
            cursor.seq = some[-1][0]
        cursor.rung = max(cursor.rung, cursor.seq)

    def on_online(self, conversation_id: int, to: str, json: str) -> None:
        raise NotImplementedError

    def on_ring(self) -> None:
        """Only members have snapshots."""

    def on_tell(self, json: str) -> None:
        """A moment of a member's own."""
        self.send_text(json)

    def on_poke(self, conversation_id: int) -> None:
        """Only visitors have places in a queue."""

    def on_part(self, conversation_id: int, openid: str) -> None:
        """Only visitors own conversations."""

    def on_drop(self) -> None:
        self.close(4401)
