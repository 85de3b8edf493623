"""What differs between two snapshots, as the console lists it (A73): at most a screenful of each kind."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from chatbot.models import Strategy
from chatbot.snapshots import Difference, Row

MOST_SHOWN = 50
WELCOME = _("welcome card questions")
PARTS = {
    "question": _("standard question"), "similar": _("similar questions"), "answer": _("answer"),
    "category": _("category"), "rich": _("format"),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """`more` says how many are left out."""

    kind: str
    rows: list[dict[str, Any]]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def shown(found: Difference) -> list[Shown]:
    """Added, changed and removed entries, and the settings by name; kinds without any are left out."""
    settings = [{"name": getattr(Strategy._meta.get_field(name), "verbose_name", name)} for name in found.settings]
    welcome = [{"name": WELCOME}] if found.has_new_welcome else []
    kinds = [
        Shown("added", [_plain(row) for row in found.added[:MOST_SHOWN]], len(found.added)),
        Shown("changed", [_pair(*rows) for rows in found.changed[:MOST_SHOWN]], len(found.changed)),
        Shown("removed", [_plain(row) for row in found.removed[:MOST_SHOWN]], len(found.removed)),
        Shown("settings", [*welcome, *settings], len(settings) + len(welcome)),
    ]
    return [kind for kind in kinds if kind.count]


def _plain(row: Row) -> dict[str, Any]:
    return {"question": row["question"], "answer": row["answer"]}


def _pair(before: Row, after: Row) -> dict[str, Any]:
    """What the entry says now, and which parts are other than before."""
    parts = [label for name, label in PARTS.items() if before.get(name) != after.get(name)]
    return {"question": after["question"], "before": before["answer"], "answer": after["answer"], "parts": parts}
