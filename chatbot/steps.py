"""The bot as a step of the flow."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from chatbot.answering import reply_to, welcome_card
from chatbot.models import Strategy
from chatbot.released import knowledge
from sessions_flow.flow.outcomes import Context, HandOver, Listen, Outcome, Say
from sessions_flow.flow.registry import condition, step
from sessions_flow.models.settings import current


@step("bot.answer")
def answer(context: Context) -> Outcome:
    """On entering: the welcome card, once per session (F41, A58). Then what the rules say to each message."""
    if not current(Strategy).is_enabled:
        return HandOver() if context.text else Listen()  # A72, A75
    with translation.override(context.language or None):
        known = knowledge()
        if context.text is None:
            return Say(welcome_card(known, context.language))
        reply = reply_to(context.text, known)
    return Say(reply.elems, then=HandOver() if reply.hands_over else Listen())


@condition("bot_hit", label=_("the bot knows an answer"))
def knows_answer(context: Context, case: dict[str, Any]) -> bool:
    """B24: the visitor's newest words have a direct answer."""
    return current(Strategy).is_enabled and knowledge().ask(context.said).verdict.rule == "direct"
