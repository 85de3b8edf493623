"""What was asked of the business server, and what it said (domain C)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions_flow.models import Session


class CallbackCall(models.Model):
    """One request to the business server; a retry is a row of its own."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="callback_calls", verbose_name=_("session"))
    at = models.DateTimeField(_("asked at"), db_index=True)
    url = models.CharField(_("address"), max_length=1000)
    request: Any = models.JSONField(_("request"))
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    answer = models.TextField(_("answer"), blank=True)  # its beginning
    error = models.CharField(_("error"), max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField(_("took (ms)"))
    decision = models.CharField(_("what was done"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.session}: {self.error or self.status}"
