"""Days and hours of the configured zone as instants: a day with a change of the clock has 23 or 25 hours."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

HOUR = timedelta(hours=1)


def start_of(day: date) -> datetime:
    """Midnight; where the clock skips it, the first instant after it."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of(day: date) -> datetime:
    return start_of(min(day, date.max - timedelta(days=1)) + timedelta(days=1))


def midnight(day: date) -> datetime:
    """`start_of` to reckon with: between instants of UTC no clock changes."""
    return start_of(day).astimezone(UTC)


def day_of(instant: datetime) -> date:
    return timezone.localtime(instant).date()


def hours_of(day: date) -> list[datetime]:
    """When each of its hours begins; an hour never reaches into the next day."""
    at, end = midnight(day), midnight(day + timedelta(days=1))
    return [at + HOUR * number for number in range(-(-(end - at) // HOUR))]


def hour_of(instant: datetime) -> datetime:
    """The beginning of the hour that it is in."""
    begin = midnight(day_of(instant))
    return begin + (instant - begin) // HOUR * HOUR


def days_between(first: date, last: date) -> Iterator[date]:
    """Both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def by_day(hours: Iterable[datetime]) -> dict[date, list[datetime]]:
    """Days, the newest first, each with its hours in order."""
    found: dict[date, list[datetime]] = {}
    for hour in sorted(set(hours)):
        found.setdefault(day_of(hour), []).append(hour)
    return dict(reversed(found.items()))
