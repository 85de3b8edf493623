"""Keys of business servers for the REST door. Only a digest is kept: the key itself is shown once."""

import hashlib
import secrets
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from sessions_flow.models.channel import Channel

MARK = "desk"  # how a key begins, so that secret scanners find it


class Scope(models.TextChoices):
    VISITORS = "visitors", _("open conversations for visitors")
    READ = "sessions.read", _("read sessions and transcripts")
    CLOSE = "sessions.close", _("close sessions")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def valid(self) -> "ApiKeyQuerySet":
        return self.filter(revoked_at=None)


def new_prefix() -> str:
    return secrets.token_hex(6)


def digest_of(secret: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiKey(models.Model):
    """`desk_<prefix>_<secret>`. The prefix finds the row and is no secret; `channel` limits what the key reaches."""

    name = models.CharField(_("name"), max_length=60)
    prefix = models.CharField(_("prefix"), max_length=12, unique=True, default=new_prefix, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(_("may"), default=list)
    channel = models.ForeignKey(
        Channel, models.CASCADE, null=True, blank=True, related_name="api_keys", verbose_name=_("channel")
    )
    created_by = models.ForeignKey(
        Member, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return self.name

    def renew(self) -> str:
        """Gives the row a new secret, in memory. Returns the whole key, which nothing can show again."""
        secret = secrets.token_urlsafe(32)
        self.prefix, self.digest = new_prefix(), digest_of(secret)
        return f"{MARK}_{self.prefix}_{secret}"

    def reaches(self, channel_id: int) -> bool:
        return self.channel_id is None or self.channel_id == channel_id

    def may(self, scope: str) -> bool:
        return self.revoked_at is None and scope in self.scopes

    def limited(self, rows: "models.QuerySet[Any]", field: str) -> "models.QuerySet[Any]":
        """The rows whose channel, named by `field`, the key reaches."""
        return rows if self.channel_id is None else rows.filter(**{field: self.channel_id})

    def was_used(self) -> None:
        """At most one write a minute."""
        now = timezone.now()
        if self.last_used_at is None or (now - self.last_used_at).total_seconds() > 60:
            type(self).objects.filter(pk=self.pk).update(last_used_at=now)
