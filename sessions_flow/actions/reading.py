"""Who has read how far (A97)."""

from sessions_flow import live
from sessions_flow.actions.post import AGENT, VISITOR
from sessions_flow.actions.sessions import locked
from sessions_flow.models import Message


def mark_read(conversation_id: int, side: str, seq: int) -> None:
    """Everything up to `seq` was seen by `side` ("visitor" or "agent"). Never goes back; the other side is told."""
    field = "visitor_read_seq" if side == VISITOR else "agent_read_seq"
    with locked(conversation_id) as held:
        conversation = held.conversation
        seq = min(seq, conversation.seq)
        if seq <= getattr(conversation, field):
            return
        setattr(conversation, field, seq)
        if side == AGENT:
            unread = Message.objects.filter(conversation=conversation, kind=VISITOR, seq__gt=seq, event__isnull=True)
            conversation.unread = unread.count() if seq < conversation.seq else 0
        conversation.save(update_fields=[field, "unread"])
    other = AGENT if side == VISITOR else VISITOR
    frame = {"op": "read", "by": side, "seq": seq}
    if other == AGENT:
        frame["conversation"] = conversation.public_id
    live.say_online(conversation_id, other, frame)
