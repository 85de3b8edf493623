"""Hits and coverage, a row a day, rule and entry: counted from the questions once a minute, read in milliseconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from chatbot.models import AnswerCount, Counting, Entry, Question

EVERY = timedelta(minutes=1)
OVERLAP = timedelta(minutes=2)  # questions are committed later than they were asked


@dataclass(frozen=True)
class Day:
    """How a day's questions were answered."""

    day: date
    direct: int = 0
    chitchat: int = 0
    guide: int = 0
    fallback: int = 0
    generated: int = 0
    up: int = 0
    down: int = 0

    @property
    def asked(self) -> int:
        return self.answered + self.guide + self.fallback

    @property
    def answered(self) -> int:
        return self.direct + self.chitchat + self.generated

    @property
    def coverage(self) -> float | None:
        """Share (0 to 1) of questions that were answered, not by suggestions only; None without questions."""
        return self.answered / self.asked if self.asked else None


@dataclass(frozen=True)
class Hits:
    """How often an entry answered, and was suggested as the likeliest one. `question` is empty when it is gone."""

    entry_pk: int
    question: str
    answered: int
    suggested: int
    up: int
    down: int


def count_if_due(now: datetime) -> int:
    """Counts the days in which something happened since the last time. One process a minute does it."""
    Counting.get_solo()
    due = Counting.objects.filter(Q(due_at=None) | Q(due_at__lte=now))
    if not due.update(due_at=now + EVERY):
        return 0
    since = Counting.get_solo().counted_at
    days = _days_since(since - OVERLAP if since else None)
    for day in days:
        count_day(day)
    Counting.objects.update(counted_at=now)
    return len(days)


def count_day(day: date) -> None:
    begin = timezone.make_aware(datetime.combine(day, time.min))
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    rows = Question.objects.filter(asked_at__gte=begin, asked_at__lt=end).values_list("rule", "entry_pk")
    votes = {"up": Count("pk", filter=Q(vote=1)), "down": Count("pk", filter=Q(vote=-1))}
    counted = rows.annotate(count=Count("pk"), **votes).order_by()
    with transaction.atomic():
        AnswerCount.objects.filter(day=day).delete()
        AnswerCount.objects.bulk_create(
            AnswerCount(day=day, rule=rule, entry_pk=entry_pk or 0, count=count, up=up, down=down)
            for rule, entry_pk, count, up, down in counted
        )


def per_day(first: date, last: date) -> list[Day]:
    """Every day from first to last, also those without questions."""
    rows = AnswerCount.objects.filter(day__gte=first, day__lte=last).values_list("day", "rule")
    found: dict[date, dict[str, int]] = {}
    sums = {"counts": Sum("count"), "ups": Sum("up"), "downs": Sum("down")}
    for day, rule, count, up, down in rows.annotate(**sums).order_by():
        of_day = found.setdefault(day, {"up": 0, "down": 0})
        of_day |= {rule: count, "up": of_day["up"] + up, "down": of_day["down"] + down}
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [Day(day, **found.get(day, {})) for day in days]


def per_entry(first: date, last: date, most: int = 100) -> list[Hits]:
    """The entries that answered most."""
    answers, guides = Q(rule__in=["direct", "chitchat", "generated"]), Q(rule="guide")
    rows = AnswerCount.objects.filter(day__gte=first, day__lte=last, entry_pk__gt=0).values("entry_pk")
    counted = rows.annotate(
        answered=Sum("count", filter=answers, default=0),
        suggested=Sum("count", filter=guides, default=0),
        ups=Sum("up"),
        downs=Sum("down"),
    )
    top = list(counted.order_by("-answered", "-suggested", "entry_pk")[:most])
    names = dict(Entry.with_deleted.filter(pk__in=[row["entry_pk"] for row in top]).values_list("pk", "question"))
    return [
        Hits(
            row["entry_pk"], names.get(row["entry_pk"], ""), row["answered"], row["suggested"], row["ups"], row["downs"]
        )
        for row in top
    ]


def unused(first: date, last: date, entries: Iterable[Entry]) -> list[Entry]:
    """Those of the entries that neither answered nor were suggested."""
    rows = AnswerCount.objects.filter(day__gte=first, day__lte=last, entry_pk__gt=0)
    used = set(rows.values_list("entry_pk", flat=True).distinct())
    return [entry for entry in entries if entry.pk not in used]


def _days_since(since: datetime | None) -> list[date]:
    """Days with questions that were asked, or voted on, since then."""
    happened = Q(asked_at__gte=since) | Q(voted_at__gte=since) if since else Q()
    days = Question.objects.filter(happened).annotate(day=TruncDate("asked_at")).values_list("day", flat=True)
    return sorted(set(days.order_by().distinct()))
