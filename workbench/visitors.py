"""Who the visitor is, as the agent's right column shows it: fetched when it is opened, not part of every snapshot."""

from typing import Any

from accounts.models import Member
from sessions_flow.access import serves_now
from sessions_flow.models import Conversation, Session, Visit


def visitor_card(member: Member, conversation_id: int) -> dict[str, Any]:
    """Attributes (with the answers of the form before the chat), device and page trail. The trail is for who serves
    him now, and for admins: where he goes later is not a former agent's to see."""
    conversation = Conversation.objects.select_related("visitor").get(pk=conversation_id)
    visitor = conversation.visitor
    visit = Visit.objects.filter(conversation=conversation).first() or Visit(conversation=conversation)
    card = visit.as_wire()
    if not serves_now(member, conversation):
        card["pages"] = []
    return {
        "conversation": conversation.public_id,
        "user_id": visitor.user_id,
        "name": visitor.display_name,
        "attributes": visitor.attributes,
        "visit": card,
        "past_sessions": Session.objects.filter(conversation=conversation, ended_at__isnull=False).count(),
    }
