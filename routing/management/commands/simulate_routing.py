"""`manage.py simulate_routing`: a day of arrivals against the real distribution policy (docs/staffing.md)."""

import json
import random
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from routing.management.commands.plan_staffing import MOST_CALLS, MOST_SECONDS, number
from routing.simulation import Plan, Result, Simulation, percentile

OFFICE = (0.02, 0.01, 0.01, 0.01, 0.01, 0.02, 0.05, 0.15, 0.45, 0.8, 1, 0.95, 0.6, 0.7, 0.9, 0.95, 0.9, 0.75, 0.5, 0.4,
          0.35, 0.25, 0.12, 0.05)  # fmt: skip # of the busiest hour
SHAPES = {"office": OFFICE, "flat": (1.0,)}
MOST_ARRIVALS = 5_000_000  # of one run: they are kept in memory


class Command(BaseCommand):
    help = "Simulates arrivals against the real routing policy; prints waits, loads and fairness."

    def add_arguments(self, parser: CommandParser) -> None:
        add, seconds = parser.add_argument, number(0.1, MOST_SECONDS)
        add("--agents", type=number(1, 100_000, int), default=100)
        add("--groups", type=number(0, 1000, int), default=0, help="0: everybody serves everybody")
        add("--calls-per-hour", type=number(0, MOST_CALLS), default=1000, help="of the busiest hour")
        add("--profile", default="office", help="office, flat, or numbers by hour as 10,20,… (repeated)")
        add("--hours", type=number(0.1, 1000), default=24)
        add("--service-seconds", type=seconds, default=300)
        add("--limit", type=number(1, 1000, int), default=1, help="sessions that one agent serves at once")
        add("--order", choices=("idle", "load"), default="idle", help="longest idle, or fewest sessions, first")
        add("--accept-mode", choices=("automatic", "manual"), default="automatic")
        add("--accept-seconds", type=seconds, default=20, help="manual: passed on to the next agent after this time")
        add("--click-seconds", type=seconds, default=5, help="manual: mean time until an agent accepts")
        add("--patience-seconds", type=seconds, help="mean; none: nobody leaves")
        add("--seed", type=int, help="none: drawn, and printed")
        add("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = plan_of(options)
        found = Simulation(plan).run()
        if options["json"]:
            self.stdout.write(json.dumps({"seed": plan.seed, **summary(found), "hours": by_hour(found)}, indent=2))
            return
        self.stdout.write(f"seed {plan.seed}")
        for name, value in summary(found).items():
            self.stdout.write(f"{name.replace('_', ' '):<24}{value:>12,}")
        for row in ("hour", "arrivals", "left", "mean wait", "p95 wait"), *(row.values() for row in by_hour(found)):
            self.stdout.write("  ".join(str(cell).rjust(10) for cell in row))


def plan_of(options: dict[str, Any]) -> Plan:
    """Raises CommandError for a profile that nobody understands, or more arrivals than fit."""
    calls = profile(options["profile"], options["calls_per_hour"])
    if sum(calls) / len(calls) * options["hours"] > MOST_ARRIVALS:
        raise CommandError(f"more than {MOST_ARRIVALS:,} arrivals: choose fewer hours or calls")
    same = ("agents", "groups", "hours", "service_seconds", "limit", "patience_seconds", "click_seconds")
    return Plan(
        calls_per_hour=calls,
        by_load=options["order"] == "load",
        accept_seconds=options["accept_seconds"] if options["accept_mode"] == "manual" else 0,
        seed=random.randrange(10**6) if options["seed"] is None else options["seed"],  # noqa: S311 (no secret)
        **{name: options[name] for name in same},
    )


def profile(said: str, busiest: float) -> tuple[float, ...]:
    if said in SHAPES:
        return tuple(share * busiest for share in SHAPES[said])
    try:
        calls = tuple(float(part) for part in said.split(","))
    except ValueError as error:
        raise CommandError(
            f"--profile: {said!r} is neither of {', '.join(SHAPES)} nor numbers like 10,20,30"
        ) from error
    if not all(0 <= each <= MOST_CALLS for each in calls):
        raise CommandError(f"--profile: every number must be from 0 to {MOST_CALLS}")
    return calls


def summary(found: Result) -> dict[str, float]:
    """The figures of the whole run. Waits in seconds, of those who were served."""
    arrivals, waits = sum(found.arrivals), found.waits_of()
    counts = sorted(found.sessions.values())
    return {
        "arrivals": arrivals,
        "served": len(waits),
        "left_the_queue": sum(found.left),
        "failed": found.failed,
        "missed_offers": found.missed,
        "share_that_waited": round(found.waited / max(1, len(waits)), 4),
        "share_that_left": round(sum(found.left) / max(1, arrivals), 4),
        "mean_wait": round(found.mean_wait, 2),
        "p95_wait": round(percentile(waits, 0.95), 2),
        "longest_line": found.longest_line,
        "occupancy": round(found.occupancy, 4),
        "most_at_once": found.most_load,
        "sessions_fewest": counts[0],
        "sessions_most": counts[-1],
        "sessions_gini": round(found.gini, 4),
    }


def by_hour(found: Result) -> list[dict[str, float]]:
    """Hours without arrivals are left out."""
    rows = []
    for hour in (hour for hour in range(24) if found.arrivals[hour]):
        waits = found.waits_of(hour)
        rows.append(
            {
                "hour": hour,
                "arrivals": found.arrivals[hour],
                "left": found.left[hour],
                "mean_wait": round(sum(waits) / max(1, len(waits)), 2),
                "p95_wait": round(percentile(waits, 0.95), 2),
            }
        )
    return rows
