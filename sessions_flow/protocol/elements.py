"""IM elements: what a message is made of, built and checked."""

import json
from typing import Any

from accounts.texts import is_unicode
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

TEXT, CUSTOM, FACE = "TIMTextElem", "TIMCustomElem", "TIMFaceElem"
IMAGE, FILE, SOUND, VIDEO = "TIMImageElem", "TIMFileElem", "TIMSoundElem", "TIMVideoFileElem"
UPLOADED = {IMAGE: "UUID", FILE: "UUID", SOUND: "UUID", VIDEO: "VideoUUID"}  # where each names its upload
TEXT_LIMIT = 5000  # characters
CUSTOM_LIMIT = 12_000  # characters of Data
FACE_LIMIT = 200  # characters
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
    """The id of the upload that an image, sound, video or file element shows, else an empty string."""
    key = UPLOADED.get(elem.get("MsgType", ""))
    return str(elem["MsgContent"][key]) if key else ""


def checked(elem: object, allowed_src: frozenset[str]) -> Element:
    """The element as it may be stored, rebuilt from its known keys. Raises ProtocolError."""
    if not isinstance(elem, dict) or not isinstance(elem.get("MsgContent"), dict):
        raise ProtocolError(BAD_DATA, "elem: expected MsgType and MsgContent")
    kind, content = elem.get("MsgType"), elem["MsgContent"]
    if kind == TEXT:
        return _checked_text(content)
    if kind == CUSTOM:
        return _checked_custom(content, allowed_src)
    if kind == FACE:
        return _checked_face(content)
    if isinstance(kind, str) and (key := UPLOADED.get(kind)):
        if not isinstance(content.get(key), str) or len(content[key]) != 32:
            raise ProtocolError(BAD_DATA, f"elem: {key} of an upload is missing")
        return {"MsgType": kind, "MsgContent": {key: content[key]}}
    raise ProtocolError(BAD_DATA, "elem: unknown MsgType")


def _checked_text(content: dict[str, Any]) -> Element:
    said = content.get("Text")
    if not isinstance(said, str) or not said.strip() or "\x00" in said or not is_unicode(said):
        raise ProtocolError(BAD_DATA, "Text: must not be empty")
    if len(said) > TEXT_LIMIT:
        raise ProtocolError(TOO_LARGE, f"Text: at most {TEXT_LIMIT} characters")
    return text(said)


def _checked_face(content: dict[str, Any]) -> Element:
    """An emoji of the sender's own set: its number there and its name, such as `[TUIEmoji_Smile]`."""
    index, name = content.get("Index"), content.get("Data", "")
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < 2**31:
        raise ProtocolError(BAD_DATA, "Index: expected a number")
    if not isinstance(name, str) or len(name) > FACE_LIMIT or "\x00" in name or not is_unicode(name):
        raise ProtocolError(BAD_DATA, f"Data: at most {FACE_LIMIT} characters")
    return {"MsgType": FACE, "MsgContent": {"Index": index, "Data": name}}


def _checked_custom(content: dict[str, Any], allowed_src: frozenset[str]) -> Element:
    raw = content.get("Data")
    if not isinstance(raw, str) or "\x00" in raw or "\\u0000" in raw or not is_unicode(raw):
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
    if not is_unicode(made["MsgContent"]["Data"]) or len(made["MsgContent"]["Data"]) > CUSTOM_LIMIT:
        raise ProtocolError(BAD_DATA, "Data: too long, or not Unicode")
    return made


def _checked_card(data: Payload) -> Payload:
    """src 22 and 28 (F33, F38): texts only, links http(s) only."""
    card = data.get("content")
    if not isinstance(card, dict):
        raise ProtocolError(BAD_DATA, "content: expected an object")
    known = ("header", "desc", "pic", "url") if data["src"] == PRODUCT_CARD else ("guide", "name", "desc", "pic")
    content: dict[str, Any] = {key: _words(card, key) for key in known}
    if not any(content.values()):
        raise ProtocolError(BAD_DATA, "content: nothing to show")
    for key in ("pic", "url"):
        if content.get(key) and not content[key].startswith(("https://", "http://")):
            raise ProtocolError(BAD_DATA, f"{key}: must start with https:// or http://")
    if data["src"] == ORDER_CARD:
        rows = card.get("customField") or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ProtocolError(BAD_DATA, "customField: expected a list of objects")
        content["customField"] = [
            {key: _words(row, key) for key in ("name", "value", "customerValue")} for row in rows[:MOST_FIELDS]
        ]
    return {"customerServicePlugin": 0, "src": data["src"], "content": content}


def _words(source: dict[str, Any], key: str) -> str:
    """A text, or a number as text; empty where it is missing."""
    value = source.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int | float)):
        raise ProtocolError(BAD_DATA, f"{key}: expected a text")
    return "" if value is None else str(value)
