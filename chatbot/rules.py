"""The order of rules for an answer (B24 to B30): direct, suggestions, fallback. Pure: no database."""

from dataclasses import dataclass
from typing import Any, Literal

from chatbot.matching import Match

Rule = Literal["direct", "guide", "fallback"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which rule fired, with the ids of the entries to show, best first."""

    rule: Rule
    entry_ids: tuple[str, ...] = ()


def decide(match: Match, settings: dict[str, Any]) -> Verdict:
    """Direct at or above its threshold; suggestions when guide <= score < direct (A21); otherwise fallback."""
    if match.id is not None and match.score >= settings["direct_threshold"]:
        return Verdict("direct", (match.id,))
    if match.id is not None and settings["guides"] and match.score >= settings["guide_threshold"]:
        return Verdict("guide", tuple(entry_id for entry_id, _ in match.top[: settings["guide_count"]]))
    return Verdict("fallback")
