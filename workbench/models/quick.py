"""快捷回复 (W31, W32, A93): ready-made answers in folders, an agent's own or everybody's."""

from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from sessions_flow.doors.files import ALLOWED

LONGEST_NAME = 40
LONGEST_TITLE = 60
LONGEST_CONTENT = 5000  # as long as a message
MOST = 500  # of one agent


def fits(file: Any) -> None:
    """As large as what agents may send."""
    if file.size > settings.UPLOAD_MAX_BYTES:
        most = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise ValidationError(_("The file is larger than %(most)s MB.") % {"most": most})


class QuickFolderQuerySet(models.QuerySet["QuickFolder"]):
    def readable_by(self, member: Member) -> "QuickFolderQuerySet":
        return self.filter(Q(owner=None) | Q(owner=member))


class QuickFolder(models.Model):
    """`owner` is empty for the shared folders, which admins manage."""

    owner = models.ForeignKey(
        Member, models.CASCADE, null=True, blank=True, editable=False, related_name="quick_folders"
    )
    name = models.CharField(_("folder"), max_length=LONGEST_NAME)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = QuickFolderQuerySet.as_manager()

    class Meta:
        verbose_name = _("folder of quick replies")
        verbose_name_plural = _("quick replies")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="quick_folder_once"),
            models.UniqueConstraint(fields=["name"], condition=Q(owner=None), name="shared_folder_once"),
        ]

    def __str__(self) -> str:
        return self.name


class QuickReply(models.Model):
    """The content may have line breaks and variables: ${VisitorName}, ${StaffName}, ${StaffNo}."""

    folder = models.ForeignKey(QuickFolder, models.CASCADE, related_name="replies")
    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    content = models.TextField(
        _("content"),
        max_length=LONGEST_CONTENT,
        help_text=_("Filled in: ${VisitorName}, ${StaffName}, ${StaffNo}. Line breaks stay."),
    )
    attachment = models.FileField(
        _("picture or file"),
        upload_to="quick/",
        blank=True,
        max_length=250,
        validators=[FileExtensionValidator(sorted(ALLOWED)), fits],
        help_text=_("Goes into the draft together with the text."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    used = models.PositiveIntegerField(_("times used"), default=0, editable=False)

    class Meta:
        verbose_name = _("quick reply")
        verbose_name_plural = _("quick replies")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    def as_wire(self) -> dict[str, Any]:
        """`file`: its name, empty without one."""
        file = PurePath(self.attachment.name or "").name
        return {"id": self.pk, "title": self.title, "content": self.content, "used": self.used, "file": file}
