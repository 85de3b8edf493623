"""The audit log in the console: filtered, exported, never changed."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from accounts.admin.base import ReadOnlyAdmin, when
from accounts.admin.forms import DayRangeFilter
from accounts.audit import EVENTS
from chatbot.sheets.writing import sheet
from sessions_flow.models import Session

ACTIONS = {
    LogEntry.Action.CREATE: _("was added"), LogEntry.Action.UPDATE: _("was changed"),
    LogEntry.Action.DELETE: _("was deleted"), LogEntry.Action.ACCESS: _("was opened"),
}  # fmt: skip
LONGEST = 200  # characters of one value in the list

admin.site.unregister(LogEntry)


def label_of(entry: LogEntry) -> str:
    event = (entry.additional_data or {}).get("event", "")
    return str(EVENTS.get(event) or ACTIONS[entry.action])


def value_of(kept: Any) -> str:
    """What the log kept of one value, as people read it."""
    text = str(kept)
    if text[:1] in ("[", "{"):
        with suppress(ValueError):
            text = json.dumps(json.loads(text), ensure_ascii=False)
    return str({"": "–", "None": "–", "True": _("Yes"), "False": _("No")}.get(text, text))[:LONGEST]


def changes_of(entry: LogEntry) -> list[str]:
    """`field: before → after`, with the names that the pages use."""
    model = entry.content_type.model_class()
    fields = model._meta.get_fields() if model else ()
    names = {field.name: str(getattr(field, "verbose_name", field.name)) for field in fields}
    return [
        f"{names.get(field, field)}: {value_of(before)} → {value_of(after)}"
        for field, (before, after) in (entry.changes or {}).items()
        if entry.action != LogEntry.Action.DELETE and value_of(before) != value_of(after)
    ]


class AboutFilter(RelatedDropdownFilter):
    """What the log can be about: nothing that only the machinery knows."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[int, str]]:
        known = ContentType.objects.get_for_models(*auditlog.get_models(), Session).values()
        return sorted({(kind.pk, str(kind.name)) for kind in known}, key=lambda choice: choice[1])


@admin.register(LogEntry)
class AuditAdmin(ReadOnlyAdmin):
    list_display = ("at", "who", "what", "about", "changed", "address")
    list_display_links = None
    list_select_related = ("actor", "content_type")
    list_filter = (
        ("timestamp", DayRangeFilter), ("action", ChoicesDropdownFilter),
        ("content_type", AboutFilter), ("actor", RelatedDropdownFilter),
    )  # fmt: skip
    search_fields = ("object_repr", "actor__nickname", "actor__account", "remote_addr")
    ordering = ("-timestamp", "-pk")
    change_list_template = "admin/auditlog/change_list.html"

    @display(description=_("time"), ordering="timestamp")
    def at(self, entry: LogEntry) -> str:
        return when(entry.timestamp)

    @display(description=_("member"), ordering="actor")
    def who(self, entry: LogEntry) -> str:
        return str(entry.actor or entry.actor_email or "–")  # of a program: its name

    @display(description=_("action"), ordering="action")
    def what(self, entry: LogEntry) -> str:
        return label_of(entry)

    @display(description=_("about"))
    def about(self, entry: LogEntry) -> str:
        return f"{entry.content_type.name} · {entry.object_repr}"

    @display(description=_("changes"))
    def changed(self, entry: LogEntry) -> str:
        return "; ".join(changes_of(entry)) or "–"

    @display(description=_("address"))
    def address(self, entry: LogEntry) -> str:
        return entry.remote_addr or "–"

    def get_urls(self) -> list[URLPattern]:
        return [path("export/", self.admin_site.admin_view(self.export), name="audit_export"), *super().get_urls()]

    def export(self, request: HttpRequest) -> StreamingHttpResponse:
        """What the list shows with the same filters, whole, as CSV."""
        rows: QuerySet[LogEntry] = self.get_changelist_instance(request).get_queryset(request)
        return sheet(self._rows(rows), "csv", "audit-log")

    def _rows(self, rows: QuerySet[LogEntry]) -> Iterator[list[str]]:
        columns: list[Any] = [self.at, self.who, self.what, self.about, self.changed, self.address]
        yield [str(column.short_description) for column in columns]
        for entry in rows.iterator(chunk_size=500):
            yield [column(entry) for column in columns]
