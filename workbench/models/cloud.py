"""Key pairs of the cloud API (S4) and the signatures that were used."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from accounts.sealing import seal, unseal

SEALED_FOR = "cloud-keys"


class Scope(models.TextChoices):
    """What a key pair may do."""

    SDK = "sdk", _("Log agents in (SDK, admin links, userSig)")
    STAFF = "staff", _("Members, groups and statuses")
    RECORDS = "records", _("Service records and messages")


def every_scope() -> list[str]:
    return list(Scope.values)


def new_secret_id() -> str:
    return f"AKID{secrets.token_hex(16)}"


class CloudKey(models.Model):
    """A SecretId with its SecretKey. Signatures can only be checked with the key itself: it is kept encrypted with a
    key derived from SECRET_KEY, and shown once."""

    secret_id = models.CharField("SecretId", max_length=64, unique=True, default=new_secret_id, editable=False)
    sealed_key = models.CharField(max_length=400, editable=False)
    name = models.CharField(_("name"), max_length=60, help_text=_("Which system uses it."))
    scopes = models.JSONField(_("may"), default=every_scope)
    created_by = models.ForeignKey(
        Member, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("cloud API key")
        verbose_name_plural = _("cloud API keys")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.secret_id})"

    def seal(self, secret_key: str) -> None:
        self.sealed_key = seal(SEALED_FOR, secret_key)

    @property
    def secret_key(self) -> str | None:
        """None when it was sealed under another SECRET_KEY."""
        return unseal(SEALED_FOR, self.sealed_key)


class CloudCall(models.Model):
    """A signature that was used, so that nobody uses it again; rows older than the time window are swept."""

    signature = models.CharField(max_length=64)
    trace = models.CharField(max_length=64, blank=True)  # X-TC-TraceId
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("cloud API call")
        verbose_name_plural = _("cloud API calls")
        constraints = [models.UniqueConstraint(fields=["signature", "trace"], name="no_request_twice")]

    def __str__(self) -> str:
        return self.signature
