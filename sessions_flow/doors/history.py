"""Pages of a conversation's stream, as the wire has them."""

from typing import Any

from sessions_flow.models import Message

PAGE = 50


def page_before(conversation_id: int, before: int | None) -> dict[str, Any]:
    """The PAGE entries before a seq (newest without one), ascending."""
    rows = Message.objects.filter(conversation_id=conversation_id).select_related("session").order_by("-seq")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = list(rows[: PAGE + 1])
    return {"entries": [row.as_wire() for row in reversed(found[:PAGE])], "has_more": len(found) > PAGE}


def everything_after(conversation_id: int, seq: int) -> list[dict[str, Any]]:
    """Without a window limit (promise 4)."""
    rows = Message.objects.filter(conversation_id=conversation_id, seq__gt=seq).in_order()
    return [row.as_wire() for row in rows.iterator(chunk_size=500)]
