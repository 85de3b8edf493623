"""What the write path holds in memory while it has conversations locked. The statements are in `sql.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from sessions_flow.models import sql
from sessions_flow.models.session import State

Key = tuple[int, str, str]  # conversation, client id, sender

PREVIEW_LENGTH = 120


@dataclass(slots=True)
class Running:
    """The running session of a locked conversation."""

    id: int
    session_id: str
    state: str
    agent_id: int | None
    flow_due_at: datetime | None
    idle_due_at: datetime | None
    is_changed: bool = False


@dataclass(slots=True)
class Head:
    """A locked conversation and its running session."""

    id: int
    public_id: str
    seq: int
    unread: int
    agent_read_seq: int
    preview: str
    visitor_id: int
    visitor_at: datetime | None
    agent_at: datetime | None
    is_blocked: bool = False  # the visitor is, now: his open pages may not know it yet
    running: Running | None = None


@dataclass(slots=True)
class NewRow:
    """A message about to be stored."""

    conversation_id: int
    session_id: int | None
    seq: int
    kind: str
    sender_id: str
    sender_name: str
    client_id: str | None
    elem: dict[str, Any] | None
    event: dict[str, Any] | None
    text: str
    src: str
    created_at: datetime
    values: tuple[Any, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.values = (
            self.conversation_id,
            self.session_id,
            self.seq,
            self.kind,
            self.sender_id,
            self.sender_name,
            self.client_id,
            _json(self.elem),
            _json(self.event),
            self.text,
            self.src,
            self.created_at,
        )


def lock(conversation_ids: Iterable[int], keys: Sequence[Key] = ()) -> tuple[dict[int, Head], dict[Key, int]]:
    """Locks the conversations in ascending order, reads their running sessions, and which of the
    (conversation, client id, sender) `keys` are stored already, with their seq. Needs a transaction."""
    head_rows, session_rows, stored_rows = sql.dialect().read(sorted(set(conversation_ids)), keys)
    heads = {row[0]: Head(*row) for row in head_rows}
    for conversation_id, pk, session_id, *rest in session_rows:
        if conversation_id in heads:
            heads[conversation_id].running = Running(pk, _uuid(session_id), *rest)
    return heads, {row[:3]: row[3] for row in stored_rows}


def save(rows: Sequence[NewRow], heads: Sequence[Head], now: datetime) -> None:
    """Inserts the rows, writes back the counters of the conversations and the deadlines that changed."""
    counters = [
        (head.seq, head.unread, head.preview[:PREVIEW_LENGTH], head.visitor_at, head.agent_at, head.id)
        for head in heads
    ]
    changed = [head.running for head in heads if head.running and head.running.is_changed]
    deadlines = [(session.flow_due_at, session.idle_due_at, session.id) for session in changed]
    sql.dialect().write([row.values for row in rows], counters, deadlines, now)


def set_deadline(session: Running, *, flow_due_at: object = ..., idle_due_at: object = ...) -> None:
    """Changes a deadline (an instant, or None for none) in memory; `save` writes it."""
    for name, value in (("flow_due_at", flow_due_at), ("idle_due_at", idle_due_at)):
        if value is not ... and getattr(session, name) != value:
            setattr(session, name, value)
            session.is_changed = True


def is_served_by(session: Running | None, member_id: int | None) -> bool:
    return session is not None and session.state == State.SERVING and session.agent_id == member_id


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _uuid(value: Any) -> str:
    """SQLite keeps UUIDs as 32 hex characters."""
    raw = str(value)
    return raw if "-" in raw else f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"
