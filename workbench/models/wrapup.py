"""话后小结: what an ended session was about, in the agent's words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from routing.models import Assignment

LONGEST_REMARK = 500


class WrapUpCategory(models.Model):
    """What agents choose from; admins edit the list."""

    name = models.CharField(_("category"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("wrap-up category")
        verbose_name_plural = _("wrap-up categories")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class WrapUp(models.Model):
    """One agent's, of his leg of the session. The category's name is kept when the list changes."""

    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="wrap_up")
    category = models.CharField(_("category"), max_length=40, blank=True)
    remark = models.CharField(_("remark"), max_length=LONGEST_REMARK, blank=True)
    at = models.DateTimeField(_("at"), auto_now=True)

    class Meta:
        verbose_name = _("wrap-up")
        verbose_name_plural = _("wrap-ups")

    def __str__(self) -> str:
        return self.category or self.remark
