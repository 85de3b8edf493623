"""Geometry of the charts, in their own units; templates draw them as SVG."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString

from workbench.boards.clock import days_between, hours_of
from workbench.boards.reading import Point, Wanted
from workbench.boards.totals import Totals

LEFT, TOP, WIDTH, HEIGHT = 48, 12, 744, 180
LABELS = 12  # at most so many along the axis


Columns = Sequence[tuple[str, Any]]  # of the sums, with what each is called


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour or day: numbers by column, and parts from bottom to top as (css class, y, height)."""

    label: str
    axis: str  # empty where there is no room for it
    x: float
    middle: float
    width: float
    parts: list[tuple[str, float, float]]
    numbers: list[int]


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars and rows are markup made here: a template would take most of the page's time for them."""

    bars: list[Bar]
    columns: Columns
    most: int
    left: int = LEFT
    top: int = TOP
    right: int = LEFT + WIDTH
    bottom: int = TOP + HEIGHT

    @property
    def half(self) -> float:
        return TOP + HEIGHT / 2

    @property
    def drawn(self) -> SafeString:
        names = [str(escape(name)) for _column, name in self.columns]
        return SafeString("".join(_drawn(bar, names) for bar in self.bars))

    @property
    def rows(self) -> SafeString:
        return SafeString(
            "".join(
                f'<tr><th scope="row">{bar.label}</th>{"".join(f"<td>{number}</td>" for number in bar.numbers)}</tr>'
                for bar in self.bars
            )
        )


def _drawn(bar: Bar, names: list[str]) -> str:
    said = " · ".join(f"{name} {number}" for name, number in zip(names, bar.numbers, strict=True))
    parts = "".join(
        f'<rect class="cs-board-{name}" x="{bar.x}" y="{y}" width="{bar.width}" height="{height}"/>'
        for name, y, height in bar.parts
        if height
    )
    axis = f'<text x="{bar.middle}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{bar.axis}</text>' if bar.axis else ""
    return f"<g><title>{bar.label} · {said}</title>{parts}{axis}</g>"


def slots(wanted: Wanted, now: datetime) -> list[tuple[datetime | date, str]]:
    """What the axis holds, also where nothing was counted: hours of one or two days, or days. Nothing of the future."""
    days = list(days_between(wanted.first, min(wanted.last, timezone.localdate(now))))
    if wanted.days > 2:
        return [(day, date_format(day, "m-d")) for day in days]
    hours = [hour for day in days for hour in hours_of(day)]
    return [(hour, timezone.localtime(hour).strftime("%H:00")) for hour in hours]


def volume(wanted: Wanted, points: Sequence[Point], now: datetime, columns: Columns, parts: Sequence[str]) -> Plot:
    """Numbers as stacked bars, the first part at the bottom."""
    by_slot: dict[Any, Point] = {(point.at if wanted.days <= 2 else point.day): point for point in points}
    axis = slots(wanted, now)
    most = max((sum(_part(point.totals, part) for part in parts) for point in points), default=0)
    step = max(1, -(-len(axis) // LABELS))
    width = WIDTH / max(1, len(axis))
    bars = []
    for number, (slot, label) in enumerate(axis):
        totals = by_slot[slot].totals if slot in by_slot else Totals()
        x = LEFT + number * width
        bars.append(
            Bar(
                label=_named(slot, label), axis="" if number % step else label, x=round(x + width * 0.12, 1),
                middle=round(x + width / 2, 1), width=round(width * 0.76, 1), parts=_stack(totals, parts, most),
                numbers=[totals[column] for column, _name in columns],
            )
        )  # fmt: skip
    return Plot(bars, columns, most)


def _named(slot: datetime | date, label: str) -> str:
    return f"{timezone.localtime(slot):%m-%d} {label}" if isinstance(slot, datetime) else str(slot)


def _part(totals: Totals, name: str) -> int:
    return totals["sessions"] - totals["bot_only"] if name == "human" else totals[name]


def _stack(totals: Totals, parts: Sequence[str], most: int) -> list[tuple[str, float, float]]:
    stack, y = [], float(TOP + HEIGHT)
    for name in parts:
        height = HEIGHT * _part(totals, name) / (most or 1)
        y -= height
        stack.append((name, round(y, 1), round(height, 1)))
    return stack


@dataclass(frozen=True, slots=True)
class Cell:
    """Of the heat map: the mean of such hours in the range, and a level from 0 (none) to 5 (the busiest)."""

    mean: float
    level: int

    @property
    def text(self) -> str:
        return f"{self.mean:.1f}".removesuffix(".0") if self.mean else '<span class="sr-only">0</span>'


@dataclass(frozen=True, slots=True)
class HeatRow:
    name: Any
    cells: list[Cell]

    @property
    def drawn(self) -> SafeString:
        return SafeString("".join(f'<td class="cs-heat-{cell.level}">{cell.text}</td>' for cell in self.cells))


def heat_rows(wanted: Wanted, found: dict[tuple[int, int], dict[str, int]], column: str) -> list[HeatRow]:
    """By day of the week, Monday first; days of the week that the range does not hold are left out."""
    days = Counter(day.isoweekday() for day in days_between(wanted.first, wanted.last))
    means = {
        weekday: [found.get((weekday, hour), {}).get(column, 0) / days[weekday] for hour in range(24)]
        for weekday in sorted(days)
    }
    most = max(max(row) for row in means.values())
    return [HeatRow(WEEKDAYS[weekday - 1], [_cell(mean, most) for mean in row]) for weekday, row in means.items()]


def _cell(mean: float, most: float) -> Cell:
    return Cell(mean, ceil(5 * mean / most) if mean else 0)
