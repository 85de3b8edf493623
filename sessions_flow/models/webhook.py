"""Webhooks out: who is told of events, and the outbox that the deliveries are taken from."""

import base64
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.sealing import seal, unseal
from sessions_flow.models.session import Session
from sessions_flow.models.settings import forget_settings

SEALED_FOR = "webhooks"
MARK = "whsec_"  # as Standard Webhooks writes secrets
BOTH_VALID = timedelta(hours=24)  # the old secret signs beside the new one for so long


class Event(models.TextChoices):
    OPENED = "session.opened", _("session opened")
    ASSIGNED = "session.assigned", _("session assigned to an agent")
    ENDED = "session.ended", _("session ended")
    RATED = "session.rated", _("session rated")
    MESSAGE = "message.posted", _("message posted")


PING = "ping"  # what the test button sends; nobody subscribes to it


class WebhookEndpoint(models.Model):
    """An address that wants to know. Its secret is shown once and kept sealed: every request is signed with it."""

    name = models.CharField(_("name"), max_length=60)
    url = models.URLField(_("address"), max_length=500)
    events = models.JSONField(_("events"), default=list)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    sealed_secret = models.CharField(max_length=400, editable=False)
    sealed_previous = models.CharField(max_length=400, editable=False, blank=True)
    previous_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    failing_since = models.DateTimeField(null=True, editable=False)  # no delivery has succeeded since
    failures = models.PositiveIntegerField(default=0, editable=False)  # in a row
    rests_until = models.DateTimeField(null=True, editable=False)  # it is in trouble: nothing is sent before
    busy_until = models.DateTimeField(null=True, editable=False)  # a worker is delivering, or died doing so
    disabled_at = models.DateTimeField(null=True, editable=False)  # by the desk, after long failure

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        forget_settings()

    def renew(self, now: datetime) -> str:
        """A new secret, in memory. Returns it; the one before signs too for a day."""
        if self.sealed_secret:
            self.sealed_previous, self.previous_until = self.sealed_secret, now + BOTH_VALID
        secret = MARK + base64.b64encode(secrets.token_bytes(32)).decode()
        self.sealed_secret = seal(SEALED_FOR, secret)
        return secret

    def start_anew(self) -> None:
        """In memory: enabled again, its failures are forgotten."""
        self.disabled_at = self.failing_since = self.rests_until = None
        self.failures = 0

    def secrets_at(self, now: datetime) -> list[str]:
        """Those that sign, newest first."""
        sealed = [self.sealed_secret]
        if self.previous_until and self.previous_until > now:
            sealed.append(self.sealed_previous)
        return [secret for secret in (unseal(SEALED_FOR, each) for each in sealed if each) if secret]


class WebhookDelivery(models.Model):
    """One event for one endpoint: written in the transaction of the event, sent later, kept as the log."""

    endpoint = models.ForeignKey(
        WebhookEndpoint, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"), db_index=False
    )
    session = models.ForeignKey(Session, models.CASCADE, null=True, related_name="+", verbose_name=_("session"))
    event_id = models.UUIDField(default=uuid.uuid4, editable=False)
    event = models.CharField(_("event"), max_length=20, choices=[*Event.choices, (PING, _("test"))])
    body = models.TextField(_("request"))
    created_at = models.DateTimeField(_("happened"), db_index=True)
    due_at = models.DateTimeField(null=True)  # empty: delivered, or given up
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    answer = models.TextField(_("answer"), blank=True)  # its beginning
    error = models.CharField(_("error"), max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField(_("took (ms)"), null=True)
    tried_at = models.DateTimeField(_("last attempt"), null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["endpoint", "due_at"], condition=Q(due_at__isnull=False), name="webhooks_due"),
            models.Index(fields=["endpoint", "-id"], name="webhooks_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.endpoint}"
