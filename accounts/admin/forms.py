"""Form fields and filters that several pages of the console use."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.widgets import UnfoldAdminSelect2MultipleWidget, UnfoldAdminTextareaWidget

from accounts.models import Group, Member


class LinesField(forms.CharField):
    """A list of texts, edited as one text a line. Empty and repeated lines are dropped."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(line) for line in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in (super().to_python(value) or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(data) != (initial or [])


class UploadForm(forms.Form):
    """A spreadsheet (templates/admin/parts/upload.html)."""

    file = forms.FileField(label=_("file (.xlsx or .csv)"))


class MembersField(forms.ModelMultipleChoiceField):
    """Members, searchable by nickname and account (T22)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Member.objects.none(), required=False, widget=UnfoldAdminSelect2MultipleWidget, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.nickname} · {obj.account}"


class GroupsField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Group.objects.none(), required=False, widget=UnfoldAdminSelect2MultipleWidget, **kwargs)


class DayRangeFilter(RangeDateFilter):
    """From the first to the last day, both whole, in the configured time zone."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        first = self._day("from")
        last = self._day("to")
        if first:
            queryset = queryset.filter(**{f"{self.field_path}__gte": midnight(first)})
        if last:
            queryset = queryset.filter(**{f"{self.field_path}__lt": midnight(last + timedelta(days=1))})
        return queryset

    def _day(self, end: str) -> date | None:
        try:
            return parse_date(str(self.used_parameters.get(f"{self.field_path}_{end}") or ""))
        except ValueError:
            return None


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
