"""`publish_after_commit` and its kind: the only ways to tell connections anything. None of them ever raises."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import orjson
from django.db import transaction

from sessions_flow.live.bus import publisher
from sessions_flow.live.registry import Frame, registry

SUPERVISOR = "supervisor"  # to whom `online` frames go: admins who read a conversation along


def publish(frames: list[Frame]) -> None:
    """To the connections of this process and, by the bus, of the others."""
    if frames:
        registry.deliver(frames)
        publisher.publish(frames)


def after_commit(frames: list[Frame]) -> None:
    """`robust`: a dead Redis must not turn a stored message into an error."""
    transaction.on_commit(partial(publish, frames), robust=True)


def publish_after_commit(entries: Iterable[tuple[int, dict[str, Any]]]) -> None:
    """Entries of the stream as (conversation id, wire entry)."""
    rows = list(entries)

    def encode_and_publish() -> None:
        publish([["entry", key, entry["seq"], orjson.dumps(entry).decode()] for key, entry in rows])

    transaction.on_commit(encode_and_publish, robust=True)


def ring_after_commit(member_ids: Iterable[int] | None) -> None:
    """A bell: the snapshots of these members (None: of all) changed."""
    after_commit([["ring", None if member_ids is None else list(member_ids)]])


def tell_member_after_commit(member_id: int, frame: dict[str, Any]) -> None:
    """A moment that the member's connections hear once; what it changed is in his snapshot."""
    after_commit([["tell", member_id, orjson.dumps(frame).decode()]])


def drop_after_commit(member_id: int) -> None:
    """Closes every socket of a member whose logins were revoked (promise 11)."""
    after_commit([["drop", member_id]])


def poke_after_commit(conversation_ids: Iterable[int]) -> None:
    """Their places in the queue may have changed."""
    after_commit([["poke", key] for key in conversation_ids])


def part_after_commit(conversation_id: int, openid: str) -> None:
    """The conversation is no longer this visitor's: his sockets that follow it are closed (A116)."""
    after_commit([["part", conversation_id, openid]])


def say_online(conversation_id: int, to: str, frame: dict[str, Any]) -> None:
    """A frame for those who look at the conversation now; `to` is "visitor" or "agent". Never stored."""
    publish([["online", conversation_id, to, orjson.dumps(frame).decode()]])
