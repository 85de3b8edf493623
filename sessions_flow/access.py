"""The only ways to get a conversation or a file for a person. Refusal is `None`: doors answer 404 (promise 12)."""

from django.db.models import Q, QuerySet

from accounts.models import Member, Visitor
from sessions_flow.models import Conversation, Session, Upload


def conversations_of(member: Member) -> QuerySet[Conversation]:
    """Admins: all. Agents: those in which they serve or served a session."""
    if member.is_admin:
        return Conversation.objects.all()
    mine = Session.objects.filter(Q(agent=member) | Q(assignments__member=member), conversation_id__isnull=False)
    return Conversation.objects.filter(pk__in=mine.values("conversation_id"))


def conversation_for_member(member: Member, public_id: object) -> Conversation | None:
    if not isinstance(public_id, str):
        return None
    return conversations_of(member).filter(public_id=public_id).first()


def upload_for_visitor(visitor: Visitor, public_id: str) -> Upload | None:
    return Upload.objects.filter(public_id=public_id, conversation__visitor=visitor).first()


def upload_for_member(member: Member, public_id: str) -> Upload | None:
    return Upload.objects.filter(public_id=public_id, conversation__in=conversations_of(member)).first()


def shown_upload(conversation_id: int, public_id: str) -> Upload | None:
    """The upload that a message of this conversation may show."""
    return Upload.objects.filter(public_id=public_id, conversation_id=conversation_id).first()
