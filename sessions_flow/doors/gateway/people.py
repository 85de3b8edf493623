"""Who logs in, and whom he can write to: a signed user id is a visitor, a service account is a channel (A16, M24)."""

import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import usersig
from accounts.models import Visitor
from sessions_flow.actions import open_conversation
from sessions_flow.doors.gateway.frames import NO_SUCH_PEER, NOT_LOGGED_IN, SIG_EXPIRED, Refusal
from sessions_flow.models import Channel, Conversation
from sessions_flow.models.channel import ACCOUNT_ALIASES, DEFAULT_ACCOUNT

A2_SALT = "im-a2"
MOST_PEERS = 100


@dataclass(slots=True)
class Person:
    """A visitor on one connection of the SDK."""

    visitor: Visitor
    until: int  # Unix seconds: the end of his userSig
    threads: dict[int, Conversation] = field(default_factory=dict)  # channel id: his conversation there
    names: dict[int, str] = field(default_factory=dict)  # channel id: the name under which his client knows it

    @property
    def user_id(self) -> str:
        return self.visitor.user_id or ""

    def name_of(self, channel: Channel) -> str:
        return self.names.get(channel.pk, channel.service_account)


def log_in(head: dict[str, Any], language: str) -> Person:
    """By userSig, or by the A2 key that an earlier login gave. Raises Refusal."""
    if isinstance(head.get("a2"), str):
        user_id, until = _read_a2(head["a2"])
    else:
        user_id, until = _read_sig(head)
    visitor, is_new = Visitor.objects.get_or_create(user_id=user_id, defaults={"language": language})
    if not is_new and not visitor.language:
        Visitor.objects.filter(pk=visitor.pk).update(language=language)
        visitor.language = language
    person = Person(visitor, until)
    for conversation in threads_of(visitor).order_by("last_at")[:MOST_PEERS]:
        know(person, conversation)
    for channel in peers()[:1]:  # the conversation list shows it from the beginning (F1), on every device
        if channel.pk not in person.threads:
            know(person, _open(channel, visitor))
    return person


def threads_of(visitor: Visitor) -> QuerySet[Conversation]:
    return Conversation.objects.filter(visitor=visitor).select_related("channel")


def _open(channel: Channel, visitor: Visitor) -> Conversation:
    conversation = open_conversation(channel, visitor)
    conversation.channel = channel
    return conversation


def know(person: Person, conversation: Conversation) -> None:
    """One of his threads, read with its channel; the last one known is the last one used."""
    conversation.visitor = person.visitor
    person.threads.pop(conversation.channel_id, None)
    person.threads[conversation.channel_id] = conversation


def _read_sig(head: dict[str, Any]) -> tuple[str, int]:
    if not head.get("usersig"):
        raise Refusal(NOT_LOGGED_IN, _("Log in first."))
    try:
        claims = usersig.proved(head["usersig"], str(head.get("identifier")))
    except usersig.UserSigError as error:
        raise Refusal(error.code, error.reason) from None
    if head.get("sdkappid") != settings.IM_SDK_APP_ID:
        raise Refusal(usersig.WrongApp.code, usersig.WrongApp.reason)
    return claims.user_id, claims.ends_at


def a2_of(person: Person) -> str:
    """Stands for the userSig after login, and lives as long."""
    return signing.dumps([person.user_id, person.until], salt=A2_SALT)


def _read_a2(a2: str) -> tuple[str, int]:
    try:
        user_id, until = signing.loads(a2[:600], salt=A2_SALT)
    except signing.BadSignature:
        raise Refusal(SIG_EXPIRED, usersig.Expired.reason) from None
    if until < time.time():
        raise Refusal(SIG_EXPIRED, usersig.Expired.reason)
    return user_id, until


def peers() -> list[Channel]:
    """Whom a visitor can write to, the default service account first."""
    found = Channel.objects.filter(is_active=True).order_by("pk")[:MOST_PEERS]
    return sorted(found, key=lambda channel: channel.service_account != DEFAULT_ACCOUNT)


def channel_of(account: object) -> Channel | None:
    """The channel behind a service account or its alias (A16)."""
    if not isinstance(account, str) or "\0" in account:
        return None
    return Channel.objects.filter(service_account=ACCOUNT_ALIASES.get(account, account), is_active=True).first()


def thread_with(person: Person, account: object) -> Conversation:
    """His conversation with a service account, from now on under the name that he used. Raises Refusal."""
    channel = channel_of(account)
    if channel is None:
        raise Refusal(NO_SUCH_PEER, _("There is no service account of this name."))
    person.names[channel.pk] = str(account)
    know(person, person.threads.get(channel.pk) or _open(channel, person.visitor))
    return person.threads[channel.pk]
