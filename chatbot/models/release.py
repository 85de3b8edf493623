"""What visitors talk to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReleaseQuerySet(models.QuerySet["Release"]):
    def in_force(self) -> "ReleaseQuerySet":
        """Newest first: the first one is what visitors talk to."""
        return self.filter(state=Release.State.PUBLISHED).order_by("-pk")


class Release(models.Model):
    """An immutable snapshot that visitors talk to (发布): B33 to B38. The newest published one is in force."""

    class State(models.TextChoices):
        PUBLISHING = "publishing", _("Publishing")
        PUBLISHED = "published", _("Published")
        FAILED = "failed", _("Failed")

    version = models.CharField(_("version"), max_length=30, unique=True)
    note = models.CharField(_("release note"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("published"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PUBLISHED)
    failure = models.CharField(_("why it failed"), max_length=500, blank=True)
    restores = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("rolled back to")
    )
    claimed_at = models.DateTimeField(null=True, blank=True)  # a process prepares it since then
    attempts = models.PositiveSmallIntegerField(default=1)
    snapshot_at = models.DateTimeField(null=True, blank=True)  # when the draft looked like this
    digest = models.CharField(max_length=64, blank=True)  # of the snapshot
    snapshot = models.JSONField()

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["claimed_at"], condition=models.Q(state="publishing"), name="releases_publishing"),
        ]

    def __str__(self) -> str:
        return self.version

    def before(self) -> "Release | None":
        """The release that this one took the place of."""
        return Release.objects.in_force().filter(pk__lt=self.pk).first()
