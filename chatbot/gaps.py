"""What the bot does not know: open questions of visitors, grouped by similarity, with counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from chatbot.matching.grouping import grouped
from chatbot.models import Question

MOST_WORDINGS = 2000  # the most frequent ones are grouped


@dataclass(frozen=True)
class Gap:
    """Questions that ask much the same. `wordings` and `keys` belong together, the most frequent first; actions take
    the keys."""

    wordings: tuple[str, ...]
    keys: tuple[str, ...]
    count: int
    missed: int
    guided: int
    disliked: int
    last_asked_at: datetime

    @property
    def text(self) -> str:
        return self.wordings[0]


def gaps(since: datetime | None = None) -> list[Gap]:
    """The most asked first."""
    rows = _wordings(since)
    groups = [[rows[number] for number in group] for group in grouped([row["text"] for row in rows])]
    return sorted(map(_gap, groups), key=lambda gap: (-gap.count, gap.text))


def _wordings(since: datetime | None) -> Sequence[dict[str, Any]]:
    found = Question.objects.open()
    if since is not None:
        found = found.filter(asked_at__gte=since)
    counted = found.values("key").annotate(
        text=Max("text"),
        count=Count("pk"),
        missed=Count("pk", filter=Q(rule=Question.Rule.FALLBACK)),
        guided=Count("pk", filter=Q(rule=Question.Rule.GUIDE)),
        disliked=Count("pk", filter=Q(vote=-1)),
        last=Max("asked_at"),
    )
    return [dict(row) for row in counted.order_by("-count", "-last", "key")[:MOST_WORDINGS]]


def _gap(rows: Sequence[dict[str, Any]]) -> Gap:
    return Gap(
        wordings=tuple(row["text"] for row in rows),
        keys=tuple(row["key"] for row in rows),
        count=sum(row["count"] for row in rows),
        missed=sum(row["missed"] for row in rows),
        guided=sum(row["guided"] for row in rows),
        disliked=sum(row["disliked"] for row in rows),
        last_asked_at=max(row["last"] for row in rows),
    )
