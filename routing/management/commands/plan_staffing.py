"""`manage.py plan_staffing`: how many agents are needed, from what was recorded or from given numbers."""

import json
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable
from dataclasses import asdict
from math import isfinite
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from routing.models import Reception
from routing.planning import Load, Prediction, Target, agents_needed, predict
from routing.recorded import LONGEST_PATIENCE, MOST_DAYS, hourly, recorded
from sessions_flow.models.settings import current

AROUND = 3  # rows below and above what is needed
HEAD = ("agents", "wait at all", "mean wait", "in time", "occupancy", "leave")
MOST_CALLS, MOST_SECONDS = 1_000_000, 86_400


def number(least: float, most: float, kind: type[float] = float) -> Callable[[str], float]:
    """An argument's type: a number from `least` to `most`."""

    def parse(said: str) -> float:
        try:
            value = kind(said)
        except ValueError as error:
            raise ArgumentTypeError(f"{said!r} is not a number") from error
        if not least <= value <= most:
            raise ArgumentTypeError(f"must be from {least:g} to {most:g}")
        return value

    return parse


class Command(BaseCommand):
    help = "Agents needed for a target wait: Erlang C, or Erlang A where visitors leave (docs/staffing.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        add, whole = parser.add_argument, number(1, 1000, int)
        add("--calls-per-hour", type=number(0, MOST_CALLS), help="none: by hour of the day, as recorded")
        add("--service-seconds", type=number(1, MOST_SECONDS), default=300)
        add("--patience-seconds", type=number(1, LONGEST_PATIENCE), help="none: as recorded, or endless")
        add("--target-seconds", type=number(0, 3600), default=20)
        add("--target-share", type=number(0.01, 0.999), default=0.8, help="0.8: 80 %% are served in time")
        add("--at-once", type=whole, help="sessions that one agent serves; none: the setting, 1 for given numbers")
        add("--days", type=number(1, MOST_DAYS, int), default=28, help="how far back records are read")
        add("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        target = Target(options["target_seconds"], options["target_share"])
        rows = self._given(target, options) if options["calls_per_hour"] is not None else self._by_hour(target, options)
        if options["json"]:
            self.stdout.write(json.dumps([finite(row) for row in rows], indent=2))

    def _given(self, target: Target, options: dict[str, Any]) -> list[dict[str, Any]]:
        """The agents needed, and a few less and more. Written as a table unless JSON is wanted."""
        load = Load(
            options["calls_per_hour"], options["service_seconds"], options["patience_seconds"], options["at_once"] or 1
        )
        needed = agents_needed(load, target)
        around = range(max(1, needed.agents - AROUND), needed.agents + AROUND + 1)
        found = [predict(agents, load, target.seconds) for agents in around]
        if not options["json"]:
            self.stdout.write(f"{load.erlangs:.2f} erlangs; needed: {needed.agents} agents")
            self._table(HEAD, [cells(each) for each in found])
        return [{**asdict(each), "is_needed": each.agents == needed.agents} for each in found]

    def _by_hour(self, target: Target, options: dict[str, Any]) -> list[dict[str, Any]]:
        """From the records of the last days."""
        found = recorded(timezone.now(), options["days"])
        if options["patience_seconds"]:
            found = found.with_patience(options["patience_seconds"])
        hours = hourly(found, target, options["at_once"] or current(Reception).limit)
        if not options["json"]:
            leave = f"mean patience {found.patience_seconds:.0f} s" if found.patience_seconds else "nobody has left"
            self.stdout.write(f"{found.days} days of records, {sum(found.calls.values())} hand-overs; {leave}")
            head = ("hour", "calls/h", "service", *HEAD)
            self._table(head, [(f"{each.hour:02}", *load_cells(each.load), *cells(each.needed)) for each in hours])
        return [{"hour": each.hour, **asdict(each.load), **asdict(each.needed)} for each in hours]

    def _table(self, head: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        for row in (head, *rows):
            self.stdout.write("  ".join(cell.rjust(11) for cell in row))


def load_cells(load: Load) -> tuple[str, str]:
    return f"{load.calls_per_hour:.1f}", f"{load.service_seconds:.0f} s"


def cells(found: Prediction) -> tuple[str, ...]:
    wait = f"{found.mean_wait:.1f} s" if isfinite(found.mean_wait) else "endless"
    shares = (found.in_time, found.occupancy, found.abandoned)
    return (str(found.agents), f"{found.waiting:.1%}", wait, *(f"{share:.1%}" for share in shares))


def finite(row: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no infinity: null for a wait without end."""
    return {key: None if isinstance(value, float) and not isfinite(value) else value for key, value in row.items()}
