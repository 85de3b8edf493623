"""The bot as a step of the flow, and as a condition."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from chatbot.actions.questions import failures_in, note_worded, record_question
from chatbot.answering import Reply, reply_to, welcome_card
from chatbot.generation import Refused, generator, worded
from chatbot.models import Strategy
from chatbot.released import knowledge
from sessions_flow.flow.outcomes import Context, HandOver, Instead, Listen, Outcome, Say, Stream
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
        limit = known.settings["failures_before_human"]
        reply = reply_to(context.text, known, failures_in(context.session_pk, limit) if limit else 0)
    note = partial(record_question, context.session_pk, known.release_id, context.language, context.text, reply)
    if reply.grounds is not None:
        return Stream(partial(_words, context, reply), note=note)
    then = HandOver() if reply.hands_over else Listen()
    return Say(reply.elems, then, is_answer=reply.finding.verdict.is_answer, note=note)


def _words(context: Context, reply: Reply) -> Iterator[str]:
    """Raises Instead with the suggestions where the model has no answer."""
    source = generator()
    if source is None or reply.grounds is None:
        raise Instead(reply.elems[0])
    with translation.override(context.language or None):
        try:
            yield from worded(reply.grounds, source)
        except Refused:
            raise Instead(reply.elems[0]) from None
    note_worded(context.session_pk, context.text or "")


@condition("bot_hit", label=_("the bot knows an answer"))
def knows_answer(context: Context, case: dict[str, Any]) -> bool:
    """B24: the bot is on, and the visitor's newest words have a direct answer."""
    return current(Strategy).is_enabled and knowledge().ask(context.said).verdict.rule == "direct"
