"""One look at the board: everything that its page shows, read in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _

from routing.models import Desk, Status, Waiting
from sessions_flow.models import Rating, RatingRules
from sessions_flow.models.settings import current
from workbench.boards.clock import midnight
from workbench.boards.drawing import HeatRow, Plot, heat_rows, volume
from workbench.boards.measures import LABELS, SECTIONS, Kind, Measure, Value, rounded
from workbench.boards.reading import HEAT, Wanted, curve, heat, totals_before, totals_of
from workbench.boards.tables import COLUMNS, Table, table
from workbench.boards.totals import Totals
from workbench.models import NONE, Rolling

NEWEST = 10
COURSE = [(column, LABELS[column]) for column in ("sessions", "bot_only", "asked", "served", "abandoned")]
NOTHING = 0.0005  # a change smaller than this is none


@dataclass(frozen=True, slots=True)
class Card:
    """A measure, now and in the range before. `tone` says whether the change is good, bad or neither."""

    measure: Measure
    value: Value
    before: Value

    @property
    def text(self) -> str:
        return self.measure.text(self.value)

    @property
    def before_text(self) -> str:
        return _("before: %(value)s") % {"value": self.measure.text(self.before)}

    @property
    def question(self) -> str:
        return _("What “%(name)s” means") % {"name": self.measure.label}

    @property
    def difference(self) -> float | None:
        """Of shares and stars the difference, of others the share of the value before."""
        if self.value is None or self.before is None:
            return None
        if self.measure.kind in (Kind.SHARE, Kind.STARS):
            return self.value - self.before
        return self.value / self.before - 1 if self.before else None

    @property
    def _sign(self) -> int:
        change = self.difference or 0
        return (change > NOTHING) - (change < -NOTHING)

    @property
    def arrow(self) -> str:
        return ("", "↑", "↓")[self._sign]

    @property
    def way(self) -> str:
        """The arrow in words."""
        return _("more by") if self._sign > 0 else _("less by")

    @property
    def change(self) -> str:
        size = abs(self.difference or 0)
        if self.measure.kind == Kind.STARS:
            return rounded(size, 2)
        percent = rounded(100 * size, 1)
        return _("%(points)s points") % {"points": percent} if self.measure.kind == Kind.SHARE else f"{percent}%"

    @property
    def tone(self) -> str:
        return ("plain", "good", "bad")[self.measure.good * self._sign]


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    title: Any
    note: Any
    cards: list[Card]


@dataclass(frozen=True, slots=True)
class Stars:
    level: int
    text: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Present:
    """Right now, from the rows themselves."""

    waiting: int
    since: datetime | None
    desks: list[tuple[str, str, int]]  # status, its name, how many agents


@dataclass(frozen=True, slots=True)
class Board:
    wanted: Wanted
    state: Rolling
    totals: Totals
    sections: list[Section]
    plot: Plot
    heat: list[tuple[Any, list[HeatRow]]]  # by what is counted
    tables: dict[str, Table]
    stars: list[Stars]
    ratings: list[Rating]
    present: Present | None

    @property
    def is_running(self) -> bool:
        return self.present is not None

    @property
    def is_empty(self) -> bool:
        return not any(self.totals.sums.values())

    @property
    def is_partial(self) -> bool:
        """Days of the range, or of the one before, are still to be counted."""
        first = self.state.first_day
        return not self.state.is_complete and (first is None or self.wanted.before().first < first)


def board_of(wanted: Wanted, now: datetime, sorts: dict[str, str], language: str = "") -> Board:
    totals = totals_of(wanted)
    cells = heat(wanted)
    return Board(
        wanted=wanted, state=Rolling.objects.first() or Rolling(), totals=totals,
        sections=sections_of(totals, totals_before(wanted, now)),
        plot=volume(wanted, curve(wanted), now, COURSE, ("human", "bot_only")),
        heat=[(LABELS[column], heat_rows(wanted, cells, column)) for column in HEAT],
        tables={name: table(name, wanted, sorts.get(name, "")) for name in COLUMNS},
        stars=stars_of(totals, language), ratings=list(ratings_of(wanted)[:NEWEST]),
        present=present() if wanted.is_running(now) else None,
    )  # fmt: skip


def sections_of(totals: Totals, before: Totals) -> list[Section]:
    return [
        Section(name, title, note, [card_of(measure, totals, before) for measure in measures])
        for name, title, note, measures in SECTIONS
    ]


def card_of(measure: Measure, totals: Totals, before: Totals) -> Card:
    return Card(measure, measure.value(totals), measure.value(before))


def stars_of(totals: Totals, language: str) -> list[Stars]:
    """The best first, in the words that visitors choose from now."""
    texts, every = current(RatingRules).levels(language), totals.ratings or 1
    return [
        Stars(level, texts[level - 1], totals[f"stars{level}"], totals[f"stars{level}"] / every)
        for level in range(5, 0, -1)
    ]


def ratings_of(wanted: Wanted) -> QuerySet[Rating]:
    """Those given in this time, the newest first."""
    begin, end = midnight(wanted.first), midnight(wanted.last + timedelta(days=1))
    found = Rating.objects.filter(rated_at__gte=begin, rated_at__lt=end)
    keys = {"session__conversation__channel": wanted.channel, "group": wanted.group, "agent": wanted.agent}
    for name, key in keys.items():
        if key is not None:
            found = found.filter(**{name: None if key == NONE else key})
    related = ("session__conversation__visitor", "session__conversation__channel", "agent", "group")
    return found.select_related(*related).order_by("-pk")


def present() -> Present:
    line = Waiting.objects.aggregate(count=Count("pk"), since=Min("since"))
    desks = Desk.objects.filter(member__deleted_at=None, member__forced_off_at=None).order_by()
    counts = dict(desks.values_list("status").annotate(Count("pk")))
    statuses = [(status.value, str(status.label), counts.get(status.value, 0)) for status in Status]
    return Present(line["count"], line["since"], statuses)
