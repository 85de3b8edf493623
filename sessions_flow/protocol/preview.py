"""One line for lists, as the renderer of messages words it."""

import re
from typing import Any

from sessions_flow.protocol import elements, payloads

LONGEST = 120  # characters
# What has no words: a name in brackets, which the reader's side says in his language.
KINDS = {
    elements.IMAGE: "[picture]",
    elements.FILE: "[file]",
    elements.SOUND: "[voice]",
    elements.VIDEO: "[video]",
    elements.FACE: "[emoji]",
}
_picture_or_link = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_marks = re.compile(r"[*_`#>~]+")


def preview_of(elem: dict[str, Any] | None) -> str:
    """Empty when the element is no message to be read."""
    if elem is None:
        return ""
    if kind := KINDS.get(elem["MsgType"]):
        return kind
    return " ".join(_words(elem).split())[:LONGEST]


def _words(elem: dict[str, Any]) -> str:
    data = elements.payload_of(elem)
    if data is None:
        return elements.text_of(elem)
    src, content = data.get("src"), data.get("content")
    if src == payloads.RICH_TEXT:
        return _plain(str(content))
    if src == payloads.STREAM:
        return _plain("".join(data.get("chunks") or []))
    found = data.get("menuContent") if src == payloads.RATING else content
    if not isinstance(found, dict) or src == payloads.SEAT_STATE:
        return ""
    return str(next((found[key] for key in ("head", "header", "name", "guide", "title") if found.get(key)), ""))


def _plain(markdown: str) -> str:
    return _marks.sub("", _picture_or_link.sub(r"\1", markdown)).replace("&lt;", "<")
