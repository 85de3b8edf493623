"""Taking back what one has said (A27, F46, W40)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from sessions_flow import live
from sessions_flow.actions.post import VISITOR, Sender
from sessions_flow.actions.sessions import Locked, announce, locked
from sessions_flow.models import Message, SearchText, Upload
from sessions_flow.protocol import elements, errors
from sessions_flow.protocol.errors import ProtocolError
from sessions_flow.protocol.preview import preview_of

RECALL_SECONDS = 120


def recall(conversation_id: int, seq: int, who: Sender, now: datetime | None = None) -> None:
    """Both sides see a line in its place, and nobody finds or downloads it any more. Recalled twice is recalled once.
    Raises ProtocolError: not there, not his own, or later than two minutes."""
    with locked(conversation_id, now) as held:
        said = Message.objects.said().select_related("session").filter(conversation=held.conversation)
        message = said.filter(seq=seq, elem__isnull=False).first()
        if message is None:
            raise ProtocolError(errors.NOT_FOUND, _("This message does not exist."))
        if message.kind != who.kind or (who.kind != VISITOR and message.sender_id != who.id):
            raise ProtocolError(errors.NOT_YOURS, _("Only your own messages can be recalled."))
        if message.recalled_at:
            return
        if held.now - message.created_at > timedelta(seconds=RECALL_SECONDS):
            raise ProtocolError(errors.TOO_LATE, _("Messages can be recalled within two minutes only."))
        _take_back(held, message)


def _take_back(held: Locked, message: Message) -> None:
    message.recalled_at, message.text = held.now, ""  # the element stays with the row, nothing reads it
    message.save(update_fields=["recalled_at", "text"])
    SearchText.objects.filter(message=message).delete()
    if upload := elements.file_id_of(message.elem or {}):
        Upload.objects.filter(conversation=held.conversation, public_id=upload).update(recalled_at=held.now)
    _correct_the_lists(held, message)
    announce(held, {"type": "message.recalled", "target": message.seq})


def _correct_the_lists(held: Locked, message: Message) -> None:
    """Neither the preview nor the unread count of the agent's list may still tell of it."""
    conversation = held.conversation
    if message.kind == VISITOR and message.seq > conversation.agent_read_seq:
        conversation.unread = max(0, conversation.unread - 1)
    said = Message.objects.said().filter(conversation=conversation, recalled_at=None).exclude(kind=Message.Kind.SYSTEM)
    previews = (preview_of(row.elem) for row in said.order_by("-seq")[:20])
    conversation.preview = next((preview for preview in previews if preview), "")
    conversation.save(update_fields=["unread", "preview"])
    if message.session and message.session.agent_id:
        live.ring_after_commit([message.session.agent_id])
