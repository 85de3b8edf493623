"""What becomes due for the bot."""

from datetime import datetime

from chatbot.actions.questions import erase_old_questions
from chatbot.actions.releases import complete_unfinished
from chatbot.counts import count_if_due
from sessions_flow.deadlines import deadline


@deadline("bot.publishing")
def publishing(now: datetime) -> int:
    return complete_unfinished(now)


@deadline("bot.counts")
def counts(now: datetime) -> int:
    """Counting comes before erasing, so that no day is counted short."""
    counted = count_if_due(now)
    return counted + erase_old_questions(now) if counted else 0
