"""基础配置 and the welcome card (B20 to B30)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Max
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.admin.base import ConsoleAdmin
from accounts.admin.sections import SectionAdmin
from chatbot.admin.draft import BotPage
from chatbot.models import Strategy, WelcomeQuestion


@admin.register(Strategy)
class StrategyAdmin(BotPage, SectionAdmin):
    placeholders = {
        "welcome_title": _("You may want to ask"),
        "guide_text": _("You may want to ask:"),
        "fallback_text": _(
            "Sorry, I did not understand. Please say it in other words, or type “human” to talk to a person."
        ),
    }
    fieldsets: ClassVar[Any] = (
        (_("Bot"), {"fields": ("is_enabled",), "description": _(
            "Switching the bot on or off works at once. The rest of this page reaches visitors with the next release."
        )}),
        (_("Welcome card"), {"fields": ("has_welcome_card", "welcome_title")}),
        (_("Direct answer"), {"fields": ("direct_threshold",), "description": _(
            "The likelihood, from 0 to 1, that an answer is right. From here on the bot answers by itself."
        )}),
        (_("Chit-chat"), {"fields": ("chitchat", "chitchat_threshold"), "description": _(
            "Only when no direct answer was found."
        )}),
        (_("Suggestions"), {"fields": ("guides", "guide_threshold", "guide_count", "guide_text"), "description": _(
            "Below the threshold for direct answers the bot offers the most similar questions."
        )}),
        (_("Nothing fits"), {"fields": ("fallback", "fallback_text", "failures_before_human")}),
    )  # fmt: skip


@admin.register(WelcomeQuestion)
class WelcomeQuestionAdmin(BotPage, ConsoleAdmin):
    """B22: dragged into order; earlier ones are shown first."""

    fields = ("text", "language")
    list_display = ("text", "language_label")
    ordering = ("position", "pk")
    ordering_field = "position"
    hide_ordering_field = True
    list_per_page = 60  # all of them: 20 a language

    @display(description=_("for visitors who read"), ordering="language")
    def language_label(self, question: WelcomeQuestion) -> str:
        return question.get_language_display()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            last = WelcomeQuestion.objects.aggregate(last=Max("position"))["last"]
            obj.position = 0 if last is None else last + 1
        super().save_model(request, obj, form, change)
