"""Who can serve, who waits, and who was given what."""

from datetime import timedelta
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Group, Member
from sessions_flow.models import Session
from sessions_flow.models.settings import Section


class Status(models.TextChoices):
    """S17, W15 to W18. busy (at the limit) is derived and never stored."""

    FREE = "free", _("free")
    NOT_READY = "notReady", _("not ready")
    REST = "rest", _("rest")
    ARRANGE = "arrange", _("wrapping up")
    OFFLINE = "offline", _("offline")


class DeskQuerySet(models.QuerySet["Desk"]):
    def logged_in(self) -> "DeskQuerySet":
        """At work in any status (A33)."""
        return self.exclude(status=Status.OFFLINE)

    def eligible(self) -> "DeskQuerySet":
        """Free and below the limit, longest since the last assignment first, never-served first (M34, A39)."""
        free = self.filter(status=Status.FREE, load__lt=F("limit"), member__deleted_at=None, member__forced_off_at=None)
        return free.order_by(F("assigned_at").asc(nulls_first=True), "pk")


class Desk(models.Model):
    """A member's place of work: his status, how many he serves, and when he was last given somebody."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="desk", verbose_name=_("member"))
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.OFFLINE)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    since = models.DateTimeField(_("since"), null=True)
    load = models.PositiveIntegerField(_("serving"), default=0)
    limit = models.PositiveIntegerField(_("limit"), default=5)
    assigned_at = models.DateTimeField(_("last assignment"), null=True)
    seen_at = models.DateTimeField(null=True)  # heartbeat of his connections
    lost_status = models.CharField(max_length=8, blank=True)  # what he was when his connection was lost (A109)

    objects = DeskQuerySet.as_manager()

    class Meta:
        verbose_name = _("desk")
        verbose_name_plural = _("desks")
        indexes = [models.Index(fields=["assigned_at"], condition=Q(status=Status.FREE), name="free_desks")]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_status_display()}"


class Waiting(models.Model):
    """A session in the queue. First come, first served."""

    session = models.OneToOneField(Session, models.CASCADE, related_name="waiting")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="waiting")
    since = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # when the queueing text was sent

    class Meta:
        ordering = ["since", "pk"]
        indexes = [models.Index(fields=["group", "since", "id"], name="queue_order")]

    def __str__(self) -> str:
        return str(self.session)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def open(self) -> "AssignmentQuerySet":
        return self.filter(ended_at=None)


class Assignment(models.Model):
    """One agent's leg of a session; a service record (服务记录) is one of these: W47 to W53, A100, A101."""

    class Outcome(models.TextChoices):
        RUNNING = "", _("in service")
        SERVED = "served", _("normal")
        TIMED_OUT = "timed_out", _("ended by time-out")
        MISSED = "missed", _("transferred after time-out")
        TRANSFERRED = "transferred", _("transferred")
        LOST = "lost", _("agent lost")

    session = models.ForeignKey(Session, models.CASCADE, related_name="assignments", verbose_name=_("session"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="assignments", verbose_name=_("agent"))
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="assignments", verbose_name=_("group"))
    group_name = models.CharField(_("group name"), max_length=60, blank=True)  # records keep it (A86)
    offered_at = models.DateTimeField(_("given"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("service state"), max_length=12, choices=Outcome.choices, blank=True)
    completed_at = models.DateTimeField(null=True)  # taken off the agent's list (W25)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("service record")
        verbose_name_plural = _("service records")
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(ended_at=None), name="one_open_assignment_per_session"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-offered_at"], name="records_of_member"),
            models.Index(fields=["member"], condition=Q(completed_at=None), name="list_of_member"),
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


class Reception(Section):
    """接待方式 and 会话排队: M38 to M45."""

    limit = models.PositiveIntegerField(
        _("users one agent serves at once"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("The next one queues."),
    )
    grace_seconds = models.PositiveIntegerField(
        _("keep the sessions of a lost agent for (seconds)"),
        default=15,
        validators=[MinValueValidator(5), MaxValueValidator(600)],
    )

    class Meta:
        verbose_name = verbose_name_plural = _("reception")

    def __str__(self) -> str:
        return str(_("Reception"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The limit is copied to every desk, where the assigner compares it with the load in one statement."""
        super().save(*args, **kwargs)
        Desk.objects.update(limit=self.limit)
