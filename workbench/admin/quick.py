"""Shared quick replies in the console (A93): folders with their replies. Agents' own ones are theirs."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import StackedInline
from unfold.decorators import display

from accounts.admin.base import ConsoleAdmin
from chatbot.sheets.writing import format_of, sheet
from workbench.models import QuickFolder, QuickReply
from workbench.quickfiles import Refused, read_in, rows_of


class QuickFolderForm(forms.ModelForm):
    class Meta:
        model = QuickFolder
        fields = ("name", "position")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if QuickFolder.objects.filter(owner=None, name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a folder of this name."))
        return name


class QuickReplyInline(StackedInline):
    """Titles, contents and their order."""

    model = QuickReply
    fields = ("title", "content", "attachment", "position")
    extra = 0


@admin.register(QuickFolder)
class QuickFolderAdmin(ConsoleAdmin):
    form = QuickFolderForm
    list_display = ("name", "replies_count", "times_used", "position", "verbs")
    search_fields = ("name", "replies__title", "replies__content")
    fields = ("name", "position")
    inlines = (QuickReplyInline,)
    delete_warning = gettext_lazy("Its quick replies are deleted with it, for all agents.")

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("import/", guard(self.import_view), name="workbench_quick_import"),
            path("export/<str:kind>/", guard(self.export_view), name="workbench_quick_export"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        return sheet(rows_of(None), format_of(kind), "quick-replies")

    def import_view(self, request: HttpRequest) -> HttpResponse:
        faults: list[tuple[int, str]] = []
        if request.method == "POST":
            try:
                count = read_in(request.FILES.get("file"), None)
            except Refused as refused:
                faults = refused.faults
            else:
                self.message_user(request, _("%(n)s quick replies were imported.") % {"n": count}, messages.SUCCESS)
                return HttpResponseRedirect(self.url("changelist"))
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": _("Import"), "faults": faults}
        status = 400 if faults else 200
        return TemplateResponse(request, "admin/workbench/quickfolder/import.html", context, status=status)

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuickFolder]:
        shared: QuerySet[QuickFolder] = super().get_queryset(request).filter(owner=None)
        replies = QuickReply.objects.filter(folder=OuterRef("pk")).order_by().values("folder")
        counts = {"count": Count("pk"), "uses": Sum("used")}
        return shared.annotate(
            **{name: Subquery(replies.annotate(n=each).values("n")) for name, each in counts.items()}
        )

    @display(description=gettext_lazy("quick replies"), ordering="count")
    def replies_count(self, folder: Any) -> int:
        return folder.count or 0

    @display(description=gettext_lazy("times used"), ordering="uses")
    def times_used(self, folder: Any) -> int:
        return folder.uses or 0

    @display(description=gettext_lazy("Actions"))
    def verbs(self, folder: QuickFolder) -> SafeString:
        return self.edit_and_delete(folder)
