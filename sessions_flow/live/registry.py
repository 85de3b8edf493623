"""Who is connected to this process, and the hand-over of frames from any thread to the event loop.

A frame is a list that also travels as JSON between processes:

    ["entry", conversation id, seq, json]     a committed entry of the stream
    ["online", conversation id, to, json]     not stored; `to` is "visitor", "agent" or "supervisor" (who reads along)
    ["ring", member ids or null]              something in these members' snapshots changed (null: everybody's)
    ["tell", member id, json]                 a moment of the member's own, not stored
    ["drop", member id]                       the member's logins are revoked
    ["part", conversation id, openid]         the conversation is no longer this visitor's
    ["poke", conversation id]                 the visitor's place in the queue may have changed
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from typing import Any, Protocol

logger = logging.getLogger(__name__)
Frame = list[Any]


class Connection(Protocol):
    is_visitor: bool

    def on_entries(self, conversation_id: int, entries: list[tuple[int, str]]) -> None: ...
    def on_online(self, conversation_id: int, to: str, json: str) -> None: ...
    def on_ring(self) -> None: ...
    def on_tell(self, json: str) -> None: ...
    def on_poke(self, conversation_id: int) -> None: ...
    def on_part(self, conversation_id: int, openid: str) -> None: ...
    def on_drop(self) -> None: ...


class Listener(Protocol):
    """Hears of everything that happens, to look at the whole desk again."""

    def on_frames(self, frames: list[Frame]) -> None: ...


class Registry:
    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.listeners: set[Listener] = set()
        self.followers: defaultdict[int, set[Connection]] = defaultdict(set)
        self.members: defaultdict[int, set[Connection]] = defaultdict(set)

    def follow(self, conversation_id: int, connection: Connection) -> None:
        self.followers[conversation_id].add(connection)

    def unfollow(self, conversation_id: int, connection: Connection) -> None:
        _take_out(self.followers, conversation_id, connection)

    def has_other_visitors(self, conversation_id: int, connection: Connection) -> bool:
        """Another tab or device of the conversation's visitor is connected to this process."""
        here = self.followers.get(conversation_id, set())
        return any(other.is_visitor for other in here if other is not connection)

    def enter(self, member_id: int, connection: Connection) -> None:
        self.members[member_id].add(connection)

    def leave(self, member_id: int, connection: Connection) -> None:
        _take_out(self.members, member_id, connection)

    def deliver(self, frames: list[Frame]) -> None:
        """From any thread. Without an event loop (a worker) nobody is connected here."""
        if self.loop is None or not (self.followers or self.members or self.listeners):
            return
        with contextlib.suppress(RuntimeError):  # the loop is closing
            self.loop.call_soon_threadsafe(self.dispatch, frames)

    def dispatch(self, frames: list[Frame]) -> None:
        """On the event loop: hands every frame to the connections it concerns."""
        for listener in tuple(self.listeners):
            _safely(listener.on_frames, frames)
        streams: dict[int, list[tuple[int, str]]] = {}
        for kind, key, *rest in frames:
            if kind == "entry":
                streams.setdefault(key, []).append((rest[0], rest[1]))
            elif kind == "online":
                for connection in tuple(self.followers.get(key, ())):
                    _safely(connection.on_online, key, *rest)
            elif kind == "poke":
                for connection in tuple(self.followers.get(key, ())):
                    _safely(connection.on_poke, key)
            elif kind == "part":
                for connection in tuple(self.followers.get(key, ())):
                    _safely(connection.on_part, key, *rest)
            elif kind == "ring":
                for connection in self._connections_of(key):
                    _safely(connection.on_ring)
            elif kind == "tell":
                for connection in self._connections_of([key]):
                    _safely(connection.on_tell, *rest)
            elif kind == "drop":
                for connection in self._connections_of([key]):
                    _safely(connection.on_drop)
        for conversation_id, entries in streams.items():
            for connection in tuple(self.followers.get(conversation_id, ())):
                _safely(connection.on_entries, conversation_id, entries)

    def _connections_of(self, member_ids: list[int] | None) -> list[Connection]:
        ids = list(self.members) if member_ids is None else member_ids
        return [connection for member_id in ids for connection in self.members.get(member_id, ())]


def _take_out(where: defaultdict[int, set[Connection]], key: int, connection: Connection) -> None:
    where[key].discard(connection)
    if not where[key]:
        del where[key]


def _safely(function: Any, *args: Any) -> None:
    try:
        function(*args)
    except Exception:
        logger.exception("a connection could not take a frame")


registry = Registry()
