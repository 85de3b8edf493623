"""客户管理 (D10): who the customers are, what is known of each, and what can be done with that."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import audit
from accounts.admin.base import ReadOnlyAdmin, duration, stars, when
from accounts.admin.forms import DayRangeFilter
from accounts.models import Member, Visitor
from routing.admin.supervision import session_url
from sessions_flow.actions.erasure import erase_person
from sessions_flow.models import Conversation, Session, Visit
from workbench import customers
from workbench.admin.narrow import channels, narrow, tags
from workbench.exporting import export_person
from workbench.models import Customer, VisitorNote, VisitorTag
from workbench.person import visitors_of

MOST_SESSIONS = MOST_NOTES = 50


FILTERS: dict[str, Callable[[QuerySet[Visitor], str], QuerySet[Visitor]]] = {
    "blocked": lambda rows, value: rows.filter(blocked_at__isnull=value == "0") if value in ("0", "1") else rows,
    "tag": lambda rows, value: rows.filter(tags__name=value),
    "channel": lambda rows, value: rows.filter(conversations__channel=int(value)) if value.isdecimal() else rows,
}


def states() -> list[tuple[str, Any]]:
    return [("1", gettext_lazy("blocked")), ("0", gettext_lazy("not blocked"))]


class MergeForm(forms.Form):
    openid = forms.CharField(
        label=gettext_lazy("openid of the other customer"), max_length=64, widget=UnfoldAdminTextInputWidget
    )


class EraseForm(forms.Form):
    """The openid is typed, so that nobody erases with one click."""

    openid = forms.CharField(
        label=gettext_lazy("Type the openid to confirm"), max_length=64, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected

    def clean_openid(self) -> str:
        if self.cleaned_data["openid"].strip() != self.expected:
            raise forms.ValidationError(_("This is not the openid of this customer."))
        return self.expected


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    list_display = ("name", "openid_code", "user_id", "tag_names", "session_count", "last", "first_seen", "state")
    list_filter = (
        narrow("blocked", gettext_lazy("state"), states, FILTERS), narrow("tag", gettext_lazy("tag"), tags, FILTERS),
        narrow("channel", gettext_lazy("channel"), channels, FILTERS), ("created_at", DayRangeFilter),
    )  # fmt: skip
    search_fields = ("nickname",)  # shows the field; `matching_customers` says what is searched
    search_help_text = gettext_lazy("Name, openid, signed user ID, attributes or tag")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Visitor]:
        sessions = Session.objects.filter(conversation__visitor=OuterRef("pk")).order_by()
        counted = sessions.values("conversation__visitor").annotate(n=Count("pk")).values("n")
        last = Conversation.objects.filter(visitor=OuterRef("pk")).order_by().values("visitor")
        found = Customer.objects.people().annotate(
            sessions_held=Subquery(counted), last_at=Subquery(last.annotate(at=Max("last_at")).values("at"))
        )
        return found.prefetch_related("tags")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Visitor], search_term: str
    ) -> tuple[QuerySet[Visitor], bool]:
        words = search_term.strip()[:100]
        return (queryset.filter(customers.matching_customers(words)) if words else queryset), False

    @display(description=gettext_lazy("name"))
    def name(self, visitor: Visitor) -> str:
        return visitor.display_name

    @display(description="openid")
    def openid_code(self, visitor: Visitor) -> SafeString:
        return format_html('<code class="cs-id">{}</code>', visitor.openid)

    @display(description=gettext_lazy("tags"))
    def tag_names(self, visitor: Visitor) -> str:
        return ", ".join(tag.name for tag in visitor.tags.all()) or "–"

    @display(description=gettext_lazy("sessions"))
    def session_count(self, visitor: Any) -> int:
        return visitor.sessions_held or 0

    @display(description=gettext_lazy("last message"))
    def last(self, visitor: Any) -> str:
        return when(visitor.last_at)

    @display(description=gettext_lazy("first seen"), ordering="created_at")
    def first_seen(self, visitor: Visitor) -> str:
        return when(visitor.created_at)

    @display(description=gettext_lazy("state"), label={"blocked": "danger", "open": ""})
    def state(self, visitor: Visitor) -> tuple[str, Any]:
        return ("blocked", _("blocked")) if visitor.blocked_at else ("open", _("not blocked"))

    # --- one customer

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("<int:pk>/merge/", guard(self.merge_view), name="customer_merge"),
            path("<int:pk>/export/", guard(self.export_view), name="customer_export"),
            path("<int:pk>/erase/", guard(self.erase_view), name="customer_erase"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """His page; posts change tags, notes and whether he is blocked."""
        visitor: Visitor = self.customer(request, object_id)
        if request.method == "POST":
            self._act(request, visitor)
            return HttpResponseRedirect(self.url("change", visitor.pk))
        people = visitors_of(visitor)
        context = {
            "customer": visitor, "others": [person for person in people if person.pk != visitor.pk],
            "facts": _facts(visitor, people), "sessions": _sessions(people),
            "notes": VisitorNote.objects.filter(visitor=visitor).select_related("member")[:MOST_NOTES],
            "tags": VisitorTag.objects.filter(visitor=visitor),
            "records": f"{reverse('admin:routing_assignment_changelist')}?q={visitor.openid}",
        }  # fmt: skip
        title = visitor.display_name
        return self.page(request, "admin/workbench/customer.html", title, original=visitor, **context)

    def _act(self, request: HttpRequest, visitor: Visitor) -> None:
        said = request.POST.get("said", "")
        acts = {
            "tag": lambda: customers.add_tag(visitor, said),
            "untag": lambda: customers.remove_tag(visitor, said),
            "note": lambda: customers.add_note(visitor, cast(Member, request.user), said),
            "block": lambda: customers.block(visitor, is_blocked=True),
            "unblock": lambda: customers.block(visitor, is_blocked=False),
        }
        act = acts.get(request.POST.get("do", ""))
        if act is not None:
            self._say(request, act)

    def _say(self, request: HttpRequest, act: Any) -> Any:
        """What it returns; None with the reason shown, when it was refused."""
        try:
            done = act() or True
        except ValidationError as refused:
            self.message_user(request, refused.messages[0], messages.ERROR)
            return None
        self.message_user(request, "", messages.SUCCESS)
        return done

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Which one, then whether: the question shows both."""
        visitor, other = self.customer(request, str(pk)), None
        form = MergeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            openid = form.cleaned_data["openid"]
            try:
                other = customers.to_merge(visitor, openid)
            except ValidationError as refused:
                form.add_error("openid", refused)
            else:
                if request.POST.get("sure") == "1":
                    self._say(request, lambda: customers.merge(visitor, openid))
                    return HttpResponseRedirect(self.url("change", visitor.pk))
        context = {
            "form": form,
            "customer": visitor,
            "original": visitor,
            "other": other,
            "back": self.url("change", visitor.pk),
        }
        return self.page(request, "admin/workbench/customer_merge.html", _("Merge customers"), **context)

    def export_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        visitor, back = self.customer(request, str(pk)), self.url("change", pk)
        if request.method == "POST":
            export = self._say(request, lambda: export_person(visitor, cast(Member, request.user)))
            return HttpResponseRedirect(reverse("admin:workbench_export_change", args=[export.pk]) if export else back)
        warning = _(
            "A ZIP file with everything that is kept about this person (JSON), and all files. It is written in the "
            "background; the link is valid for 24 hours, for admins only."
        )
        context = {"original": visitor, "warning": warning, "is_danger": False, "back": back}
        return self.page(request, "admin/confirm.html", _("Export this person's data?"), **context)

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        visitor = self.customer(request, str(pk))
        form = EraseForm(request.POST or None, expected=visitor.openid)
        if request.method == "POST" and form.is_valid():
            erased = erase_person(visitor)
            visitor.refresh_from_db()
            audit.record("customer_erased", visitor)
            counts = {"messages": erased.messages, "files": erased.files}
            self.message_user(request, _("Erased: %(messages)s messages, %(files)s files.") % counts, messages.WARNING)
            return self.back_to_list()
        context = {"form": form, "customer": visitor, "original": visitor, "back": self.url("change", visitor.pk)}
        return self.page(request, "admin/workbench/customer_erase.html", _("Erase this person?"), **context)

    def customer(self, request: HttpRequest, pk: str) -> Visitor:
        """A merged one is shown with the one he was merged into."""
        alias = Visitor.objects.filter(pk=pk).exclude(merged_into=None).first() if pk.isdecimal() else None
        return cast(Visitor, self.found(request, str(alias.merged_into_id) if alias else pk))


