"""Pictures of rich answers (A77): checked by decoding, stored as what was decoded, shown to everybody for ever."""

import hashlib
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from accounts.models import Member
from chatbot.models import Picture

LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_PIXELS = 25_000_000
LONGEST_SIDE = 1600
MOST_FRAMES = 200
ENDINGS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}


def store_picture(file: UploadedFile | None, by: Member) -> Picture:
    """Raises ValidationError naming field and reason. The same picture twice is one."""
    if not file:
        raise ValidationError({"file": _("Choose a file.")})
    if (file.size or 0) > LARGEST_BYTES:
        raise ValidationError({"file": _("The picture is larger than 10 MB.")})
    content, kind, (width, height) = _encoded_anew(file)
    name = f"{hashlib.sha256(content).hexdigest()[:40]}.{ENDINGS[kind]}"
    known = Picture.objects.filter(name=name).first()
    if known:
        return known
    picture = Picture(
        name=name, content_type=f"image/{kind.lower()}", width=width, height=height, size=len(content), added_by=by
    )
    picture.file.save(name, ContentFile(content), save=False)
    picture.save()
    return picture


def _encoded_anew(file: Any) -> tuple[bytes, str, tuple[int, int]]:
    """Bytes, format and size: whatever was hidden in the file stays behind, and so does where it was taken."""
    try:
        with Image.open(file) as picture:
            kind = str(picture.format)
            if kind not in ENDINGS:
                raise ValidationError({"file": _("Use a JPEG, PNG, GIF or WebP picture.")})
            if picture.width * picture.height > LARGEST_PIXELS or getattr(picture, "n_frames", 1) > MOST_FRAMES:
                raise ValidationError({"file": _("The picture has too many pixels.")})
            return _encode(picture, kind)
    except Image.DecompressionBombError:
        raise ValidationError({"file": _("The picture has too many pixels.")}) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise ValidationError({"file": _("This is not a picture.")}) from None


def _encode(picture: Image.Image, kind: str) -> tuple[bytes, str, tuple[int, int]]:
    out = BytesIO()
    if kind == "GIF" and getattr(picture, "n_frames", 1) > 1:
        frames = [frame.copy() for frame in ImageSequence.Iterator(picture)]
        frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], loop=0)
        return out.getvalue(), kind, picture.size
    still = ImageOps.exif_transpose(picture)
    still.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    still = still.convert("RGB" if kind == "JPEG" else "RGBA")
    still.save(out, kind, quality=85) if kind in ("JPEG", "WEBP") else still.save(out, kind)
    return out.getvalue(), kind, still.size


@require_GET
def show_picture(request: HttpRequest, name: str) -> FileResponse:
    """Apps and other people's sites draw answers too: no login, no ticket; the name is a hash of the content."""
    picture = Picture.objects.filter(name=name).first()
    if picture is None:
        raise Http404
    response = FileResponse(picture.file.open("rb"), content_type=picture.content_type)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
