"""发布 and 发布记录 (B33 to B38, A73): what will change, what changed, and the way back."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.base import ReadOnlyAdmin, when
from chatbot.actions import begin_publishing, roll_back
from chatbot.admin.differences import shown
from chatbot.admin.draft import BotPage
from chatbot.drafted import draft_knowledge
from chatbot.judging import Report, compare, stored_questions
from chatbot.models import Release
from chatbot.released import knowledge
from chatbot.snapshots import difference, draft_snapshot

STATE_LABELS = {"published": "success", "publishing": "info", "failed": "danger"}


class PublishForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("release note"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Optional: what changed."),
    )  # fmt: skip


@admin.register(Release)
class ReleaseAdmin(BotPage, ReadOnlyAdmin):
    list_display = ("version_link", "note_cell", "published", "state_label", "row_actions")
    list_display_links = None
    search_fields = ("version", "note")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        found: QuerySet[Release] = super().get_queryset(request)
        return found.defer("snapshot").select_related("restores")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The button in a row takes visitors back to that release (A73)."""
        wanted = request.POST.get("_roll_back", "")
        if wanted.isdecimal():
            return self._roll_back(request, self.found(request, wanted))
        return super().changelist_view(request, extra_context)

    def _roll_back(self, request: HttpRequest, release: Release) -> HttpResponse:
        try:
            back = roll_back(release)
        except ValidationError as refused:
            self.message_user(request, refused.messages[0], messages.ERROR)
        else:
            self.log_addition(request, back, "")
            self.message_user(request, "", messages.SUCCESS)
        return self.back_to_list()

    @display(description=gettext_lazy("version"), ordering="pk")
    def version_link(self, release: Release) -> SafeString:
        return format_html('<a class="cs-question" href="{}">{}</a>', self.url("change", release.pk), release.version)

    @display(description=gettext_lazy("release note"))
    def note_cell(self, release: Release) -> str:
        if release.restores:
            return _("Rolled back to %(version)s") % {"version": release.restores.version}
        return release.note or "–"

    @display(description=gettext_lazy("published"), ordering="published_at")
    def published(self, release: Release) -> str:
        return when(release.published_at)

    @display(description=gettext_lazy("state"), label=STATE_LABELS)
    def state_label(self, release: Release) -> tuple[str, Any]:
        return release.state, release.get_state_display()

    @display(description=gettext_lazy("Actions"))
    def row_actions(self, release: Release) -> SafeString:
        back = format_html(
            '<button name="_roll_back" value="{}" data-confirm="{}">{}</button>',
            release.pk, _("Visitors get release %(version)s back at once.") % {"version": release.version},
            _("Roll back to it"),
        )  # fmt: skip
        can_come_back = release.state == Release.State.PUBLISHED
        return format_html(
            '<span class="cs-verbs"><a href="{}">{}</a>{}</span>',
            self.url("change", release.pk), _("What changed"), back if can_come_back else "",
        )  # fmt: skip

    # --- one release

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The difference to the release it took the place of."""
        if request.method != "GET":
            return super().change_view(request, object_id, form_url, extra_context)
        release: Release = self.found(request, object_id)
        before = release.before()
        kinds = shown(difference(before.snapshot if before else None, release.snapshot))
        context = {"release": release, "before": before, "kinds": kinds, "count": len(release.snapshot["entries"])}
        return self.page(request, "admin/chatbot/release/release.html", release.version, **context)

    # --- publishing

    def get_urls(self) -> list[URLPattern]:
        page = path("publish/", self.admin_site.admin_view(self.publish_view), name="chatbot_release_publish")
        return [page, *super().get_urls()]

    def publish_view(self, request: HttpRequest) -> HttpResponse:
        """B33: only while the bot is enabled; what will change comes first, and what it would break."""
        form = PublishForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                release = begin_publishing(form.cleaned_data["note"])
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                self.log_addition(request, release, "")
                return HttpResponseRedirect(self.url("change", release.pk))
        in_force = Release.objects.in_force().first()
        found = difference(in_force.snapshot if in_force else None, draft_snapshot())
        context = {"form": form, "back": self.url("changelist"), "kinds": shown(found), "report": _report(in_force)}
        return self.page(request, "admin/chatbot/publish.html", _("Publish"), **context)


def _report(in_force: Release | None) -> Report | None:
    """Nothing without labelled questions, or without a release to compare with."""
    questions = stored_questions() if in_force else []
    return compare(knowledge(), draft_knowledge(), questions) if questions else None
