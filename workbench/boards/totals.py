"""Rows of the rollups, added up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.boards.spread import NAMES, add_up, percentile, within
from workbench.models import SUMS

TARGET = 20  # seconds in which a request should be served, unless another one was chosen


@dataclass(slots=True)
class Totals:
    """`sums` by column; `spreads` by name, empty where they were not read. None for a share of nothing."""

    sums: Mapping[str, int] = field(default_factory=dict)
    spreads: Mapping[str, Sequence[int]] = field(default_factory=dict)
    target: int = TARGET

    def __getitem__(self, column: str) -> int:
        return self.sums.get(column, 0)

    @property
    def ratings(self) -> int:
        return sum(self[f"stars{level}"] for level in range(1, 6))

    @property
    def stars(self) -> int:
        return sum(level * self[f"stars{level}"] for level in range(1, 6))

    @property
    def in_time(self) -> int:
        return within(self.spreads.get("wait", ()), self.target)

    def share(self, part: str, *whole: str) -> float | None:
        return ratio(self[part], sum(self[name] for name in whole))

    def mean(self, total_ms: str, number: str) -> float | None:
        """Seconds."""
        return ratio(self[total_ms] / 1000, self[number])

    def percentile(self, spread: str, share: float) -> float | None:
        return percentile(self.spreads.get(spread, ()), share)


def ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def total(rows: Iterable[Mapping[str, Any]], target: int = TARGET) -> Totals:
    """Of rows with all SUMS and `spreads`."""
    found = list(rows)
    sums = Counter[str]()
    for row in found:
        for name in SUMS:
            sums[name] += row[name] or 0
    return Totals(sums, {name: add_up(row["spreads"].get(name, ()) for row in found) for name in NAMES}, target)
