"""会话提示语, 会话关闭 and 满意度评价: M28 to M32, M46 to M48, M53 to M60."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.admin.base import ConsoleAdmin
from accounts.admin.forms import LinesField
from accounts.admin.sections import SectionAdmin
from sessions_flow.admin.preview import Previewed, Scene, preview_page
from sessions_flow.models import ChannelPrompts, Closing, Prompts, RatingRules, Retention, Workplace
from sessions_flow.models.settings import BUILT_IN, SPOKEN, current

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


PROMPTS: tuple[Scene, ...] = (
    {"field": "welcome"},
    {"from": "visitor", "text": _("Talk to a person")},
    *({"field": name} for name in ("connecting", "queueing", "connected", "failed")),
)


@admin.register(Prompts)
class PromptsAdmin(Previewed, SectionAdmin):
    form = PromptsForm
    placeholders = built_in(*SPOKEN)
    scenes = PROMPTS
    fieldsets: ClassVar[Any] = (
        (_("Entering"), {"fields": ("welcome",), "description": _(
            "Leave a text empty to use the one shown in grey, in the visitor's language."
        )}),
        (_("Talking to a human"), {"fields": ("connecting", "connected", "failed", "queueing")}),
        (_("Hand-over words"), {"fields": ("hand_over_keywords",)}),
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        frame = self.admin_site.admin_view(preview_page)
        return [path("preview/", frame, name="sessions_flow_preview"), *super().get_urls()]


@admin.register(ChannelPrompts)
class ChannelPromptsAdmin(Previewed, ConsoleAdmin):
    """Words of one channel's own; a text left empty is the common one."""

    list_display = ("channel", "own_texts")
    list_select_related = ("channel",)
    search_fields = ("channel__name",)
    delete_warning = _("The channel then uses the common texts.")
    scenes = PROMPTS
    fieldsets: ClassVar[Any] = (
        (_("Channel"), {"fields": ("channel",), "description": _("A text left empty is the common one.")}),
        (_("Texts"), {"fields": SPOKEN}),
    )

    @display(description=_("texts of its own"))
    def own_texts(self, row: ChannelPrompts) -> int:
        return sum(bool(getattr(row, name)) for name in SPOKEN)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("channel",) if obj else ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in SPOKEN:
            common = getattr(current(Prompts), db_field.name) or _(BUILT_IN[db_field.name])
            field.widget.attrs |= {"rows": 2, "placeholder": common}
        return field


@admin.register(Closing)
class ClosingAdmin(Previewed, SectionAdmin):
    scenes = (
        {"from": "agent", "name": _("Alice"), "text": _("Is there anything else?")},
        {"field": "timed_out", "switch": "says_timed_out"},
        {"src": "20"},
        {"field": "closed", "switch": "says_closed"},
        {"src": "19"},
    )
    placeholders = built_in("timed_out", "closed")
    fieldsets: ClassVar[Any] = (
        (_("Time limits"), {"fields": ("reply_seconds", "flow_idle_seconds")}),
        (_("After a time-out"), {"fields": ("says_timed_out", "timed_out")}),
        (_("After somebody ended it"), {"fields": ("says_closed", "closed")}),
    )


@admin.register(Workplace)
class WorkplaceAdmin(SectionAdmin):
    fieldsets: ClassVar[Any] = ((_("Conversations"), {"fields": ("previews_typing", "translates")}),)


@admin.register(Retention)
class RetentionAdmin(SectionAdmin):
    fieldsets: ClassVar[Any] = (
        (None, {
            "fields": ("message_days", "file_days", "record_days", "log_days"),
            "description": _(
                "Every night, what is older is deleted for good. “manage.py purge --dry-run” says how much it would be."
            ),
        }),
    )  # fmt: skip


@admin.register(RatingRules)
class RatingRulesAdmin(Previewed, SectionAdmin):
    scenes = (
        {"card": True, "switch": "is_enabled", "label": _("Invitation")},
        {"card": True, "switch": "is_enabled", "label": _("After rating"), "selected": 5},
    )
    placeholders = built_in("invitation", "thanks", *(f"level_{n}" for n in range(1, 6)))
    fieldsets: ClassVar[Any] = (
        (
            _("When visitors rate"),
            {"fields": ("is_enabled", "is_automatic", "agent_invites", "visitor_asks", "valid_hours")},
        ),
        (_("Levels"), {"fields": ("has_stars", "level_5", "level_4", "level_3", "level_2", "level_1")}),
        (_("Texts"), {"fields": ("invitation", "thanks")}),
    )
