"""What visitors talk to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Release(models.Model):
    """An immutable snapshot that visitors talk to (发布): B33 to B38."""

    version = models.CharField(_("version"), max_length=30, unique=True)
    note = models.CharField(_("release note"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("published"))
    snapshot = models.JSONField()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.version
