"""分配策略, 接待方式 and 会话排队: M33 to M45; and who may serve beyond the group."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextareaWidget, UnfoldAdminURLInputWidget

from accounts.admin.base import ConsoleAdmin
from accounts.admin.sections import SectionAdmin
from accounts.models import Group
from routing.admin.staffing import staffing_view
from routing.models import Distribution, Overflow, Queueing, Reception, SkillRule
from sessions_flow.models import Prompts
from sessions_flow.models.settings import BUILT_IN


class DistributionForm(forms.ModelForm):
    callback_url = forms.URLField(
        label=_("callback URL"), required=False, max_length=500, assume_scheme="https", widget=UnfoldAdminURLInputWidget
    )

    class Meta:
        model = Distribution
        fields = "__all__"  # noqa: DJ007 (the page's fieldsets choose)
        widgets: ClassVar[Any] = {"callback_secret": UnfoldAdminPasswordWidget(render_value=True)}


@admin.register(Distribution)
class DistributionAdmin(SectionAdmin):
    form = DistributionForm
    radio_fields: ClassVar[Any] = {"strategy": admin.VERTICAL, "order": admin.VERTICAL}
    placeholders = {"group_question": _(BUILT_IN["group_question"])}
    fieldsets: ClassVar[Any] = (
        (_("Distribution strategy"), {"fields": ("strategy",), "description": _(
            "Automatic: the agent who has gone longest without a new session comes first. The visitor chooses: he "
            "picks a group. The business server: your server names a group or agents."
        )}),
        (_("The visitor chooses a group"), {"fields": ("group_question",)}),
        (_("The business server decides"), {"fields": ("callback_url", "callback_secret", "is_automatic_on_failure")}),
        (_("More rules"), {"fields": ("order", "prefers_last_agent", "overflow_seconds")}),
    )  # fmt: skip


@admin.register(Reception)
class ReceptionAdmin(SectionAdmin):
    radio_fields: ClassVar[Any] = {"mode": admin.VERTICAL}
    placeholders = {"agent_lost": _(BUILT_IN["agent_lost"])}
    fieldsets: ClassVar[Any] = (
        (_("Reception mode"), {"fields": ("mode",), "description": _(
            "Automatic: an available agent serves at once. Manual: the agent serves after a click on “Accept”."
        )}),
        (_("Manual reception"), {"fields": ("accept_seconds", "rests_after_miss", "offer_rounds")}),
        (_("Reply targets"), {"fields": ("first_reply_seconds", "next_reply_seconds")}),
        (_("After a session"), {"fields": ("wrap_up_seconds",)}),
        (_("Lost agents"), {"fields": ("grace_seconds", "push_minutes", "agent_lost")}),
    )  # fmt: skip


class QueueingForm(forms.ModelForm):
    """排队中话术 stands here, as in the document; it is one of the prompts."""

    queueing = forms.CharField(
        label=_("while queueing"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "placeholder": _(BUILT_IN["queueing"])}),
        help_text=_(
            "${QueuePosition} is the position, counted from 1; ${WaitNo} the people ahead, counted from 0; "
            "${EstimatedWait} the estimated time."
        ),
    )

    class Meta:
        model = Queueing
        fields = "__all__"  # noqa: DJ007 (the page's fieldsets choose)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["queueing"].initial = Prompts.get_solo().queueing

    def save(self, commit: bool = True) -> Any:
        prompts = Prompts.get_solo()
        prompts.queueing = self.cleaned_data["queueing"]
        prompts.save()
        return super().save(commit)


@admin.register(Queueing)
class QueueingAdmin(SectionAdmin):
    form = QueueingForm
    placeholders = {"queue_full": _(BUILT_IN["queue_full"])}
    fieldsets: ClassVar[Any] = (
        (_("Queueing"), {"fields": ("limit",)}),
        (_("What visitors read"), {"fields": ("queueing", "update_seconds")}),
        (_("Longest queue"), {"fields": ("queue_limit", "queue_full")}),
        (_("Leaving, coming first"), {"fields": ("leave_seconds", "vip_attribute")}),
    )

    def get_urls(self) -> list[URLPattern]:
        return [path("staffing/", self.admin_site.admin_view(self.staffing), name="staffing"), *super().get_urls()]

    def staffing(self, request: HttpRequest) -> HttpResponse:
        return staffing_view(self, request)


class PresentGroups(ConsoleAdmin):
    """Removed groups cannot be chosen."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Group:
            kwargs["queryset"] = Group.objects.present().order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(SkillRule)
class SkillRuleAdmin(PresentGroups):
    list_display = ("rule", "group", "priority", "position")
    list_select_related = ("group",)
    fieldsets = ((None, {"fields": ("variable", "value", "group", "priority", "position")}),)

    @display(description=_("skill rule"), ordering="position")
    def rule(self, row: SkillRule) -> str:
        return str(row)


@admin.register(Overflow)
class OverflowAdmin(PresentGroups):
    list_display = ("group", "target")
    list_select_related = ("group", "to")
    fieldsets = ((None, {"fields": ("group", "to")}),)

    @display(description=_("overflows to"))
    def target(self, row: Overflow) -> str:
        return str(row.to or _("all agents"))
