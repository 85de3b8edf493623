"""Desks and their history, reasons of a rest, and the log of the business server."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts import audit
from accounts.admin.base import ConsoleAdmin, ReadOnlyAdmin, duration, when
from accounts.admin.forms import DayRangeFilter
from routing import bell
from routing.models import BUSY, CallbackCall, Desk, Reception, RestReason, Status, StatusChange, reason_label
from sessions_flow.models.settings import current

COLOURS = {
    Status.FREE: "success",
    BUSY: "success",
    Status.NOT_READY: "danger",
    Status.REST: "warning",
    Status.ARRANGE: "info",
    Status.OFFLINE: "",
}


@admin.register(Desk)
class DeskAdmin(ConsoleAdmin):
    """Who is at work; and a limit for one agent, which wins over the common one."""

    list_display = ("nickname", "status_label", "since_label", "serving", "limit_of_agent", "lowered")
    list_select_related = ("member",)
    list_filter = (("status", ChoicesDropdownFilter),)
    search_fields = ("member__nickname", "member__account", "member__staff_no")
    ordering = ("member__nickname",)
    fieldsets = (
        (None, {"fields": ("member", "admin_limit"), "description": gettext_lazy("Empty: the common limit counts.")}),
    )
    readonly_fields = ("member",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Desk]:
        return super().get_queryset(request).filter(member__deleted_at=None)

    def save_model(self, request: HttpRequest, obj: Desk, form: Any, change: bool) -> None:
        audit.update_rows(Desk.objects.filter(pk=obj.pk), admin_limit=obj.admin_limit)
        Desk.objects.filter(pk=obj.pk).apply_limits(current(Reception).limit)
        bell.ring_after_commit()

    @display(description=gettext_lazy("agent"), ordering="member__nickname")
    def nickname(self, desk: Desk) -> str:
        return f"{desk.member.nickname} · {desk.member.account}"

    @display(description=gettext_lazy("status"), ordering="status", label=COLOURS)
    def status_label(self, desk: Desk) -> tuple[str, str]:
        name = _("at the limit") if desk.shown_status == BUSY else desk.get_status_display()
        return desk.shown_status, f"{name} · {reason_label(desk.reason)}" if desk.reason else str(name)

    @display(description=gettext_lazy("since"), ordering="since")
    def since_label(self, desk: Desk) -> str:
        return duration((timezone.now() - desk.since).total_seconds()) if desk.since else "–"

    @display(description=gettext_lazy("serving"), ordering="load")
    def serving(self, desk: Desk) -> str:
        return f"{desk.load}/{desk.limit}"

    @display(description=gettext_lazy("limit of this agent"), ordering="admin_limit")
    def limit_of_agent(self, desk: Desk) -> str:
        return str(desk.admin_limit or "–")

    @display(description=gettext_lazy("lowered by the agent to"), ordering="own_limit")
    def lowered(self, desk: Desk) -> str:
        return str(desk.own_limit or "–")


@admin.register(StatusChange)
class StatusChangeAdmin(ReadOnlyAdmin):
    list_display = ("moment", "member", "status_label", "reason_words", "cause_label")
    list_select_related = ("member",)
    list_filter = (("status", ChoicesDropdownFilter), ("cause", ChoicesDropdownFilter), ("at", DayRangeFilter))
    search_fields = ("member__nickname", "member__account")
    list_display_links = None

    @display(description=gettext_lazy("at"), ordering="at")
    def moment(self, row: StatusChange) -> str:
        return when(row.at)

    @display(description=gettext_lazy("status"), ordering="status", label=COLOURS)
    def status_label(self, row: StatusChange) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description=gettext_lazy("reason"))
    def reason_words(self, row: StatusChange) -> str:
        return reason_label(row.reason) or "–"

    @display(description=gettext_lazy("cause"), ordering="cause")
    def cause_label(self, row: StatusChange) -> str:
        return row.get_cause_display()


@admin.register(RestReason)
class RestReasonAdmin(ConsoleAdmin):
    """小休原因 (A98)."""

    list_display = ("label_shown", "position")
    fieldsets = ((None, {"fields": ("name", "position")}),)

    @display(description=gettext_lazy("reason"), ordering="position")
    def label_shown(self, row: RestReason) -> str:
        return row.label

    def refuse_delete(self, obj: Any) -> Any:
        if RestReason.objects.count() == 1:
            return _("Keep at least one reason.")
        return None


@admin.register(CallbackCall)
class CallbackCallAdmin(ReadOnlyAdmin):
    """What was asked and answered, and what followed (A29)."""

    list_display = ("moment", "session", "outcome", "took", "decision")
    list_filter = (("at", DayRangeFilter),)
    search_fields = ("session__session_id__icontains", "error", "decision")
    fieldsets = (
        (None, {"fields": ("moment", "session", "url", "outcome", "took", "decision")}),
        (gettext_lazy("request"), {"fields": ("request_text",)}),
        (gettext_lazy("answer"), {"fields": ("answer_text",)}),
    )

    @display(description=gettext_lazy("asked at"), ordering="at")
    def moment(self, row: CallbackCall) -> str:
        return when(row.at)

    @display(description=gettext_lazy("answer"), label={"ok": "success", "failed": "danger"})
    def outcome(self, row: CallbackCall) -> tuple[str, str]:
        return ("failed", row.error) if row.error else ("ok", str(row.status))

    @display(description=gettext_lazy("took (ms)"), ordering="milliseconds")
    def took(self, row: CallbackCall) -> int:
        return row.milliseconds

    @display(description=gettext_lazy("request"))
    def request_text(self, row: CallbackCall) -> SafeString:
        return format_html('<pre class="cs-code">{}</pre>', json.dumps(row.request, ensure_ascii=False, indent=2))

    @display(description=gettext_lazy("answer"))
    def answer_text(self, row: CallbackCall) -> SafeString:
        return format_html('<pre class="cs-code">{}</pre>', row.answer or "–")
