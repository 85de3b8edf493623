"""工作时间: M49 to M52, with holidays and hours of single groups."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.dates import WEEKDAYS
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.sections import SectionAdmin
from routing.admin.settings import PresentGroups
from routing.models import GroupHours, SpecialDay, WorkHours
from routing.worktime import BadRange, checked
from sessions_flow.models.settings import BUILT_IN

MOST_RANGES = 12
STARTER = [["09:00", "18:00"]]


class RangesWidget(forms.Widget):
    """Time ranges of each of `days`, with a "+" for a further one. A day whose box is not ticked is not worked."""

    class Media:
        js = ("console/hours.js",)

    def __init__(self, days: list[Any]) -> None:
        super().__init__()
        self.days = days

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = value if isinstance(value, list) and len(value) == len(self.days) else [[] for _day in self.days]
        rows = [
            {"name": f"{name}-{index}", "label": label, "is_on": bool(ranges), "ranges": ranges or STARTER}
            for index, (label, ranges) in enumerate(zip(self.days, given, strict=True))
        ]
        return mark_safe(render_to_string("admin/routing/ranges.html", {"rows": rows, "most": MOST_RANGES}))  # noqa: S308 (a template of ours)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[list[list[str]]]:
        return [self._day(data, f"{name}-{index}") for index in range(len(self.days))]

    def _day(self, data: Any, name: str) -> list[list[str]]:
        if not data.get(f"{name}-on"):
            return []
        ends = zip(data.getlist(f"{name}-start"), data.getlist(f"{name}-end"), strict=False)
        return [[start, "24:00" if end == "00:00" else end] for start, end in ends if start or end]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class RangesField(forms.Field):
    """Ranges per day, checked (A46)."""

    def __init__(self, days: list[Any], **kwargs: Any) -> None:
        self.days = days
        super().__init__(required=False, widget=RangesWidget(days), **kwargs)

    def clean(self, value: Any) -> list[list[list[str]]]:
        return [self._checked(label, ranges) for label, ranges in zip(self.days, value, strict=True)]

    def _checked(self, label: Any, ranges: list[list[str]]) -> list[list[str]]:
        try:
            return checked(ranges[:MOST_RANGES])
        except BadRange as error:
            said = {"day": label, "range": error.args[0]}
            raise forms.ValidationError(
                _("%(day)s: %(range)s ends before it begins, or overlaps another one.") % said
            ) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial != data)


def week_field() -> RangesField:
    return RangesField([WEEKDAYS[day] for day in range(7)], label=_("work hours"), help_text=_(
        "A night shift is two ranges: 22:00 to 00:00, and 00:00 to 06:00 of the next day."
    ))  # fmt: skip


class WorkHoursForm(forms.ModelForm):
    week = week_field()
    zone = forms.ChoiceField(
        label=_("time zone"),
        choices=lambda: [(name, name) for name in sorted(available_timezones())],
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = WorkHours
        fields = "__all__"  # noqa: DJ007 (the page's fieldsets choose)


@admin.register(WorkHours)
class WorkHoursAdmin(SectionAdmin):
    form = WorkHoursForm
    placeholders = {"off_hours": _(BUILT_IN["off_hours"])}
    fieldsets: ClassVar[Any] = (
        (_("Work hours"), {"fields": ("is_on", "week", "zone"), "description": _(
            "Outside these hours no visitor is handed over to a human; the bot goes on answering."
        )}),
        (_("Outside work hours"), {"fields": ("off_hours",)}),
    )  # fmt: skip


class GroupHoursForm(forms.ModelForm):
    week = week_field()

    class Meta:
        model = GroupHours
        fields = ("group", "week")


@admin.register(GroupHours)
class GroupHoursAdmin(PresentGroups):
    form = GroupHoursForm
    list_display = ("group",)
    fieldsets = ((None, {"fields": ("group", "week")}),)
    delete_warning = _("The group then has the common hours.")


class SpecialDayForm(forms.ModelForm):
    ranges = RangesField([_("open")], label=_("work hours"), help_text=_("Not ticked: closed on this day."))

    class Meta:
        model = SpecialDay
        fields = ("day", "name", "group", "ranges")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["ranges"] = [self.instance.ranges]
        self.fields["group"].required = False

    def clean_ranges(self) -> list[list[str]]:
        (ranges,) = self.cleaned_data["ranges"]
        return list(ranges)


@admin.register(SpecialDay)
class SpecialDayAdmin(PresentGroups):
    form = SpecialDayForm
    list_display = ("day", "name", "hours", "of_group")
    list_select_related = ("group",)
    fieldsets = ((None, {"fields": ("day", "name", "group", "ranges")}),)

    @display(description=_("work hours"))
    def hours(self, row: SpecialDay) -> str:
        return ", ".join(f"{start}~{end}" for start, end in row.ranges) or str(_("closed"))

    @display(description=_("group"))
    def of_group(self, row: SpecialDay) -> str:
        return str(row.group or _("all agents"))
