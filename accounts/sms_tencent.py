"""Tencent Cloud SMS (SendSms 2021-01-11), signed with TC3-HMAC-SHA256.

Texts are templates that Tencent has approved: SMS_TENCENT_TEMPLATE takes the code and the minutes ({1}, {2}),
SMS_TENCENT_NOTICE_TEMPLATE the notice ({1}).
"""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from accounts.sms import Message, SmsFailed, posted

CONTENT_TYPE = "application/json; charset=utf-8"
SIGNED = "content-type;host"


def tencent(message: Message) -> None:
    """Raises SmsFailed with Tencent's code and words."""
    templates = {"code": settings.SMS_TENCENT_TEMPLATE, "notice": settings.SMS_TENCENT_NOTICE_TEMPLATE}
    if not templates[message.kind]:
        raise SmsFailed(f"no template for a {message.kind} (SMS_TENCENT_…TEMPLATE)")
    body = {
        "PhoneNumberSet": [message.phone],
        "SmsSdkAppId": settings.SMS_TENCENT_APP_ID,
        "SignName": settings.SMS_TENCENT_SIGN,
        "TemplateId": templates[message.kind],
        "TemplateParamSet": list(message.values),
    }
    content = json.dumps(body, ensure_ascii=False).encode()
    answer = posted(settings.SMS_TENCENT_URL, content, headers_of(content, int(time.time())))
    try:
        response = json.loads(answer.body)["Response"]
        error = response.get("Error") or response["SendStatusSet"][0]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise SmsFailed(f"HTTP status {answer.status}, no answer of Tencent Cloud") from None
    if error["Code"] != "Ok":
        raise SmsFailed(f"{error['Code']}: {error.get('Message', '')}")


def headers_of(content: bytes, now: int) -> dict[str, Any]:
    """The signed headers of one call; `now` in Unix seconds."""
    host, date = urlsplit(settings.SMS_TENCENT_URL).netloc, datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d")
    scope = f"{date}/sms/tc3_request"
    lines = ["POST", "/", "", f"content-type:{CONTENT_TYPE}", f"host:{host}", "", SIGNED, _sha256(content)]
    text = "\n".join(["TC3-HMAC-SHA256", str(now), scope, _sha256("\n".join(lines).encode())])
    key = f"TC3{settings.SMS_TENCENT_SECRET_KEY}".encode()
    for part in (date, "sms", "tc3_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    signature = hmac.digest(key, text.encode(), hashlib.sha256).hex()
    credential = f"{settings.SMS_TENCENT_SECRET_ID}/{scope}"
    return {
        "Authorization": f"TC3-HMAC-SHA256 Credential={credential}, SignedHeaders={SIGNED}, Signature={signature}",
        "Content-Type": CONTENT_TYPE,
        "X-TC-Action": "SendSms",
        "X-TC-Version": "2021-01-11",
        "X-TC-Region": settings.SMS_TENCENT_REGION,
        "X-TC-Timestamp": str(now),
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
