"""`sendmsg`: what the SDK sends, read and checked."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from sessions_flow.doors.gateway.frames import BAD_REQUEST, Body, Refusal
from sessions_flow.doors.gateway.numbers import MOST, Numbers
from sessions_flow.doors.gateway.uploads import upload_in
from sessions_flow.protocol import elements, payloads
from sessions_flow.protocol.elements import Element

KIT_TYPING = "user_typing_status"  # what the UI kit sends while somebody types


@dataclass(frozen=True, slots=True)
class Sending:
    """A message on its way. `elem` of a picture or file names the upload and is not filled in yet."""

    account: str
    numbers: Numbers
    elem: Element


def read(body: Body) -> Sending:
    """Raises Refusal and ProtocolError."""
    seq, random = _number(body, "MsgSeq"), _number(body, "MsgRandom")
    sent = body.get("MsgBody")
    if not isinstance(sent, list) or len(sent) != 1 or not isinstance(sent[0], dict):
        raise Refusal(BAD_REQUEST, _("MsgBody: expected one element."))
    account = body.get("To_Account")
    numbers = Numbers(seq, random, _number(body, "MsgClientTime", 0))
    return Sending(account if isinstance(account, str) else "", numbers, _element(sent[0]))


def _number(body: Body, key: str, default: int | None = None) -> int:
    value = body.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MOST:
        raise Refusal(BAD_REQUEST, _("%(key)s: expected a whole number.") % {"key": key})
    return value


def _element(sent: Body) -> Element:
    kind, content = sent.get("MsgType"), sent.get("MsgContent")
    content = content if isinstance(content, dict) else {}
    if kind in elements.UPLOADED:
        return {"MsgType": elements.FILE, "MsgContent": {"UUID": upload_in(_link(kind, content))}}
    if kind == elements.CUSTOM and _is_kit_typing(content):
        return elements.custom(payloads.typing(_is_typing(content)))
    return elements.checked({"MsgType": kind, "MsgContent": content}, elements.FROM_VISITOR)


def _link(kind: str, content: Body) -> str:
    """The address that the SDK was given for the upload and sends back."""
    if kind != elements.IMAGE:
        return str(content.get("VideoUrl") or content.get("Url") or "")
    sizes = content.get("ImageInfoArray")
    first = sizes[0] if isinstance(sizes, list) and sizes and isinstance(sizes[0], dict) else {}
    return str(first.get("URL") or "")


def _is_kit_typing(content: Body) -> bool:
    return _kit_data(content).get("businessID") == KIT_TYPING


def _is_typing(content: Body) -> bool:
    return bool(_kit_data(content).get("typingStatus"))


def _kit_data(content: Body) -> dict[str, Any]:
    raw = content.get("Data")
    if not isinstance(raw, str) or len(raw) > 1000:
        return {}
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
