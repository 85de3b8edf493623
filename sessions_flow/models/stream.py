"""The SQL of the write path: a number of statements that does not grow with the batch (performance.md).

PostgreSQL takes arrays; SQLite, inside the same process, takes executemany. Everything here runs inside the
caller's transaction; `lock` must come first.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from sessions_flow.models.session import State

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


def lock(conversation_ids: Iterable[int]) -> dict[int, Head]:
    """Locks the conversations in ascending order and reads their running sessions."""
    ids = sorted(set(conversation_ids))
    query = (
        "SELECT id, public_id, seq, unread, agent_read_seq, preview, visitor_id "
        f"FROM sessions_flow_conversation WHERE id {_in(ids)} ORDER BY id"
    )
    with connection.cursor() as cursor:
        cursor.execute(query + (" FOR UPDATE" if connection.features.has_select_for_update else ""), _args(ids))
        heads = {row[0]: Head(*row) for row in cursor.fetchall()}
        # A second statement: under the lock it sees what the former holder committed; a join would not.
        cursor.execute(
            "SELECT conversation_id, id, session_id, state, agent_id, flow_due_at, idle_due_at "
            f"FROM sessions_flow_session WHERE conversation_id {_in(ids)} AND ended_at IS NULL",
            _args(ids),
        )
        for conversation_id, pk, session_id, *rest in cursor.fetchall():
            if conversation_id in heads:
                heads[conversation_id].running = Running(pk, _uuid(session_id), *rest)
    return heads


def stored_before(keys: Sequence[tuple[int, str, str]]) -> dict[tuple[int, str, str], int]:
    """Which (conversation, client id, sender) exist already, with their seq."""
    if not keys:
        return {}
    columns = [list(column) for column in zip(*keys, strict=True)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT m.conversation_id, m.client_id, m.sender_id, m.seq FROM sessions_flow_message m "
                "JOIN unnest(%s::bigint[], %s::text[], %s::text[]) AS k(c, i, s) "
                "ON m.conversation_id = k.c AND m.client_id = k.i AND m.sender_id = k.s",
                columns,
            )
        else:
            ids = columns[1]
            cursor.execute(
                "SELECT conversation_id, client_id, sender_id, seq FROM sessions_flow_message "
                f"WHERE conversation_id {_in(columns[0])} AND client_id {_in(ids)}",
                [*columns[0], *ids],
            )
        return {row[:3]: row[3] for row in cursor.fetchall()}


COLUMNS = (
    "conversation_id, session_id, seq, kind, sender_id, sender_name, client_id, elem, event, text, src, created_at"
)
TYPES = ("bigint", "bigint", "bigint", "text", "text", "text", "text", "jsonb", "jsonb", "text", "text", "timestamptz")
INSERT_ARRAYS = (
    f"INSERT INTO sessions_flow_message ({COLUMNS}) SELECT * FROM unnest("
    + ", ".join(f"%s::{kind}[]" for kind in TYPES)
    + ")"
)
INSERT_ROW = f"INSERT INTO sessions_flow_message ({COLUMNS}) VALUES ({', '.join(['%s'] * len(TYPES))})"


def insert(rows: Sequence[NewRow]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(INSERT_ARRAYS, [list(column) for column in zip(*(row.values for row in rows), strict=True)])
        else:
            cursor.executemany(INSERT_ROW, [row.values for row in rows])


def save_heads(heads: Sequence[Head], now: datetime) -> None:
    """Writes back the counters of the conversations."""
    values = [(head.seq, head.unread, head.preview[:PREVIEW_LENGTH], head.id) for head in heads]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "UPDATE sessions_flow_conversation c "
                "SET seq = v.seq, unread = v.unread, preview = v.preview, last_at = %s "
                "FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::bigint[]) AS v(seq, unread, preview, id) "
                "WHERE c.id = v.id",
                [now, *([list(column) for column in zip(*values, strict=True)])],
            )
        else:
            cursor.executemany(
                "UPDATE sessions_flow_conversation SET last_at = %s, seq = %s, unread = %s, preview = %s WHERE id = %s",
                [(now, *row) for row in values],
            )


def save_running(sessions: Sequence[Running]) -> None:
    """Writes back the deadlines that changed."""
    values = [(session.flow_due_at, session.idle_due_at, session.id) for session in sessions if session.is_changed]
    if not values:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "UPDATE sessions_flow_session s SET flow_due_at = v.flow, idle_due_at = v.idle "
                "FROM unnest(%s::timestamptz[], %s::timestamptz[], %s::bigint[]) AS v(flow, idle, id) "
                "WHERE s.id = v.id",
                [list(column) for column in zip(*values, strict=True)],
            )
        else:
            cursor.executemany(
                "UPDATE sessions_flow_session SET flow_due_at = %s, idle_due_at = %s WHERE id = %s", values
            )


def set_deadline(session: Running, *, flow_due_at: object = ..., idle_due_at: object = ...) -> None:
    """Changes a deadline (an instant, or None for none) in memory; `save_running` writes it."""
    for name, value in (("flow_due_at", flow_due_at), ("idle_due_at", idle_due_at)):
        if value is not ... and getattr(session, name) != value:
            setattr(session, name, value)
            session.is_changed = True


def is_served_by(session: Running | None, member_id: int | None) -> bool:
    return session is not None and session.state == State.SERVING and session.agent_id == member_id


def _in(ids: Sequence[Any]) -> str:
    if connection.vendor == "postgresql":
        return "= ANY(%s)"
    return f"IN ({', '.join(['%s'] * len(ids))})"


def _args(ids: list[Any]) -> list[Any]:
    return [ids] if connection.vendor == "postgresql" else ids


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _uuid(value: Any) -> str:
    """SQLite keeps UUIDs as 32 hex characters."""
    raw = str(value)
    return raw if "-" in raw else f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"
