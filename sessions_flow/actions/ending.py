"""The end of a session (A56, A59, A65)."""

from collections.abc import Sequence
from typing import Any

from sessions_flow import hooks, live
from sessions_flow.actions.post import Post, post_messages
from sessions_flow.actions.rating import send_card
from sessions_flow.actions.sessions import Locked, state_posts, tell, variables_of
from sessions_flow.models import Closing, EndedBy, RatingRules, Session, State
from sessions_flow.models.settings import current, wording
from sessions_flow.protocol import elements, payloads


def end_session(held: Locked, session: Session, by: EndedBy) -> None:
    """Closing text, end flag, then the rating card where a human served. The timer's text differs (M47, M48)."""
    end_sessions([(held, session)], by)


def end_sessions(ending: Sequence[tuple[Locked, Session]], by: EndedBy) -> None:
    """Several under their locks, at least one, in a number of statements that grows only with those whom agents met."""
    posts = [post for held, session in ending for post in _last_words(held, session, by)]
    now = ending[0][0].now
    post_messages(posts, now)  # before the rows say so: the entries still belong to these sessions
    ended = [session for _held, session in ending]
    Session.objects.filter(pk__in=[session.pk for session in ended]).update(
        state=State.ENDED, ended_at=now, ended_by=by, idle_due_at=None, flow_due_at=None
    )
    for session in ended:
        hooks.session_ended(session)
    if served := [session.agent_id for session in ended if session.agent_id]:
        live.ring_after_commit(served)


def _last_words(held: Locked, session: Session, by: EndedBy) -> list[Post]:
    """Ends it in memory."""
    said = _goodbye(held, session, by)
    if _is_rated_at_the_end(session):
        tell(held, *said)
        said = []
        send_card(held, session)
    session.move(State.ENDED)
    session.ended_at, session.ended_by = held.now, by
    session.idle_due_at = session.flow_due_at = None
    return state_posts(held, session, after=said)


def _is_rated_at_the_end(session: Session) -> bool:
    rules = current(RatingRules)
    return bool(session.served_at and rules.is_enabled and rules.is_automatic)


def _goodbye(held: Locked, session: Session, by: EndedBy) -> list[dict[str, Any]]:
    closing = current(Closing)
    name, is_on = ("timed_out", closing.says_timed_out) if by == EndedBy.TIMER else ("closed", closing.says_closed)
    flag = elements.custom(payloads.payload(payloads.FLOW_TIMED_OUT if by == EndedBy.TIMER else payloads.FLOW_ENDED))
    return [elements.text(wording(closing, name, held.language, **variables_of(session))), flag] if is_on else [flag]
