"""A supervisor takes part in a session that somebody else serves: its agent stays its agent."""

from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Member
from sessions_flow.actions.sessions import Locked, locked, tell
from sessions_flow.models import Joined, Session, State
from sessions_flow.protocol import elements, errors
from sessions_flow.protocol.errors import ProtocolError


def join(session: Session, admin: Member) -> None:
    """He may write from now on, under his own name; the visitor reads that he came. Joined twice is joined once.
    Raises ProtocolError when nobody serves the session, or he does himself."""
    if not admin.is_admin:
        raise ProtocolError(errors.NOT_YOURS, _("Only admins may do this."))
    with locked(session.conversation_id) as held:
        running = held.session
        if running is None or running.pk != session.pk:
            raise ProtocolError(errors.SESSION_OVER, _("This session is over."))
        if running.state != State.SERVING:
            raise ProtocolError(errors.BAD_DATA, _("Nobody serves this session."))
        if running.agent_id == admin.pk:
            raise ProtocolError(errors.BAD_DATA, _("You serve this session already."))
        facts = {"defaults": {"joined_at": held.now}}
        _row, is_new = Joined.objects.get_or_create(session=running, member=admin, left_at=None, **facts)
        if is_new:
            audit.record("join", running, actor=admin)
            _say(held, "joined", admin)


def part(session: Session, admin: Member) -> None:
    """Leaves again; who is not there, or whose session is over, leaves without a word."""
    with locked(session.conversation_id) as held:
        rows = Joined.objects.filter(session=session, member=admin, left_at=None)
        if rows.update(left_at=held.now):
            audit.record("leave", session, actor=admin)
            if held.session is not None and held.session.pk == session.pk:
                _say(held, "left", admin)


def _say(held: Locked, what: str, admin: Member) -> None:
    with translation.override(held.language or None):
        said = _("%(name)s joined the conversation.") if what == "joined" else _("%(name)s left the conversation.")
        tell(held, elements.text(said % {"name": admin.nickname}))
