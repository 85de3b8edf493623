"""Heartbeats: disconnect handlers never run on kill -9, so every process says regularly who is connected to it."""

from django.utils import timezone

from routing.models import Desk
from sessions_flow.live.process import on_beat

BEAT_SECONDS = 3.0


@on_beat(BEAT_SECONDS)
def agents_are_here(conversation_ids: list[int], member_ids: list[int]) -> None:
    """One statement per process."""
    if member_ids:
        Desk.objects.filter(member_id__in=member_ids).update(seen_at=timezone.now())
