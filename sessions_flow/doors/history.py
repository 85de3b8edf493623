"""Pages of a conversation's stream, as the wire has them."""

from typing import Any

from django.db.models import QuerySet

from sessions_flow.models import Message

PAGE = 50


def page_before(conversation_id: int, before: int | None) -> dict[str, Any]:
    """A page of the whole conversation."""
    return page_of(Message.objects.filter(conversation_id=conversation_id), before)


def page_of(messages: QuerySet[Message], before: int | None, limit: int = PAGE) -> dict[str, Any]:
    """The `limit` entries before a seq (newest without one), ascending."""
    rows = messages.select_related("session").order_by("-seq")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = list(rows[: limit + 1])
    return {"entries": [row.as_wire() for row in reversed(found[:limit])], "has_more": len(found) > limit}


def page_after(messages: QuerySet[Message], after: int, limit: int = PAGE) -> dict[str, Any]:
    """The first `limit` entries after a seq, ascending."""
    found = list(messages.filter(seq__gt=after).in_order()[: limit + 1])  # type: ignore[attr-defined]
    return {"entries": [row.as_wire() for row in found[:limit]], "has_more": len(found) > limit}


def first_after(conversation_id: int, seq: int) -> list[dict[str, Any]]:
    """The first entries after `seq`. The rest follows by itself, without a window limit (promise 4)."""
    rows = Message.objects.filter(conversation_id=conversation_id, seq__gt=seq).in_order()[: 2 * PAGE]
    return [row.as_wire() for row in rows]
