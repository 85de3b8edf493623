"""The release in force, with its index, held by every process and exchanged when a newer one is published."""

import threading
import time
from dataclasses import dataclass
from typing import Any

from chatbot.matching import Entry, Matcher
from chatbot.models import Release

FRESH_SECONDS = 1.0


@dataclass(frozen=True)
class Knowledge:
    """A snapshot ready to be asked."""

    release_id: int
    settings: dict[str, Any]
    welcome: list[dict[str, str]]
    entries: dict[str, dict[str, Any]]
    matcher: Matcher


_guard = threading.Lock()
_held: Knowledge | None = None
_looked_at = 0.0


def knowledge() -> Knowledge | None:
    """What visitors talk to now; None before the first release."""
    global _held, _looked_at
    if _held is not None and time.monotonic() - _looked_at < FRESH_SECONDS:
        return _held
    with _guard:
        newest = Release.objects.order_by("-pk").values_list("pk", flat=True).first()
        _looked_at = time.monotonic()
        if newest is None:
            _held = None
        elif _held is None or _held.release_id != newest:
            _held = build(newest, Release.objects.get(pk=newest).snapshot)
        return _held


def build(release_id: int, snapshot: dict[str, Any]) -> Knowledge:
    rows = {row["id"]: row for row in snapshot["entries"]}
    questions = [row for row in rows.values() if row.get("library", "qa") == "qa"]
    matcher = Matcher([Entry(row["id"], (row["question"], *row["similar"])) for row in questions])
    return Knowledge(release_id, snapshot["settings"], snapshot["welcome"], rows, matcher)
