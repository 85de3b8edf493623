"""Tables of the boards: a row for a channel, group or agent, with measures as columns, sorted."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Group, Member
from sessions_flow.models import Channel
from workbench.boards.measures import AGENT_COLUMNS, ATTENDED, CHANNEL_COLUMNS, FREE, GROUP_COLUMNS, RESTED, Measure
from workbench.boards.reading import Wanted, by_key
from workbench.boards.totals import Totals
from workbench.models import NONE

COLUMNS = {"channels": CHANNEL_COLUMNS, "groups": GROUP_COLUMNS, "agents": AGENT_COLUMNS}
KEYS = {"channels": "channel", "groups": "group", "agents": "agent"}
FIRST_SORT = {"channels": "-sessions", "groups": "-asked", "agents": "-services"}
UNDIVIDED = (ATTENDED, FREE, RESTED)  # time at work belongs to no channel and no group


@dataclass(frozen=True, slots=True)
class Row:
    key: int
    name: str
    cells: list[tuple[Measure, float | None]]

    @property
    def drawn(self) -> SafeString:
        """Numbers only; a template would take most of the page's time for them."""
        return SafeString("".join(f"<td>{measure.text(value)}</td>" for measure, value in self.cells))


@dataclass(frozen=True, slots=True)
class Table:
    """`by` is a measure's name, with a minus for the largest first, or `name`."""

    name: str
    columns: tuple[Measure, ...]
    rows: list[Row]
    by: str


def table(name: str, wanted: Wanted, by: str = "") -> Table:
    columns = COLUMNS[name]
    if wanted.channel is not None or wanted.group is not None:
        columns = tuple(measure for measure in columns if measure not in UNDIVIDED)
    found = by_key(wanted, KEYS[name])
    names = _names(name, list(found))
    rows = [
        _row(key, names.get(key) or f"#{key}", totals, columns)
        for key, totals in found.items()
        if _belongs(name, key, totals)
    ]
    known = {"name", *(measure.name for measure in columns)}
    by = by if by.removeprefix("-") in known else FIRST_SORT[name]
    return Table(name, columns, _sorted(rows, by), by)


def _belongs(name: str, key: int, totals: Totals) -> bool:
    """Sessions without an agent are no agent's row, nor is time at work a channel's."""
    return any(totals.sums.values()) and (key != NONE or name == "groups")


def _row(key: int, name: str, totals: Totals, columns: tuple[Measure, ...]) -> Row:
    return Row(key, name, [(measure, measure.value(totals)) for measure in columns])


def _names(name: str, keys: list[int]) -> dict[int, str]:
    if name == "channels":
        found: Any = Channel.objects.filter(pk__in=keys).values_list("pk", "name")
    elif name == "groups":
        found = Group.objects.filter(pk__in=keys).values_list("pk", "name")
    else:
        found = Member.objects.filter(pk__in=keys).values_list("pk", "nickname")
    return {NONE: _("Without a group"), **dict(found)}


def _sorted(rows: list[Row], by: str) -> list[Row]:
    """What has no value comes last, either way."""
    column, is_down = by.removeprefix("-"), by.startswith("-")
    rows = sorted(rows, key=lambda row: row.name)
    if column == "name":
        return rows[::-1] if is_down else rows

    def value(row: Row) -> float | None:
        return next((value for measure, value in row.cells if measure.name == column), None)

    known = [row for row in rows if value(row) is not None]
    return [*sorted(known, key=lambda row: value(row) or 0, reverse=is_down), *(r for r in rows if value(r) is None)]
