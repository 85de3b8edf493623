"""Pictures and files from the SDK. The original sends them to a cloud store by a pre-signed address; here the signed
address is ours: `im_cos_msg.pre_sig` names it, the SDK's upload plugin PUTs the bytes, and the message that follows
carries the download address, which names the upload."""

import re
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from rest_framework.exceptions import ValidationError

from accounts.identity import file_ticket
from accounts.models import public_id
from sessions_flow.doors.files import store
from sessions_flow.doors.gateway.frames import Body
from sessions_flow.doors.gateway.messages import absolute
from sessions_flow.models import Conversation, Upload

SALT = "im-upload"
SECONDS = 900
FILE_ID = re.compile(r"/files/([0-9a-f]{32})(?:[/?]|$)")


def signed_addresses(conversation: Conversation, body: Body) -> Body:
    """Where to PUT a file for this conversation, within SECONDS, and where it will be read."""
    name, new_id = str(body.get("file_name") or "file")[-200:], public_id()
    token = signing.dumps([conversation.pk, new_id, name], salt=SALT, compress=True)
    read_at = absolute(reverse("file", args=[new_id]))
    return {
        "upload_url": absolute(reverse("im_upload", args=[token])),
        "download_url": f"{read_at}?ticket={file_ticket(conversation.visitor.openid)}",
        "expired_time": SECONDS,
        "request_id": new_id,
    }


def upload_in(link: str) -> str:
    """The upload's public id in a download address of ours; empty for other addresses."""
    found = FILE_ID.search(link)
    return found.group(1) if found and link.startswith((settings.PUBLIC_URL, "/")) else ""


@csrf_exempt
@require_http_methods(["PUT", "OPTIONS"])
def take_upload(request: HttpRequest, token: str) -> HttpResponse:
    """Stores the body once. The signed address is the proof, so pages of any site may send here."""
    if request.method == "OPTIONS":
        return _for_any_page(HttpResponse(status=204))
    try:
        conversation_id, new_id, name = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return _for_any_page(HttpResponse("This address is not valid, or not any more.", status=403))
    conversation = Conversation.objects.filter(pk=conversation_id, visitor__blocked_at=None).first()
    if conversation is None or Upload.objects.filter(public_id=new_id).exists():
        return _for_any_page(HttpResponse("This address was used before.", status=409))
    try:
        store(conversation, SimpleUploadedFile(name, _bytes_of(request)), new_id)
    except ValidationError as error:
        return _for_any_page(HttpResponse(_reason(error.detail), status=error.status_code))
    except IntegrityError:  # twice at once
        return _for_any_page(HttpResponse("This address was used before.", status=409))
    return _for_any_page(HttpResponse(status=200))


def _bytes_of(request: HttpRequest) -> bytes:
    """At most one byte more than allowed, which `store` then refuses."""
    return request.read(settings.UPLOAD_MAX_BYTES + 1)


def _reason(detail: Any) -> str:
    return str(next(iter(detail.values()))) if isinstance(detail, dict) else str(detail)


def _for_any_page(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "PUT, OPTIONS"
    response["Access-Control-Allow-Headers"] = "*"
    response["Access-Control-Max-Age"] = "600"
    return response
