"""Publishing: the draft becomes what visitors talk to."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from chatbot.models import Entry, Release, Strategy, WelcomeQuestion

SETTINGS = (
    "has_welcome_card",
    "welcome_title",
    "direct_threshold",
    "guides",
    "guide_threshold",
    "guide_text",
    "guide_count",
    "fallback",
    "fallback_text",
)


@transaction.atomic
def publish(note: str = "", now: datetime | None = None) -> Release:
    """Everything enabled in the draft, as an immutable snapshot (B33, B34)."""
    now = now or timezone.now()
    return Release.objects.create(version=version_of(now), note=note, published_at=now, snapshot=_snapshot())


def version_of(now: datetime) -> str:
    """V, year, month without zero, day, HHMMSS and 8 digits (B36)."""
    local = timezone.localtime(now)
    return f"V{local.year}{local.month}{local:%d%H%M%S}{secrets.randbelow(10**8):08d}"


def _snapshot() -> dict[str, Any]:
    strategy = Strategy.get_solo()
    return {
        "entries": [entry.as_snapshot() for entry in Entry.objects.enabled().order_by("pk")],
        "welcome": list(WelcomeQuestion.objects.values("text", "language")),
        "settings": {name: getattr(strategy, name) for name in SETTINGS},
    }
