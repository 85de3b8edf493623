"""What becomes due for the bot."""

from datetime import datetime

from chatbot.actions.releases import complete_unfinished
from sessions_flow.deadlines import deadline


@deadline("bot.publishing")
def publishing(now: datetime) -> int:
    return complete_unfinished(now)
