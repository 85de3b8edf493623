"""Keeps the rollups up to date: finds the hours in which something changed, and counts them anew.

A day is written whole in one transaction: a sweep that is killed leaves the old numbers or the new ones. Whoever
counted while another wrote sees that by the version, and counts again.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, Q
from django.utils import timezone

from sessions_flow.models import Session
from workbench.boards.changed import changed_hours, new_mark
from workbench.boards.clock import by_day, day_of, days_between, hours_of, midnight
from workbench.boards.counting import Counts, Key, Tally, add_up, count
from workbench.models import ALL, KEYS, SUMS, Rolling, Rollup, Span

EVERY = timedelta(seconds=5)
LEASE = timedelta(minutes=2)  # of a sweep; who takes longer may be joined by another, which does no harm
SHARE = 20  # a sweep rests this many times as long as it worked
PATIENCE = 1.0  # seconds of one sweep for days long past
ATTEMPTS = 5


def claim(now: datetime) -> bool:
    """One process at a time; what one did not finish is another's when the lease is over."""
    if not Rolling.objects.exists():
        Rolling.get_solo()
    due = Rolling.objects.filter(Q(due_at=None) | Q(due_at__lte=now))
    return due.exists() and bool(due.update(due_at=now + LEASE))  # a write takes SQLite's lock, also for nothing


def roll_and_rest(now: datetime) -> None:
    began = monotonic()
    roll(now)
    rest = max(EVERY, timedelta(seconds=SHARE * (monotonic() - began)))
    Rolling.objects.update(due_at=now + rest)


def roll(now: datetime) -> int:
    """Counts what changed since the last time, and some of the days that were never counted. Returns how many hours."""
    state = Rolling.get_solo()
    if state.zone != settings.TIME_ZONE:  # other days: all are counted again, the newest first
        state = _begin_anew(now)
    mark = new_mark(state.message_pk, now)
    hours = changed_hours(state, now)
    for day, those in by_day(hours).items():
        count_day(day, now, those)
    Rolling.objects.update(message_pk=mark, counted_at=now)
    return len(hours) + (0 if state.is_complete else _count_the_past(now))


def _begin_anew(now: datetime) -> Rolling:
    """Today is counted now, from its first hour; the message mark stands where nothing is older and uncounted."""
    today = day_of(now)
    Rolling.objects.update(
        zone=settings.TIME_ZONE, counted_at=midnight(today), message_pk=new_mark(0, now), first_day=today,
        is_complete=False,
    )  # fmt: skip
    count_day(today, now)
    return Rolling.get_solo()


def _count_the_past(now: datetime) -> int:
    """Day by day backwards, to the first session."""
    oldest, done, began = Session.objects.aggregate(first=Min("opened_at"))["first"], 0, monotonic()
    while monotonic() - began < PATIENCE:
        day = (Rolling.get_solo().first_day or day_of(now)) - timedelta(days=1)
        if oldest is None or day < day_of(oldest):
            Rolling.objects.update(is_complete=True)
            break
        done += count_day(day, now)
        Rolling.objects.update(first_day=day)
    return done


def rebuild(first: date | None, last: date | None, now: datetime) -> int:
    """Counts these days anew; without limits, from the first session to today. Returns how many days."""
    oldest = Session.objects.aggregate(first=Min("opened_at"))["first"]
    begin, end = first or day_of(oldest or now), last or day_of(now)
    days = list(days_between(begin, end))
    for day in reversed(days):
        count_day(day, now)
    return len(days)


def count_day(day: date, now: datetime, hours: Sequence[datetime] | None = None) -> int:
    """These of its hours, or all; then the day, from all its hours. Returns how many hours were counted."""
    every = hours_of(day)
    wanted = every if hours is None else every[every.index(hours[0]) : every.index(hours[-1]) + 1]
    after = every.index(wanted[-1]) + 1
    end = every[after] if after < len(every) else midnight(day + timedelta(days=1))
    for _attempt in range(ATTEMPTS):
        version = Rolling.get_solo().version
        counts = count(wanted, end, now)
        if _write(day, wanted, counts, version):
            return len(wanted)
    raise RuntimeError(f"the rollups of {day} were written by others {ATTEMPTS} times in a row")


def _write(day: date, hours: Sequence[datetime], counts: Counts, version: int) -> bool:
    """False when somebody else wrote since that version."""
    with transaction.atomic():
        if not Rolling.objects.filter(version=version).update(version=F("version") + 1):
            return False
        of_day = Rollup.objects.filter(day=day)
        of_day.filter(span=Span.HOUR, at__in=hours).delete()
        of_day.filter(span=Span.DAY).delete()
        begin = midnight(day)
        kept = [(key._replace(at=begin), tally) for key, tally in _stored(of_day.filter(span=Span.HOUR))]
        new = [(key._replace(at=begin), tally) for key, tally in counts.items()]
        _insert(Span.HOUR, day, add_up(counts.items()))
        _insert(Span.DAY, day, add_up([*kept, *new]))
    return True


def _stored(rows: Any) -> list[tuple[Key, Tally]]:
    """The rows of hours that are no sums of others."""
    found = []
    names = ("at", *KEYS, "spreads", *SUMS)
    for at, channel, group, agent, spreads, *sums in rows.exclude(channel=ALL).exclude(agent=ALL).values_list(*names):
        tally: Tally = Counter({name: number for name, number in zip(SUMS, sums, strict=True) if number})
        for name, buckets in spreads.items():
            tally.update({(name, bucket): number for bucket, number in enumerate(buckets)})
        found.append((Key(at, channel, group, agent), tally))
    return found


def _insert(span: Span, day: date, counts: Counts) -> None:
    Rollup.objects.bulk_create((_row(span, day, key, tally) for key, tally in counts.items()), batch_size=500)


def _row(span: Span, day: date, key: Key, tally: Tally) -> Rollup:
    spreads: dict[str, list[int]] = {}
    sums = {}
    for name, number in tally.items():
        if isinstance(name, str):
            sums[name] = number
        else:
            buckets = spreads.setdefault(name[0], [])
            buckets += [0] * (name[1] + 1 - len(buckets))
            buckets[name[1]] = number
    hour = _on_the_clock(key.at) if span == Span.HOUR else None
    return Rollup(
        span=span, at=key.at, day=day, hour=hour, channel=key.channel, group=key.group, agent=key.agent,
        spreads=spreads, **sums,
    )  # fmt: skip


def _on_the_clock(hour: datetime) -> int:
    return timezone.localtime(hour).hour
