"""An agent's leg of a session: opened, closed, given back, taken off his list."""

import logging
from datetime import datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Group, Member
from routing import bell
from routing.models import Assignment, Desk, Reception, Status, Waiting
from sessions_flow import live
from sessions_flow.actions import Locked, locked, return_to_queue
from sessions_flow.live.publish import tell_member_after_commit
from sessions_flow.models import Session, State
from sessions_flow.models.settings import current, wording
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError

logger = logging.getLogger(__name__)
Outcome = Assignment.Outcome


def tell_event(member_id: int, event: str, session: Session, **more: object) -> None:
    """To his connections after the commit: callIn, userAccessed, autoTransfer, transfer, sessionEnded (A106)."""
    frame = {"op": "event", "event": event, "session": str(session.session_id), **more}
    tell_member_after_commit(member_id, frame)


def running_of(held: Locked, session: Session) -> Session:
    """The session as it is under the lock. Raises ProtocolError when it is over."""
    if held.session is None or held.session.pk != session.pk:
        raise ProtocolError(errors.SESSION_OVER, _("This session is over."))
    return held.session


def take_place(member_id: int, now: datetime, *, must_be_free: bool = True) -> bool:
    """One more session for him, if he is below his limit and, unless he acts himself, 示闲. Under the lock."""
    desks = Desk.objects.exclude(status=Status.OFFLINE).filter(member=member_id, load__lt=F("limit"))
    if must_be_free:
        desks = desks.filter(status=Status.FREE)
    return bool(desks.update(load=F("load") + 1, assigned_at=now))


def free_place(member_id: int) -> None:
    Desk.objects.filter(member=member_id, load__gt=0).update(load=F("load") - 1)


def open_leg(session: Session, member: Member, group: Group | None, now: datetime, **facts: object) -> Assignment:
    """`accepted_at` makes it a running one, `due_at` an offer."""
    name = group.name if group else ""
    return Assignment.objects.create(
        session=session, member=member, group=group, group_name=name, offered_at=now, **facts
    )


def close_leg(leg: Assignment, outcome: str, now: datetime) -> None:
    """Ends it and frees its place. Under the conversation's lock. Only served ones stay on the agent's list."""
    leg.ended_at, leg.outcome = now, outcome
    if outcome not in (Outcome.SERVED, Outcome.TIMED_OUT, Outcome.TRANSFERRED):
        leg.completed_at = now
    leg.save(update_fields=["ended_at", "outcome", "completed_at"])
    if leg.member_id:
        free_place(leg.member_id)


def record_failure(row: Waiting, outcome: str, now: datetime) -> None:
    """用户放弃(排队) and 转人工失败 leave a record without an agent (A100)."""
    record_nobody(row.session, row.group, outcome, row.since, now)


def record_nobody(session: Session, group: Group | None, outcome: str, since: datetime, now: datetime) -> None:
    Assignment.objects.create(
        session=session,
        group=group,
        group_name=group.name if group else "",
        offered_at=since,
        ended_at=now,
        completed_at=now,
        outcome=outcome,
    )


def give_sessions_back(member: Member, now: datetime) -> None:
    """One that fails does not hold up the others; the sweep comes back to it."""
    legs = Assignment.objects.open().filter(member=member).values_list("pk", "session__conversation_id")
    for leg_pk, conversation_id in sorted(legs, key=lambda leg: leg[1]):
        try:
            _give_back(leg_pk, conversation_id, now)
        except Exception:
            logger.exception("leg %s could not be given back yet", leg_pk)
    live.ring_after_commit(None)
    bell.ring_after_commit()


def _give_back(leg_pk: int, conversation_id: int, now: datetime) -> None:
    with locked(conversation_id, now) as held:
        leg = Assignment.objects.open().filter(pk=leg_pk).first()
        session = held.session
        if leg is None or session is None or session.pk != leg.session_id:
            return
        withdraw_offer(session, now, Outcome.WITHDRAWN)  # made to him, or by him to somebody else
        if leg.accepted_at is not None:
            close_leg(leg, Outcome.LOST, now)
            return_to_queue(held, session, _agent_lost(held))


def _agent_lost(held: Locked) -> str:
    return wording(current(Reception), "agent_lost", held.language)


def withdraw_offer(session: Session, now: datetime, outcome: str) -> Assignment | None:
    """Nobody is asked any more to accept it: who waits is back in line, who is served stays with the sender, who is
    told so (A52). Under the conversation's lock."""
    offer = Assignment.objects.offered().filter(session=session).first()
    if offer is None:
        return None
    close_leg(offer, outcome, now)
    Waiting.objects.filter(session=session).update(is_offered=False)
    if offer.given_by_id and session.state == State.SERVING:
        tell_event(offer.given_by_id, "transferFailed", session, reason=outcome)
    live.ring_after_commit([pk for pk in (offer.member_id, offer.given_by_id) if pk])
    return offer


def complete(member: Member, session: Session | None = None) -> int:
    """Takes one ended row (A114), or all (全部完成, W25), off the member's list. Returns how many."""
    rows = Assignment.objects.filter(member=member, ended_at__isnull=False, completed_at=None)
    if session is not None:
        rows = rows.filter(session=session)
    done = rows.update(completed_at=timezone.now())
    live.ring_after_commit([member.pk])
    return done


def end_legs(session: Session, outcome: str, now: datetime) -> int | None:
    """The session is over for routing. Returns the member who served it. Under the conversation's lock."""
    withdraw_offer(session, now, Outcome.WITHDRAWN)
    leg = Assignment.objects.running().filter(session=session).first()
    if leg is None:
        return None
    close_leg(leg, outcome, now)
    return leg.member_id
