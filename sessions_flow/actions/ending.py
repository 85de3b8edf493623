"""The end of a session (A56, A59, A65)."""

from typing import Any

from sessions_flow import hooks, live
from sessions_flow.actions.rating import send_card
from sessions_flow.actions.sessions import Locked, tell, tell_state, variables_of
from sessions_flow.models import Closing, EndedBy, RatingRules, Session, State
from sessions_flow.models.settings import current, wording
from sessions_flow.protocol import elements, payloads


def end_session(held: Locked, session: Session, by: EndedBy) -> None:
    """Closing text, end flag, then the rating card where a human served. The timer's text differs (M47, M48)."""
    said = _goodbye(held, session, by)
    rules = current(RatingRules)
    if session.served_at and rules.is_enabled and rules.is_automatic:
        tell(held, *said)
        said = []
        send_card(held, session)
    session.move(State.ENDED)
    session.ended_at, session.ended_by = held.now, by
    session.idle_due_at = session.flow_due_at = None
    tell_state(held, session, after=said)  # before the row says so: the entries still belong to this session
    session.save(update_fields=["state", "ended_at", "ended_by", "idle_due_at", "flow_due_at"])
    hooks.session_ended(session)
    if session.agent_id:
        live.ring_after_commit([session.agent_id])


def _goodbye(held: Locked, session: Session, by: EndedBy) -> list[dict[str, Any]]:
    closing = current(Closing)
    name, is_on = ("timed_out", closing.says_timed_out) if by == EndedBy.TIMER else ("closed", closing.says_closed)
    flag = elements.custom(payloads.payload(payloads.FLOW_TIMED_OUT if by == EndedBy.TIMER else payloads.FLOW_ENDED))
    return [elements.text(wording(closing, name, held.language, **variables_of(session))), flag] if is_on else [flag]
