"""发布 and 发布记录 (B33 to B38)."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import F, Func, IntegerField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.base import ReadOnlyAdmin, when
from chatbot.actions import publish
from chatbot.admin.draft import BotPage, draft
from chatbot.models import Release

STATE_LABELS = {"published": "success", "publishing": "info", "failed": "danger"}


class ArrayLength(Func):
    """How many items a JSON array holds, counted by the database."""

    function = "jsonb_array_length"
    output_field: ClassVar[Any] = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="json_array_length", **extra)


class PublishForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("release note"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Optional: what changed."),
    )  # fmt: skip


@admin.register(Release)
class ReleaseAdmin(BotPage, ReadOnlyAdmin):
    list_display = ("version", "note", "published", "size", "state_label")
    fields = ("version", "note", "published", "questions")
    search_fields = ("version", "note")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        found: QuerySet[Release] = super().get_queryset(request)
        return found.defer("snapshot").annotate(entry_count=ArrayLength(F("snapshot__entries")))

    @display(description=gettext_lazy("published"), ordering="published_at")
    def published(self, release: Release) -> str:
        return when(release.published_at)

    @display(description=gettext_lazy("entries"), ordering="entry_count")
    def size(self, release: Any) -> int:
        count: int = release.entry_count
        return count

    @display(
        description=gettext_lazy("state"), label={"published": "success", "publishing": "info", "failed": "danger"}
    )
    def state_label(self, release: Release) -> tuple[str, Any]:
        return release.state, release.get_state_display()

    @display(description=gettext_lazy("questions"))
    def questions(self, release: Release) -> SafeString:
        rows = ((entry["question"],) for entry in release.snapshot["entries"])
        return format_html('<ol class="cs-list">{}</ol>', format_html_join("", "<li>{}</li>", rows))

    def get_urls(self) -> list[URLPattern]:
        page = path("publish/", self.admin_site.admin_view(self.publish_view), name="chatbot_release_publish")
        return [page, *super().get_urls()]

    def publish_view(self, request: HttpRequest) -> HttpResponse:
        """B33: only while the bot is enabled."""
        form, state = PublishForm(request.POST or None), draft()
        if request.method == "POST" and state.is_enabled and form.is_valid():
            try:
                release = publish(form.cleaned_data["note"])
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                self.log_addition(request, release, "")
                self.message_user(request, "", messages.SUCCESS)
                return self.back_to_list()
        context = {"form": form, "draft": state, "back": self.url("changelist")}
        return self.page(request, "admin/chatbot/publish.html", _("Publish"), **context)
