"""What the boards show, read from the rollups: a handful of queries, whatever the number of sessions."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone

from workbench.boards.spread import NAMES, add_up
from workbench.boards.totals import TARGET, Totals, total
from workbench.models import ALL, SUMS, Rollup, Span

Rows = QuerySet[Rollup]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Days of the configured zone, both included; NONE asks for what has no group or agent."""

    first: date
    last: date
    channel: int | None = None
    group: int | None = None
    agent: int | None = None
    target: int = TARGET

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def is_running(self, now: datetime) -> bool:
        """It reaches today."""
        return self.last >= timezone.localdate(now)

    def before(self) -> "Wanted":
        """As many days, right before."""
        span = timedelta(days=self.days)
        return replace(self, first=self.first - span, last=self.last - span)


def rows_of(wanted: Wanted, span: Span) -> Rows:
    """The fewest rows that add up to what is wanted: sums are stored for what is asked most (`counting.Key`)."""
    rows = Rollup.objects.filter(span=span, day__gte=wanted.first, day__lte=wanted.last)
    if wanted.agent is None:
        keys = {"channel": wanted.channel or ALL, "group": wanted.group or ALL, "agent": ALL}
        return rows.filter(**keys)
    if wanted.channel is None and wanted.group is None:
        return rows.filter(channel=ALL, group=ALL, agent=wanted.agent)
    return _single(rows.filter(agent=wanted.agent), wanted)


def _single(rows: Rows, wanted: Wanted) -> Rows:
    """Rows that are no sums."""
    for name, key in (("channel", wanted.channel), ("group", wanted.group)):
        rows = rows.exclude(**{name: ALL}) if key is None else rows.filter(**{name: key})
    return rows


def totals_of(wanted: Wanted, until_hour: int | None = None) -> Totals:
    """Of all days together; of the last one only the hours that began by `until_hour` on the clock."""
    columns = (*SUMS, "spreads")
    rows = rows_of(wanted, Span.DAY).values(*columns)
    if until_hour is not None:
        last = rows_of(replace(wanted, first=wanted.last), Span.HOUR).filter(hour__lte=until_hour)
        rows = rows.filter(day__lt=wanted.last).union(last.values(*columns), all=True)
    return total(rows, wanted.target)


def totals_before(wanted: Wanted, now: datetime) -> Totals:
    """Of the range before; where the range reaches today, up to the present hour of its last day."""
    return totals_of(wanted.before(), timezone.localtime(now).hour if wanted.is_running(now) else None)


def by_key(wanted: Wanted, name: str) -> dict[int, Totals]:
    """By `channel`, `group` or `agent`, with spreads where these are few enough."""
    rows = _rows_by(wanted, name)
    sums = rows.order_by().values(name).annotate(**{f"{column}_sum": Sum(column) for column in SUMS})
    found = {row[name]: Totals({each: row[f"{each}_sum"] for each in SUMS}, {}, wanted.target) for row in sums}
    if name != "agent":
        for key, spreads in _spreads(rows, name).items():
            found[key].spreads = spreads
    return found


def _rows_by(wanted: Wanted, name: str) -> Rows:
    rows = Rollup.objects.filter(span=Span.DAY, day__gte=wanted.first, day__lte=wanted.last)
    if wanted.agent is not None:
        return _single(rows.filter(agent=wanted.agent), wanted)
    if name == "agent" and wanted.channel is None and wanted.group is None:
        return rows.filter(channel=ALL, group=ALL).exclude(agent=ALL)
    if name == "agent":
        return _single(rows.exclude(agent=ALL), wanted)
    other = "group" if name == "channel" else "channel"
    own = getattr(wanted, name)
    rows = rows.filter(**{"agent": ALL, other: getattr(wanted, other) or ALL})
    return rows.exclude(**{name: ALL}) if own is None else rows.filter(**{name: own})


def _spreads(rows: Rows, name: str) -> dict[int, dict[str, list[int]]]:
    found: dict[int, list[dict[str, list[int]]]] = defaultdict(list)
    for key, spreads in rows.order_by().values_list(name, "spreads"):
        found[key].append(spreads)
    return {
        key: {each: add_up(spread.get(each, ()) for spread in spreads) for each in NAMES}
        for key, spreads in found.items()
    }


@dataclass(frozen=True, slots=True)
class Point:
    """Of a curve: when it begins, and its sums."""

    at: datetime
    day: date
    totals: Totals


CURVE = ("sessions", "bot_only", "asked", "served", "abandoned", "accepted", "services", "missed", "cards")


def curve(wanted: Wanted) -> list[Point]:
    """By the hour for one day or two, otherwise by the day; only what was counted."""
    span = Span.HOUR if wanted.days <= 2 else Span.DAY
    sums = rows_of(wanted, span).order_by("at").values("at", "day")
    rows: Any = sums.annotate(**{f"{column}_sum": Sum(column) for column in CURVE})
    return [Point(row["at"], row["day"], Totals({each: row[f"{each}_sum"] for each in CURVE}, {})) for row in rows]


HEAT = ("sessions", "asked")


def heat(wanted: Wanted) -> dict[tuple[int, int], dict[str, int]]:
    """By (day of the week, 1 is Monday; hour on the clock)."""
    found: dict[tuple[int, int], dict[str, int]] = {}
    for day, hour, *numbers in rows_of(wanted, Span.HOUR).order_by().values_list("day", "hour", *HEAT):
        cell = found.setdefault((day.isoweekday(), hour or 0), dict.fromkeys(HEAT, 0))
        for column, number in zip(HEAT, numbers, strict=True):
            cell[column] += number
    return found
