"""The test chat (B31): the draft answers, through the very code that answers visitors."""

from dataclasses import dataclass
from typing import Any

from django.utils import translation

from chatbot.answering import Reply, reply_to, welcome_card
from chatbot.drafted import draft_knowledge
from chatbot.knowledge import Knowledge
from chatbot.rules import Rule
from chatbot.snapshots import Row

RUNNERS_UP = 5


@dataclass(frozen=True)
class Considered:
    """An entry with the probability (0 to 1) that it answers the text."""

    entry: Row
    score: float


@dataclass(frozen=True)
class Trial:
    """A reply of the draft, and how it came about. `answers` and `chitchat` are the best of each library, best first;
    with chit-chat switched off `chitchat` still shows what would have been found."""

    rule: Rule
    score: float
    elems: tuple[dict[str, Any], ...]
    hands_over: bool
    answers: tuple[Considered, ...]
    chitchat: tuple[Considered, ...]


def try_draft(text: str, language: str = "", failures: int = 0) -> Trial:
    """What a visitor who reads `language` would get if the draft were published now."""
    known = draft_knowledge()
    with translation.override(language or None):
        return _trial(reply_to(text, known, failures), known)


def draft_welcome(language: str = "") -> tuple[dict[str, Any], ...]:
    """The welcome card of the draft, as elements (B23)."""
    with translation.override(language or None):
        return welcome_card(draft_knowledge(), language)


def _trial(reply: Reply, known: Knowledge) -> Trial:
    finding = reply.finding
    answers, chitchat = (
        tuple(Considered(known.entries[entry_id], score) for entry_id, score in match.top[:RUNNERS_UP])
        for match in (finding.answer, finding.chitchat)
    )
    return Trial(finding.verdict.rule, finding.verdict.score, reply.elems, reply.hands_over, answers, chitchat)
