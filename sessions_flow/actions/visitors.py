"""What becomes known of a visitor: his attributes, the pages he looks at, his device."""

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.attributes import AttributeRefused, Value, merged
from accounts.models import Visitor
from sessions_flow import hooks, live
from sessions_flow.models import Conversation, Session, Visit
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError

NICKNAME = "nickname"  # set like an attribute, kept as the visitor's name
LONGEST_NICKNAME = 60
MOST_PAGES, LONGEST_URL, LONGEST_TITLE = 30, 500, 120
DAY = 24 * 3600 * 1000
SECRET = re.compile(r"([?&#][\w-]*(?:sig|token|password|secret)[\w-]*=)[^&#]*", re.IGNORECASE)


def set_attributes(conversation: Conversation, changes: object) -> dict[str, Value]:
    """Merges them into the visitor's, and into the running session's variables. Raises ProtocolError."""
    with transaction.atomic():
        visitor = Visitor.objects.select_for_update().get(pk=conversation.visitor_id)
        try:
            changes = _without_nickname(visitor, changes)
            visitor.attributes = merged(visitor.attributes, changes)
        except AttributeRefused as refused:
            raise ProtocolError(errors.BAD_DATA, f"{refused.name}: {refused.reason}", refused.name) from None
        visitor.save(update_fields=["attributes", NICKNAME])
        session = Session.objects.running().select_for_update().filter(conversation=conversation).first()
        if session:
            session.variables = {**session.variables, **visitor.attributes}
            session.save(update_fields=["variables"])
    tell_agent(conversation)
    return visitor.attributes


def _without_nickname(visitor: Visitor, changes: object) -> object:
    if not isinstance(changes, dict) or NICKNAME not in changes:
        return changes
    said = changes[NICKNAME]
    if said is not None and not isinstance(said, str):
        raise AttributeRefused(NICKNAME, _("Expected a text."))
    name = " ".join((said or "").replace("\x00", "").split())
    if len(name) > LONGEST_NICKNAME:
        raise AttributeRefused(NICKNAME, _("At most %(most)s characters.") % {"most": LONGEST_NICKNAME})
    visitor.nickname = name
    return {key: value for key, value in changes.items() if key != NICKNAME}


def note_pages(conversation: Conversation, pages: object, now: datetime | None = None) -> None:
    """The visitor looked at these pages of the host's site, oldest first. What is no web address is dropped without a
    word; `at` (milliseconds) is believed within the last day."""
    moment = round((now or timezone.now()).timestamp() * 1000)
    rows = pages[-MOST_PAGES:] if isinstance(pages, list) else []
    seen = [page for row in rows if isinstance(row, dict) and (page := _page(row, moment))]
    if not seen:
        return
    with transaction.atomic():
        visit, _made = Visit.objects.select_for_update().get_or_create(conversation=conversation)
        trail = list(visit.pages)
        for page in seen:
            if trail and trail[-1]["url"] == page["url"]:  # a reload, or the title came later
                trail[-1] = {**page, "at": trail[-1]["at"]}
            else:
                trail.append(page)
        visit.pages = trail[-MOST_PAGES:]
        visit.save(update_fields=["pages", "changed_at"])
    tell_agent(conversation)


def _page(row: dict[str, Any], now: int) -> dict[str, Any] | None:
    url = _address(row.get("url"))
    at = row.get("at")
    title = str(row.get("title") or "").replace("\x00", "")[:LONGEST_TITLE]
    told = at if isinstance(at, int) and now - DAY <= at <= now else now
    return {"url": url, "title": title, "referrer": _address(row.get("referrer")), "at": told} if url else None


def note_device(conversation: Conversation, device: str, system: str, browser: str) -> None:
    known = {"device": device, "system": system, "browser": browser}
    if not Visit.objects.filter(conversation=conversation, **known).exists():
        Visit.objects.update_or_create(conversation=conversation, defaults=known)


def tell_agent(conversation: Conversation) -> None:
    """A bell: whoever shows the visitor fetches him again."""
    live.say_online(conversation.pk, "agent", {"op": "visitor", "conversation": conversation.public_id})


@hooks.session_opened.register
def attributes_are_variables(session: Session) -> None:
    """A flow's texts and conditions may use what is known of the visitor (U18, F29)."""
    known = Visitor.objects.filter(conversations=session.conversation_id).values_list("attributes", flat=True).first()
    if known:
        session.variables = {**known, **session.variables}
        session.save(update_fields=["variables"])


def _address(value: object) -> str:
    """A web address without secrets, cut to what fits; empty for anything else."""
    if not isinstance(value, str) or not value.startswith(("https://", "http://")):
        return ""
    return SECRET.sub(r"\1…", value.replace("\x00", ""))[:LONGEST_URL]
