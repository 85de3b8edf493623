"""基础配置 (B20 to B30): the welcome card, the strategies with their thresholds, the fallback."""

import json
from dataclasses import astuple
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.admin.sections import SectionAdmin
from chatbot.admin.draft import BotPage
from chatbot.admin.welcome import WelcomeField, store_rows, stored_rows
from chatbot.answering import STANDARD
from chatbot.curves import meaning_of_thresholds
from chatbot.models import Strategy

GUIDE_FIELDS = ("guides", "guide_threshold", "guide_count", "guide_text")


class StrategyForm(forms.ModelForm):
    welcome = WelcomeField(label=_("questions"), required=False)

    class Meta:
        model = Strategy
        exclude = ("is_enabled",)  # noqa: DJ006 (has a button of its own: it works at once)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["welcome"].initial = stored_rows()
        for name in ("direct_threshold", "chitchat_threshold", "guide_threshold"):
            self.fields[name].widget.attrs.update({"step": "0.01", "min": "0", "max": "1"})


@admin.register(Strategy)
class StrategyAdmin(BotPage, SectionAdmin):
    form = StrategyForm
    change_form_template = "admin/chatbot/change_form.html"
    readonly_fields = ("meaning",)
    placeholders = STANDARD
    fieldsets: ClassVar[Any] = (
        (_("Welcome card"), {"fields": ("has_welcome_card", "welcome_title", "welcome")}),
        (_("Direct answer"), {"fields": ("direct_threshold", "meaning"), "description": _(
            "When the likelihood that an entry of the Q&A library is right reaches this, the bot answers with it."
        )}),
        (_("Chit-chat"), {"fields": ("chitchat", "chitchat_threshold"), "description": _(
            "Only when no direct answer was found."
        )}),
        (_("Guiding questions"), {"fields": GUIDE_FIELDS, "description": _(
            "From here up to the threshold for direct answers the bot offers the most similar questions."
        )}),
        (_("Fallback"), {"fields": ("fallback", "fallback_text", "failures_before_human")}),
        (_("Language services"), {"fields": ("embeds", "generates"), "description": _(
            "Each needs a service that the operator has configured (BOT_EMBEDDINGS_URL, BOT_CHAT_URL)."
        )}),
        (_("Visitors' questions"), {"fields": ("keep_questions_days",)}),
    )  # fmt: skip

    @display(description=_("what a threshold means"))
    def meaning(self, strategy: Strategy) -> SafeString:
        """Measured on this very knowledge base, in the background; drawn by the page's script."""
        found = meaning_of_thresholds()
        curves = {
            "own": found.own, "ownAsked": found.own_asked, "labelled": found.labelled,
            "labelledAsked": found.labelled_asked, "isCurrent": found.is_current,
        }  # fmt: skip
        return format_html('<threshold-curve data-curves="{}"></threshold-curve>', _json(curves))

    def save_model(self, request: HttpRequest, obj: Strategy, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "welcome" in form.changed_data:
            store_rows(form.cleaned_data["welcome"])

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


def _json(value: Any) -> str:
    return json.dumps(value, default=astuple)
