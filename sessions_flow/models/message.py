"""One entry of a conversation's stream: a message, or an event that changes what was said before."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions_flow.models.conversation import Conversation
from sessions_flow.models.session import Session, milliseconds


class MessageQuerySet(models.QuerySet["Message"]):
    def in_order(self) -> "MessageQuerySet":
        return self.select_related("session").order_by("seq")

    def said(self) -> "MessageQuerySet":
        """Messages without events."""
        return self.filter(event__isnull=True)


class Message(models.Model):
    class Kind(models.TextChoices):
        VISITOR = "visitor", _("visitor")
        AGENT = "agent", _("agent")
        BOT = "bot", _("bot")
        SYSTEM = "system", _("system")

    # No checks and no indexes of their own: one function inserts, holding the conversation's lock, and the composite
    # indexes below begin with the same columns (docs/decisions/0007).
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="messages", db_index=False, db_constraint=False
    )
    session = models.ForeignKey(
        Session, models.CASCADE, null=True, related_name="messages", db_index=False, db_constraint=False
    )
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    sender_id = models.CharField(max_length=64, blank=True)  # openid or the member's public id
    sender_name = models.CharField(max_length=60, blank=True)  # as it was when sent: records keep it
    client_id = models.CharField(max_length=64, null=True)
    elem = models.JSONField(null=True)
    event = models.JSONField(null=True)
    text = models.TextField(blank=True)  # what search reads
    src = models.CharField(max_length=4, blank=True)
    created_at = models.DateTimeField()
    recalled_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="one_entry_per_seq"),
            models.UniqueConstraint(
                fields=["conversation", "client_id", "sender_id"], name="stored_once_per_client_id"
            ),
        ]
        indexes = [models.Index(fields=["session", "seq"], name="messages_of_session")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.seq}"

    def as_wire(self) -> dict[str, Any]:
        """The entry of docs/wire.md. Reads session: select_related it."""
        return wire_entry(
            seq=self.seq,
            session=str(self.session.session_id) if self.session else None,
            at=milliseconds(self.created_at),
            kind=self.kind,
            sender_id=self.sender_id,
            sender_name=self.sender_name,
            client_id=self.client_id,
            elem=None if self.recalled_at else self.elem,
            event=self.event,
            is_recalled=self.recalled_at is not None,
        )


def wire_entry(
    *,
    seq: int,
    session: str | None,
    at: int | None,
    kind: str,
    sender_id: str,
    sender_name: str,
    client_id: str | None,
    elem: dict[str, Any] | None,
    event: dict[str, Any] | None,
    is_recalled: bool = False,
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "seq": seq,
        "session": session,
        "at": at,
        "from": {"kind": kind, "id": sender_id, "name": sender_name, "avatar": ""},
        "client_id": client_id or "",
        "elem": elem,
    }
    if event is not None:
        entry["event"] = event
    if is_recalled:
        entry["recalled"] = True
    return entry
