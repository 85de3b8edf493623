"""主动发起会话: an agent goes to a visitor whom he served before (F47, W40)."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from routing.actions.legs import open_leg
from routing.actions.offers import begin_service
from routing.actions.transfer import sit_down
from routing.lock import assignment_lock
from routing.models import Assignment
from sessions_flow.actions import locked, open_for_agent
from sessions_flow.models import Conversation, Session, State
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError


def start(conversation: Conversation, member: Member) -> Session:
    """A new session that the agent serves at once, or the one that the visitor has with the bot. Raises ProtocolError
    when somebody serves the visitor, or he waits in the queue; when he is blocked; when the agent has no place left."""
    now = timezone.now()
    with assignment_lock([conversation.pk]), locked(conversation.pk, now) as held:
        if held.conversation.visitor.blocked_at is not None:
            raise ProtocolError(errors.BAD_DATA, _("This visitor is blocked."))
        if held.session is not None and held.session.state != State.FLOW:
            raise ProtocolError(errors.BAD_DATA, _("This visitor is being served, or waits in the queue."))
        sit_down(member, now)
        session = held.session or open_for_agent(held)
        leg = open_leg(session, member, None, now, origin=Assignment.Origin.STARTED)
        begin_service(held, session, leg)
    return session
