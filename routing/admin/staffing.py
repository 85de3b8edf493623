"""人力规划: how many agents each hour of the day needs, from the records; a form for the target, a plot and a table."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from routing.models import Reception
from routing.planning import Target
from routing.recorded import LONGEST_PATIENCE, MOST_DAYS, Hour, Recorded, hourly, recorded
from sessions_flow.models.settings import current

if TYPE_CHECKING:
    from accounts.admin.base import ConsoleAdmin

LEFT, TOP, WIDTH, HEIGHT, SLOT = 44, 12, 720, 200, 30  # of the plot, in its own units
DEFAULTS = {"seconds": 20, "share": 80, "days": 28}


def _number(label: Any, least: int, most: int, help_text: Any = "", **options: Any) -> forms.IntegerField:
    limits = [MinValueValidator(least), MaxValueValidator(most)]
    widget = UnfoldAdminIntegerFieldWidget(attrs={"min": least, "max": most})
    return forms.IntegerField(label=label, help_text=help_text, validators=limits, widget=widget, **options)


class StaffingForm(forms.Form):
    share = _number(gettext_lazy("visitors served in time (%)"), 1, 99)
    seconds = _number(gettext_lazy("in time means within (seconds)"), 0, 3600)
    days = _number(gettext_lazy("days of records to read"), 1, MOST_DAYS)
    at_once = _number(gettext_lazy("sessions one agent serves at once"), 1, 1000)
    patience = _number(
        gettext_lazy("visitors leave after (seconds, on average)"), 0, int(LONGEST_PATIENCE), required=False,
        help_text=gettext_lazy("Empty: as recorded. 0: nobody leaves."),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour in the plot: hand-overs as a bar, agents as a dot."""

    hour: int
    x: float
    calls_height: float
    agents_y: float
    calls: float
    agents: int

    @property
    def y(self) -> float:
        return TOP + HEIGHT - self.calls_height

    @property
    def middle(self) -> float:
        return self.x + SLOT / 2 - 2


@dataclass(frozen=True, slots=True)
class Plot:
    bars: list[Bar]
    most_calls: float
    most_agents: int
    left: int = LEFT
    top: int = TOP
    right: int = LEFT + WIDTH
    bottom: int = TOP + HEIGHT

    @property
    def line(self) -> str:
        """The agents needed, as the points of a polyline."""
        return " ".join(f"{bar.middle:.1f},{bar.agents_y:.1f}" for bar in self.bars)


def plot(hours: list[Hour]) -> Plot:
    """Both scales begin at 0 and end at their largest value."""
    calls = max(each.load.calls_per_hour for each in hours)
    agents = max(each.needed.agents for each in hours)
    bars = [
        Bar(
            hour=each.hour,
            x=LEFT + 2 + each.hour * SLOT,
            calls_height=round(HEIGHT * each.load.calls_per_hour / (calls or 1), 1),
            agents_y=round(TOP + HEIGHT - HEIGHT * each.needed.agents / (agents or 1), 1),
            calls=each.load.calls_per_hour,
            agents=each.needed.agents,
        )
        for each in hours
    ]
    return Plot(bars, calls, agents)


def staffing_view(page: "ConsoleAdmin", request: HttpRequest) -> HttpResponse:
    """A GET with the target in its query, so that a plan can be kept as a link."""
    initial = {**DEFAULTS, "at_once": current(Reception).limit}
    form = StaffingForm(request.GET or None, initial=initial)
    chosen = initial if not form.is_bound else form.cleaned_data if form.is_valid() else None
    context = _plan(chosen) if chosen else {}
    return page.page(request, "admin/routing/staffing.html", _("Staffing"), form=form, **context)


def _plan(chosen: dict[str, Any]) -> dict[str, Any]:
    found = _with_patience(recorded(timezone.now(), chosen["days"]), chosen.get("patience"))
    if not found.calls:
        return {"is_empty": True}
    hours = hourly(found, Target(chosen["seconds"], chosen["share"] / 100), chosen["at_once"])
    busiest = max(hours, key=lambda each: each.needed.agents)
    return {"found": found, "hours": [_row(each) for each in hours], "plot": plot(hours), "busiest": busiest,
            "total": sum(found.calls.values())}  # fmt: skip


def _with_patience(found: Recorded, seconds: int | None) -> Recorded:
    return found if seconds is None else found.with_patience(seconds or None)


def _row(each: Hour) -> dict[str, Any]:
    """Shares as percentages."""
    needed = each.needed
    shares = {name: 100 * getattr(needed, name) for name in ("waiting", "in_time", "occupancy", "abandoned")}
    return {"hour": each.hour, "load": each.load, "agents": needed.agents, "mean_wait": needed.mean_wait, **shares}
