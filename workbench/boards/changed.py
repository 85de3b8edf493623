"""In which hours something changed since the last sweep. Whatever changes a session or a rating leaves an entry in the
conversation's stream; offers that nobody accepted leave none, and are looked for among the newest."""

from datetime import datetime, timedelta

from django.db.models import Max, Q

from routing.models import Assignment, Desk, Status, StatusChange
from sessions_flow.models import Message, Rating, Session
from workbench.boards.clock import HOUR, hour_of
from workbench.models import Rolling

OVERLAP = timedelta(minutes=2)  # rows are committed later than they say
LONGEST_OFFER = HOUR + OVERLAP


def new_mark(mark: int, now: datetime) -> int:
    """The last entry that is so old that none before it can still be committed."""
    settled = Message.objects.filter(pk__gt=mark, created_at__lt=now - OVERLAP).aggregate(last=Max("pk"))["last"]
    return settled or mark


def changed_hours(state: Rolling, now: datetime) -> set[datetime]:
    """When those hours begin."""
    since = (state.counted_at or now) - OVERLAP
    entries = Message.objects.filter(pk__gt=state.message_pk).order_by()
    opened = Session.objects.filter(Q(opened_at__gte=since) | Q(pk__in=entries.values("session")))
    instants = set(opened.order_by().values_list("opened_at", flat=True))
    rated = Rating.objects.filter(rated_at__gte=since, session__conversation__in=entries.values("conversation"))
    instants.update(rated.values_list("session__opened_at", flat=True))
    legs = Assignment.objects.filter(member__isnull=False).order_by()
    instants.update(legs.filter(session__in=entries.values("session")).values_list("offered_at", flat=True))
    newest = legs.filter(offered_at__gte=since - LONGEST_OFFER)
    touched = newest.filter(Q(offered_at__gte=since) | Q(ended_at__gte=since))
    instants.update(touched.values_list("offered_at", flat=True))
    return {hour_of(at) for at in instants if at <= now} | _attended(since, now)


def _attended(since: datetime, now: datetime) -> set[datetime]:
    """The hours since then, when anybody was at work in them."""
    last = StatusChange.objects.order_by("-pk").values_list("at", flat=True).first()
    is_quiet = last is None or last < since
    if is_quiet and not Desk.objects.exclude(status=Status.OFFLINE).exists():
        return set()
    hours, at = set(), since
    while at <= now:
        hours.add(hour_of(at))
        at += HOUR
    return hours | {hour_of(now)}
