"""Webhooks in the console: endpoints with a secret that is shown once, and the log of what was sent."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RelatedDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminURLInputWidget

from accounts.admin.base import ConsoleAdmin, ReadOnlyAdmin, names_of, verbs, when
from accounts.admin.forms import DayRangeFilter
from sessions_flow.models.webhook import PING, Event, WebhookDelivery, WebhookEndpoint
from sessions_flow.webhooks.delivery import attempt_delivery
from sessions_flow.webhooks.outbox import body_of


class WebhookForm(forms.ModelForm):
    url = forms.URLField(
        label=gettext_lazy("address"), max_length=500, assume_scheme="https",
        widget=UnfoldAdminURLInputWidget(attrs={"placeholder": "https://crm.example.com/hooks/desk"}),
        help_text=gettext_lazy("Receives a POST with JSON. Private addresses only where the operator allows them."),
    )  # fmt: skip
    events = forms.MultipleChoiceField(
        label=gettext_lazy("events"), choices=Event.choices, initial=list(Event.values),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )  # fmt: skip

    class Meta:
        model = WebhookEndpoint
        fields: ClassVar[Any] = ("name", "url", "events", "is_enabled")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if not url.lower().startswith(("http://", "https://")):
            raise forms.ValidationError(_("Only http and https addresses."))
        return url


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ConsoleAdmin):
    form = WebhookForm
    fieldsets = ((None, {"fields": ("name", "url", "events", "is_enabled")}),)
    list_display = ("name", "url", "event_names", "state_label", "waiting", "row_actions")
    search_fields = ("name", "url")
    ordering = ("pk",)
    delete_warning = gettext_lazy("What was not delivered yet is not sent, and its log is deleted.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEndpoint]:
        due = Count("deliveries", filter=Q(deliveries__due_at__isnull=False))
        rows: QuerySet[WebhookEndpoint] = super().get_queryset(request).annotate(due_count=due)
        return rows

    @display(description=gettext_lazy("events"))
    def event_names(self, row: WebhookEndpoint) -> str:
        return names_of(Event, row.events)

    @display(
        description=gettext_lazy("state"), ordering="is_enabled",
        label={"on": "success", "failing": "warning", "off": "", "given_up": "danger"},
    )  # fmt: skip
    def state_label(self, row: WebhookEndpoint) -> tuple[str, str]:
        if not row.is_enabled:
            given_up = ("given_up", _("Disabled after long failure (%(time)s)") % {"time": when(row.disabled_at)})
            return given_up if row.disabled_at else ("off", _("Disabled"))
        if row.failing_since:
            return "failing", _("Failing since %(time)s") % {"time": when(row.failing_since)}
        return "on", _("Enabled")

    @display(description=gettext_lazy("waiting"), ordering="due_count")
    def waiting(self, row: Any) -> int:
        count: int = row.due_count
        return count

    @display(description=gettext_lazy("Actions"))
    def row_actions(self, row: WebhookEndpoint) -> SafeString:
        log = f"{reverse('admin:sessions_flow_webhookdelivery_changelist')}?endpoint__id__exact={row.pk}"
        return verbs(
            (self.url("change", row.pk), _("Edit")), (self.url("test", row.pk), _("Send a test")), (log, _("Log")),
            (self.url("rotate", row.pk), _("New secret")), danger=(self.url("delete", row.pk), _("Delete")),
        )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.shown_once = obj.renew(timezone.now())
        if obj.is_enabled and "is_enabled" in form.changed_data:  # a new start
            obj.start_anew()
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self.secret_page(request, obj, obj.shown_once)

    def get_urls(self) -> list[URLPattern]:
        rotate, test = self.row_page("rotate", self.rotate_view), self.row_page("test", self.test_view)
        return [rotate, test, *super().get_urls()]

    def rotate_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row = self.found(request, str(object_id))
        if request.method != "POST":
            warning = _("Requests are signed with both secrets for 24 hours, then with the new one alone.")
            title = _("Make a new secret for %(name)s?") % {"name": row}
            return self.confirmation(request, row, title, warning, is_danger=False)
        shown = row.renew(timezone.now())
        row.save(update_fields=["sealed_secret", "sealed_previous", "previous_until"])
        self.log_change(request, row, "New secret")
        return self.secret_page(request, row, shown)

    def secret_page(self, request: HttpRequest, row: WebhookEndpoint, shown: str) -> HttpResponse:
        """In this answer only, which is never cached."""
        context = {"secret": shown, "back": self.url("changelist"), "test": self.url("test", row.pk)}
        title = _("Secret of %(name)s") % {"name": row}
        return self.page(request, "admin/sessions_flow/webhookendpoint/secret.html", title, **context)

    def test_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A ping, at once, whether enabled or not; its row of the log tells what came of it."""
        row = self.found(request, str(object_id))
        if request.method != "POST":
            title = _("Send a test to %(name)s?") % {"name": row}
            return self.confirmation(request, row, title, row.url, is_danger=False)
        at, event_id = timezone.now(), uuid.uuid4()
        ping = WebhookDelivery.objects.create(
            endpoint=row, event=PING, event_id=event_id, body=body_of(event_id, PING, {}, at), created_at=at
        )
        return try_now(self, request, ping)