def _facts(visitor: Visitor, people: list[Visitor]) -> list[tuple[Any, Any]]:
    visit = Visit.objects.filter(conversation__visitor__in=people).order_by("-changed_at").first()
    known = [(name, value) for name, value in visitor.attributes.items()]
    rows = [
        ("openid", visitor.openid), (_("signed user id"), visitor.user_id), (_("language"), visitor.language),
        (_("first seen"), when(visitor.created_at)), (_("blocked"), when(visitor.blocked_at)),
        (_("device"), str(visit).strip(" /") if visit else ""), *known,
    ]  # fmt: skip
    return [(label, value) for label, value in rows if value not in (None, "", "–")]


def _sessions(people: list[Visitor]) -> list[dict[str, Any]]:
    """The newest, under every identity that is his."""
    found = Session.objects.filter(Q(conversation__visitor__in=people)).order_by("-opened_at")
    rows = found.select_related("conversation__channel", "agent", "group", "rating")[:MOST_SESSIONS]
    return [
        {
            "at": when(row.opened_at), "channel": row.conversation.channel.name, "state": row.get_state_display(),
            "agent": row.agent, "group": row.group, "url": session_url(row.pk),
            "length": duration(((row.ended_at or row.opened_at) - row.opened_at).total_seconds()),
            "stars": stars(row.rating.level if hasattr(row, "rating") else None),
        }
        for row in rows
    ]  # fmt: skip
