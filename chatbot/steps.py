"""The bot as a step of the flow."""

from django.utils import translation
from django.utils.translation import gettext

from chatbot.models import Strategy
from chatbot.released import Knowledge, knowledge
from chatbot.rules import decide
from chatbot.safe import safe_markdown
from sessions_flow.flow.outcomes import Context, HandOver, Listen, Outcome, Say
from sessions_flow.flow.registry import step
from sessions_flow.models.settings import current
from sessions_flow.protocol import elements, payloads


@step("bot.answer")
def answer(context: Context) -> Outcome:
    """On entering: the welcome card. Then an answer, suggestions or the fallback for each message (B24 to B30)."""
    known = knowledge()
    if not current(Strategy).is_enabled:
        return HandOver() if context.text else Listen()  # A72, A75
    with translation.override(context.language or None):
        if context.text is None:
            return _welcome(context, known)
        return _answer(context.text, known) if known else _fallback({})


def _welcome(context: Context, known: Knowledge | None) -> Outcome:
    """src 29 welcome_msg, once per session (F41, A58)."""
    if known is None or not known.settings["has_welcome_card"]:
        return Listen()
    rows = [row["text"] for row in known.welcome if row["language"] in ("", context.language)]
    if not rows:
        return Listen()
    return _say(payloads.welcome_card(known.settings["welcome_title"] or gettext("You may want to ask"), rows))


def _answer(text: str, known: Knowledge) -> Outcome:
    verdict = decide(known.matcher.match(text), known.settings)
    found = [known.entries[entry_id] for entry_id in verdict.entry_ids]
    if verdict.rule == "direct":
        answer = found[0]["answer"]
        if found[0]["rich"]:
            return _say(payloads.rich_text(safe_markdown(answer)))
        return Say((elements.text(answer),))
    if verdict.rule == "guide":
        title = known.settings["guide_text"] or gettext("You may want to ask:")
        return _say(payloads.clarify_card(title, [row["question"] for row in found]))
    return _fallback(known.settings)


def _fallback(settings: dict[str, str]) -> Outcome:
    if settings.get("fallback") == Strategy.Fallback.OFFER:
        return HandOver()  # A7
    said = settings.get("fallback_text") or gettext(
        "Sorry, I did not understand. Please say it in other words, or type “human” to talk to a person."
    )
    return Say((elements.text(said),))


def _say(payload: payloads.Payload) -> Say:
    return Say((elements.custom(payload),))
