"""设置: every section on one page, each with its own 保存, the texts as visitors see them, and who changed it when.

The forms are those of the sections' own pages, which stay where they are."""

from dataclasses import dataclass, field
from typing import Any

from auditlog.models import LogEntry
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cs_project.admin import changes_of
from routing.models import Distribution, Queueing, Reception, WorkHours
from sessions_flow.models import Closing, Prompts, RatingRules, Retention, Workplace

SHOWN_CHANGES, READ_CHANGES = 8, 60


@dataclass(frozen=True)
class Section:
    """`further`: lists that belong to it. `elsewhere`: fields that another section of the page has."""

    name: str
    model: Any
    further: tuple[tuple[Any, str], ...] = ()
    elsewhere: tuple[str, ...] = ()


SECTIONS = (
    Section("prompts", Prompts, ((gettext_lazy("Prompts of single channels"), "sessions_flow_channelprompts"),),
            elsewhere=("queueing",)),
    Section("distribution", Distribution, (
        (gettext_lazy("Skill rules"), "routing_skillrule"),
        (gettext_lazy("Overflow"), "routing_overflow"),
        (gettext_lazy("Callback log"), "routing_callbackcall"),
    )),
    Section("reception", Reception, ((gettext_lazy("Reasons of a rest"), "routing_restreason"),)),
    Section("queueing", Queueing),
    Section("closing", Closing),
    Section("hours", WorkHours, (
        (gettext_lazy("Holidays and special days"), "routing_specialday"),
        (gettext_lazy("Hours of groups"), "routing_grouphours"),
    )),
    Section("rating", RatingRules),
    Section("workplace", Workplace),
    Section("retention", Retention),
)  # fmt: skip


@dataclass
class Shown:
    """A section as the template draws it."""

    section: Section
    title: str
    adminform: AdminForm
    changes: list[dict[str, Any]] = field(default_factory=list)
    further: list[tuple[str, str]] = field(default_factory=list)
    preview: Any = None

    @property
    def address(self) -> str:
        return reverse("settings_section", args=[self.section.name])


def settings_page(request: HttpRequest) -> HttpResponse:
    return _page(request)


def save_section(request: HttpRequest, name: str) -> HttpResponse:
    """Saves this section alone; with errors the page comes again, with what was typed."""
    section = next((each for each in SECTIONS if each.name == name), None)
    if section is None:
        raise Http404
    if request.method != "POST":
        return HttpResponseRedirect(f"{reverse('settings')}#{name}")
    page, row = admin.site._registry[section.model], section.model.get_solo()
    form = _form(request, section, row, request.POST)
    if not form.is_valid():
        return _page(request, {name: form})
    with transaction.atomic():
        changed = page.save_form(request, form, change=True)
        page.save_model(request, changed, form, change=True)
        page.log_change(request, changed, page.construct_change_message(request, form, []))
    page.message_user(request, "", messages.SUCCESS)
    return HttpResponseRedirect(f"{reverse('settings')}#{name}")


def _page(request: HttpRequest, typed: dict[str, Any] | None = None) -> HttpResponse:
    shown = [_shown(request, section, (typed or {}).get(section.name)) for section in SECTIONS]
    media = admin.site._registry[Prompts].media
    for each in shown:
        media += each.adminform.media
    context = {**admin.site.each_context(request), "title": _("Settings"), "sections": shown, "media": media}
    return TemplateResponse(request, "admin/settings.html", context, status=422 if typed else 200)


def _form(request: HttpRequest, section: Section, row: Any, data: Any = None) -> Any:
    fields = [name for name in _fields(request, section) if name not in section.elsewhere]
    made = admin.site._registry[section.model].get_form(request, row, change=True, fields=fields)
    return made(data, instance=row, auto_id=f"{section.name}_%s")


def _fields(request: HttpRequest, section: Section) -> list[str]:
    fieldsets = admin.site._registry[section.model].get_fieldsets(request)
    return [str(name) for _title, options in fieldsets for name in options["fields"]]


def _shown(request: HttpRequest, section: Section, typed: Any = None) -> Shown:
    page, row = admin.site._registry[section.model], section.model.get_solo()
    fieldsets: list[Any] = [
        (title, {**options, "fields": [name for name in options["fields"] if name not in section.elsewhere]})
        for title, options in page.get_fieldsets(request, row)
    ]
    form = AdminForm(typed or _form(request, section, row), fieldsets, {}, (), model_admin=page)
    further = [(str(title), reverse(f"admin:{name}_changelist")) for title, name in section.further]
    title = str(section.model._meta.verbose_name)
    plan = page.preview_plan() if hasattr(page, "preview_plan") else None
    return Shown(section, title, form, _changes(section.model, _fields(request, section)), further, plan)


def _changes(model: Any, fields: list[str]) -> list[dict[str, Any]]:
    """Who changed it when, and from what to what, newest first (from the audit log)."""
    entries = LogEntry.objects.get_for_model(model).select_related("actor", "content_type")
    told = [
        {"at": entry.timestamp, "who": entry.actor, "changes": changes_of(entry)}
        for entry in entries.filter(action=LogEntry.Action.UPDATE).order_by("-pk")[:READ_CHANGES]
        if set(entry.changes or {}) & set(fields)
    ]
    return told[:SHOWN_CHANGES]
