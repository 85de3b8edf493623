"""Places in the queue and how long they take: what visitors are told (M44, M45, A48)."""

import math
import time
from datetime import datetime, timedelta

from django.db.models import Avg, F, Q, Sum
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routing.models import Assignment, Desk, Reception, Waiting
from routing.models.desk import Status
from routing.policy import estimated_wait
from sessions_flow.actions import Locked, locked, tell
from sessions_flow.live.publish import poke_after_commit
from sessions_flow.models import State
from sessions_flow.models.settings import current, prompts_for, wording
from sessions_flow.protocol import elements

BATCH = 50
RECENT = 50  # service times that the estimate looks at
FRESH_SECONDS = 5.0
NEWCOMERS = F("told_at").asc(nulls_first=True)
_measured: dict[int | None, tuple[float, float | None, int]] = {}


def position(row: Waiting) -> int:
    """From 1, within the group's queue (M45)."""
    return Waiting.objects.before(row).count() + 1


def wait_seconds(row: Waiting, place: int) -> float | None:
    """Estimated from the recent service times of the group; None while nothing is known."""
    seconds, places = _measure(row.group_id)
    return None if seconds is None else estimated_wait(place, seconds, places)


def _measure(group_id: int | None) -> tuple[float | None, int]:
    """(mean service time in seconds, places of agents who take sessions), at most 5 s old."""
    at, seconds, places = _measured.get(group_id, (-math.inf, None, 0))
    if time.monotonic() - at > FRESH_SECONDS:
        free = Desk.objects.logged_in().of_group(group_id).filter(status=Status.FREE)
        places = free.aggregate(n=Sum("limit"))["n"] or 0
        seconds = _mean_service(group_id)
        _measured[group_id] = (time.monotonic(), seconds, places)
    return seconds, places


def _mean_service(group_id: int | None) -> float | None:
    ended = Assignment.objects.filter(outcome=Assignment.Outcome.SERVED, accepted_at__isnull=False)
    if group_id is not None:
        ended = ended.filter(group=group_id)
    recent = ended.order_by("-offered_at").values_list("pk", flat=True)[:RECENT]
    spans = Assignment.objects.filter(pk__in=list(recent)).annotate(span=F("ended_at") - F("accepted_at"))
    mean: timedelta | None = spans.aggregate(mean=Avg("span"))["mean"]
    return mean.total_seconds() if mean is not None else None


def still_waiting(row: Waiting | None, held: Locked) -> Waiting | None:
    """The row with its session as it is under the lock; None when that one does not wait any more."""
    session = held.session
    if row is None or session is None or session.pk != row.session_id or session.state != State.WAITING:
        return None
    row.session = session
    return row


def queueing_text(row: Waiting, place: int, language: str) -> str:
    """排队中话术 with its variables filled in."""
    wait = wait_words(wait_seconds(row, place), language)
    numbers = {"QueuePosition": place, "WaitNo": place - 1, "EstimatedWait": wait}
    prompts = prompts_for(row.session.conversation_id)
    return wording(prompts, "queueing", language, **{**row.session.variables, **numbers})


def wait_words(seconds: float | None, language: str) -> str:
    with translation.override(language or None):
        if seconds is None:
            return _("a few minutes")
        minutes = max(1, math.ceil(seconds / 60))
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def tell_queueing(row_pks: set[int] | None, now: datetime) -> int:
    """On entering, and when the position has changed, at most once in a while (A48); these rows, or all. Returns how
    many were told."""
    again = now - timedelta(seconds=current(Reception).update_seconds)
    due = Waiting.objects.in_line().filter(Q(told_at=None) | Q(told_at__lte=again, told_place__gt=0))
    rows = due.select_related("session").order_by(NEWCOMERS, "pk")[:BATCH]
    return sum(_tell(row, now) for row in rows if row_pks is None or row.pk in row_pks)


def _tell(row: Waiting, now: datetime) -> bool:
    place = position(row)
    if place == row.told_place:
        Waiting.objects.filter(pk=row.pk).update(told_at=now)
        return False
    with locked(row.session.conversation_id, now) as held:
        mine = Waiting.objects.in_line().filter(pk=row.pk, told_at=row.told_at)
        is_waiting = held.session is not None and held.session.state == State.WAITING
        if not is_waiting or not mine.update(told_at=now, told_place=place):
            return False
        tell(held, elements.text(queueing_text(row, place, held.language)))
        poke_after_commit([row.session.conversation_id])
    return True


def poke_everybody() -> None:
    """Places may have changed."""
    poke_after_commit(Waiting.objects.in_line().values_list("session__conversation_id", flat=True)[:1000])


def is_full(group_pk: int | None) -> bool:
    """The queue is as long as the setting allows."""
    most = current(Reception).queue_limit
    return bool(most) and Waiting.objects.in_line().filter(group=group_pk).count() >= most
