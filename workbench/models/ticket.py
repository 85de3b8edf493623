"""Tickets that a business server asks for and a browser uses once: SdkURL (S5 to S9) and admin links."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Member

MINUTES = 10


class Ticket(models.Model):
    """Stored as a hash; claimed by one UPDATE, so that of many parallel uses exactly one succeeds."""

    class Purpose(models.TextChoices):
        SDK = "sdk", _("agent SDK")
        CONSOLE = "console", _("console login")

    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    member = models.ForeignKey(Member, models.CASCADE, related_name="tickets", verbose_name=_("member"))
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")

    def __str__(self) -> str:
        return f"{self.purpose}: {self.member}"


def issue(member: Member, purpose: str, now: datetime) -> tuple[str, datetime]:
    """A new ticket: its text, which is stored nowhere, and when it ends (S7)."""
    token, expires_at = secrets.token_urlsafe(32), now + timedelta(minutes=MINUTES)
    Ticket.objects.create(digest=digest_of(token), purpose=purpose, member=member, expires_at=expires_at)
    return token, expires_at


def claim(token: str, purpose: str, now: datetime) -> Member | None:
    """Whom the ticket lets in, for the first who asks in time; None for everybody else."""
    mine = Ticket.objects.filter(digest=digest_of(token), purpose=purpose)
    if not mine.filter(used_at=None, expires_at__gt=now).update(used_at=now):
        return None
    member = mine.select_related("member").get().member
    return member if member.is_active else None


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
