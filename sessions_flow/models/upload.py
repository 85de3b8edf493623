"""A picture, recording or file that somebody sent; read only by those who may read its conversation."""

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
    seconds = models.PositiveIntegerField(default=0)  # of a recording; 0: the file does not say
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

    @property
    def is_shown(self) -> bool:
        """Drawn or played where it stands; anything else is downloaded."""
        return self.content_type.startswith(("image/", "audio/", "video/"))

    def as_element(self) -> dict[str, Any]:
        """The IM element that shows it, by what its content is."""
        kind, _slash, _format = self.content_type.partition("/")
        return {"image": self._picture, "audio": self._voice, "video": self._film}.get(kind, self._file)()

    @property
    def url(self) -> str:
        return f"/files/{self.public_id}"

    def _picture(self) -> dict[str, Any]:
        sizes = [
            (1, self.url, self.width, self.height),
            (3, f"{self.url}/thumbnail", self.thumbnail_width, self.thumbnail_height),
        ]
        pictures = [{"Type": t, "Size": self.size, "Width": w, "Height": h, "URL": u} for t, u, w, h in sizes]
        content = {"UUID": self.public_id, "ImageFormat": IMAGE_FORMATS[self.image_format], "ImageInfoArray": pictures}
        return {"MsgType": "TIMImageElem", "MsgContent": content}

    def _voice(self) -> dict[str, Any]:
        content = {"UUID": self.public_id, "Url": self.url, "Size": self.size, "Second": self.seconds}
        return {"MsgType": "TIMSoundElem", "MsgContent": {**content, "Download_Flag": 2}}

    def _film(self) -> dict[str, Any]:
        """Without a still picture: taking one needs a decoder."""
        content = {
            "VideoUUID": self.public_id,
            "VideoUrl": self.url,
            "VideoSize": self.size,
            "VideoSecond": self.seconds,
            "VideoFormat": self.content_type.removeprefix("video/"),
            "VideoDownloadFlag": 2,
            "ThumbUUID": "",
            "ThumbUrl": "",
            "ThumbSize": 0,
            "ThumbWidth": 0,
            "ThumbHeight": 0,
            "ThumbFormat": "",
            "ThumbDownloadFlag": 2,
        }
        return {"MsgType": "TIMVideoFileElem", "MsgContent": content}

    def _file(self) -> dict[str, Any]:
        content = {"UUID": self.public_id, "Url": self.url, "FileSize": self.size, "FileName": self.name}
        return {"MsgType": "TIMFileElem", "MsgContent": {**content, "Download_Flag": 2}}
