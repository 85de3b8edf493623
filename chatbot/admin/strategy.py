"""基础配置 and the welcome card (B20 to B30)."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
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

    def get_urls(self) -> list[URLPattern]:
        page = path("switch/", self.admin_site.admin_view(self.switch_view), name="chatbot_strategy_switch")
        return [page, *super().get_urls()]

    def switch_view(self, request: HttpRequest) -> HttpResponse:
        """停用/启用 (B2): at once, for the next message; nothing is published by it (A72)."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        strategy = Strategy.get_solo()
        strategy.is_enabled = request.POST.get("on") == "1"
        strategy.save(update_fields=["is_enabled"])
        self.log_change(request, strategy, [{"changed": {"fields": ["is_enabled"]}}])
        self.message_user(request, "", messages.SUCCESS)
        back = request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
        return HttpResponseRedirect(back if is_ours else self.url("changelist"))


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
