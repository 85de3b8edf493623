"""Heartbeats: disconnect handlers never run on kill -9, so every process says regularly who is connected to it."""

from django.db import transaction
from django.utils import timezone

from routing.models import Desk
from sessions_flow.live.process import on_beat

BEAT_SECONDS = 3.0


@on_beat(BEAT_SECONDS)
def agents_are_here(conversation_ids: list[int], member_ids: list[int]) -> None:
    """The desks are locked by ascending key before they are written: several processes and the assigner do it too."""
    if member_ids:
        with transaction.atomic():
            mine = Desk.objects.filter(member_id__in=member_ids).in_order()
            Desk.objects.filter(pk__in=[desk.pk for desk in mine.only("pk")]).update(seen_at=timezone.now())
