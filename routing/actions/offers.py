"""Manual reception: a session is offered to an agent, who accepts, refuses or misses it (M40 to M42, A40 to A42).

Whoever acts holds the assignment lock and the conversation, and looks again whether the offer is still open: a click
in the last moment and the time-out never both win.
"""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from routing import bell
from routing.actions.desks import Cause, change_status
from routing.actions.legs import (
    close_leg,
    open_leg,
    record_failure,
    running_of,
    take_place,
    tell_event,
    withdraw_offer,
)
from routing.lock import assignment_lock
from routing.models import Assignment, Desk, Reception, Status, Waiting
from sessions_flow import live
from sessions_flow.actions import Locked, connect_agent, locked, refuse_human, return_to_flow
from sessions_flow.models import Session
from sessions_flow.models.settings import current, prompts_for, wording
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError

Outcome = Assignment.Outcome


def give(held: Locked, session: Session, member: Member, **facts: object) -> Assignment:
    """To be served at once, or (手动接待) offered first (M39, M40). His place is taken, also for an offer (A41);
    until he accepts, the visitor reads nothing new (A42)."""
    rules = current(Reception)
    is_offer = rules.mode == Reception.Mode.MANUAL
    leg = open_leg(session, member, session.group, held.now, **facts)
    tell_event(member.pk, "callIn", session, timeout=rules.accept_seconds if is_offer else 0)
    if not is_offer:
        begin_service(held, session, leg)
        return leg
    leg.due_at = held.now + timedelta(seconds=rules.accept_seconds)
    leg.save(update_fields=["due_at"])
    Waiting.objects.filter(session=session).update(is_offered=True)
    live.ring_after_commit([member.pk])
    return leg


def accept(session: Session, member: Member) -> None:
    """接入. Raises ProtocolError when it was offered to somebody else, taken away, or is over (A103)."""
    now = timezone.now()
    with assignment_lock([session.conversation_id]), locked(session.conversation_id, now) as held:
        leg = _open_offer(session, member)
        begin_service(held, running_of(held, session), leg)


def begin_service(held: Locked, session: Session, leg: Assignment) -> None:
    """The agent of an open leg serves from now on; whoever served before has passed it on (A52)."""
    before = Assignment.objects.running().filter(session=session).exclude(pk=leg.pk).first()
    if before:
        close_leg(before, Outcome.TRANSFERRED, held.now)
        if before.member_id:
            tell_event(before.member_id, "transfer", session)
            live.ring_after_commit([before.member_id])
    leg.accepted_at, leg.due_at = held.now, None
    leg.save(update_fields=["accepted_at", "due_at"])
    Waiting.objects.filter(session=session).delete()
    if leg.member is None:
        raise ValueError("a leg without an agent cannot be served")
    connect_agent(held, session, leg.member, leg.group)
    tell_event(leg.member.pk, "userAccessed", session)
    live.ring_after_commit(None)


def _open_offer(session: Session, member: Member) -> Assignment:
    leg = Assignment.objects.offered().filter(session=session, member=member).select_related("member", "group").first()
    if leg is None:
        raise ProtocolError(errors.SESSION_OVER, _("This session is not offered to you any more."))
    return leg


def refuse(session: Session, member: Member) -> None:
    """The agent does not want it: the next one is asked. Raises ProtocolError like `accept`."""
    now = timezone.now()
    with assignment_lock([session.conversation_id]), locked(session.conversation_id, now) as held:
        _open_offer(session, member)
        pass_on(held, session, Outcome.REFUSED)


def miss(leg_pk: int, conversation_id: int, now: datetime) -> bool:
    """The time to accept is over. False when somebody was faster."""
    with assignment_lock([conversation_id]), locked(conversation_id, now) as held:
        leg = Assignment.objects.offered().filter(pk=leg_pk, due_at__lte=now).select_related("session").first()
        if leg is None:
            return False
        pass_on(held, leg.session, Outcome.MISSED)
        if leg.member_id:
            tell_event(leg.member_id, "autoTransfer", leg.session)
            _rest(leg.member_id, now)
    return True


def _rest(member_id: int, now: datetime) -> None:
    """超时转接后转小休 (M42)."""
    if current(Reception).rests_after_miss:
        free = Desk.objects.filter(status=Status.FREE)
        change_status(free, member_id, Status.REST, Cause.MISSED, now)


def pass_on(held: Locked, session: Session, outcome: str) -> None:
    """Ends the open offer: the session is back in its place in line without this agent (A40). A transfer stays with
    the sender (A52)."""
    leg = withdraw_offer(session, held.now, outcome)
    if leg is None:
        return
    row = Waiting.objects.filter(session=session).first()
    if row is not None:
        row.excluded = sorted({*row.excluded, leg.member_id})
        row.save(update_fields=["excluded"])
    bell.ring_after_commit()


def start_round(row: Waiting) -> bool:
    """Everybody missed or refused it: all are asked again, unless that was the last round. Under the lock."""
    row.rounds += 1
    if row.rounds >= current(Reception).offer_rounds:
        return False
    row.excluded = []
    row.save(update_fields=["rounds", "excluded"])
    return True


def failed_text(held: Locked, session: Session) -> str:
    """转人工失败 (M31)."""
    return wording(prompts_for(held.conversation.pk), "failed", held.language, **session.variables)


def give_up(held: Locked, row: Waiting) -> None:
    """Nobody serves it: back to who transferred it (A52), or 转人工失败 and with the flow again. Under the lock."""
    sender = row.transferred_by
    if sender and take_place(sender.pk, held.now, must_be_free=False):
        leg = open_leg(row.session, sender, row.session.group, held.now, origin=Assignment.Origin.TRANSFERRED)
        tell_event(sender.pk, "transferFailed", row.session, reason=Outcome.FAILED)
        begin_service(held, row.session, leg)
        return
    record_failure(row, Outcome.FAILED, held.now)
    refuse_human(held, failed_text(held, row.session), offers_form=True)
    return_to_flow(held, row.session, nobody_came=True)
