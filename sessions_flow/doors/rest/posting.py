"""A visitor's message over REST: the same checks, actions and writer as the socket's (doors/webchat.py)."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from sessions_flow.actions import Post, Refused, Sender
from sessions_flow.doors.frames import with_upload
from sessions_flow.doors.visits import one_entry, take_flag
from sessions_flow.models import Conversation
from sessions_flow.protocol import elements
from sessions_flow.protocol.errors import ProtocolError
from sessions_flow.writer import writer


@dataclass(frozen=True, slots=True)
class Sent:
    """The stored entry (the first one's, where `is_new` is false), or the answers to a flag."""

    entry: dict[str, Any] | None
    is_new: bool = True
    online: list[dict[str, Any]] = field(default_factory=list)


def send(conversation: Conversation, elem: object, client_id: str) -> Sent:
    """Blocks until it is committed or acted upon. Raises ProtocolError."""
    checked = elements.checked(elem, elements.FROM_VISITOR)
    if not elements.is_stored(checked):
        data = elements.payload_of(checked) or {}
        return Sent(None, online=take_flag(conversation, translation.get_language() or "", data))
    if elements.file_id_of(checked):
        checked = with_upload(conversation.pk, checked)
    result = writer.store(Post(conversation.pk, Sender.visitor(conversation.visitor), checked, client_id))
    if isinstance(result, Refused):
        raise ProtocolError(result.code, result.reason)
    return Sent(one_entry(conversation.pk, result.seq)[0], result.is_new)
