"""Who can serve: a member's desk, the history of his statuses, and the reasons of a rest."""

from typing import ClassVar

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Member

NO_LIMIT = 1000
REASON_LENGTH = 40


class Status(models.TextChoices):
    """S17, W15 to W18. busy (at the limit) is derived and never stored (A14)."""

    FREE = "free", _("free")
    NOT_READY = "notReady", _("not ready")
    REST = "rest", _("rest")
    ARRANGE = "arrange", _("wrapping up")
    OFFLINE = "offline", _("offline")


BUSY = "busy"  # free, but at the limit


class DeskQuerySet(models.QuerySet["Desk"]):
    def logged_in(self) -> "DeskQuerySet":
        """At work in any status (A33)."""
        return self.exclude(status=Status.OFFLINE).filter(member__deleted_at=None, member__forced_off_at=None)

    def eligible(self) -> "DeskQuerySet":
        """Free and below the limit."""
        return self.logged_in().filter(status=Status.FREE, load__lt=F("limit"))

    def of_group(self, group_id: int | None) -> "DeskQuerySet":
        """Whose members serve the group; None: everybody, grouped or not (A85)."""
        return self if group_id is None else self.filter(member__groups_served=group_id)

    def apply_limits(self, common: int) -> None:
        """What the assigner compares the load with: the admin's limit for the agent, or the common one (M43), unless
        the agent lowered it (A111)."""
        limit = Least(Coalesce("admin_limit", common), Coalesce("own_limit", NO_LIMIT))
        with transaction.atomic():
            pks = list(self.in_order().values_list("pk", flat=True))
            Desk.objects.filter(pk__in=pks).update(limit=limit)

    def in_order(self) -> "DeskQuerySet":
        """Locked by ascending key, wherever several desks are written in one transaction."""
        return self.order_by("member").select_for_update(of=("self",))


class Desk(models.Model):
    """A member's place of work: his status, how many he serves, and when he was last given somebody."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="desk", verbose_name=_("member"))
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.OFFLINE)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)
    since = models.DateTimeField(_("since"), null=True)
    load = models.PositiveIntegerField(_("serving"), default=0)
    limit = models.PositiveIntegerField(_("limit"), default=5)
    admin_limit = models.PositiveIntegerField(_("limit of this agent"), null=True, blank=True)
    own_limit = models.PositiveIntegerField(_("lowered by the agent to"), null=True, blank=True)
    assigned_at = models.DateTimeField(_("last assignment"), null=True)
    seen_at = models.DateTimeField(null=True)  # heartbeat of his connections
    lost_status = models.CharField(max_length=8, blank=True)  # what he was when his connection was lost (A109)
    has_push = models.BooleanField(default=False)  # a phone that can be woken by a notice: present while asleep
    place = models.CharField(max_length=64, blank=True)  # the one login session that is his place of work (T18)
    wrap_until = models.DateTimeField(null=True)  # 话后整理 after an end, only by a setting (A14)

    objects = DeskQuerySet.as_manager()

    class Meta:
        verbose_name = _("desk")
        verbose_name_plural = _("desks")
        indexes = [
            models.Index(fields=["assigned_at"], condition=Q(status=Status.FREE), name="free_desks"),
            models.Index(fields=["wrap_until"], condition=Q(wrap_until__isnull=False), name="wrapping_up"),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_status_display()}"

    @property
    def shown_status(self) -> str:
        """busy while free and at the limit (A14)."""
        return BUSY if self.status == Status.FREE and self.load >= self.limit else self.status


class StatusChange(models.Model):
    """One row per change, for reports: from `at` to the member's next row he was `status`."""

    class Cause(models.TextChoices):
        CHOSEN = "chosen", _("chosen by the agent")
        ENTERED = "entered", _("came to work")
        RETURNED = "returned", _("connection came back")
        LOST = "lost", _("connection was lost")
        MISSED = "missed", _("did not accept in time")
        ENDED = "ended", _("after a session's end")
        OVER = "over", _("wrap-up time was over")
        REVOKED = "revoked", _("login was revoked")
        ADMIN = "admin", _("changed by an admin")

    member = models.ForeignKey(Member, models.CASCADE, related_name="status_changes", verbose_name=_("member"))
    status = models.CharField(_("status"), max_length=8, choices=Status.choices)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)
    cause = models.CharField(_("cause"), max_length=8, choices=Cause.choices)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["member", "-at"], name="statuses_of_member")]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_status_display()}"


class RestReason(models.Model):
    """小休原因 (A98). A built-in one is stored by its code and shown in the reader's language."""

    BUILT_IN: ClassVar[dict[str, str]] = {
        "meal": gettext_noop("Meal"),
        "meeting": gettext_noop("Meeting"),
        "training": gettext_noop("Training"),
        "other": gettext_noop("Other"),
    }

    name = models.CharField(_("reason"), max_length=REASON_LENGTH, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("rest reason")
        verbose_name_plural = _("rest reasons")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return reason_label(self.name)


def reason_label(name: str) -> str:
    """What people read for the stored reason of a rest."""
    known = RestReason.BUILT_IN.get(name)
    return str(_(known)) if known else name
