"""Who was given what: service records."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Group, Member
from sessions_flow.models import Session

NOTE_LENGTH = 300
FIRST = Q(answered=None) | Q(answered__lt=F("accepted_at"))  # of `unanswered`: this agent has not said anything yet


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def open(self) -> "AssignmentQuerySet":
        """Being served, or offered: both count against the limit (A41)."""
        return self.filter(ended_at=None)

    def running(self) -> "AssignmentQuerySet":
        return self.filter(ended_at=None, accepted_at__isnull=False)

    def offered(self) -> "AssignmentQuerySet":
        """Waiting for the agent's 接入."""
        return self.filter(ended_at=None, accepted_at=None)

    def unanswered(self, now: datetime, first_seconds: int, next_seconds: int) -> "AssignmentQuerySet":
        """Running ones whose visitor waits longer for the first answer, or for a later one; 0: no such target."""
        found = self.running().annotate(
            said=F("session__conversation__visitor_at"), answered=F("session__conversation__agent_at")
        )
        late = Q(pk=None)
        if first_seconds:
            late |= FIRST & Q(accepted_at__lte=now - timedelta(seconds=first_seconds))
        if next_seconds:
            asked = Q(said__gt=F("answered")) | Q(answered=None)
            late |= ~FIRST & asked & Q(said__lte=now - timedelta(seconds=next_seconds))
        return found.filter(late)


class Assignment(models.Model):
    """One agent's leg of a session; a service record (服务记录) is one of these: W47 to W53, A100, A101.

    Without `member` it is the record of a request that reached nobody.
    """

    class Outcome(models.TextChoices):
        RUNNING = "", _("in service")
        SERVED = "served", _("normal")
        TIMED_OUT = "timed_out", _("ended by time-out")
        MISSED = "missed", _("transferred after time-out")
        REFUSED = "refused", _("refused by the agent")
        TRANSFERRED = "transferred", _("transferred")
        LOST = "lost", _("agent lost")
        ABANDONED = "abandoned", _("left the queue")
        FAILED = "failed", _("hand-over failed")
        WITHDRAWN = "withdrawn", _("withdrawn before acceptance")

    class Origin(models.TextChoices):
        ASSIGNED = "assigned", _("assigned")
        CLAIMED = "claimed", _("claimed from the queue")
        OUT_OF_TURN = "out_of_turn", _("claimed out of turn")
        TRANSFERRED = "transferred", _("transferred")
        TAKEN_OVER = "taken_over", _("taken over")
        STARTED = "started", _("started by the agent")

    session = models.ForeignKey(Session, models.CASCADE, related_name="assignments", verbose_name=_("session"))
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="assignments", verbose_name=_("agent"))
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="assignments", verbose_name=_("group"))
    group_name = models.CharField(_("group name"), max_length=60, blank=True)  # records keep it (A86)
    offered_at = models.DateTimeField(_("given"))
    due_at = models.DateTimeField(null=True)  # to be accepted until then (M41)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("service state"), max_length=12, choices=Outcome.choices, blank=True)
    origin = models.CharField(_("how"), max_length=12, choices=Origin.choices, default=Origin.ASSIGNED)
    given_by = models.ForeignKey(
        Member, models.SET_NULL, null=True, related_name="+", verbose_name=_("given by")
    )  # who transferred or assigned it
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True)  # of the transfer, for the next agent only
    warned_at = models.DateTimeField(null=True)  # when the agent was last told that the visitor waits too long
    completed_at = models.DateTimeField(null=True)  # taken off the agent's list (W25)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("service record")
        verbose_name_plural = _("service records")
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(ended_at=None, accepted_at__isnull=False),
                name="one_serving_agent_per_session",
            ),
            models.UniqueConstraint(
                fields=["session"], condition=Q(ended_at=None, accepted_at=None), name="one_offer_per_session"
            ),
        ]
        indexes = [
            models.Index(fields=["-offered_at", "-id"], name="records_by_time"),
            models.Index(fields=["member", "-offered_at"], name="records_of_member"),
            models.Index(fields=["member"], condition=Q(completed_at=None), name="list_of_member"),
            models.Index(fields=["due_at"], condition=Q(ended_at=None, accepted_at=None), name="offers_due"),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.session}"

    @property
    def served_seconds(self) -> int:
        """服务时长: from acceptance to the end, 0 for a missed one (W50)."""
        if not self.accepted_at or not self.ended_at:
            return 0
        span: timedelta = self.ended_at - self.accepted_at
        return max(0, round(span.total_seconds()))
