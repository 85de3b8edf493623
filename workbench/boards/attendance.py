"""How long agents were in which status, by the hour: from each change to the member's next one."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Member
from routing.models import Status, StatusChange
from workbench.boards.clock import HOUR

COLUMNS = {
    Status.FREE.value: "free_ms", Status.NOT_READY.value: "not_ready_ms", Status.REST.value: "rest_ms",
    Status.ARRANGE.value: "arrange_ms",
}  # fmt: skip


def attendance(hours: Sequence[datetime], end: datetime, now: datetime) -> dict[tuple[datetime, int], Counter[Any]]:
    """Hour and member: milliseconds by column. The present hour counts up to now."""
    found: dict[tuple[datetime, int], Counter[Any]] = defaultdict(Counter)
    for member, status, since, until in stretches(Member.objects.all(), hours[0], min(end, now)):
        for hour, length in _parts(hours, since, until):
            found[hour, member][COLUMNS[status]] += length // timedelta(milliseconds=1)
    return found


def stretches(
    members: QuerySet[Member], begin: datetime, end: datetime
) -> Iterator[tuple[int, str, datetime, datetime]]:
    """Member, status, from, until: clipped to the time asked for, without absence."""
    before = StatusChange.objects.filter(member=OuterRef("pk"), at__lt=begin).order_by("-at", "-pk")
    status = Subquery(before.values("status")[:1])
    standing = {
        member: (known, begin) for member, known in members.annotate(before=status).values_list("pk", "before") if known
    }
    changes = StatusChange.objects.filter(member__in=members, at__gte=begin, at__lt=end).order_by("at", "pk")
    for member, next_status, at in changes.values_list("member", "status", "at"):
        if member in standing:
            yield from _stretch(member, *standing[member], at)
        standing[member] = (next_status, at)
    for member, (last, since) in standing.items():
        yield from _stretch(member, last, since, end)


def _stretch(
    member: int, status: str, since: datetime, until: datetime
) -> Iterator[tuple[int, str, datetime, datetime]]:
    if status in COLUMNS and until > since:
        yield member, status, since, until


def _parts(hours: Sequence[datetime], since: datetime, until: datetime) -> Iterator[tuple[datetime, timedelta]]:
    for number, hour in enumerate(hours):
        stop = hours[number + 1] if number + 1 < len(hours) else hour + HOUR
        begin, finish = max(since, hour), min(until, stop)
        if finish > begin:
            yield hour, finish - begin
