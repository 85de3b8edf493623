"""An import of a spreadsheet (导入问答): a row that waits for its next piece of work."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chatbot.models.category import Library


def nothing() -> dict[str, Any]:
    return {}


class SheetImport(models.Model):
    """uploaded → checking → checked → importing → done. While it is checked or imported, a worker holds a lease."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to be confirmed")
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("To be confirmed")
        IMPORTING = "importing", _("Importing")
        DONE = "done", _("Imported")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    name = models.CharField(_("file name"), max_length=200)
    library = models.CharField(max_length=8, choices=Library.choices, default=Library.QA)
    file = models.FileField(upload_to="imports/", max_length=200)
    headings = models.JSONField(default=list)
    heading_row = models.PositiveIntegerField(default=1)
    columns = models.JSONField(default=nothing)  # column (from 0, as text) → field
    updates = models.BooleanField(_("update what exists"), default=True)
    good_only = models.BooleanField(_("import the good rows although there are bad ones"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.UPLOADED)
    claimed_at = models.DateTimeField(null=True, blank=True)  # a worker is at it since its last sign of life
    rows = models.PositiveIntegerField(default=0)  # read so far
    counts = models.JSONField(default=nothing)  # new, changed, skipped, bad
    examples = models.JSONField(default=nothing)  # the first rows of each kind
    plan = models.FileField(upload_to="imports/", max_length=200, blank=True)  # good rows, a JSON line each
    faults = models.FileField(upload_to="imports/", max_length=200, blank=True)  # bad rows, a JSON line each
    imported = models.PositiveIntegerField(default=0)  # lines of the plan that are in the knowledge base
    failure = models.CharField(_("why it failed"), max_length=500, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["claimed_at"], condition=models.Q(state__in=["checking", "importing"]), name="imports_at_work"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.state in (self.State.CHECKING, self.State.IMPORTING)

    def count(self, kind: str) -> int:
        found: int = self.counts.get(kind, 0)
        return found

    @property
    def to_import(self) -> int:
        return self.count("new") + self.count("changed")
