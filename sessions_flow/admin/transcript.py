"""A session as it was said (会话记录, W52, W53): stored rows become lines to draw. Pure: no database."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_flow.models import EndedBy, Message, State
from sessions_flow.protocol import elements, payloads

slug = re.compile(r"[\w-]+", re.ASCII)
STATES: dict[str, Promise] = {
    State.FLOW: gettext_lazy("Back with the bot"),
    State.WAITING: gettext_lazy("Waiting for an agent"),
    State.SERVING: gettext_lazy("%(name)s joined"),
    State.ENDED: gettext_lazy("Session ended (%(by)s)"),
}


@dataclass
class Line:
    """One thing said. A line of side `event` only notes what happened; everything is plain text."""

    side: str
    name: str
    at: datetime
    text: str = ""
    title: str = ""
    items: list[str] = field(default_factory=list)
    chosen: str = ""
    picture: str = ""  # id of the upload
    file: str = ""
    note: str = ""  # what kind of message it was


def lines(messages: Iterable[Message]) -> list[Line]:
    return [line for line in map(line_of, messages) if line]


def line_of(message: Message) -> Line | None:
    """The line of an entry; None for entries that only changed another one."""
    if message.event is not None:
        return _event(message)
    line = Line(message.kind, message.sender_name, message.created_at)
    if message.recalled_at:
        return Line("event", "", message.created_at, text=_("%(name)s recalled a message") % {"name": line.name})
    return _said(line, message.elem or {})


def _event(message: Message) -> Line | None:
    event = message.event or {}
    session = event.get("session")
    if event.get("type") != "session.changed" or not isinstance(session, dict) or session.get("state") not in STATES:
        return None
    agent = session.get("agent") or {}
    by = dict(EndedBy.choices).get(session.get("ended_by", ""), "–")
    text = STATES[session["state"]] % {"name": agent.get("name", ""), "by": by}
    return Line("event", "", message.created_at, text=text)


def _said(line: Line, elem: dict[str, Any]) -> Line | None:
    kind, content = elem.get("MsgType"), elem.get("MsgContent") or {}
    if kind == elements.TEXT:
        line.text = str(content.get("Text", ""))
    elif kind == elements.IMAGE:
        line.picture = _upload(content)
    elif kind in elements.UPLOADED:
        line.file, line.text = _upload(content), str(content.get("FileName", ""))
        line.note = NOTES.get(kind, "")
    elif kind == elements.FACE:
        line.note, line.text = _("Emoji"), str(content.get("Data", ""))
    elif kind == elements.CUSTOM:
        return _custom(line, elements.payload_of(elem) or {})
    return line


def _upload(content: dict[str, Any]) -> str:
    """The id of an upload; empty for what could not be in an address."""
    found = slug.fullmatch(str(content.get("UUID") or content.get("VideoUUID") or ""))
    return found[0] if found else ""


def _custom(line: Line, data: dict[str, Any]) -> Line | None:
    """A payload in words; flags that nobody sees are left out."""
    draw = DRAWN.get(str(data.get("src")))
    if draw is None:
        return None
    draw(line, data)
    return line


def _choices(line: Line, data: dict[str, Any]) -> None:
    content = data.get("content") or {}
    line.title = str(content.get("header") or content.get("title") or "")
    line.items = [str(row.get("content", "")) for row in content.get("items") or []]
    line.chosen = str((content.get("selected") or {}).get("content", ""))
    line.note = NOTES[str(data.get("subtype") or data["src"])]


def _rating(line: Line, data: dict[str, Any]) -> None:
    card = data.get("menuContent") or {}
    line.note, line.title = _("Rating card"), str(card.get("head", ""))
    line.items = [str(row.get("content", "")) for row in reversed(card.get("menu") or [])]
    line.chosen = str((card.get("selected") or {}).get("content", ""))


def _card(line: Line, data: dict[str, Any]) -> None:
    content = data.get("content") or {}
    line.note = NOTES[data["src"]]
    line.title = str(content.get("header") or content.get("name") or content.get("guide") or "")
    line.text = str(content.get("desc") or "")
    line.items = [f"{row.get('name', '')}: {row.get('value', '')}" for row in content.get("customField") or []]


def _rich(line: Line, data: dict[str, Any]) -> None:
    said = "".join(data.get("chunks") or []) if data["src"] == payloads.STREAM else data.get("content", "")
    line.note, line.text = _("Rich text"), str(said)


def _flag(line: Line, data: dict[str, Any]) -> None:
    line.side, line.name, line.text = "event", "", str(NOTES[data["src"]])


NOTES: dict[str, Any] = {
    elements.SOUND: gettext_lazy("Voice message"),
    elements.VIDEO: gettext_lazy("Video"),
    "welcome_msg": gettext_lazy("Welcome card"),
    "clarify_msg": gettext_lazy("Suggestions"),
    payloads.QUESTIONS: gettext_lazy("Suggestions"),
    payloads.BRANCH: gettext_lazy("Choice"),
    payloads.FORM: gettext_lazy("Form"),
    payloads.PRODUCT_CARD: gettext_lazy("Product card"),
    payloads.ORDER_CARD: gettext_lazy("Order card"),
    payloads.FLOW_ENDED: gettext_lazy("End of the session"),
    payloads.FLOW_TIMED_OUT: gettext_lazy("End of the session by time-out"),
}
DRAWN: dict[str, Callable[[Line, dict[str, Any]], None]] = {
    payloads.RATING: _rating, payloads.RICH_TEXT: _rich, payloads.STREAM: _rich,
    payloads.FLOW_ENDED: _flag, payloads.FLOW_TIMED_OUT: _flag,
    payloads.QUESTIONS: _choices, payloads.BRANCH: _choices, payloads.FORM: _choices,
    payloads.PRODUCT_CARD: _card, payloads.ORDER_CARD: _card,
}  # fmt: skip
