"""Files that admins asked for: service records, or what is known of one person (D5, D10)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Visitor


def storage_path(export: "Export", name: str) -> str:
    return f"exports/{name}"


def no_filters() -> dict[str, Any]:
    return {}


class ExportQuerySet(models.QuerySet["Export"]):
    def under_way(self) -> "ExportQuerySet":
        return self.filter(state__in=[Export.State.WAITING, Export.State.RUNNING])


class Export(models.Model):
    """waiting → running → done. While it runs a worker holds a lease; the file goes when the link expires."""

    class Kind(models.TextChoices):
        RECORDS = "records", _("service records")
        PERSON = "person", _("data of one person")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Writing")
        DONE = "done", _("Ready")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")

    kind = models.CharField(_("what"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("file name"), max_length=120)
    format = models.CharField(max_length=4)  # xlsx, csv or zip
    filters = models.JSONField(default=no_filters)  # of workbench.narrowing
    visitor = models.ForeignKey(Visitor, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    claimed_at = models.DateTimeField(null=True)  # a worker is at it since its last sign of life
    rows = models.PositiveIntegerField(_("rows"), default=0)  # written so far
    total = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to=storage_path, max_length=200, blank=True)
    failure = models.CharField(_("why it failed"), max_length=500, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    expires_at = models.DateTimeField(_("link valid until"), null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["claimed_at"], condition=models.Q(state__in=["waiting", "running"]), name="exports_at_work"
            ),
            models.Index(fields=["expires_at"], condition=models.Q(state="done"), name="exports_to_expire"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def is_ready(self) -> bool:
        """The file may be fetched."""
        return bool(
            self.state == self.State.DONE and self.file and self.expires_at and timezone.now() < self.expires_at
        )
