"""悄悄话: what supervisors and the agent of a session say to each other beside it. Nothing of it is for visitors."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from sessions_flow.models import Conversation, Session
from sessions_flow.models.session import milliseconds

LONGEST_WHISPER = 2000


class WhisperQuerySet(models.QuerySet["Whisper"]):
    def for_member(self, member: Member) -> "WhisperQuerySet":
        """Admins: all. An agent: what was said to him, and by him."""
        return self if member.is_admin else self.filter(models.Q(agent=member) | models.Q(member=member))


class Whisper(models.Model):
    """Numbered by the conversation's `note_seq`, so that the visitor's `seq` has no holes."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="whispers")
    session = models.ForeignKey(Session, models.CASCADE, related_name="whispers", verbose_name=_("session"))
    seq = models.BigIntegerField()
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    agent = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("agent"))  # who served then
    client_id = models.CharField(max_length=64)
    text = models.TextField(_("whisper"), max_length=LONGEST_WHISPER)
    at = models.DateTimeField(_("at"))

    objects = WhisperQuerySet.as_manager()

    class Meta:
        verbose_name = _("whisper")
        verbose_name_plural = _("whispers")
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="one_whisper_per_seq"),
            models.UniqueConstraint(fields=["session", "member", "client_id"], name="whispered_once_per_client_id"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def as_wire(self) -> dict[str, Any]:
        """Reads member and session: select_related them."""
        return {
            "seq": self.seq,
            "session": str(self.session.session_id),
            "at": milliseconds(self.at),
            "from": {"id": self.member.public_id, "name": self.member.nickname},
            "client_id": self.client_id,
            "text": self.text,
        }
