"""A configured flow (会话流): the draft that admins edit, and the versions that sessions run (M61, A26)."""

from typing import Any

from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Member


class Flow(models.Model):
    name = models.CharField(_("flow name"), max_length=60, validators=[MinLengthValidator(1)])
    draft = models.JSONField(default=dict)  # docs/flow.md; may have problems, unlike a version
    revision = models.PositiveIntegerField(default=1)  # of the draft: who saves names the one he edited
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    is_default = models.BooleanField(_("for all channels"), default=False)  # that have none of their own
    live = models.ForeignKey(
        "FlowVersion", models.SET_NULL, null=True, blank=True, related_name="live_of", editable=False
    )

    class Meta:
        verbose_name = _("session flow")
        verbose_name_plural = _("session flows")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_flow_for_all"),
        ]

    def __str__(self) -> str:
        return self.name


class FlowVersionQuerySet(models.QuerySet["FlowVersion"]):
    def live_in(self, channel_id: int) -> "FlowVersion | None":
        """What new sessions of the channel run: its own flow's version, or that for all; None: the built-in flow."""
        own = self.filter(live_of__channels=channel_id).first()
        return own or self.filter(live_of__is_default=True).first()


class FlowVersion(models.Model):
    """Published once, never changed."""

    flow = models.ForeignKey(Flow, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    graph = models.JSONField()
    note = models.CharField(_("release note"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = FlowVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("flow version")
        verbose_name_plural = _("flow versions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["flow", "number"], name="one_flow_version_per_number")]

    def __str__(self) -> str:
        return f"{self.flow} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise ValueError("a published version is never changed")
        super().save(*args, **kwargs)
