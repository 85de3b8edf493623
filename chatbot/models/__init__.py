"""What the bot knows (the draft) and what visitors talk to (the release)."""

from chatbot.models.knowledge import (
    MOST_SIMILAR,
    QUESTION_LENGTH,
    Category,
    Entry,
    EntryQuerySet,
    WelcomeQuestion,
    no_questions,
)
from chatbot.models.release import Release
from chatbot.models.strategy import Strategy

__all__ = [
    "MOST_SIMILAR",
    "QUESTION_LENGTH",
    "Category",
    "Entry",
    "EntryQuerySet",
    "Release",
    "Strategy",
    "WelcomeQuestion",
    "no_questions",
]
