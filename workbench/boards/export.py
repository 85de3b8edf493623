"""Sections of the board as rows of a spreadsheet: headings, then plain numbers, spans in seconds, shares in percent."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.base import when
from workbench.boards.board import ratings_of, sections_of
from workbench.boards.measures import LABELS, Kind, Measure, Value
from workbench.boards.reading import HEAT, Wanted, curve, heat, totals_before, totals_of
from workbench.boards.tables import COLUMNS, table

Rows = Iterable[list[Any]]
CURVE = ("sessions", "bot_only", "asked", "served", "abandoned", "services", "missed", "cards")


def heading(measure: Measure) -> str:
    unit = {Kind.SHARE: " (%)", Kind.SPAN: f" ({_('seconds')})"}.get(measure.kind, "")
    return f"{measure.label}{unit}"


def number(measure: Measure, value: Value) -> float | str:
    if value is None:
        return ""
    digits = {Kind.COUNT: 0, Kind.SHARE: 1, Kind.SPAN: 1, Kind.STARS: 2}[measure.kind]
    shown = round(100 * value if measure.kind == Kind.SHARE else value, digits)
    return int(shown) if measure.kind == Kind.COUNT else shown


def figures(wanted: Wanted, now: datetime) -> Rows:
    yield [_("Section"), _("Number"), _("Value"), _("In the time before"), _("Definition")]
    for section in sections_of(totals_of(wanted), totals_before(wanted, now)):
        for card in section.cards:
            measure = card.measure
            values = [number(measure, card.value), number(measure, card.before)]
            yield [section.title, heading(measure), *values, measure.definition]


def course(wanted: Wanted, now: datetime) -> Rows:
    yield [_("Time"), *(str(LABELS[column]) for column in CURVE)]
    for point in curve(wanted):
        at = point.day.isoformat() if wanted.days > 2 else f"{timezone.localtime(point.at):%Y-%m-%d %H:%M}"
        yield [at, *(point.totals[column] for column in CURVE)]


def hours(wanted: Wanted, now: datetime) -> Rows:
    yield [_("Day of the week"), _("Hour"), *(str(LABELS[column]) for column in HEAT)]
    for (weekday, hour), cell in sorted(heat(wanted).items()):
        yield [weekday, f"{hour:02d}:00", *(cell[column] for column in HEAT)]


def _table(name: str) -> Callable[[Wanted, datetime], Rows]:
    def rows(wanted: Wanted, now: datetime) -> Iterator[list[Any]]:
        found = table(name, wanted)
        yield [_("Name"), *(heading(measure) for measure in found.columns)]
        for row in found.rows:
            yield [row.name, *(number(measure, value) for measure, value in row.cells)]

    return rows


def ratings(wanted: Wanted, now: datetime) -> Rows:
    names = [_("Time"), _("Channel"), _("Group"), _("Agent"), _("Visitor"), _("Stars"), _("Rating"), "SessionId"]
    yield names
    for row in ratings_of(wanted).iterator(chunk_size=500):
        conversation = row.session.conversation
        yield [
            when(row.rated_at), conversation.channel.name,
            row.group.name if row.group else "", row.agent.nickname if row.agent else "",
            conversation.visitor.display_name, row.level, row.level_text, str(row.session.session_id),
        ]  # fmt: skip


EXPORTS: dict[str, Callable[[Wanted, datetime], Rows]] = {
    "figures": figures, "course": course, "hours": hours, "ratings": ratings,
    **{name: _table(name) for name in COLUMNS},
}  # fmt: skip
