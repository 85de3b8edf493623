"""Whether humans serve now: the calendars that the settings describe (M49 to M52)."""

from datetime import date, datetime, timedelta

from django.db.models import Q

from routing.models import GroupHours, SpecialDay, WorkHours
from routing.worktime import LOOK_AHEAD_DAYS, Calendar, Ranges
from sessions_flow.models.settings import current, wording


def calendar_of(group_id: int | None, today: date) -> Calendar:
    """The group's hours where it has its own, otherwise everybody's; its special days before everybody's."""
    hours = current(WorkHours)
    own = GroupHours.objects.filter(group=group_id).first() if group_id else None
    span = Q(day__gte=today - timedelta(days=1), day__lt=today + timedelta(days=LOOK_AHEAD_DAYS + 1))
    days = SpecialDay.objects.filter(span, Q(group=None) | Q(group=group_id))
    special: dict[date, Ranges] = {}
    for day in sorted(days, key=lambda row: row.group_id is not None):
        special[day.day] = day.ranges
    return Calendar(hours.zone, own.week if own else hours.week, special)


def is_open(group_id: int | None, now: datetime) -> bool:
    """Off means always (M49)."""
    return not current(WorkHours).is_on or calendar_of(group_id, now.date()).is_open(now)


def off_hours_reply(language: str) -> str:
    """非工作时间自动回复 (M51)."""
    return wording(current(WorkHours), "off_hours", language)
