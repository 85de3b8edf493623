"""Exports in the console: each is a page with its progress, and a link to the file that expires."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from accounts import audit
from accounts.admin.base import ReadOnlyAdmin, when
from sessions_flow.doors.ranges import file_response
from workbench.exporting import cancel_export
from workbench.models import Export

COLOURS = {
    "waiting": "info",
    "running": "warning",
    "done": "success",
    "failed": "danger",
    "cancelled": "",
    "expired": "",
}


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "created", "who", "rows", "valid", "state_label")
    list_select_related = ("requested_by",)
    ordering = ("-pk",)

    @display(description=gettext_lazy("created"), ordering="created_at")
    def created(self, export: Export) -> str:
        return when(export.created_at)

    @display(description=gettext_lazy("asked for by"))
    def who(self, export: Export) -> str:
        return str(export.requested_by or "–")

    @display(description=gettext_lazy("link valid until"))
    def valid(self, export: Export) -> str:
        return when(export.expires_at)

    @display(description=gettext_lazy("state"), label=COLOURS)
    def state_label(self, export: Export) -> tuple[str, Any]:
        return export.state, export.get_state_display()

    def get_urls(self) -> list[URLPattern]:
        fetch = self.admin_site.admin_view(self.fetch_view)
        return [path("<int:pk>/file/", fetch, name="workbench_export_file"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """How far it is; a post cancels it."""
        export: Export = self.found(request, object_id)
        if request.method == "POST":
            cancel_export(export)
            return HttpResponseRedirect(self.url("change", export.pk))
        return self.page(request, "admin/workbench/export.html", export.name, export=export)

    def fetch_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The file, while its link is valid; told to the audit log."""
        export: Export = self.found(request, str(pk))
        if not export.is_ready:
            raise Http404
        audit.record("download", export)
        response = file_response(request, export.file, "application/octet-stream", export.name, is_shown=False)
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response
