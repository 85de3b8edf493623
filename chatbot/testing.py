"""The test chat (B31): the draft answers, through the very code that answers visitors."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils import translation

from chatbot.answering import Reply, reply_to, welcome_card
from chatbot.drafted import draft_knowledge
from chatbot.generation import Refused, generator, worded
from chatbot.knowledge import Knowledge
from chatbot.snapshots import Row
from sessions_flow.protocol import elements, payloads
from sessions_flow.protocol.markdown import safe_markdown

RUNNERS_UP = 5


@dataclass(frozen=True)
class Considered:
    """An entry with the probability (0 to 1) that it answers the text."""

    entry: Row
    score: float


@dataclass(frozen=True)
class Trial:
    """A reply of the draft, and how it came about. `rule` is one of chatbot.rules.Rule, or "generated". `answers` and
    `chitchat` are the best of each library, best first, also while chit-chat is switched off."""

    rule: str
    score: float
    elems: tuple[dict[str, Any], ...]
    hands_over: bool
    answers: tuple[Considered, ...]
    chitchat: tuple[Considered, ...]


def try_draft(text: str, language: str = "", failures: int = 0) -> Trial:
    """What a visitor who reads `language` would get if the draft were published now."""
    known = draft_knowledge()
    with translation.override(language or None):
        reply = reply_to(text, known, failures)
        return _worded(_trial(reply, known), reply)


def draft_welcome(language: str = "") -> tuple[dict[str, Any], ...]:
    """The welcome card of the draft, as elements (B23)."""
    with translation.override(language or None):
        return welcome_card(draft_knowledge(), language)


def _worded(trial: Trial, reply: Reply) -> Trial:
    """With what the language model says, whole, where it has an answer."""
    source = generator()
    if reply.grounds is None or source is None:
        return trial
    try:
        pieces = list(worded(reply.grounds, source))
    except Refused:
        return trial
    answer = elements.custom(payloads.streamed([safe_markdown("".join(pieces))], True))
    return replace(trial, rule="generated", elems=(answer,))


def _trial(reply: Reply, known: Knowledge) -> Trial:
    finding = reply.finding
    answers, chitchat = (
        tuple(Considered(known.entries[entry_id], score) for entry_id, score in match.top[:RUNNERS_UP])
        for match in (finding.answer, finding.chitchat)
    )
    return Trial(finding.verdict.rule, finding.verdict.score, reply.elems, reply.hands_over, answers, chitchat)
