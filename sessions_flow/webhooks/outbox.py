"""What happened, written down for every endpoint that listens, in the transaction in which it happened.

Nothing is read or written while no endpoint listens, but a second's memory of that.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from sessions_flow import hooks
from sessions_flow.actions.post import Sender, Stored
from sessions_flow.models import Conversation, Message, Rating, Session
from sessions_flow.models.session import milliseconds
from sessions_flow.models.settings import recent
from sessions_flow.models.webhook import Event, WebhookDelivery, WebhookEndpoint
from sessions_flow.protocol import elements, payloads
from sessions_flow.protocol.preview import preview_of


def listening(event: Event) -> list[int]:
    """Enabled endpoints that want this event, as they were at most a second ago."""
    rows = recent(WebhookEndpoint, lambda: list(WebhookEndpoint.objects.filter(is_enabled=True)))
    return [row.pk for row in rows if event in row.events]


def write(event: Event, happened: Iterable[tuple[int | None, dict[str, Any]]], now: datetime) -> None:
    """(session's row, data) of each event, in their order."""
    endpoints = listening(event)
    rows = []
    for session_pk, data in happened:
        event_id = uuid.uuid4()
        body = body_of(event_id, event, data, now)
        rows += [
            WebhookDelivery(
                endpoint_id=pk, session_id=session_pk, event_id=event_id, event=event, body=body, created_at=now,
                due_at=now,
            )
            for pk in endpoints
        ]  # fmt: skip
    WebhookDelivery.objects.bulk_create(rows)


def body_of(event_id: uuid.UUID, event: str, data: dict[str, Any], now: datetime) -> str:
    content = {
        "id": str(event_id),
        "type": event,
        "timestamp": now.isoformat(timespec="milliseconds"),
        "sdkAppId": settings.IM_SDK_APP_ID,
        "data": data,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


@hooks.session_opened.register
def opened(session: Session) -> None:
    _of_session(Event.OPENED, session)


@hooks.session_served.register
def assigned(session: Session) -> None:
    _of_session(Event.ASSIGNED, session)


@hooks.session_ended.register
def ended(session: Session) -> None:
    _of_session(Event.ENDED, session)


@hooks.session_rated.register
def rated(rating: Rating) -> None:
    said = {"level": rating.level, "text": rating.level_text, "at": milliseconds(rating.rated_at)}
    _of_session(Event.RATED, rating.session, rating=said)


def _of_session(event: Event, session: Session, **more: Any) -> None:
    if listening(event):
        data = {**_place(session.conversation), "session": session_data(session), **more}
        write(event, [(session.pk, data)], timezone.now())


@hooks.messages_posted.register
def posted(batch: Sequence[Stored]) -> None:
    """What somebody can read; a growing answer (src 31) when it is whole."""
    if not listening(Event.MESSAGE):
        return
    told = [item for item in batch if _is_whole(item)]
    rows = Conversation.objects.select_related("channel", "visitor").in_bulk({item.head.id for item in told})
    happened = [
        (
            item.head.running.id if item.head.running else None,
            {
                **_place(rows[item.head.id]),
                "session": {"id": item.head.running.session_id} if item.head.running else None,
                "message": _said(item.seq, item.post.sender, item.post.elem),
            },
        )
        for item in told
    ]
    write(Event.MESSAGE, happened, timezone.now())


def _is_whole(item: Stored) -> bool:
    elem = item.post.elem
    return item.post.event is None and bool(preview_of(elem)) and elements.src_of(elem) != payloads.STREAM


@hooks.answer_finished.register
def finished(message: Message) -> None:
    if listening(Event.MESSAGE):
        session, sender = message.session, Sender(message.kind, message.sender_id, message.sender_name)
        data = {
            **_place(message.conversation),
            "session": {"id": str(session.session_id)} if session else None,
            "message": _said(message.seq, sender, message.elem),
        }
        write(Event.MESSAGE, [(message.session_id, data)], timezone.now())


def _said(seq: int, sender: Sender, elem: elements.Element | None) -> dict[str, Any]:
    who = {"kind": sender.kind, "id": sender.id, "name": sender.name}
    return {"seq": seq, "from": who, "text": elements.text_of(elem), "elem": elem}


def _place(conversation: Conversation) -> dict[str, Any]:
    visitor, channel = conversation.visitor, conversation.channel
    return {
        "visitor": {"openid": visitor.openid, "userId": visitor.user_id, "nickname": visitor.display_name},
        "channel": {"webAppId": channel.web_app_id, "name": channel.name, "kind": channel.kind},
    }


def session_data(session: Session) -> dict[str, Any]:
    """As in docs/wire.md, with the agent's account, which the business knows him by."""
    found = session.as_wire()
    if session.agent and found["agent"]:
        found["agent"]["account"] = session.agent.account
    return found
