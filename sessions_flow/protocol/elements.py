"""IM elements: what a message is made of, built and checked."""

import json
from typing import Any

from sessions_flow.protocol.errors import BAD_DATA, TOO_LARGE, ProtocolError
from sessions_flow.protocol.payloads import (
    ONLINE_ONLY,
    ORDER_CARD,
    PRODUCT_CARD,
    RATING_CHOICE,
    RATING_REQUEST,
    TRIGGER,
    TYPING,
    VISITOR_ENDS,
    Payload,
)

Element = dict[str, Any]

TEXT, IMAGE, FILE, CUSTOM = "TIMTextElem", "TIMImageElem", "TIMFileElem", "TIMCustomElem"
TEXT_LIMIT = 5000  # characters
CUSTOM_LIMIT = 12_000  # characters of Data
MOST_FIELDS = 50
FROM_VISITOR = frozenset({TRIGGER, RATING_CHOICE, TYPING, RATING_REQUEST, VISITOR_ENDS, PRODUCT_CARD, ORDER_CARD})
FROM_AGENT = frozenset({TYPING, PRODUCT_CARD, ORDER_CARD})


def text(content: str) -> Element:
    return {"MsgType": TEXT, "MsgContent": {"Text": content}}


def custom(data: Payload) -> Element:
    """F7: the payload travels as a JSON string."""
    content = {"Data": json.dumps(data, ensure_ascii=False, separators=(",", ":")), "Desc": "", "Ext": ""}
    return {"MsgType": CUSTOM, "MsgContent": content}


def text_of(elem: Element | None) -> str:
    """The text of a text element, else an empty string."""
    if elem and elem["MsgType"] == TEXT:
        return str(elem["MsgContent"]["Text"])
    return ""


def payload_of(elem: Element | None) -> Payload | None:
    """The payload inside a custom element, `None` for other elements."""
    if not elem or elem["MsgType"] != CUSTOM:
        return None
    data: Payload = json.loads(elem["MsgContent"]["Data"])
    return data


def src_of(elem: Element | None) -> str:
    data = payload_of(elem)
    return str(data.get("src", "")) if data else ""


def is_stored(elem: Element) -> bool:
    """Flag payloads are for those online now and never stored (F12)."""
    return src_of(elem) not in ONLINE_ONLY


def file_id_of(elem: Element) -> str:
    """The id of the upload that an image or file element shows, else an empty string."""
    return str(elem["MsgContent"]["UUID"]) if elem["MsgType"] in (IMAGE, FILE) else ""


def checked(elem: object, allowed_src: frozenset[str]) -> Element:
    """The element as it may be stored, rebuilt from its known keys. Raises ProtocolError."""
    if not isinstance(elem, dict) or not isinstance(elem.get("MsgContent"), dict):
        raise ProtocolError(BAD_DATA, "elem: expected MsgType and MsgContent")
    kind, content = elem.get("MsgType"), elem["MsgContent"]
    if kind == TEXT:
        return _checked_text(content)
    if kind == CUSTOM:
        return _checked_custom(content, allowed_src)
    if kind in (IMAGE, FILE):
        if not isinstance(content.get("UUID"), str) or len(content["UUID"]) != 32:
            raise ProtocolError(BAD_DATA, "elem: UUID of an upload is missing")
        return {"MsgType": kind, "MsgContent": {"UUID": content["UUID"]}}
    raise ProtocolError(BAD_DATA, "elem: unknown MsgType")


def _checked_text(content: dict[str, Any]) -> Element:
    said = content.get("Text")
    if not isinstance(said, str) or not said.strip() or "\x00" in said or not _is_unicode(said):
        raise ProtocolError(BAD_DATA, "Text: must not be empty")
    if len(said) > TEXT_LIMIT:
        raise ProtocolError(TOO_LARGE, f"Text: at most {TEXT_LIMIT} characters")
    return text(said)


def _checked_custom(content: dict[str, Any], allowed_src: frozenset[str]) -> Element:
    raw = content.get("Data")
    if not isinstance(raw, str) or "\x00" in raw or "\\u0000" in raw or not _is_unicode(raw):
        raise ProtocolError(BAD_DATA, "Data: expected a JSON string")
    if len(raw) > CUSTOM_LIMIT:
        raise ProtocolError(TOO_LARGE, f"Data: at most {CUSTOM_LIMIT} characters")
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise ProtocolError(BAD_DATA, "Data: is not JSON") from None
    if not isinstance(data, dict) or data.get("customerServicePlugin") != 0:
        raise ProtocolError(BAD_DATA, "Data: expected customerServicePlugin 0")
    if not isinstance(data.get("src"), str) or data["src"] not in allowed_src:
        raise ProtocolError(BAD_DATA, "Data: this src cannot be sent from here")
    if data["src"] in (PRODUCT_CARD, ORDER_CARD):
        data = _checked_card(data)
    made = custom(data)
    if not _is_unicode(made["MsgContent"]["Data"]) or len(made["MsgContent"]["Data"]) > CUSTOM_LIMIT:
        raise ProtocolError(BAD_DATA, "Data: too long, or not Unicode")
    return made


def _checked_card(data: Payload) -> Payload:
    """src 22 and 28 (F33, F38): texts only, links http(s) only."""
    card = data.get("content")
    if not isinstance(card, dict):
        raise ProtocolError(BAD_DATA, "content: expected an object")
    known = ("header", "desc", "pic", "url") if data["src"] == PRODUCT_CARD else ("guide", "name", "desc", "pic")
    content: dict[str, Any] = {key: str(card.get(key) or "") for key in known}
    for key in ("pic", "url"):
        if content.get(key) and not content[key].startswith(("https://", "http://")):
            raise ProtocolError(BAD_DATA, f"{key}: must start with https:// or http://")
    if data["src"] == ORDER_CARD:
        rows = card.get("customField")
        content["customField"] = (
            [_field(row) for row in rows[:MOST_FIELDS] if isinstance(row, dict)] if isinstance(rows, list) else []
        )
    return {"customerServicePlugin": 0, "src": data["src"], "content": content}


def _field(row: dict[str, Any]) -> dict[str, str]:
    return {key: str(row.get(key) or "") for key in ("name", "value", "customerValue")}


def _is_unicode(said: str) -> bool:
    """No lone surrogates: neither database nor browser could hold them."""
    try:
        said.encode()
    except UnicodeEncodeError:
        return False
    return True
