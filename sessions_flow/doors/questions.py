"""The forms of a channel as a visitor's page gets them: before the chat, and to leave a message (A117)."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from sessions_flow.actions import checked_answers, set_attributes
from sessions_flow.models import Channel, Conversation, FormField, Session, Visit


def asked_before(conversation: Conversation, session: Session | None, fields: Iterable[FormField]) -> list[FormField]:
    """What the visitor still has to be asked: nothing that is known, nothing in the middle of a session, and
    optional questions once."""
    if session is not None:
        return []
    known = conversation.visitor.attributes
    unknown = [field for field in fields if field.place in FormField.BEFORE_CHAT and field.label not in known]
    if not unknown or any(field.is_required for field in unknown):
        return unknown
    was_asked = Visit.objects.filter(conversation=conversation, form_done_at__isnull=False).exists()
    return [] if was_asked else unknown


def answer_form(conversation: Conversation, answers: object) -> None:
    """The answers become attributes of the visitor, and so variables of his sessions. Raises ProtocolError."""
    known = conversation.visitor.attributes
    fields = conversation.channel.form_fields.filter(place__in=FormField.BEFORE_CHAT)
    given = checked_answers([field for field in fields if field.label not in known], answers)
    set_attributes(conversation, given)
    Visit.objects.update_or_create(conversation=conversation, defaults={"form_done_at": timezone.now()})


def message_form(channel: Channel, fields: Iterable[FormField]) -> dict[str, Any] | None:
    """When the message form may be opened, and what it asks; None where nothing can be left."""
    if channel.message_form == Channel.MessageForm.NEVER:
        return None
    return {
        "always": channel.message_form == Channel.MessageForm.ALWAYS,
        "fields": wire(field for field in fields if field.place in FormField.WITH_MESSAGE),
    }


def wire(fields: Iterable[FormField]) -> list[dict[str, Any]]:
    return [field.as_wire() for field in fields]
