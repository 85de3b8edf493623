"""The SQL of the write path: a number of statements that does not grow with the batch (performance.md).

PostgreSQL takes arrays, prepared statements and pipelines: three round trips a batch, COMMIT included. SQLite, inside
the same process, takes executemany. Everything here runs inside the caller's transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import psycopg
from django.db import connection

Row = tuple[Any, ...]
Rows = Sequence[Row]

HEADS = (
    "SELECT id, public_id, seq, unread, agent_read_seq, preview, visitor_id, visitor_at, agent_at, "
    "EXISTS (SELECT 1 FROM accounts_visitor v WHERE v.id = visitor_id AND v.blocked_at IS NOT NULL) "
    "FROM sessions_flow_conversation WHERE id "
)
# A statement of its own: once the lock is granted it sees what the former holder committed; a join would not.
SESSIONS = (
    "SELECT conversation_id, id, session_id, state, agent_id, flow_due_at, idle_due_at FROM sessions_flow_session "
    "WHERE ended_at IS NULL AND conversation_id "
)
COLUMNS = (
    "conversation_id, session_id, seq, kind, sender_id, sender_name, client_id, elem, event, text, src, created_at"
)
TYPES = ("bigint", "bigint", "bigint", "text", "text", "text", "text", "jsonb", "jsonb", "text", "text", "timestamptz")


class Dialect(Protocol):
    def read(self, ids: list[int], keys: Sequence[tuple[int, str, str]]) -> tuple[Rows, Rows, Rows]:
        """Locks. Rows of conversations, of running sessions, and of messages that have one of the keys."""

    def write(self, messages: Rows, counters: Rows, deadlines: Rows, now: datetime) -> None:
        """Inserts messages; updates counters (… , id) in COUNTERS' order, and (flow_due_at, idle_due_at, id)."""


class PostgreSQL:
    # LIMIT and `= ANY` keep the planner on the indexes: a plain join with unnest() read whole tables, batch for batch.
    STORED = (
        "SELECT k.c, k.i, k.s, m.seq FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS k(c, i, s) "
        "CROSS JOIN LATERAL (SELECT seq FROM sessions_flow_message "
        "WHERE conversation_id = k.c AND client_id = k.i AND sender_id = k.s LIMIT 1) m"
    )
    INSERT = (
        f"INSERT INTO sessions_flow_message ({COLUMNS}) SELECT * FROM unnest("
        + ", ".join(f"%s::{kind}[]" for kind in TYPES)
        + ")"
    )
    COUNTERS = (
        "UPDATE sessions_flow_conversation c "
        "SET seq = v.seq, unread = v.unread, preview = v.preview, last_at = %s::timestamptz, "
        "visitor_at = v.visitor_at, agent_at = v.agent_at "
        "FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::bigint[]) "
        "AS v(seq, unread, preview, visitor_at, agent_at, id) "
        "WHERE c.id = v.id AND c.id = ANY(%s::bigint[])"
    )
    DEADLINES = (
        "UPDATE sessions_flow_session s SET flow_due_at = v.flow, idle_due_at = v.idle "
        "FROM unnest(%s::timestamptz[], %s::timestamptz[], %s::bigint[]) AS v(flow, idle, id) "
        "WHERE s.id = v.id AND s.id = ANY(%s::bigint[])"
    )

    def read(self, ids: list[int], keys: Sequence[tuple[int, str, str]]) -> tuple[Rows, Rows, Rows]:
        statements: list[tuple[str, list[Any]]] = [
            (f"{HEADS} = ANY(%s::bigint[]) ORDER BY id FOR UPDATE", [ids]),
            (f"{SESSIONS} = ANY(%s::bigint[])", [ids]),
        ]
        if keys:
            statements.append((self.STORED, _columns(keys)))
        heads, sessions, *stored = [cursor.fetchall() for cursor in self._pipeline(statements)]
        return heads, sessions, stored[0] if stored else []

    def write(self, messages: Rows, counters: Rows, deadlines: Rows, now: datetime) -> None:
        statements: list[tuple[str, list[Any]]] = [
            (self.INSERT, _columns(messages)),
            (self.COUNTERS, [now, *_columns_and_ids(counters)]),
        ]
        if deadlines:
            statements.append((self.DEADLINES, _columns_and_ids(deadlines)))
        self._pipeline(statements)

    def _pipeline(self, statements: list[tuple[str, list[Any]]]) -> list[psycopg.Cursor[Any]]:
        """One round trip; the server still runs them one after the other, each with a snapshot of its own."""
        connection.ensure_connection()
        raw: Any = connection.connection
        with connection.wrap_database_errors, raw.pipeline():
            return [psycopg.Cursor(raw).execute(query, params, prepare=True) for query, params in statements]


class SQLite:
    INSERT = f"INSERT INTO sessions_flow_message ({COLUMNS}) VALUES ({', '.join(['%s'] * len(TYPES))})"
    STORED = "SELECT conversation_id, client_id, sender_id, seq FROM sessions_flow_message WHERE conversation_id "
    COUNTERS = (
        "UPDATE sessions_flow_conversation SET seq = %s, unread = %s, preview = %s, visitor_at = %s, agent_at = %s, "
        "last_at = %s WHERE id = %s"
    )
    DEADLINES = "UPDATE sessions_flow_session SET flow_due_at = %s, idle_due_at = %s WHERE id = %s"

    def read(self, ids: list[int], keys: Sequence[tuple[int, str, str]]) -> tuple[Rows, Rows, Rows]:
        with connection.cursor() as cursor:
            heads = cursor.execute(f"{HEADS} {_in(ids)} ORDER BY id", ids).fetchall()
            sessions = cursor.execute(f"{SESSIONS} {_in(ids)}", ids).fetchall()
            if not keys:
                return heads, sessions, []
            conversations, client_ids, _ = _columns(keys)
            query = f"{self.STORED} {_in(conversations)} AND client_id {_in(client_ids)}"
            return heads, sessions, cursor.execute(query, [*conversations, *client_ids]).fetchall()

    def write(self, messages: Rows, counters: Rows, deadlines: Rows, now: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(self.INSERT, messages)
            cursor.executemany(self.COUNTERS, [(*values, now, pk) for *values, pk in counters])
            if deadlines:
                cursor.executemany(self.DEADLINES, deadlines)


def dialect() -> Dialect:
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


def _columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _columns_and_ids(rows: Rows) -> list[list[Any]]:
    """The columns, and the last one, the ids, once more for `= ANY`."""
    columns = _columns(rows)
    return [*columns, columns[-1]]


def _in(values: Sequence[Any]) -> str:
    return f"IN ({', '.join(['%s'] * len(values))})"
