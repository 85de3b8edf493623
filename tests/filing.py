"""Service records as rows, for tests of lists and searches: what the desk would have written, without the waiting."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Member, Visitor
from routing.models import Assignment
from sessions_flow.actions.indexing import index_messages
from sessions_flow.models import Conversation, Message, Session
from sessions_flow.protocol import elements
from tests.cast import make_channel

SERVED = timedelta(minutes=5)


def file_record(member: Member | None, *said: str, nickname: str = "", at: datetime | None = None, **leg) -> Assignment:
    """An ended session of a new visitor who said this, and its one leg; `leg` are fields of it."""
    visitor = Visitor.objects.create(nickname=nickname)
    conversation = Conversation.objects.create(channel=make_channel(), visitor=visitor)
    return file_session(conversation, member, *said, at=at, **leg)


def file_session(conversation, member, *said, at=None, **leg) -> Assignment:
    began = at or timezone.now() - timedelta(hours=1)
    ended = began + SERVED
    session = Session.objects.create(
        conversation=conversation, state="ended", agent=member, opened_at=began, served_at=began, ended_at=ended
    )
    first = conversation.seq + 1
    Message.objects.bulk_create(
        Message(
            conversation=conversation, session=session, seq=seq, kind="visitor", sender_id=conversation.visitor.openid,
            client_id=f"f{seq}", elem=elements.text(text), text=text, created_at=began + timedelta(seconds=seq),
        )
        for seq, text in enumerate(said, first)
    )  # fmt: skip
    conversation.seq += len(said)
    conversation.save()
    fields = {"outcome": "served", "accepted_at": began, "ended_at": ended, **leg}
    return Assignment.objects.create(session=session, member=member, offered_at=began, **fields)


def index_everything() -> int:
    total = done = index_messages(timezone.now())
    while done:
        done = index_messages(timezone.now())
        total += done
    return total
