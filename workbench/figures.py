"""看板: an agent's own day in figures, counted from his service records, messages and ratings."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Min, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import Member
from routing.models import Assignment
from sessions_flow.models import Message, Rating
from workbench.narrowing import start_of

MISSED = (Assignment.Outcome.MISSED, Assignment.Outcome.REFUSED)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the sessions accepted since midnight of the configured zone. Means in seconds; None without any."""

    served: int
    running: int
    missed: int
    transferred: int
    mean_service: float | None
    first_reply: float | None
    ratings: int
    mean_rating: float | None


def figures_of(member: Member, now: datetime | None = None) -> Figures:
    start = start_of(timezone.localdate(now))
    legs = Assignment.objects.filter(member=member, accepted_at__gte=start)
    ended = Q(ended_at__isnull=False)
    found = legs.aggregate(
        served=Count("pk", filter=ended),
        running=Count("pk", filter=~ended),
        transferred=Count("pk", filter=Q(outcome=Assignment.Outcome.TRANSFERRED)),
        mean_service=Avg(_span("accepted_at", "ended_at"), filter=ended),
    )
    rated = Rating.objects.filter(agent=member, rated_at__gte=start).aggregate(ratings=Count("pk"), mean=Avg("level"))
    return Figures(
        served=found["served"],
        running=found["running"],
        missed=Assignment.objects.filter(member=member, offered_at__gte=start, outcome__in=MISSED).count(),
        transferred=found["transferred"],
        mean_service=_seconds(found["mean_service"]),
        first_reply=_seconds(_first_reply(member, legs)),
        ratings=rated["ratings"],
        mean_rating=rated["mean"],
    )


def _first_reply(member: Member, legs: object) -> object:
    """From acceptance to his first words in that session; a session without any does not count."""
    said = Message.objects.filter(
        session=OuterRef("session"),
        kind=Message.Kind.AGENT,
        sender_id=member.public_id,
        created_at__gte=OuterRef("accepted_at"),
    )
    first = said.order_by().values("session").annotate(at=Min("created_at")).values("at")
    with_first = legs.annotate(first=Subquery(first)).filter(first__isnull=False)  # type: ignore[attr-defined]
    return with_first.aggregate(mean=Avg(_span("accepted_at", "first")))["mean"]


def _span(since: str, until: str) -> ExpressionWrapper:
    return ExpressionWrapper(F(until) - F(since), output_field=DurationField())


def _seconds(span: object) -> float | None:
    return None if span is None else span.total_seconds()  # type: ignore[attr-defined]
