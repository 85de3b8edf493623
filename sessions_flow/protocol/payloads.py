"""Payloads of the customer-service messages (F9 to F43), shaped as real published clients read them.

Every function returns the JSON object that travels, serialised, in a TIMCustomElem's `Data`.
`selected` is absent until answered, never null.
"""

from collections.abc import Iterable
from typing import Any

Payload = dict[str, Any]
Item = dict[str, str]  # content, and desc or not

TRIGGER = "7"
RATING = "9"
RATING_CHOICE = "10"
TYPING = "12"
BRANCH = "15"
FLOW_ENDED = "19"
FLOW_TIMED_OUT = "20"
FORM = "21"
PRODUCT_CARD = "22"
RATING_RULES = "23"
RATING_REQUEST = "24"
SEAT_STATE = "26"
VISITOR_ENDS = "27"
ORDER_CARD = "28"
QUESTIONS = "29"
RICH_TEXT = "30"
STREAM = "31"

ONLINE_ONLY = frozenset({TRIGGER, RATING_CHOICE, TYPING, RATING_RULES, RATING_REQUEST, VISITOR_ENDS})  # F12
ANSWERABLE = (BRANCH, FORM)  # `selected` is filled in when the visitor answers (F25, F32)
RATING_IDS = ("101", "102", "103", "104", "105")

RULE_AUTOMATIC = 1  # bits of menuSendRuleFlag (A1)
RULE_AGENT = 2
RULE_VISITOR = 4


def payload(src: str, **fields: Any) -> Payload:
    return {"customerServicePlugin": 0, "src": src, **fields}


def rating_card(
    *,
    head: str,
    tail: str,
    levels: Iterable[str],
    rating_id: str,
    effective_hours: int,
    expires_at: int,
    stars: bool = True,
) -> Payload:
    """src 9 (F16 to F18): five levels from worst to best, `expires_at` in Unix seconds."""
    menu = [{"id": number, "content": text} for number, text in zip(RATING_IDS, levels, strict=True)]
    content = {
        "head": head,
        "tail": tail,
        "menu": menu,
        "type": 1 if stars else 2,
        "sessionId": rating_id,
        "effectiveHour": effective_hours,
        "expireTime": expires_at,
    }
    return payload(RATING, menuContent=content)


def rated(card: Payload, level: dict[str, str]) -> Payload:
    """The same card with `selected` filled in (F21)."""
    return {**card, "menuContent": {**card["menuContent"], "selected": level}}


def choice_of(data: Payload) -> dict[str, str]:
    """What a src 10 chose: `{"id", "content", "sessionId"}`, empty strings for what is missing."""
    chosen = data.get("menuSelected")
    chosen = chosen if isinstance(chosen, dict) else {}
    return {key: str(chosen.get(key) or "") for key in ("id", "content", "sessionId")}


def typing(is_typing: bool) -> Payload:
    return payload(TYPING, typingStatus=1 if is_typing else 0)


def branch(header: str, items: Iterable[str | Item], tail: str = "") -> Payload:
    """src 15 (F23): answered by a text equal to an item's content."""
    return payload(BRANCH, content={"header": header, "items": _rows(items), "tail": tail})


def form(header: str, items: Iterable[str | Item] = ()) -> Payload:
    """src 21 (F29 to F31): with items an option form (type 1), without a text form (type 0)."""
    rows = _rows(items)
    return payload(
        FORM, content={"header": header, "type": 1, "items": rows} if rows else {"header": header, "type": 0}
    )


def _rows(items: Iterable[str | Item]) -> list[Item]:
    """A bare text is an item without a description."""
    pairs = ((item, "") if isinstance(item, str) else (item["content"], item.get("desc", "")) for item in items)
    return [{"content": content, "desc": desc} for content, desc in pairs]


def answered(asked: Payload, text: str) -> Payload:
    """A branch or form with `selected` filled in (F25, F32)."""
    return {**asked, "content": {**asked["content"], "selected": {"content": text}}}


def rating_rules(flag: int) -> Payload:
    """src 23: bits 1 automatic, 2 agent, 4 visitor."""
    return payload(RATING_RULES, content={"menuSendRuleFlag": flag})


def seat_state(is_seated: bool) -> Payload:
    """src 26: nested once (A3)."""
    return payload(SEAT_STATE, content={"command": "updateSeatStatus", "content": "inSeat" if is_seated else "outSeat"})


def welcome_card(title: str, questions: Iterable[str]) -> Payload:
    return _questions("welcome_msg", title, "", questions)


def clarify_card(title: str, questions: Iterable[str]) -> Payload:
    return _questions("clarify_msg", title, title, questions)


def _questions(subtype: str, title: str, content: str, questions: Iterable[str]) -> Payload:
    items = [{"content": question} for question in questions]
    return payload(QUESTIONS, subtype=subtype, content={"title": title, "content": content, "items": items})


def rich_text(markdown: str) -> Payload:
    """src 30 (F43): `content` is the markdown string itself, already safe."""
    return payload(RICH_TEXT, content=markdown)


def streamed(chunks: Iterable[str], is_finished: bool) -> Payload:
    """src 31: the markdown so far, already safe, in pieces. A stream is one message, modified with more of them."""
    return payload(STREAM, chunks=list(chunks), isFinished=1 if is_finished else 0)
