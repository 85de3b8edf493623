"""What the bot says to a text, as elements. The visitors' step and the test chat share it."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chatbot.generation import MOST_ENTRIES, Grounds, generator
from chatbot.knowledge import Finding, Knowledge
from chatbot.models import Strategy
from chatbot.safe import safe_markdown
from chatbot.snapshots import Row
from sessions_flow.models import Prompts
from sessions_flow.models.settings import current
from sessions_flow.protocol import elements, payloads
from sessions_flow.protocol.elements import Element

STANDARD: dict[str, Promise | str] = {
    "welcome_title": _("You may want to ask"),
    "guide_text": _("You may want to ask:"),
    "fallback_text": _(
        "Sorry, I did not understand. Please say it in other words, or type “human” to talk to a person."
    ),
}
"""What is said where the settings say nothing, in the language that is active."""


@dataclass(frozen=True)
class Reply:
    """`hands_over`: the visitor gets a human after these elements. `grounds`: a language model may word an answer
    from these entries, and the elements are said when it has none."""

    finding: Finding
    elems: tuple[Element, ...]
    hands_over: bool = False
    grounds: Grounds | None = None


def reply_to(text: str, known: Knowledge, failures: int = 0) -> Reply:
    """In the language that is active. `failures`: questions in a row before this one that ended in the fallback."""
    finding = known.ask(text)
    verdict = finding.verdict
    found = [known.entries[entry_id] for entry_id in verdict.entry_ids]
    if verdict.is_answer:
        return Reply(finding, (_answer(found[0]),))
    if verdict.rule == "guide":
        title = _said("guide_text", known.settings)
        card = elements.custom(payloads.clarify_card(title, [row["question"] for row in found]))
        return Reply(finding, (card,), grounds=_grounds(text, finding, known))
    return _fallback(finding, known.settings, failures + 1)


def welcome_card(known: Knowledge, language: str) -> tuple[Element, ...]:
    """src 29 welcome_msg (B20, B21); nothing when it is off or has no question for this language."""
    rows = [row["text"] for row in known.welcome if row["language"] in ("", language)]
    if not rows or not known.settings["has_welcome_card"]:
        return ()
    return (elements.custom(payloads.welcome_card(_said("welcome_title", known.settings), rows)),)


def _said(name: str, settings: dict[str, Any]) -> str:
    return settings[name] or str(STANDARD[name])


def _grounds(text: str, finding: Finding, known: Knowledge) -> Grounds | None:
    """The likeliest entries, while wording is switched on and configured."""
    if not known.settings["generates"] or generator() is None:
        return None
    return Grounds(text, tuple(known.entries[entry_id] for entry_id, _chance in finding.answer.top[:MOST_ENTRIES]))


def _answer(row: Row) -> Element:
    """B13: rich text travels as src 30."""
    if row["rich"]:
        return elements.custom(payloads.rich_text(safe_markdown(row["answer"])))
    return elements.text(row["answer"])


def _fallback(finding: Finding, settings: dict[str, Any], failures: int) -> Reply:
    """B30, A7: the fixed text, alone or with the offer of a human as a choice; or a human at once, or in the end."""
    limit = settings["failures_before_human"]
    if settings["fallback"] == Strategy.Fallback.HUMAN or (limit and failures >= limit):
        return Reply(finding, (), hands_over=True)
    said = _said("fallback_text", settings)
    if settings["fallback"] == Strategy.Fallback.OFFER:
        word = current(Prompts).hand_over_word(get_language() or "")
        return Reply(finding, (elements.custom(payloads.clarify_card(said, [word])),))
    return Reply(finding, (elements.text(said),))
