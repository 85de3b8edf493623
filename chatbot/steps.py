"""The bot as a step of the flow."""

from django.utils import translation

from chatbot.answering import reply_to, welcome_card
from chatbot.models import Strategy
from chatbot.released import knowledge
from sessions_flow.flow.outcomes import Context, HandOver, Listen, Outcome, Say
from sessions_flow.flow.registry import step
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
