"""Pictures inside rich answers (A77): public and never changed, named by what they show."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

ADDRESS = "/files/answers/"


class Picture(models.Model):
    """`name` is the hash of the re-encoded bytes with its ending: uploading it twice makes one."""

    name = models.CharField(max_length=80, unique=True)
    content_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(_("size in bytes"))
    file = models.FileField(upload_to="answers/")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """As answers hold it: without the host, which may change."""
        return f"{ADDRESS}{self.name}"
