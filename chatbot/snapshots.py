"""The draft as an immutable snapshot, what differs between two of them, and a digest to tell them apart."""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

from chatbot.models import Entry, Strategy, WelcomeQuestion

SETTINGS = (
    "has_welcome_card",
    "welcome_title",
    "direct_threshold",
    "chitchat",
    "chitchat_threshold",
    "guides",
    "guide_threshold",
    "guide_text",
    "guide_count",
    "fallback",
    "fallback_text",
    "failures_before_human",
    "embeds",
    "generates",
)
"""The settings that travel with a release; the rest of Strategy (bot on or off) works at once (A72)."""

Snapshot = dict[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """From one snapshot to a later one. Rows are entries; `changed` pairs (before, after)."""

    added: tuple[Row, ...] = ()
    changed: tuple[tuple[Row, Row], ...] = ()
    removed: tuple[Row, ...] = ()
    settings: tuple[str, ...] = ()
    has_new_welcome: bool = False

    def __len__(self) -> int:
        """Changes as the console counts them: entries, then one for the welcome card and one for the settings."""
        entries = len(self.added) + len(self.changed) + len(self.removed)
        return entries + self.has_new_welcome + bool(self.settings)


def draft_snapshot() -> Snapshot:
    """Everything that is enabled in the draft (B34)."""
    return {
        "entries": [entry.as_snapshot() for entry in Entry.objects.enabled().order_by("pk")],
        "welcome": draft_welcome_rows(),
        "settings": draft_settings(),
    }


def draft_welcome_rows() -> list[dict[str, str]]:
    rows = WelcomeQuestion.objects.values_list("text", "language")
    return [{"text": text, "language": language} for text, language in rows]


def draft_settings() -> dict[str, Any]:
    return settings_in(Strategy.get_solo())


def settings_in(strategy: Strategy) -> dict[str, Any]:
    return {name: getattr(strategy, name) for name in SETTINGS}


def settings_of(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot's settings; what an older release did not know yet has its default."""
    return {name: snapshot["settings"].get(name, unset) for name, unset in settings_in(Strategy()).items()}


def difference(before: Snapshot | None, after: Snapshot) -> Difference:
    """What visitors get from `after` and not from `before` (None: there was none)."""
    if before is None:
        return Difference(added=tuple(after["entries"]))
    old = {row["id"]: row for row in before["entries"]}
    new = {row["id"]: row for row in after["entries"]}
    was, now = settings_of(before), settings_of(after)
    return Difference(
        added=tuple(row for key, row in new.items() if key not in old),
        changed=tuple((old[key], row) for key, row in new.items() if key in old and old[key] != row),
        removed=tuple(row for key, row in old.items() if key not in new),
        settings=tuple(name for name in SETTINGS if was[name] != now[name]),
        has_new_welcome=before["welcome"] != after["welcome"],
    )


def digest_of(snapshot: Snapshot) -> str:
    """Equal for equal snapshots: 64 hex digits."""
    return hashlib.sha256(orjson.dumps(snapshot, option=orjson.OPT_SORT_KEYS)).hexdigest()
