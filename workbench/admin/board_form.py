"""What a reader of the board may choose: time, channel, group, agent, and the target of the service level."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import Group, Member
from sessions_flow.models import Channel
from workbench.boards.reading import Wanted
from workbench.boards.spread import EDGES
from workbench.boards.totals import TARGET
from workbench.models import NONE

MOST_DAYS = 366
TODAY, YESTERDAY, CUSTOM = "today", "yesterday", "custom"
RANGES = (
    (TODAY, gettext_lazy("Today")), (YESTERDAY, gettext_lazy("Yesterday")), ("7", gettext_lazy("7 days")),
    ("30", gettext_lazy("30 days")), (CUSTOM, gettext_lazy("From … to …")),
)  # fmt: skip
TARGETS = [edge for edge in EDGES if 10 <= edge <= 300]


def _choice(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, required=False, coerce=int, empty_value=None, widget=UnfoldAdminSelectWidget
    )


def _day(label: Any) -> forms.DateField:
    widget = UnfoldAdminTextInputWidget(attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"])


class BoardForm(forms.Form):
    range = forms.ChoiceField(
        label=gettext_lazy("Time"), choices=RANGES, required=False, widget=UnfoldAdminSelectWidget
    )
    first = _day(gettext_lazy("From"))
    last = _day(gettext_lazy("To"))
    channel = _choice(gettext_lazy("Channel"))
    group = _choice(gettext_lazy("Group"))
    agent = _choice(gettext_lazy("Agent"))
    target = _choice(gettext_lazy("Target"))

    def __init__(self, data: QueryDict) -> None:
        super().__init__({"range": TODAY, "target": str(TARGET), **data.dict()})
        every = ("", _("All"))
        channels = Channel.objects.order_by("pk").values_list("pk", "name")
        groups = Group.objects.present().order_by("name").values_list("pk", "name")
        agents = Member.objects.present().order_by("nickname").values_list("pk", "nickname")
        self._offer("channel", [every, *channels])
        self._offer("group", [every, (NONE, _("Without a group")), *groups])
        self._offer("agent", [every, *agents])
        self._offer("target", [(edge, _("within %(seconds)s s") % {"seconds": edge}) for edge in TARGETS])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("range") == CUSTOM and not self.errors:
            self._check_days(data.get("first"), data.get("last"))
        return data

    def _check_days(self, first: date | None, last: date | None) -> None:
        if first is None or last is None:
            self.add_error("last" if first else "first", _("Choose a day."))
        elif last < first:
            self.add_error("last", _("The last day is before the first one."))
        elif (last - first).days >= MOST_DAYS:
            self.add_error("last", _("At most %(days)s days.") % {"days": MOST_DAYS})

    @property
    def wanted(self) -> Wanted:
        """Of a valid form."""
        data = self.cleaned_data
        first, last = self._days(data.get("range") or TODAY)
        target = data["target"] or TARGET
        return Wanted(first, last, data["channel"], data["group"], data["agent"], target)

    def _days(self, chosen: str) -> tuple[date, date]:
        today = timezone.localdate()
        if chosen == CUSTOM:
            return self.cleaned_data["first"], self.cleaned_data["last"]
        if chosen == YESTERDAY:
            return today - timedelta(days=1), today - timedelta(days=1)
        return today - timedelta(days=0 if chosen == TODAY else int(chosen) - 1), today
