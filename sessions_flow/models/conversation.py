"""A visitor's lasting thread with one service account; owns its messages and their `seq`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Visitor, public_id
from sessions_flow.models.channel import Channel


class Conversation(models.Model):
    """Counters are stored, not counted; every write to them holds this row's lock."""

    public_id = models.CharField(max_length=32, unique=True, default=public_id, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="conversations", verbose_name=_("channel"))
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="conversations", verbose_name=_("visitor"))
    seq = models.BigIntegerField(default=0)  # of the newest entry of the stream
    note_seq = models.BigIntegerField(default=0)  # of the newest internal note
    visitor_read_seq = models.BigIntegerField(default=0)
    agent_read_seq = models.BigIntegerField(default=0)
    unread = models.IntegerField(default=0)  # visitor's messages that no agent has read
    preview = models.CharField(_("last message"), max_length=120, blank=True)
    last_at = models.DateTimeField(_("last message at"), null=True, blank=True)
    visitor_at = models.DateTimeField(null=True, blank=True)  # the visitor's last message
    agent_at = models.DateTimeField(null=True, blank=True)  # an agent's last message
    visitor_online = models.BooleanField(default=False)
    visitor_seen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = [models.UniqueConstraint(fields=["channel", "visitor"], name="one_conversation_per_visitor")]
        indexes = [
            models.Index(fields=["visitor_seen_at"], condition=models.Q(visitor_online=True), name="visitors_online"),
        ]

    def __str__(self) -> str:
        return f"{self.visitor} @ {self.channel}"
