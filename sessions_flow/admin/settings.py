"""会话提示语, 会话关闭 and 满意度评价: M28 to M32, M46 to M48, M53 to M60."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.admin.forms import LinesField
from accounts.admin.sections import SectionAdmin
from sessions_flow.models import Closing, Prompts, RatingRules
from sessions_flow.models.settings import BUILT_IN

MOST_KEYWORDS = 100


def built_in(*names: str) -> dict[str, Promise | str]:
    return {name: _(BUILT_IN[name]) for name in names}


class PromptsForm(forms.ModelForm):
    hand_over_keywords = LinesField(
        label=_("words that ask for a human"), required=False,
        help_text=_("One per line. The visitor's whole message must equal one of them."),
    )  # fmt: skip

    class Meta:
        model = Prompts
        fields = "__all__"  # noqa: DJ007 (the page's fieldsets choose)

    def clean_hand_over_keywords(self) -> list[str]:
        words: list[str] = self.cleaned_data["hand_over_keywords"]
        if len(words) > MOST_KEYWORDS or any(len(word) > 60 for word in words):
            raise forms.ValidationError(_("At most 100 words of 60 characters."))
        return words


@admin.register(Prompts)
class PromptsAdmin(SectionAdmin):
    form = PromptsForm
    placeholders = built_in("welcome", "connecting", "connected", "failed", "queueing")
    fieldsets: ClassVar[Any] = (
        (_("Entering"), {"fields": ("welcome",), "description": _(
            "Leave a text empty to use the one shown in grey, in the visitor's language."
        )}),
        (_("Talking to a human"), {"fields": ("connecting", "connected", "failed", "queueing")}),
        (_("Hand-over words"), {"fields": ("hand_over_keywords",)}),
    )  # fmt: skip


@admin.register(Closing)
class ClosingAdmin(SectionAdmin):
    placeholders = built_in("timed_out", "closed")
    fieldsets: ClassVar[Any] = (
        (_("Time limits"), {"fields": ("reply_seconds", "flow_idle_seconds")}),
        (_("After a time-out"), {"fields": ("says_timed_out", "timed_out")}),
        (_("After somebody ended it"), {"fields": ("says_closed", "closed")}),
    )


@admin.register(RatingRules)
class RatingRulesAdmin(SectionAdmin):
    placeholders = built_in("invitation", "thanks", *(f"level_{n}" for n in range(1, 6)))
    fieldsets: ClassVar[Any] = (
        (
            _("When visitors rate"),
            {"fields": ("is_enabled", "is_automatic", "agent_invites", "visitor_asks", "valid_hours")},
        ),
        (_("Levels"), {"fields": ("has_stars", "level_5", "level_4", "level_3", "level_2", "level_1")}),
        (_("Texts"), {"fields": ("invitation", "thanks")}),
    )
