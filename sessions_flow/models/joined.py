"""A supervisor who writes into a session beside the agent who serves it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Role
from sessions_flow.models.session import Session


class JoinedQuerySet(models.QuerySet["Joined"]):
    def present(self) -> "JoinedQuerySet":
        """Has not left, and still is somebody who may supervise."""
        supervises = self.filter(member__role__in=[Role.ADMIN, Role.SUPER_ADMIN])
        return supervises.filter(left_at=None, member__deleted_at=None, member__forced_off_at=None)


class Joined(models.Model):
    session = models.ForeignKey(Session, models.CASCADE, related_name="joined", verbose_name=_("session"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    joined_at = models.DateTimeField(_("joined"))
    left_at = models.DateTimeField(_("left"), null=True)

    objects = JoinedQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervisor in a session")
        verbose_name_plural = _("supervisors in sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "member"], condition=Q(left_at=None), name="joined_once_per_session"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.session}"
