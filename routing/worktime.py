"""Work hours as a calendar: pure (M49, M50, A46).

A range is ("09:00", "18:00"); it includes its start and not its end. The end may be "24:00" and must be later than the
start: a night shift is two ranges, 22:00 to 24:00 and 00:00 to 06:00 of the next day. Ranges of a day never overlap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Ranges = Sequence[Sequence[str]]
LOOK_AHEAD_DAYS = 60


class BadRange(ValueError):
    """Not a valid list of ranges; `args[0]` is the offending range as text."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """`week` has seven lists, Monday first; `special` overrides whole days."""

    zone: str
    week: Sequence[Ranges]
    special: Mapping[date, Ranges] = field(default_factory=dict)

    def of_day(self, day: date) -> Ranges:
        return self.special.get(day, self.week[day.weekday()])

    def is_open(self, now: datetime) -> bool:
        local = now.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        return any(minutes(start) <= minute < minutes(end) for start, end in self.of_day(local.date()))

    def next_opening(self, now: datetime) -> datetime | None:
        """When it opens next; `now` when it is open; None within the next 60 days."""
        if self.is_open(now):
            return now
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        for ahead in range(LOOK_AHEAD_DAYS):
            day = today + timedelta(days=ahead)
            starts = sorted(minutes(start) for start, _end in self.of_day(day))
            moments = (datetime.combine(day, time(at // 60, at % 60), zone) for at in starts)
            later = next((moment for moment in moments if moment > now), None)
            if later:
                return later
        return None


def minutes(clock: str) -> int:
    """ "09:30" as 570. Raises BadRange."""
    hours, colon, rest = clock.partition(":")
    if not (colon and len(rest) == 2 and hours.isdecimal() and rest.isdecimal() and len(hours) <= 2):
        raise BadRange(clock)
    total = int(hours) * 60 + int(rest)
    if int(rest) > 59 or total > 24 * 60:
        raise BadRange(clock)
    return total


def checked(ranges: Ranges) -> list[list[str]]:
    """In order, with two-digit hours. Raises BadRange for an end before its start, and for overlaps (A46)."""
    spans = sorted((minutes(start), minutes(end)) for start, end in ranges)
    for index, (start, end) in enumerate(spans):
        if start >= end or (index and spans[index - 1][1] > start):
            raise BadRange(f"{_clock(start)}~{_clock(end)}")
    return [[_clock(start), _clock(end)] for start, end in spans]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
