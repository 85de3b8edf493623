"""One satisfaction rating a session (满意度评价): M53 to M60, A60 to A65."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Group, Member
from sessions_flow.models.session import Session


class Rating(models.Model):
    """Open from the card to the visitor's choice, or to `expires_at`. Levels count 1 (worst) to 5."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)  # `sessionId` of src 9
    session = models.OneToOneField(Session, models.CASCADE, related_name="rating", verbose_name=_("session"))
    card_seq = models.BigIntegerField()  # the stored src 9 message
    agent = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="ratings", verbose_name=_("agent"))
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="ratings", verbose_name=_("group"))
    invited_at = models.DateTimeField(_("invited"))
    expires_at = models.DateTimeField(_("valid until"))
    level = models.PositiveSmallIntegerField(_("stars"), null=True)
    level_text = models.CharField(_("rating"), max_length=200, blank=True)
    rated_at = models.DateTimeField(_("rated"), null=True)
    expired_at = models.DateTimeField(_("expired"), null=True)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rated_at=None, level=None) | models.Q(rated_at__isnull=False, level__range=(1, 5)),
                name="rated_with_a_level",
            )
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=models.Q(rated_at=None, expired_at=None), name="open_ratings"
            ),
        ]

    def __str__(self) -> str:
        return "★" * self.level if self.level else "–"
