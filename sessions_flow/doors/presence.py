"""Heartbeats of visitors who are waiting or served: disconnect handlers never run on kill -9."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from sessions_flow.live.process import on_beat
from sessions_flow.models import Conversation, Session

BEAT_SECONDS = 20.0


@on_beat(BEAT_SECONDS)
def visitors_are_here(conversation_ids: list[int], member_ids: list[int]) -> None:
    busy = Session.objects.waiting_or_served().filter(conversation=OuterRef("pk"))
    for start in range(0, len(conversation_ids), 5000):
        some = Conversation.objects.filter(Exists(busy), pk__in=conversation_ids[start : start + 5000])
        some.update(visitor_online=True, visitor_seen_at=timezone.now())
