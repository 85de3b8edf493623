"""Thumbs up and down on what the bot answered."""

from django.utils.translation import gettext as _

from sessions_flow import hooks
from sessions_flow.actions.post import ANSWER, BOT
from sessions_flow.actions.sessions import announce, locked
from sessions_flow.models import Message
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError

VOTED = "answer.voted"
MOST_CHANGES = 10  # of one's mind about one answer


def vote(conversation_id: int, seq: int, is_up: bool) -> None:
    """Both sides see it in the stream; the same vote again changes nothing.
    Raises ProtocolError: no answer of the bot, or changed too often."""
    with locked(conversation_id) as held:
        messages = Message.objects.filter(conversation=held.conversation)
        if not messages.filter(seq=seq, kind=BOT, sender_id=ANSWER, event__isnull=True).exists():
            raise ProtocolError(errors.NOT_FOUND, _("Only answers of the assistant can be voted on."))
        votes = messages.filter(seq__gt=seq, event__type=VOTED, event__target=seq).order_by("-seq")
        before = [row.event["up"] for row in votes[:MOST_CHANGES] if row.event]
        if before and before[0] == is_up:
            return
        if len(before) >= MOST_CHANGES:
            raise ProtocolError(errors.TOO_FAST, _("Thank you, we have understood."))
        announce(held, {"type": VOTED, "target": seq, "up": is_up})
        hooks.answer_voted(held.conversation.pk, seq, is_up)
