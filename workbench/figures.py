"""看板: an agent's own figures, read from the same rollups as the data board of the console."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import Member
from routing.models import Assignment
from workbench.boards.board import Card, card_of
from workbench.boards.drawing import Plot, volume
from workbench.boards.measures import OWN
from workbench.boards.reading import Wanted, curve, totals_before, totals_of
from workbench.models import Rolling

SPANS = (1, 7, 30)  # days up to today
COLUMNS = (("accepted", gettext_lazy("Sessions accepted")),)


@dataclass(frozen=True, slots=True)
class Figures:
    """Against the time before, and in the course of it; what runs now is counted from the records themselves."""

    days: int
    running: int
    cards: list[Card]
    plot: Plot
    counted_at: datetime | None


def figures_of(member: Member, days: int = 1, now: datetime | None = None) -> Figures:
    now = now or timezone.now()
    today = timezone.localdate(now)
    wanted = Wanted(today - timedelta(days=days - 1), today, agent=member.pk)
    totals, before = totals_of(wanted), totals_before(wanted, now)
    return Figures(
        days=days,
        running=Assignment.objects.running().filter(member=member).count(),
        cards=[card_of(measure, totals, before) for measure in OWN],
        plot=volume(wanted, curve(wanted), now, COLUMNS, parts=("accepted",)),
        counted_at=Rolling.get_solo().counted_at,
    )
