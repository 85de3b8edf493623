"""What the bot knows (the draft) and what visitors talk to (the release)."""

from chatbot.models.category import SEPARATOR, Branch, Category, Library, Tree, default_category
from chatbot.models.embedding import Embedding
from chatbot.models.importing import SheetImport
from chatbot.models.knowledge import (
    ANSWER_LENGTH,
    MOST_SIMILAR,
    QUESTION_LENGTH,
    Entry,
    EntryQuerySet,
    WelcomeQuestion,
    no_questions,
)
from chatbot.models.learning import AnswerCount, Counting, Curve, LabelledQuestion, Question, QuestionQuerySet
from chatbot.models.picture import Picture
from chatbot.models.release import Release, ReleaseQuerySet
from chatbot.models.strategy import Strategy

__all__ = [
    "ANSWER_LENGTH",
    "MOST_SIMILAR",
    "QUESTION_LENGTH",
    "SEPARATOR",
    "AnswerCount",
    "Branch",
    "Category",
    "Counting",
    "Curve",
    "Embedding",
    "Entry",
    "EntryQuerySet",
    "LabelledQuestion",
    "Library",
    "Picture",
    "Question",
    "QuestionQuerySet",
    "Release",
    "ReleaseQuerySet",
    "SheetImport",
    "Strategy",
    "Tree",
    "WelcomeQuestion",
    "default_category",
    "no_questions",
]
