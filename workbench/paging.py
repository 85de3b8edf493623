"""Pages of a list that is ordered by (-offered_at, -pk): found by the row beside them, quick however deep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.http import urlencode

from routing.models import Assignment
from workbench.narrowing import Records

SIZE = 15  # W51
PLACE = ("page", "after", "before")


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Assignment]
    total: int
    number: int
    pages: int
    newer: str  # queries of the pages beside it; empty: there is none
    older: str


def page_of_records(rows: Records, asked: Mapping[str, str]) -> Page:
    """The page after or before the record that the query names, else the first."""
    total = rows.order_by().count()
    pages = max(1, -(-total // SIZE))
    number = min(_number(asked.get("page", "")) or 1, pages)
    shown, more = _beside(rows, asked)
    kept: dict[str, str | int] = {name: value for name, value in asked.items() if name not in PLACE}
    newer = older = ""
    if number > 1 and shown:
        newer = urlencode({**kept, "before": shown[0].pk, "page": number - 1} if number > 2 else {**kept, "page": 1})
    if more:
        older = urlencode({**kept, "after": shown[-1].pk, "page": number + 1})
    return Page(shown, total, number, pages, newer, older)


def _beside(rows: Records, asked: Mapping[str, str]) -> tuple[list[Assignment], bool]:
    """The rows, and whether there are older ones."""
    before = _edge(asked.get("before", ""))
    if before:
        newer = rows.filter(Q(offered_at__gt=before[0]) | Q(offered_at=before[0], pk__gt=before[1]))
        return list(reversed(newer.order_by("offered_at", "pk")[:SIZE])), True
    after = _edge(asked.get("after", ""))
    if after:
        rows = rows.filter(Q(offered_at__lt=after[0]) | Q(offered_at=after[0], pk__lt=after[1]))
    found = list(rows[: SIZE + 1])
    return found[:SIZE], len(found) > SIZE


def _edge(said: str) -> tuple[Any, int] | None:
    """(offered_at, pk) of the record."""
    pk = _number(said)
    at = Assignment.objects.filter(pk=pk).values_list("offered_at", flat=True).first() if pk else None
    return (at, pk) if at else None


def _number(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) < 19 else 0
