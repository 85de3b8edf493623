"""留言: what a visitor left when nobody served (A117). Agents claim it, or it enters the queue when hours open."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Group, Member, public_id
from sessions_flow.models.conversation import Conversation
from sessions_flow.models.session import Session


class LeftMessageQuerySet(models.QuerySet["LeftMessage"]):
    def open(self) -> "LeftMessageQuerySet":
        """Nobody has dealt with it yet, oldest first."""
        return self.exclude(state=LeftMessage.State.CLOSED).order_by("created_at")

    def not_queued(self) -> "LeftMessageQuerySet":
        """Waiting for the hours to open, oldest first."""
        return self.filter(state=LeftMessage.State.NEW).order_by("created_at")


class LeftMessage(models.Model):
    class State(models.TextChoices):
        NEW = "new", _("new")
        QUEUED = "queued", _("in the queue")
        CLAIMED = "claimed", _("claimed")
        CLOSED = "closed", _("closed")

    public_id = models.CharField(max_length=32, unique=True, default=public_id, editable=False)
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="left_messages", verbose_name=_("conversation")
    )
    session = models.ForeignKey(
        Session, models.SET_NULL, null=True, related_name="left_messages", verbose_name=_("session")
    )
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="+", verbose_name=_("group"))
    client_id = models.CharField(max_length=64)
    seq = models.BigIntegerField()  # the entry of the conversation that says it
    text = models.TextField(_("message"), max_length=2000)
    contact = models.CharField(_("contact"), max_length=200)
    fields: Any = models.JSONField(_("answers"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.NEW)
    member = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="left_messages", verbose_name=_("agent")
    )
    created_at = models.DateTimeField(_("left at"))
    queued_at = models.DateTimeField(_("queued at"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = LeftMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("left message")
        verbose_name_plural = _("left messages")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "client_id"], name="left_once_per_client_id"),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(state__in=["new", "queued"]), name="left_open"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
