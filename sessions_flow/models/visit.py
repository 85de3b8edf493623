"""Where a visitor of a web channel is, and with what: shown to the agent beside the conversation."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions_flow.models.conversation import Conversation
from sessions_flow.models.session import milliseconds


def no_pages() -> list[dict[str, Any]]:
    return []


class Visit(models.Model):
    """One row a conversation, a table of its own: conversations are written with every message."""

    class Device(models.TextChoices):
        COMPUTER = "computer", _("computer")
        PHONE = "phone", _("phone")
        TABLET = "tablet", _("tablet")

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="visit")
    device = models.CharField(_("device"), max_length=10, choices=Device.choices, blank=True)
    system = models.CharField(_("operating system"), max_length=40, blank=True)
    browser = models.CharField(_("browser"), max_length=40, blank=True)
    pages = models.JSONField(default=no_pages)  # oldest first: {"url", "title", "referrer", "at" in milliseconds}
    form_done_at = models.DateTimeField(null=True, blank=True)  # the questions before the chat were answered
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")

    def __str__(self) -> str:
        return f"{self.browser} / {self.system}"

    def as_wire(self) -> dict[str, Any]:
        return {
            "device": self.device,
            "system": self.system,
            "browser": self.browser,
            "pages": self.pages,
            "changed_at": milliseconds(self.changed_at),
        }
