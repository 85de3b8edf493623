"""Pictures and files: uploaded by either side of a conversation, read only by those who may read it (promise 12)."""

from io import BytesIO
from pathlib import PurePath
from threading import Semaphore
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from PIL import Image, ImageOps, UnidentifiedImageError
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.identity import member_of_ticket, openid_of_ticket
from accounts.models import Member, Visitor
from sessions_flow.access import conversation_for_member, key_of, upload_for_key, upload_for_member, upload_for_visitor
from sessions_flow.doors.ranges import file_response
from sessions_flow.doors.recordings import mime_of, seconds_of
from sessions_flow.doors.rest.authentication import LoginAuthentication, Throttle, VisitorAuthentication
from sessions_flow.models import Channel, Conversation, Scope, Upload
from sessions_flow.models.upload import IMAGE_FORMATS

LARGEST_PICTURE = 25_000_000  # pixels
ORIENTATION = 0x0112  # of EXIF
decoding = Semaphore(2)  # pictures at a time
THUMBNAIL = (480, 480)
PICTURES = {"jpg", "jpeg", "png", "gif", "webp", "bmp", "heic"}
DOCUMENTS = {"pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "csv", "md", "log", "json", "zip", "rar", "7z"}
RECORDINGS = {"mp3", "m4a", "wav", "ogg", "opus", "mp4", "m4v", "mov", "webm"}
ALLOWED = PICTURES | DOCUMENTS | RECORDINGS
MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
Image.MAX_IMAGE_PIXELS = LARGEST_PICTURE


class TooLarge(ValidationError):
    status_code = 413


class UploadThrottle(Throttle):
    """Uploads cost more than other requests."""

    def counted(self, request: Request) -> tuple[str, str, int]:
        return "upload", str(request.user.pk), settings.UPLOAD_RATE


class UploadView(APIView):
    """POST multipart `file` (agents also `conversation`); answers `{"elem": …}` to be posted as a message."""

    authentication_classes = [VisitorAuthentication, LoginAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated]
    parser_classes = [MultiPartParser]
    throttle_classes = [UploadThrottle]

    def post(self, request: Request) -> Response:
        conversation = self._conversation(request)
        file = request.FILES.get("file")
        if file is None:
            raise ValidationError({"file": _("Choose a file.")})
        return Response({"elem": store(conversation, file).as_element()}, status=201)

    def _conversation(self, request: Request) -> Conversation:
        data: Any = request.data
        user: Any = request.user
        if isinstance(user, Member):
            found = conversation_for_member(user, data.get("conversation"))
        else:
            own = Conversation.objects.filter(visitor=user.visitor)
            app_id = data.get("web_app_id")
            found = own.filter(channel__web_app_id=app_id).first() if app_id else own.order_by("-last_at").first()
        if found is None:
            raise NotFound(_("This conversation does not exist."))
        return found


def store(conversation: Conversation, file: UploadedFile, known_as: str = "") -> Upload:
    """Checks, re-encodes nothing but thumbnails, stores, under the public id `known_as` where one was promised.
    Raises ValidationError naming field and reason."""
    name = PurePath((file.name or "file").replace("\0", "")).name[-200:]
    if not file.size:
        raise ValidationError({"file": _("The file is empty.")})
    if file.size > settings.UPLOAD_MAX_BYTES:
        most = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise TooLarge({"file": _("The file is larger than %(most)s MB.") % {"most": most}})
    if PurePath(name).suffix.lower().lstrip(".") not in ALLOWED:
        raise ValidationError({"file": _("Files of this kind cannot be sent.")})
    upload = Upload(conversation=conversation, name=name, size=file.size, content_type="application/octet-stream")
    upload.public_id = known_as or upload.public_id
    _take_picture(upload, file)
    if not upload.image_format and (mime := mime_of(file)):
        upload.content_type, upload.seconds = mime, seconds_of(file)
    file.seek(0)
    upload.file.save(name, file, save=False)
    upload.save()
    return upload


def _take_picture(upload: Upload, file: UploadedFile) -> None:
    """Dimensions and a thumbnail where the content is a picture, whatever its name says."""
    try:
        with Image.open(file) as picture:
            if picture.format not in IMAGE_FORMATS:
                return
            if picture.width * picture.height > LARGEST_PICTURE:
                raise ValidationError({"file": _("The picture has too many pixels.")})
            upload.image_format, upload.content_type = picture.format, MIMES[picture.format]
            is_turned = picture.getexif().get(ORIENTATION, 1) >= 5
            upload.width, upload.height = picture.size[::-1] if is_turned else picture.size
            with decoding:
                small = _thumbnail(picture)
    except Image.DecompressionBombError:
        raise ValidationError({"file": _("The picture has too many pixels.")}) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        upload.image_format, upload.content_type = "", "application/octet-stream"
        return
    upload.thumbnail_width, upload.thumbnail_height = small.size
    out = BytesIO()
    small.save(out, "WEBP", quality=80)
    upload.thumbnail.save(f"{upload.public_id}.webp", ContentFile(out.getvalue()), save=False)


def _thumbnail(picture: Image.Image) -> Image.Image:
    """Made small before anything else: decoding is what costs memory."""
    has_alpha = picture.format in ("PNG", "GIF", "WEBP")
    picture.draft("RGB", THUMBNAIL)
    picture.thumbnail(THUMBNAIL)
    return ImageOps.exif_transpose(picture).convert("RGBA" if has_alpha else "RGB")


@require_GET
def show_file(request: HttpRequest, public_id: str, thumbnail: bool = False) -> HttpResponseBase:
    """The bytes, for the visitor's ticket or the member's login; 404 for anybody else."""
    upload = _readable(request, public_id)
    if upload is None:
        raise Http404
    is_small = thumbnail and upload.thumbnail
    file = upload.thumbnail if is_small else upload.file
    mime = "image/webp" if is_small else upload.content_type
    response = file_response(request, file, mime, upload.name, is_shown=bool(is_small or upload.is_shown))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400"
    # A ticket is proof enough for the pages of IM clients, which are other sites; a login is for ours alone.
    response["Cross-Origin-Resource-Policy"] = "cross-origin" if "ticket" in request.GET else "same-origin"
    return response


@require_GET
def show_avatar(request: HttpRequest, web_app_id: str) -> FileResponse:
    """A channel's face (M25): public, as the channel itself is."""
    channel = Channel.objects.filter(web_app_id=web_app_id, is_active=True).exclude(avatar="").first()
    if channel is None:
        raise Http404
    response = FileResponse(channel.avatar.open("rb"), content_type="image/png")
    response["Cache-Control"] = "public, max-age=3600"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _readable(request: HttpRequest, public_id: str) -> Upload | None:
    openid = openid_of_ticket(request.GET.get("ticket", ""))
    visitor = Visitor.objects.filter(openid=openid).first() if openid else None
    if visitor:
        return upload_for_visitor(visitor, public_id)
    key = key_of(request.headers.get("X-Api-Key", ""))
    if key:
        return upload_for_key(key, public_id) if key.may(Scope.READ) else None
    if request.user.is_authenticated:
        return upload_for_member(request.user, public_id)
    member = Member.objects.filter(public_id=member_of_ticket(request.GET.get("ticket", "")) or "").first()
    return upload_for_member(member, public_id) if member and member.is_active else None
