"""The bot in the console: knowledge base, settings, welcome card, releases."""

from chatbot.admin.categories import CategoryAdmin
from chatbot.admin.imports import SheetImportAdmin
from chatbot.admin.knowledge import EntryAdmin
from chatbot.admin.learning import LabelledQuestionAdmin, QuestionAdmin
from chatbot.admin.releases import ReleaseAdmin
from chatbot.admin.strategy import StrategyAdmin

__all__ = [
    "CategoryAdmin",
    "EntryAdmin",
    "LabelledQuestionAdmin",
    "QuestionAdmin",
    "ReleaseAdmin",
    "SheetImportAdmin",
    "StrategyAdmin",
]
