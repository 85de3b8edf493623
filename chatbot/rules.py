"""The order of rules for an answer (B24 to B30): direct, chit-chat, suggestions, fallback. Pure: no database."""

from dataclasses import dataclass
from typing import Any, Literal

from chatbot.matching import Match

Rule = Literal["direct", "chitchat", "guide", "fallback"]
ANSWERING: tuple[Rule, ...] = ("direct", "chitchat")  # the visitor gets an entry, not a choice of them


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which rule fired, at which score, with the ids of the entries to show, best first."""

    rule: Rule
    score: float = 0.0
    entry_ids: tuple[str, ...] = ()

    @property
    def is_answer(self) -> bool:
        return self.rule in ANSWERING


def decide(answer: Match, chitchat: Match, settings: dict[str, Any]) -> Verdict:
    """Thresholds are reached at their very value (A21). A direct answer wins over better chit-chat (A69); with
    chit-chat switched off its threshold counts as not reached (A22)."""
    if answer.id is not None and answer.score >= settings["direct_threshold"]:
        return Verdict("direct", answer.score, (answer.id,))
    if chitchat.id is not None and settings["chitchat"] and chitchat.score >= settings["chitchat_threshold"]:
        return Verdict("chitchat", chitchat.score, (chitchat.id,))
    if answer.id is not None and settings["guides"] and answer.score >= settings["guide_threshold"]:
        shown = tuple(entry_id for entry_id, _ in answer.top[: settings["guide_count"]])
        return Verdict("guide", answer.score, shown)
    return Verdict("fallback", answer.score)
