"""A picture or file that somebody sent; read only by those who may read its conversation."""

from pathlib import PurePath
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import public_id
from sessions_flow.models.conversation import Conversation

IMAGE_FORMATS = {"JPEG": 1, "GIF": 2, "PNG": 3, "WEBP": 255}  # ImageFormat of TIMImageElem


def storage_path(upload: "Upload", name: str) -> str:
    return f"uploads/{upload.public_id[:2]}/{upload.public_id}{PurePath(name).suffix.lower()[:10]}"


class Upload(models.Model):
    public_id = models.CharField(max_length=32, unique=True, default=public_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="uploads")
    name = models.CharField(_("file name"), max_length=200)
    size = models.BigIntegerField(_("size in bytes"))
    content_type = models.CharField(max_length=100)
    image_format = models.CharField(max_length=8, blank=True)  # empty: not a picture
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to=storage_path)
    thumbnail = models.FileField(upload_to="uploads/thumbnails/", blank=True)
    thumbnail_width = models.PositiveIntegerField(default=0)
    thumbnail_height = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    recalled_at = models.DateTimeField(null=True)  # with the message that showed it; nobody reads it any more

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")

    def __str__(self) -> str:
        return self.name

    def as_element(self) -> dict[str, Any]:
        """The IM element that shows it."""
        url = f"/files/{self.public_id}"
        if not self.image_format:
            content = {
                "UUID": self.public_id,
                "Url": url,
                "FileSize": self.size,
                "FileName": self.name,
                "Download_Flag": 2,
            }
            return {"MsgType": "TIMFileElem", "MsgContent": content}
        sizes = [
            (1, url, self.width, self.height),
            (3, f"{url}/thumbnail", self.thumbnail_width, self.thumbnail_height),
        ]
        pictures = [{"Type": t, "Size": self.size, "Width": w, "Height": h, "URL": u} for t, u, w, h in sizes]
        content = {"UUID": self.public_id, "ImageFormat": IMAGE_FORMATS[self.image_format], "ImageInfoArray": pictures}
        return {"MsgType": "TIMImageElem", "MsgContent": content}
