"""Who can serve, who waits, who was given what, and the settings of it."""

from routing.models.assignment import Assignment
from routing.models.callback import CallbackCall
from routing.models.desk import BUSY, Desk, RestReason, Status, StatusChange, reason_label
from routing.models.hours import GroupHours, SpecialDay, WorkHours
from routing.models.queue import Waiting
from routing.models.settings import Distribution, Overflow, Queueing, Reception, SkillRule

__all__ = [
    "BUSY",
    "Assignment",
    "CallbackCall",
    "Desk",
    "Distribution",
    "GroupHours",
    "Overflow",
    "Queueing",
    "Reception",
    "RestReason",
    "SkillRule",
    "SpecialDay",
    "Status",
    "StatusChange",
    "Waiting",
    "WorkHours",
    "reason_label",
]
