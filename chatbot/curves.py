"""What a threshold means on this very knowledge base: precision and coverage, measured in the background."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chatbot import background
from chatbot.drafted import draft_knowledge
from chatbot.judging import Labelled, stored_questions
from chatbot.knowledge import Knowledge, entry_of, is_chitchat
from chatbot.matching import Entry
from chatbot.matching.trial import Asked, Point, ask_itself, points
from chatbot.models import Curve

LEASE = timedelta(minutes=10)


@dataclass(frozen=True)
class Meaning:
    """The newest curves. `is_current` is false while the knowledge base has changed since: they are measured anew."""

    own: tuple[Point, ...]
    own_asked: int
    labelled: tuple[Point, ...]
    labelled_asked: int
    is_current: bool


def meaning_of_thresholds() -> Meaning:
    """At once, whatever is known; starts measuring when the draft or the labelled set was changed."""
    known, labelled = draft_knowledge(), stored_questions()
    digest = _digest(known, labelled)
    row = Curve.get_solo()
    if row.digest != digest:
        _start()
    return Meaning(
        own=tuple(Point(*point) for point in row.own),
        own_asked=row.own_asked,
        labelled=tuple(Point(*point) for point in row.labelled),
        labelled_asked=row.labelled_asked,
        is_current=row.digest == digest,
    )


def _start() -> None:
    """One process measures at a time."""
    now = timezone.now()
    free = Curve.objects.filter(Q(claimed_at=None) | Q(claimed_at__lte=now - LEASE))
    if free.update(claimed_at=now):
        transaction.on_commit(lambda: background.submit(measure))  # the claim is ours from then on


def measure() -> None:
    try:
        known, labelled = draft_knowledge(), stored_questions()
        own, judged = ask_itself(_entries(known)), [_asked(known, question) for question in labelled]
        Curve.objects.update(
            digest=_digest(known, labelled),
            own=_as_rows(own),
            own_asked=len(own),
            labelled=_as_rows(judged),
            labelled_asked=len(judged),
            measured_at=timezone.now(),
        )
    finally:
        Curve.objects.update(claimed_at=None)


def _asked(known: Knowledge, question: Labelled) -> Asked:
    found = known.answers.match(question.text, 1)
    return Asked(found.score, question.expected is not None, found.id is not None and found.id == question.expected)


def _as_rows(asked: list[Asked]) -> list[list[float | None]]:
    return [[point.threshold, point.precision, point.coverage] for point in points(asked)]


def _entries(known: Knowledge) -> list[Entry]:
    return [entry_of(row) for row in known.entries.values() if not is_chitchat(row)]


def _digest(known: Knowledge, labelled: list[Labelled]) -> str:
    told = repr(([(entry.id, entry.questions) for entry in _entries(known)], labelled))
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()
