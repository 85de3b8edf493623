"""The legs of a session, supervision, and the settings of routing in the console."""

from routing.admin.hours import GroupHoursAdmin, SpecialDayAdmin, WorkHoursAdmin
from routing.admin.lists import CallbackCallAdmin, DeskAdmin, RestReasonAdmin, StatusChangeAdmin
from routing.admin.records import legs
from routing.admin.settings import DistributionAdmin, OverflowAdmin, QueueingAdmin, ReceptionAdmin, SkillRuleAdmin

__all__ = [
    "CallbackCallAdmin",
    "DeskAdmin",
    "DistributionAdmin",
    "GroupHoursAdmin",
    "OverflowAdmin",
    "QueueingAdmin",
    "ReceptionAdmin",
    "RestReasonAdmin",
    "SkillRuleAdmin",
    "SpecialDayAdmin",
    "StatusChangeAdmin",
    "WorkHoursAdmin",
    "legs",
]
