"""How spans are distributed: counts in fixed buckets, from which percentiles and shares in time are read. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import zip_longest

# Seconds; a bucket holds what is longer than the edge before it and at most its own. The last one is open.
EDGES = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1800, 3600, 7200)
NAMES = ("wait", "first", "reply", "service")


def bucket_of(milliseconds: int) -> int:
    return bisect_left(EDGES, milliseconds / 1000)


def add_up(spreads: Iterable[Sequence[int]]) -> list[int]:
    """Spreads end with their last bucket that is not empty."""
    return [sum(column) for column in zip_longest(*spreads, fillvalue=0)]


def within(spread: Sequence[int], seconds: int) -> int:
    """How many took at most so long; `seconds` is one of EDGES, so the number is exact."""
    return sum(spread[: EDGES.index(seconds) + 1])


def percentile(spread: Sequence[int], share: float) -> float | None:
    """Seconds, by straight interpolation inside the bucket: never off by more than its width. None without any; in
    the open last bucket its lower edge."""
    rank, seen = share * sum(spread), 0
    for bucket, count in enumerate(spread):
        if count and seen + count >= rank:
            low = EDGES[bucket - 1] if bucket else 0
            high = EDGES[bucket] if bucket < len(EDGES) else low
            return low + (high - low) * (rank - seen) / count
        seen += count
    return None
