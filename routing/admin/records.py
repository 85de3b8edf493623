"""Service records; the legs of a session join its page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from accounts.admin.base import ReadOnlyAdmin, duration, when
from accounts.admin.forms import DayRangeFilter
from accounts.models import Group, Member
from routing.admin.supervision import session_url, supervision, supervision_urls
from routing.models import Assignment
from sessions_flow.admin import Panel, panels
from sessions_flow.models import Session

Outcome = Assignment.Outcome
COLOURS = {
    Outcome.RUNNING: "info",
    Outcome.SERVED: "success",
    Outcome.TIMED_OUT: "warning",
    Outcome.MISSED: "danger",
    Outcome.LOST: "danger",
    Outcome.REFUSED: "warning",
    Outcome.ABANDONED: "warning",
    Outcome.FAILED: "danger",
    Outcome.TRANSFERRED: "",
    Outcome.WITHDRAWN: "",
}
PRESENT = "running"  # the stored value of a running leg is empty, which a filter cannot ask for


class OutcomeFilter(DropdownFilter):
    title = gettext_lazy("service state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value or PRESENT, label) for value, label in Outcome.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Assignment]) -> QuerySet[Assignment]:
        wanted = self.value()
        return queryset.filter(outcome="" if wanted == PRESENT else wanted) if wanted else queryset


class GroupFilter(DropdownFilter):
    title = gettext_lazy("group")
    parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in Group.objects.present().values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Assignment]) -> QuerySet[Assignment]:
        wanted = self.value() or ""
        return queryset.filter(group=int(wanted)) if wanted.isdecimal() else queryset


class AgentFilter(DropdownFilter):
    title = gettext_lazy("agent")
    parameter_name = "agent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in Member.objects.present().values_list("pk", "nickname")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Assignment]) -> QuerySet[Assignment]:
        wanted = self.value() or ""
        return queryset.filter(member=int(wanted)) if wanted.isdecimal() else queryset


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    """W47 to W53 and D3 for admins: the records of all agents."""

    list_display = (
        "given",
        "channel",
        "openid",
        "visitor",
        "member",
        "group_label",
        "state_label",
        "origin_label",
        "served",
        "transcript",
    )
    list_per_page = 15  # W51
    list_select_related = ("session__conversation__visitor", "session__conversation__channel", "member")
    list_filter = (
        OutcomeFilter,
        ("origin", ChoicesDropdownFilter),
        GroupFilter,
        AgentFilter,
        ("offered_at", DayRangeFilter),
    )
    search_fields = (
        "session__conversation__visitor__nickname", "session__conversation__visitor__openid",
        "session__session_id__icontains", "member__nickname", "member__staff_no",
    )  # fmt: skip
    search_help_text = gettext_lazy("Visitor's name, openid, SessionId, agent or work number")
    ordering = ("-offered_at", "-pk")

    def get_urls(self) -> list[URLPattern]:
        return [*supervision_urls(self), *super().get_urls()]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Assignment], search_term: str) -> Any:
        return super().get_search_results(request, queryset, search_term.strip().removeprefix("访客_"))

    @display(description=gettext_lazy("given"), ordering="offered_at")
    def given(self, leg: Assignment) -> str:
        return when(leg.offered_at)

    @display(description=gettext_lazy("source"))
    def channel(self, leg: Assignment) -> str:
        return leg.session.conversation.channel.name

    @display(description="openid")
    def openid(self, leg: Assignment) -> SafeString:
        return format_html('<code class="cs-id">{}</code>', leg.session.conversation.visitor.openid)

    @display(description=gettext_lazy("visitor's name"))
    def visitor(self, leg: Assignment) -> str:
        return leg.session.conversation.visitor.display_name

    @display(description=gettext_lazy("group"), ordering="group_name")
    def group_label(self, leg: Assignment) -> str:
        return leg.group_name or "–"

    @display(description=gettext_lazy("service state"), ordering="outcome", label=COLOURS)
    def state_label(self, leg: Assignment) -> tuple[str, str]:
        return leg.outcome, leg.get_outcome_display()

    @display(description=gettext_lazy("how"), ordering="origin")
    def origin_label(self, leg: Assignment) -> str:
        return leg.get_origin_display() if leg.member_id else "–"

    @display(description=gettext_lazy("service time"))
    def served(self, leg: Assignment) -> str:
        return duration(leg.served_seconds)

    @display(description=gettext_lazy("Actions"))
    def transcript(self, leg: Assignment) -> SafeString:
        return format_html(
            '<span class="cs-verbs"><a href="{}">{}</a></span>', session_url(leg.session_id), _("Transcript")
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A record has no page of its own: its session has."""
        return HttpResponseRedirect(session_url(self.found(request, object_id).session_id))


def legs(session: Session) -> Panel:
    """Who was given the session, one row a leg."""
    headers = [_("agent"), _("given"), _("service state"), _("how"), _("service time"), _("note")]
    found = Assignment.objects.filter(session=session).select_related("member").order_by("pk")
    rows = [
        [
            leg.member,
            when(leg.offered_at)[5:16],
            leg.get_outcome_display(),
            leg.get_origin_display() if leg.member_id else "",
            duration(leg.served_seconds),
            leg.note,
        ]
        for leg in found
    ]
    return Panel(_("Service records"), headers, rows, supervision(session))


panels.append(legs)
