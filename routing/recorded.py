"""What the desk has recorded of its load, by hour of the day: the input of `routing.planning`."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, QuerySet, Sum
from django.db.models.functions import ExtractHour
from django.utils import timezone

from routing.models import Assignment
from routing.planning import Load, Prediction, Target, agents_needed
from sessions_flow.models import Session

HOURS = range(24)
MOST_DAYS = 366
LONGEST_PATIENCE = 86_400.0  # seconds


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the day (0 to 23) in the configured zone: its load, and the fewest agents who meet the target."""

    hour: int
    load: Load
    needed: Prediction


@dataclass(frozen=True, slots=True)
class Recorded:
    """Hand-overs and mean seconds of service by hour; the mean patience, None when nobody has left a queue."""

    days: int
    calls: dict[int, int]
    service_seconds: dict[int, float]
    patience_seconds: float | None

    def load(self, hour: int, at_once: int) -> Load:
        seconds = self.service_seconds.get(hour, self.mean_service)
        return Load(self.calls.get(hour, 0) / self.days, seconds, self.patience_seconds, at_once)

    def with_patience(self, seconds: float | None) -> "Recorded":
        return replace(self, patience_seconds=seconds)

    @property
    def mean_service(self) -> float:
        """Where an hour has calls, but no service that began in it."""
        return sum(self.service_seconds.values()) / max(1, len(self.service_seconds))


def hourly(found: Recorded, target: Target, at_once: int) -> list[Hour]:
    loads = [found.load(hour, at_once) for hour in HOURS]
    return [Hour(hour, load, agents_needed(load, target)) for hour, load in zip(HOURS, loads, strict=True)]


def recorded(now: datetime, days: int) -> Recorded:
    """Of at most so many whole days before today, counted from the first record; on the first day, of today."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = Session.objects.filter(waiting_since__gte=midnight - timedelta(days=days), waiting_since__lt=now)
    first = asked.aggregate(first=Min("waiting_since"))["first"]
    seen = (midnight.date() - timezone.localtime(first).date()).days if first else 0
    if seen:
        asked = asked.filter(waiting_since__lt=midnight)
    calls = asked.order_by().annotate(hour=ExtractHour("waiting_since")).values_list("hour").annotate(Count("pk"))
    return Recorded(max(1, seen), dict(calls), _service(asked), _patience(asked))


def _service(asked: QuerySet[Session]) -> dict[int, float]:
    """Seconds of agents' time per session, all its legs together, by the hour it asked in."""
    legs = Assignment.objects.filter(session__in=asked, accepted_at__isnull=False, ended_at__isnull=False).order_by()
    spans = legs.annotate(hour=ExtractHour("session__waiting_since"), span=F("ended_at") - F("accepted_at"))
    rows = spans.values_list("hour").annotate(Sum("span"), Count("session", distinct=True))
    return {hour: total.total_seconds() / count for hour, total, count in rows}


def _patience(asked: QuerySet[Session]) -> float | None:
    """All waiting together, by how many left: the likeliest mean of an exponential patience that service cuts short."""
    served = asked.filter(served_at__gte=F("waiting_since")).aggregate(all=Sum(F("served_at") - F("waiting_since")))
    left = Assignment.objects.filter(session__in=asked, outcome=Assignment.Outcome.ABANDONED)
    gave_up = left.aggregate(all=Sum(F("ended_at") - F("offered_at")), count=Count("pk"))
    if not gave_up["count"]:
        return None
    waited: timedelta = (served["all"] or timedelta()) + gave_up["all"]
    return min(LONGEST_PATIENCE, max(1.0, waited.total_seconds() / gave_up["count"]))
