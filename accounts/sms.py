"""Short messages to phones, by the back end that SMS_BACKEND names; without one there are none (A82, A118).

A back end is any callable that takes a Message and raises SmsFailed. Never call it inside a transaction.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts import outgoing

logger = logging.getLogger(__name__)
SECONDS = 5.0
SIGNATURE = "X-Desk-Signature"
BACKENDS = {
    "log": "accounts.sms.log",
    "webhook": "accounts.sms.webhook",
    "tencent": "accounts.sms_tencent.tencent",
}


class SmsFailed(Exception):
    """It was not sent; the text says why, for the log and for admins."""


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is the whole; providers with approved templates send `values` into the template of the `kind`."""

    phone: str  # +8613800138000
    kind: Literal["code", "notice"]
    text: str
    values: tuple[str, ...]


Backend = Callable[[Message], None]


def is_set_up() -> bool:
    return bool(settings.SMS_BACKEND)


def send_code(phone: str, code: str, minutes: int) -> None:
    """A code to log in or to bind the phone, in the language of the installation. Raises SmsFailed."""
    with translation.override(settings.LANGUAGE_CODE):
        text = _("Your code is %(code)s. It is valid for %(minutes)d minutes. Give it to nobody.")
    _send(Message(phone, "code", text % {"code": code, "minutes": minutes}, (code, str(minutes))))


def send_text(phone: str, text: str) -> None:
    """A notice. Raises SmsFailed."""
    _send(Message(phone, "notice", text, (text,)))


def _send(message: Message) -> None:
    if not is_set_up():
        raise SmsFailed("SMS_BACKEND is empty")
    backend: Backend = import_string(BACKENDS.get(settings.SMS_BACKEND, settings.SMS_BACKEND))
    backend(message)


def log(message: Message) -> None:
    """For development: the message stands in the server's log."""
    logger.warning("SMS to %s: %s", message.phone, message.text)


def webhook(message: Message) -> None:
    """POSTs JSON to SMS_WEBHOOK_URL: phone, kind, text, values. With SMS_WEBHOOK_SECRET the header X-Desk-Signature is
    the hex HMAC-SHA256 of the body. Any 2xx means sent."""
    body = {"phone": message.phone, "kind": message.kind, "text": message.text, "values": message.values}
    content = json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    if settings.SMS_WEBHOOK_SECRET:
        headers[SIGNATURE] = hmac.digest(settings.SMS_WEBHOOK_SECRET.encode(), content, hashlib.sha256).hex()
    answer = posted(settings.SMS_WEBHOOK_URL, content, headers)
    if not 200 <= answer.status < 300:
        raise SmsFailed(f"HTTP status {answer.status}")


def posted(url: str, content: bytes, headers: dict[str, str]) -> outgoing.Answer:
    """Raises SmsFailed where nobody answers."""
    try:
        return outgoing.post(url, content, headers, SECONDS)
    except outgoing.Unreachable as error:
        raise SmsFailed(str(error)) from None
