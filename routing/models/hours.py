"""工作时间: when humans serve (M49 to M52)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Group
from sessions_flow.models.settings import Section, prompt_field


def every_day() -> list[list[list[str]]]:
    """Monday to Sunday, 09:00 to 18:00 (A25)."""
    return [[["09:00", "18:00"]] for _day in range(7)]


def default_zone() -> str:
    return str(settings.TIME_ZONE)


class WorkHours(Section):
    """Ranges per weekday as `[["09:00","12:00"], …]`, Monday first; an empty day is not worked."""

    is_on = models.BooleanField(_("check work hours"), default=False)
    zone = models.CharField(_("time zone"), max_length=60, default=default_zone)
    week: Any = models.JSONField(_("work hours"), default=every_day)
    off_hours = prompt_field(_("reply outside work hours"))

    class Meta:
        verbose_name = verbose_name_plural = _("work hours")

    def __str__(self) -> str:
        return str(_("Work hours"))


class GroupHours(models.Model):
    """A group with hours of its own."""

    group = models.OneToOneField(Group, models.CASCADE, related_name="hours", verbose_name=_("group"))
    week: Any = models.JSONField(_("work hours"), default=every_day)

    class Meta:
        verbose_name = _("hours of a group")
        verbose_name_plural = _("hours of groups")

    def __str__(self) -> str:
        return str(self.group)


class SpecialDay(models.Model):
    """A holiday, or a day with other hours. Empty ranges: closed. Of one group, or of all."""

    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=60, blank=True)
    ranges: Any = models.JSONField(_("work hours"), default=list, blank=True)
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, verbose_name=_("group"))

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "group"],
                name="one_special_day_per_group",
                violation_error_message=_("This day is set already."),
            ),
            models.UniqueConstraint(
                fields=["day"],
                condition=models.Q(group=None),
                name="one_special_day",
                violation_error_message=_("This day is set already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
