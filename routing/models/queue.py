"""Who waits for an agent."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Group, Member
from routing.models.assignment import NOTE_LENGTH
from sessions_flow.models import Session


class WaitingQuerySet(models.QuerySet["Waiting"]):
    def in_line(self) -> "WaitingQuerySet":
        """In the queue: neither offered to somebody right now, nor still being asked about at the business server."""
        return self.filter(is_offered=False, asking_until=None)

    def before(self, row: "Waiting") -> "WaitingQuerySet":
        """Who is served before `row` in the same queue: higher priority, then longer waiting."""
        earlier = Q(since__lt=row.since) | Q(since=row.since, pk__lt=row.pk)
        return self.in_line().filter(
            Q(priority__gt=row.priority) | (Q(priority=row.priority) & earlier), group=row.group_id
        )


class Waiting(models.Model):
    """A session without an agent that wants one. First come, first served within a priority.

    The row stays while the session is offered to an agent, so that place, exclusions and rounds survive a miss.
    """

    session = models.OneToOneField(Session, models.CASCADE, related_name="waiting", verbose_name=_("session"))
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="waiting", verbose_name=_("group"))
    since = models.DateTimeField(_("waits since"))
    priority = models.SmallIntegerField(_("priority"), default=0)  # larger first
    candidates: Any = models.JSONField(null=True)  # member keys that alone may serve (C19, A30); None: the group
    excluded: Any = models.JSONField(default=list)  # member keys that missed or refused in this round (A40)
    rounds = models.PositiveSmallIntegerField(default=0)  # how often everybody has missed or refused it
    is_offered = models.BooleanField(default=False)
    transferred_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")  # gets it back on failure
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)  # of the transfer, for the next agent
    asking_until = models.DateTimeField(null=True)  # the business server is being asked; decided then at the latest
    told_at = models.DateTimeField(null=True)  # when the queueing text was last sent
    told_place = models.PositiveIntegerField(default=0)  # and which position it named
    was_online = models.BooleanField(default=False)  # the visitor was seen here: he can be seen leaving (A47)

    objects = WaitingQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiting session")
        verbose_name_plural = _("waiting sessions")
        ordering = ["-priority", "since", "pk"]
        indexes = [
            models.Index(fields=["group", "-priority", "since", "id"], name="queue_in_order"),
            models.Index(fields=["asking_until"], condition=Q(asking_until__isnull=False), name="asking"),
        ]

    def __str__(self) -> str:
        return str(self.session)
