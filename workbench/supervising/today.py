"""The little figures of the day, counted from the rows and believed for some seconds. What the board shows in full."""

import math
import time
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F, Q
from django.utils import timezone

from routing.models import Assignment
from sessions_flow.models import Rating, Session
from workbench.boards.clock import start_of

FRESH_SECONDS = 10.0
Outcome = Assignment.Outcome
_counted: list[tuple[float, Any, dict[str, Any]]] = []


def today(now: datetime | None = None) -> dict[str, Any]:
    """Since midnight of the configured zone. `accepted`: share of the offers and assignments that agents took."""
    day = timezone.localdate(now)
    at, counted_day, figures = _counted[-1] if _counted else (-math.inf, None, {})
    if counted_day != day or time.monotonic() - at > FRESH_SECONDS:
        figures = _count(start_of(day))
        _counted[:] = [(time.monotonic(), day, figures)]
    return figures


def forget() -> None:
    """The next look counts anew."""
    _counted.clear()


def _count(midnight: datetime) -> dict[str, Any]:
    sessions = Session.objects.filter(opened_at__gte=midnight).aggregate(
        opened=Count("pk"), handed_over=Count("pk", filter=Q(waiting_since__isnull=False))
    )
    given = Q(member__isnull=False) & ~Q(outcome=Outcome.WITHDRAWN)
    legs = Assignment.objects.filter(offered_at__gte=midnight).aggregate(
        given=Count("pk", filter=given),
        taken=Count("pk", filter=given & Q(accepted_at__isnull=False)),
        abandoned=Count("pk", filter=Q(outcome=Outcome.ABANDONED)),
        failed=Count("pk", filter=Q(outcome=Outcome.FAILED)),
    )
    waited = Session.objects.filter(served_at__gte=midnight, waiting_since__isnull=False).aggregate(
        mean=Avg(F("served_at") - F("waiting_since"), filter=Q(served_at__gte=F("waiting_since")))
    )["mean"]
    rated = Rating.objects.filter(rated_at__gte=midnight).aggregate(mean=Avg("level"), all=Count("pk"))
    return {
        **sessions,
        "accepted": round(100 * legs["taken"] / legs["given"]) if legs["given"] else None,
        "abandoned": legs["abandoned"] + legs["failed"],
        "mean_wait": round(waited.total_seconds()) if waited is not None else None,
        "rating": round(rated["mean"], 1) if rated["mean"] is not None else None,
        "ratings": rated["all"],
    }
