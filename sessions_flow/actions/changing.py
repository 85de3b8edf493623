"""Changing what is stored already."""

from typing import Any

from sessions_flow.actions.sessions import Locked, announce
from sessions_flow.models import Message


def modify(held: Locked, message: Message, elem: dict[str, Any]) -> None:
    """Changes a stored message and tells both sides in the stream (F21, F25, F32)."""
    message.elem = elem
    message.save(update_fields=["elem"])
    announce(held, {"type": "message.modified", "target": message.seq, "elem": elem})
