"""Service records of all agents (D3 to D5, A99): filters, search, export. A record leads to its session's page."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget

from accounts.admin.base import ReadOnlyAdmin, duration, stars, verbs, when
from accounts.admin.forms import DayRangeFilter
from accounts.models import Member
from chatbot.sheets.writing import format_of
from routing.admin.supervision import session_url, supervision_urls
from routing.models import Assignment
from sessions_flow.admin import Panel, panels
from sessions_flow.models import Session
from workbench.admin.narrow import NARROWED
from workbench.exporting import export_records
from workbench.filed import records_to_export
from workbench.models import VisitorNote, VisitorTag, WrapUp
from workbench.narrowing import FILTERS, LONGEST_KEYWORD, Records, known_by

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
DAYS = {"offered_at_from": "from", "offered_at_to": "to"}  # of the address → of the filters
MOST_NOTES = 50


class FormatForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("format"), initial="xlsx", widget=UnfoldAdminRadioSelectWidget,
        choices=[("xlsx", gettext_lazy("Excel (.xlsx)")), ("csv", "CSV (UTF-8)")],
    )  # fmt: skip


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    """W47 to W53 and D3 for admins: the records of all agents."""

    list_display = (
        "given", "channel", "openid", "visitor", "member", "group_label", "state_label", "origin_label", "served",
        "rated", "transcript",
    )  # fmt: skip
    list_per_page = 15  # W51
    list_select_related = (
        "session__conversation__visitor", "session__conversation__channel", "session__rating", "member",
    )  # fmt: skip
    list_filter = (("offered_at", DayRangeFilter), *NARROWED)
    search_fields = ("member__nickname",)  # shows the field; `known_by` says what is searched
    search_help_text = gettext_lazy(
        "Words that were said, visitor's name, openid, SessionId, agent's name or work number"
    )
    ordering = ("-offered_at", "-pk")
    change_list_template = "admin/workbench/records.html"

    def get_urls(self) -> list[URLPattern]:
        export = path("export/", self.admin_site.admin_view(self.export_view), name="records_export")
        return [export, *supervision_urls(self), *super().get_urls()]

    def get_search_results(self, request: HttpRequest, queryset: Records, search_term: str) -> tuple[Records, bool]:
        words = search_term.strip()[:LONGEST_KEYWORD]
        return (known_by(queryset, words) if words else queryset), False

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Asks for the format; the worker writes what the list shows with these filters (D5)."""
        filters = filters_of(request.GET)
        form = FormatForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                export = export_records(filters, format_of(form.cleaned_data["kind"]), cast(Member, request.user))
            except ValidationError as refused:
                self.message_user(request, refused.messages[0], messages.ERROR)
            else:
                return HttpResponseRedirect(reverse("admin:workbench_export_change", args=[export.pk]))
        count = records_to_export(filters).count()
        context = {"form": form, "count": count, "back": f"{self.url('changelist')}?{request.GET.urlencode()}"}
        return self.page(request, "admin/workbench/export_start.html", _("Export service records"), **context)

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
    def visitor(self, leg: Assignment) -> SafeString:
        visitor = leg.session.conversation.visitor
        page = reverse("admin:workbench_customer_change", args=[visitor.pk])
        return format_html('<a href="{}">{}</a>', page, visitor.display_name)

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

    @display(description=gettext_lazy("rating"))
    def rated(self, leg: Assignment) -> str:
        rating = getattr(leg.session, "rating", None)
        return stars(rating.level if rating else None)

    @display(description=gettext_lazy("Actions"))
    def transcript(self, leg: Assignment) -> SafeString:
        return verbs((session_url(leg.session_id), _("Transcript")))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A record has no page of its own: its session has."""
        return HttpResponseRedirect(session_url(self.found(request, object_id).session_id))


def filters_of(query: QueryDict) -> dict[str, str]:
    """What `workbench.narrowing` is asked for, from the list's address."""
    said = {DAYS.get(name, name): str(value) for name, value in query.items()}
    return {name: value for name, value in said.items() if name in FILTERS and value}


def wrap_ups(session: Session) -> Panel:
    """话后小结, a row a leg that has one."""
    found = WrapUp.objects.filter(assignment__session=session).select_related("assignment__member").order_by("pk")
    rows = [[row.assignment.member, row.category, row.remark, when(row.at)] for row in found]
    return Panel(_("Wrap-ups"), [_("agent"), _("category"), _("remark"), _("at")], rows)


def about_the_visitor(session: Session) -> Panel:
    """Internal notes, and a way to his page."""
    visitor = session.conversation.visitor
    notes: QuerySet[VisitorNote] = VisitorNote.objects.filter(visitor=visitor).select_related("member")
    tags = ", ".join(VisitorTag.objects.filter(visitor=visitor).values_list("name", flat=True))
    rows = [[note.member, note.text, when(note.at)] for note in notes[:MOST_NOTES]]
    rows += [[_("tags"), tags, ""]] if tags else []
    customer = [(_("Customer's page"), reverse("admin:workbench_customer_change", args=[visitor.pk]))]
    return Panel(_("Internal notes"), [_("agent"), _("note"), _("at")], rows, customer)


panels.extend([wrap_ups, about_the_visitor])