def try_now(page: ConsoleAdmin, request: HttpRequest, delivery: WebhookDelivery) -> HttpResponse:
    attempt = attempt_delivery(delivery.endpoint, delivery)
    if attempt.is_delivered:
        page.message_user(request, "", messages.SUCCESS)
    else:
        page.message_user(request, _("Not delivered: %(error)s") % {"error": attempt.error}, messages.ERROR)
    return HttpResponseRedirect(reverse("admin:sessions_flow_webhookdelivery_change", args=[delivery.pk]))


class OutcomeFilter(DropdownFilter):
    title = gettext_lazy("state")
    parameter_name = "outcome"
    WANTED: ClassVar[dict[str, Q]] = {
        "delivered": Q(delivered_at__isnull=False),
        "waiting": Q(due_at__isnull=False),
        "failed": Q(due_at=None, delivered_at=None),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, OUTCOMES[name]) for name in self.WANTED]

    def queryset(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
        wanted = self.WANTED.get(self.value() or "")
        return queryset.filter(wanted) if wanted else queryset


OUTCOMES = {
    "delivered": gettext_lazy("delivered"), "waiting": gettext_lazy("waiting"), "failed": gettext_lazy("given up"),
}  # fmt: skip


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("happened", "endpoint", "event_name", "outcome", "answered", "attempts", "row_actions")
    list_display_links = ("happened",)
    list_select_related = ("endpoint",)
    list_filter = (
        ("endpoint", RelatedDropdownFilter), ("event", ChoicesDropdownFilter), OutcomeFilter,
        ("created_at", DayRangeFilter),
    )  # fmt: skip
    search_fields = ("event_id__icontains", "session__session_id__icontains", "error")
    search_help_text = gettext_lazy("Event id, session id or error")
    fieldsets = (
        (None, {"fields": ("happened", "endpoint", "event_name", "event_id", "outcome", "answered", "attempts",
                           "tried", "next_try", "row_actions")}),
        (gettext_lazy("request"), {"fields": ("request_text",)}),
        (gettext_lazy("answer"), {"fields": ("answer_text",)}),
    )  # fmt: skip

    @display(description=gettext_lazy("happened"), ordering="created_at")
    def happened(self, row: WebhookDelivery) -> str:
        return when(row.created_at)

    @display(description=gettext_lazy("event"), ordering="event")
    def event_name(self, row: WebhookDelivery) -> str:
        return f"{row.get_event_display()} · {row.event}"

    @display(
        description=gettext_lazy("state"), label={"delivered": "success", "waiting": "warning", "failed": "danger"}
    )
    def outcome(self, row: WebhookDelivery) -> tuple[str, Any]:
        state = "delivered" if row.delivered_at else "waiting" if row.due_at else "failed"
        return state, OUTCOMES[state]

    @display(description=gettext_lazy("answer"))
    def answered(self, row: WebhookDelivery) -> str:
        if row.tried_at is None:
            return "–"
        return f"{row.error or row.status} · {row.milliseconds} ms"

    @display(description=gettext_lazy("last attempt"))
    def tried(self, row: WebhookDelivery) -> str:
        return when(row.tried_at)

    @display(description=gettext_lazy("next attempt"))
    def next_try(self, row: WebhookDelivery) -> str:
        return when(row.due_at)

    @display(description=gettext_lazy("Actions"))
    def row_actions(self, row: WebhookDelivery) -> SafeString:
        return verbs((self.url("resend", row.pk), _("Send again")))

    @display(description=gettext_lazy("request"))
    def request_text(self, row: WebhookDelivery) -> SafeString:
        return format_html('<pre class="cs-code">{}</pre>', row.body)

    @display(description=gettext_lazy("answer"))
    def answer_text(self, row: WebhookDelivery) -> SafeString:
        return format_html('<pre class="cs-code">{}</pre>', row.answer or "–")

    def get_urls(self) -> list[URLPattern]:
        return [self.row_page("resend", self.resend_view), *super().get_urls()]

    def resend_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row = self.found(request, str(object_id))
        if request.method != "POST":
            warning = _("The same event with the same id goes to %(url)s once more.") % {"url": row.endpoint.url}
            return self.confirmation(request, row, _("Send this event again?"), warning, is_danger=False)
        return try_now(self, request, row)
