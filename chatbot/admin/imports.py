"""导入问答 (B8, A70): upload, columns, preview, progress, result; every import is a page with an address of its own."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from accounts.admin.base import ReadOnlyAdmin, when
from accounts.admin.forms import UploadForm
from chatbot import actions
from chatbot.admin.draft import BotPage, by
from chatbot.admin.places import Place
from chatbot.models import SheetImport
from chatbot.sheets.columns import LABELS
from chatbot.sheets.entries import template_rows
from chatbot.sheets.faults import fault_rows, reasons_of
from chatbot.sheets.reading import LARGEST_BYTES, MOST_ROWS
from chatbot.sheets.writing import format_of, sheet

STATE_LABELS = {"done": "success", "failed": "danger", "cancelled": "", "uploaded": "info", "checked": "info",
                "checking": "warning", "importing": "warning"}  # fmt: skip
KINDS = {
    "new": gettext_lazy("New"), "changed": gettext_lazy("To be updated"), "skipped": gettext_lazy("Left as they are"),
    "bad": gettext_lazy("Bad rows"),
}  # fmt: skip


@admin.register(SheetImport)
class SheetImportAdmin(BotPage, ReadOnlyAdmin):
    list_display = ("name_link", "created", "who", "result", "state_label")
    list_display_links = None
    list_select_related = ("added_by",)
    search_fields = ("name",)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SheetImport]:
        found: QuerySet[SheetImport] = super().get_queryset(request)
        return found.defer("examples")

    @display(description=gettext_lazy("file name"))
    def name_link(self, job: SheetImport) -> SafeString:
        return format_html('<a class="cs-question" href="{}">{}</a>', self.url("change", job.pk), job.name)

    @display(description=gettext_lazy("created"), ordering="created_at")
    def created(self, job: SheetImport) -> str:
        return when(job.created_at)

    @display(description=gettext_lazy("by"))
    def who(self, job: SheetImport) -> str:
        return job.added_by.nickname if job.added_by else "–"

    @display(description=gettext_lazy("result"))
    def result(self, job: SheetImport) -> str:
        return _("%(good)s imported, %(bad)s bad") % {"good": job.imported, "bad": job.count("bad")}

    @display(description=gettext_lazy("state"), label=STATE_LABELS)
    def state_label(self, job: SheetImport) -> tuple[str, Any]:
        return job.state, job.get_state_display()

    # --- pages

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("start/", guard(self.start_view), name="chatbot_import_start"),
            path("template/<str:kind>/", guard(self.template_view), name="chatbot_import_template"),
            path("<int:pk>/bad/<str:kind>/", guard(self.bad_view), name="chatbot_import_bad"),
            *super().get_urls(),
        ]

    def start_view(self, request: HttpRequest) -> HttpResponse:
        place, form = Place.of(request.GET), UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                job = actions.upload_sheet(file, file.name, place.library, by(request))
            except ValidationError as refused:
                form.add_error("file", refused.messages[0])
            else:
                return HttpResponseRedirect(self.url("change", job.pk))
        context = {"form": form, "place": place, "most_rows": MOST_ROWS, "most_megabytes": LARGEST_BYTES // 1024**2}
        return self.page(request, "admin/chatbot/import/start.html", _("Import Q&A"), **context)

    def template_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        return sheet(template_rows(), format_of(kind), "template")

    def bad_view(self, request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
        job = self.found(request, str(pk))
        return sheet(fault_rows(job), format_of(kind), f"bad-rows-{job.pk}")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Where the import is, and what can be done next."""
        job: SheetImport = self.found(request, object_id)
        if request.method == "POST":
            self._go_on(request, job)
            return HttpResponseRedirect(self.url("change", job.pk))
        context = {"job": job, "back": Place(job.library).url(), "fields": LABELS.items()}
        context |= {"columns": _columns(job), "kinds": _kinds(job), "bad": _bad(job)}
        return self.page(request, "admin/chatbot/import/job.html", job.name, **context)

    def _go_on(self, request: HttpRequest, job: SheetImport) -> None:
        asked, good_only = request.POST.get("do"), request.POST.get("good_only") == "1"
        try:
            if asked == "check":
                updates = request.POST.get("updates") == "1"
                actions.start_checking(job, _chosen(request, job), updates=updates, good_only=good_only)
            elif asked == "import":
                actions.confirm_import(job, good_only=good_only)
            elif asked == "cancel":
                actions.cancel_import(job)
        except ValidationError as refused:
            self.message_user(request, refused.messages[0], messages.ERROR)


def _chosen(request: HttpRequest, job: SheetImport) -> dict[str, str]:
    found = {str(at): request.POST.get(f"column-{at}", "") for at in range(len(job.headings))}
    return {at: name for at, name in found.items() if name in LABELS}


def _columns(job: SheetImport) -> list[dict[str, Any]]:
    return [
        {"at": at, "heading": heading or f"#{at + 1}", "field": job.columns.get(str(at), "")}
        for at, heading in enumerate(job.headings)
        if heading or str(at) in job.columns
    ]


def _kinds(job: SheetImport) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "label": label, "count": job.count(kind), "examples": job.examples.get(kind, [])}
        for kind, label in KINDS.items()
    ]


def _bad(job: SheetImport) -> list[dict[str, Any]]:
    return [{**line, "reasons": reasons_of(line)} for line in job.examples.get("bad", [])]
