"""数据看板 (D1, A53): numbers, charts and tables of a time; each section as a file."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.admin.base import ReadOnlyAdmin
from chatbot.sheets.writing import format_of, sheet
from workbench.admin.board_form import BoardForm
from workbench.boards.board import board_of
from workbench.boards.export import EXPORTS
from workbench.boards.tables import COLUMNS
from workbench.models import Rollup


@admin.register(Rollup)
class BoardAdmin(ReadOnlyAdmin):
    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        export = path("export/<str:section>.<str:kind>", guard(self.export), name="board_export")
        return [path("", guard(self.changelist_view), name="workbench_rollup_changelist"), export]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """With `part` only what moves: the page's script asks for it while today is shown."""
        form = BoardForm(request.GET)
        board = None
        if form.is_valid():
            sorts = {name: request.GET.get(f"{name}_by", "") for name in COLUMNS}
            board = board_of(form.wanted, timezone.now(), sorts, get_language() or "")
        query = request.GET.copy()
        query.pop("part", None)
        context = {"form": form, "board": board, "query": query.urlencode()}
        if "part" in request.GET:
            return TemplateResponse(request, "admin/workbench/board/part.html", context)
        return self.page(request, "admin/workbench/board/page.html", _("Data board"), **context)

    def export(self, request: HttpRequest, section: str, kind: str) -> StreamingHttpResponse:
        form = BoardForm(request.GET)
        if section not in EXPORTS or not form.is_valid():
            raise Http404
        wanted, now = form.wanted, timezone.now()
        name = f"board-{section}-{wanted.first}-{wanted.last}"
        return sheet(EXPORTS[section](wanted, now), format_of(kind), name, title=_("Data board"))
