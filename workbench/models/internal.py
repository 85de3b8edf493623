"""内部会话 (W21, A94): what colleagues write to each other, two of them or a group. Own tables: no queue, no rating,
and nothing of it in a conversation with a visitor."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Group, Member
from sessions_flow.models.session import milliseconds

LONGEST_TEXT = 5000


class InternalChat(models.Model):
    """`key` names who talks: `m:<smaller pk>:<larger pk>` or `g:<group pk>`. `seq` counts its messages."""

    key = models.CharField(max_length=50, unique=True)
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="+")
    seq = models.PositiveBigIntegerField(default=0)
    preview = models.CharField(max_length=100, blank=True)
    last_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("internal chat")
        verbose_name_plural = _("internal chats")

    def __str__(self) -> str:
        return self.key


class InternalPlace(models.Model):
    """How far a member has read a chat; who has no row has nothing to read."""

    chat = models.ForeignKey(InternalChat, models.CASCADE, related_name="places")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    read_seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("place in an internal chat")
        verbose_name_plural = _("places in internal chats")
        constraints = [models.UniqueConstraint(fields=["chat", "member"], name="internal_place_once")]

    def __str__(self) -> str:
        return f"{self.chat_id}:{self.member_id}"


class InternalMessage(models.Model):
    chat = models.ForeignKey(InternalChat, models.CASCADE, related_name="messages")
    seq = models.PositiveBigIntegerField()
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("agent"))
    client_id = models.CharField(max_length=64)
    text = models.TextField(_("text"), max_length=LONGEST_TEXT)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("internal message")
        verbose_name_plural = _("internal messages")
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["chat", "seq"], name="internal_seq_once"),
            models.UniqueConstraint(fields=["chat", "member", "client_id"], name="internal_client_id_once"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def as_wire(self) -> dict[str, Any]:
        who = {"id": self.member.public_id, "name": self.member.nickname, "avatar": self.member.avatar}
        at = milliseconds(self.at)
        return {"seq": self.seq, "at": at, "by": who, "client_id": self.client_id, "text": self.text}
