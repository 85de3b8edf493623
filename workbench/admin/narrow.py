"""Filters of lists with a face. Those of service records are the ones of `workbench.narrowing`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter, TextFilter

from accounts.models import Group, Member
from routing.models import Assignment
from sessions_flow.models import Channel, EndedBy
from workbench.models import VisitorTag, WrapUp
from workbench.narrowing import FILTERS, LEVELS, NOT_RATED, RUNNING, Records

Choices = Callable[[], Iterable[tuple[str, Any]]]
Filters = Mapping[str, Callable[[Any, str], Any]]
MOST_TAGS = 200


class Narrow(DropdownFilter):
    choose: Choices
    filters: Filters

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(type(self).choose())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.filters[str(self.parameter_name)](queryset, self.value()) if self.value() else queryset


class StaffNumber(TextFilter):
    title = gettext_lazy("work number")
    parameter_name = "staff_no"

    def queryset(self, request: HttpRequest, queryset: Records) -> Records:
        value = (self.value() or "").strip()
        return FILTERS["staff_no"](queryset, value) if value else queryset


def narrow(name: str, title: Any, choose: Choices, filters: Filters = FILTERS) -> type[Narrow]:
    own = {"parameter_name": name, "title": title, "choose": staticmethod(choose), "filters": filters}
    return type(f"Narrow_{name}", (Narrow,), own)


def outcomes() -> Iterable[tuple[str, Any]]:
    return ((value or RUNNING, label) for value, label in Assignment.Outcome.choices)


def groups() -> Iterable[tuple[str, Any]]:
    return ((str(pk), name) for pk, name in Group.objects.present().order_by("name").values_list("pk", "name"))


def agents() -> Iterable[tuple[str, Any]]:
    """Those who are gone too, if they have records (A79)."""
    has_some = Member.objects.filter(assignments__isnull=False).values("pk")
    rows = Member.objects.filter(pk__in=has_some).order_by("nickname").values_list("pk", "nickname", "staff_no")
    return ((str(pk), f"{name} · {number}" if number else name) for pk, name, number in rows)


def channels() -> Iterable[tuple[str, Any]]:
    return ((str(pk), name) for pk, name in Channel.objects.order_by("pk").values_list("pk", "name"))


def stars() -> Iterable[tuple[str, Any]]:
    return [*((level, "★" * int(level)) for level in reversed(LEVELS)), (NOT_RATED, gettext_lazy("not rated"))]


def categories() -> Iterable[tuple[str, Any]]:
    names = WrapUp.objects.exclude(category="").order_by("category").values_list("category", flat=True).distinct()
    return ((name, name) for name in names)


def tags() -> Iterable[tuple[str, Any]]:
    """The ones used most."""
    return ((name, name) for name, _n in VisitorTag.objects.by_use()[:MOST_TAGS])


NARROWED = (
    narrow("state", gettext_lazy("service state"), outcomes),
    narrow("group", gettext_lazy("group"), groups),
    narrow("agent", gettext_lazy("agent"), agents),
    StaffNumber,
    narrow("channel", gettext_lazy("channel"), channels),
    narrow("stars", gettext_lazy("rating"), stars),
    narrow("ended_by", gettext_lazy("ended by"), lambda: EndedBy.choices),
    narrow("origin", gettext_lazy("how"), lambda: Assignment.Origin.choices),
    narrow("category", gettext_lazy("wrap-up category"), categories),
    narrow("tag", gettext_lazy("tag"), tags),
)
