"""Erasing one person (D10; GDPR article 17, PIPL article 47). What stays is in docs/privacy.md."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import Visitor, public_id
from sessions_flow import hooks
from sessions_flow.actions.ending import end_session
from sessions_flow.actions.sessions import locked
from sessions_flow.live.publish import part_after_commit
from sessions_flow.models import (
    Conversation,
    EndedBy,
    LeftMessage,
    Message,
    OpenStream,
    SearchText,
    Session,
    Upload,
    Visit,
    WebhookDelivery,
)

BATCH = 1000


@dataclass(slots=True)
class Erased:
    """How much there was."""

    visitors: int = 0
    messages: int = 0
    files: int = 0


def erase_person(visitor: Visitor, now: datetime | None = None) -> Erased:
    """Him and those merged into him. Open sockets close; sessions and counts stay, of nobody. May run again."""
    moment, erased = now or timezone.now(), Erased()
    for person in Visitor.objects.one_person(visitor).order_by("pk"):
        for conversation in Conversation.objects.filter(visitor=person).order_by("pk"):
            _end_what_runs(conversation, person, moment)
            erased.files += erase_files(Upload.objects.filter(conversation=conversation))
            erased.messages += erase_messages(Message.objects.filter(conversation=conversation))
        _erase_rows(person, moment)
        erased.visitors += 1
    return erased


def erase_messages(found: QuerySet[Message]) -> int:
    """Batch by batch. Returns how many."""
    total = 0
    while batch := list(found.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        total += drop_messages(batch)
    return total


def drop_messages(keys: list[int]) -> int:
    """With what the search index holds of them. Returns how many."""
    with transaction.atomic():
        SearchText.objects.filter(message__in=keys).delete()
        return Message.objects.filter(pk__in=keys)._raw_delete(Message.objects.db)


def erase_files(found: QuerySet[Upload]) -> int:
    """From the disk first: a row whose file is gone shows nothing, a file without a row would stay for ever."""
    total = 0
    for upload in found.order_by("pk"):
        for file in (upload.file, upload.thumbnail):
            if file:
                file.delete(save=False)
        upload.delete()
        total += 1
    return total


def _end_what_runs(conversation: Conversation, person: Visitor, now: datetime) -> None:
    with locked(conversation.pk, now) as held:
        if held.session is not None:
            end_session(held, held.session, EndedBy.ADMIN)
        part_after_commit(conversation.pk, person.openid)


def _erase_rows(person: Visitor, now: datetime) -> None:
    conversations = Conversation.objects.filter(visitor=person)
    sessions = Session.objects.filter(conversation__in=conversations)
    with transaction.atomic():
        hooks.visitor_erasing(person)
        OpenStream.objects.filter(conversation__in=conversations).delete()
        LeftMessage.objects.filter(conversation__in=conversations).delete()
        Visit.objects.filter(conversation__in=conversations).delete()
        WebhookDelivery.objects.filter(session__in=sessions).delete()
        sessions.update(variables={}, flow_memory={})
        conversations.update(preview="", unread=0, visitor_online=False, visitor_seen_at=None)
        audit.forget(person, *conversations, *sessions)
        Visitor.objects.filter(pk=person.pk).update(
            openid=public_id(), user_id=None, nickname="", avatar="", language="", attributes={}, merged_into=None,
            blocked_at=None, erased_at=now,
        )  # fmt: skip
