"""What agents do with their desks and sessions: statuses, ending, completing, being lost."""

import logging
from datetime import datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from routing import assigner
from routing.models import Assignment, Desk, Reception, Status
from sessions_flow import live
from sessions_flow.actions import end_session, locked, return_to_queue
from sessions_flow.models import EndedBy, Session
from sessions_flow.models.settings import current
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError

logger = logging.getLogger(__name__)
REASON_LENGTH = 40


def desk_of(member: Member) -> Desk:
    """The member's desk, made on his first day."""
    desk, _made = Desk.objects.get_or_create(member=member, defaults={"limit": current(Reception).limit})
    return desk


def set_status(member: Member, status: str, reason: str = "") -> None:
    """W15 to W18, A50: running sessions stay, except that 下线 gives them back to the queue (A49)."""
    if status not in Status.values:
        raise ProtocolError(errors.BAD_DATA, _("Unknown status."))
    now = timezone.now()
    if status == Status.OFFLINE:
        go_offline(member, now)
        return
    desk = desk_of(member)
    Desk.objects.filter(pk=desk.pk).update(
        status=status,
        reason=reason[:REASON_LENGTH] if status == Status.REST else "",
        since=now,
        seen_at=now,
        lost_status="",
    )
    live.ring_after_commit(None)
    assigner.ring_after_commit()


def arrive(member: Member, is_opening: bool) -> None:
    """Opening the workbench sets an agent 示闲 (W9); admins serve when they say so (A84). Coming back keeps the status,
    or restores what was lost (A96, A109); who chose 下线 stays so."""
    desk = desk_of(member)
    wanted = desk.lost_status or (Status.FREE if is_opening and not member.is_admin else "")
    if desk.status == Status.OFFLINE and wanted:
        set_status(member, wanted)
    else:
        Desk.objects.filter(pk=desk.pk).update(seen_at=timezone.now())


def go_offline(member: Member, now: datetime) -> None:
    """His sessions go back to the queue with their waiting time; no assignments from now on."""
    desk = desk_of(member)
    Desk.objects.filter(pk=desk.pk).update(status=Status.OFFLINE, reason="", lost_status="", since=now)
    give_sessions_back(member, now)


def lose(desk: Desk, unseen_since: datetime, now: datetime) -> bool:
    """Nobody has seen the agent since then. False when he came back meanwhile, or somebody was faster."""
    gone = Desk.objects.logged_in().filter(pk=desk.pk, seen_at__lt=unseen_since, status=desk.status)
    if not gone.update(status=Status.OFFLINE, reason="", lost_status=desk.status, since=now):
        return False
    give_sessions_back(desk.member, now)
    return True


def give_sessions_back(member: Member, now: datetime) -> None:
    """One that fails does not hold up the others; the sweep comes back to it."""
    legs = Assignment.objects.open().filter(member=member).values_list("session_id", "session__conversation_id")
    for session_pk, conversation_id in sorted(legs, key=lambda leg: leg[1]):
        try:
            _give_back(session_pk, conversation_id, member, now)
        except Exception:
            logger.exception("session %s could not be given back yet", session_pk)
    live.ring_after_commit(None)
    assigner.ring_after_commit()


def _give_back(session_pk: int, conversation_id: int, member: Member, now: datetime) -> None:
    with locked(conversation_id, now) as held:
        session = held.session
        if session and session.pk == session_pk and session.agent_id == member.pk:
            close_leg(session, Assignment.Outcome.LOST, now)
            return_to_queue(held, session)


def close_leg(session: Session, outcome: str, now: datetime) -> None:
    """Ends the open assignment and frees its place. Under the conversation's lock."""
    leg = Assignment.objects.open().filter(session=session).first()
    if leg is None:
        return
    leg.ended_at, leg.outcome = now, outcome
    if outcome == Assignment.Outcome.LOST:
        leg.completed_at = now
    leg.save(update_fields=["ended_at", "outcome", "completed_at"])
    Desk.objects.filter(member_id=leg.member_id, load__gt=0).update(load=F("load") - 1)


def end_by_agent(session: Session, member: Member) -> None:
    """结束会话 (W37). Raises ProtocolError when it is not his, or over."""
    with locked(session.conversation_id) as held:
        running = held.session
        if running is None or running.pk != session.pk or running.agent_id != member.pk:
            raise ProtocolError(errors.SESSION_OVER, _("This session is not yours, or is over."))
        end_session(held, running, EndedBy.SEAT)


def complete(member: Member, session: Session | None = None) -> int:
    """Takes one ended row (A114), or all (全部完成, W25), off the member's list. Returns how many."""
    rows = Assignment.objects.filter(member=member, ended_at__isnull=False, completed_at=None)
    if session is not None:
        rows = rows.filter(session=session)
    done = rows.update(completed_at=timezone.now())
    live.ring_after_commit([member.pk])
    return done
