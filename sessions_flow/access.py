"""The only ways to get a conversation or a file for a person. Refusal is `None`: doors answer 404 (promise 12)."""

import hmac
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from accounts.models import Member, Visitor
from sessions_flow.models import ApiKey, Channel, Conversation, LeftMessage, Message, Session, Upload
from sessions_flow.models.api_key import MARK, digest_of
from sessions_flow.models.left_message import LeftMessageQuerySet


def conversations_of(member: Member) -> QuerySet[Conversation]:
    """Admins: all. Agents: those in which they serve or served a session."""
    if member.is_admin:
        return Conversation.objects.all()
    return Conversation.objects.filter(pk__in=_served_by(member).values("conversation_id"))


def conversation_for_member(member: Member, public_id: object) -> Conversation | None:
    if not isinstance(public_id, str):
        return None
    return conversations_of(member).filter(public_id=public_id).first()


def upload_for_visitor(visitor: Visitor, public_id: str) -> Upload | None:
    return _readable().filter(public_id=public_id, conversation__visitor=visitor).first()


def messages_for_member(member: Member, conversation: Conversation) -> QuerySet[Message]:
    """Admins, and who serves now: everything. An agent who served: up to the end of his last leg, and the sessions that
    he served to their end; what the visitor tells others later is not his to read."""
    messages = Message.objects.filter(conversation=conversation)
    last = _end_of_service(member, conversation)
    return messages if last is None else messages.filter(Q(created_at__lte=last) | Q(session__agent=member))


def upload_for_member(member: Member, public_id: str) -> Upload | None:
    upload = _readable().filter(public_id=public_id, conversation__in=conversations_of(member)).first()
    if upload is None:
        return None
    last = _end_of_service(member, upload.conversation)
    return upload if last is None or upload.created_at <= last else None


def serves_now(member: Member, conversation: Conversation) -> bool:
    """Who serves it now; admins as if they did."""
    return member.is_admin or Session.objects.running().filter(conversation=conversation, agent=member).exists()


def left_messages_for_member(member: Member) -> LeftMessageQuerySet:
    """Admins: all. Agents: those for everybody or for their groups that nobody has claimed, and what they claimed."""
    messages = LeftMessage.objects.all()
    if member.is_admin:
        return messages
    theirs = Q(group=None) | Q(group__in=member.groups_served.all())
    return messages.filter(Q(member=member) | (Q(member=None) & theirs))


def _served_by(member: Member) -> QuerySet[Session]:
    """Not what he was only offered."""
    return Session.objects.filter(Q(agent=member) | _accepted(member)).distinct()


def _accepted(member: Member) -> Q:
    return Q(assignments__member=member, assignments__accepted_at__isnull=False)


def _end_of_service(member: Member, conversation: Conversation) -> datetime | None:
    """None: no limit."""
    if serves_now(member, conversation):
        return None
    legs = Session.objects.filter(_accepted(member), conversation=conversation)
    last: datetime | None = legs.aggregate(last=Max("assignments__ended_at"))["last"]
    return last


def shown_upload(conversation_id: int, public_id: str) -> Upload | None:
    """The upload that a message of this conversation may show."""
    return _readable().filter(public_id=public_id, conversation_id=conversation_id).first()


def _readable() -> QuerySet[Upload]:
    """What was recalled is gone for everybody."""
    return Upload.objects.filter(recalled_at=None)


def key_of(said: str) -> ApiKey | None:
    """The valid key that was shown. Compared in constant time, also where there is no such key."""
    mark, _, rest = said.partition("_")
    prefix, _, secret = rest.partition("_")
    key = ApiKey.objects.valid().filter(prefix=prefix).first() if prefix.isalnum() and len(prefix) <= 12 else None
    is_right = hmac.compare_digest(digest_of(secret), key.digest if key else digest_of(""))
    return key if key and is_right and mark == MARK else None


def channel_of(web_app_id: object) -> Channel | None:
    """The open channel of a webAppId, however odd what was sent."""
    known = isinstance(web_app_id, str) and web_app_id.isalnum()
    return Channel.objects.filter(web_app_id=web_app_id, is_active=True).first() if known else None


def conversation_of_visitor(visitor: Visitor, channel: Channel) -> Conversation | None:
    return Conversation.objects.select_related("visitor", "channel").filter(visitor=visitor, channel=channel).first()


def sessions_for_key(key: ApiKey) -> QuerySet[Session]:
    return key.limited(Session.objects.all(), "conversation__channel")


def upload_for_key(key: ApiKey, public_id: str) -> Upload | None:
    return key.limited(_readable().filter(public_id=public_id), "conversation__channel").first()
