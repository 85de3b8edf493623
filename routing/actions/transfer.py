"""转接 to another agent or to a group (W42 to W45, A52), and what a supervisor may do with any session."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Group, Member
from routing import bell
from routing.actions.desks import Cause, change_status, desk_of
from routing.actions.legs import close_leg, open_leg, running_of, take_place, tell_event, withdraw_offer
from routing.actions.offers import begin_service, give
from routing.lock import assignment_lock
from routing.models import Assignment, Desk, Status, Waiting
from routing.models.assignment import NOTE_LENGTH
from sessions_flow import live
from sessions_flow.actions import Locked, end_session, locked, return_to_queue
from sessions_flow.models import EndedBy, Joined, Session, State
from sessions_flow.models.settings import prompts_for, wording
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError

Origin, Outcome = Assignment.Origin, Assignment.Outcome


def transfer(
    session: Session, by: Member, *, to: Member | None = None, group: Group | None = None, note: str = ""
) -> bool:
    """The SessionId stays; an agent named wins over a group (A103). In manual mode the target accepts first, and until
    then, or when he does not, the sender serves on (False). Raises ProtocolError, and nothing has changed."""
    now = timezone.now()
    note = note.strip()[:NOTE_LENGTH]
    with assignment_lock([session.conversation_id]), locked(session.conversation_id, now) as held:
        running = _his(held, session, by)
        if running.agent_id != by.pk:
            audit.record("assign", running, actor=by)
        if to is not None:
            return _to_agent(held, running, by, to, note)
        if group is not None:
            _to_group(held, running, by, group, note)
            return True
        raise ProtocolError(errors.BAD_DATA, _("Choose an agent or a group."))


def _his(held: Locked, session: Session, by: Member) -> Session:
    running = running_of(held, session)
    if running.agent_id != by.pk and not by.is_admin:
        raise ProtocolError(errors.SESSION_OVER, _("This session is not yours, or is over."))
    if running.state != State.SERVING:
        raise ProtocolError(errors.BAD_DATA, _("Nobody serves this session."))
    if Assignment.objects.offered().filter(session=running).exists():
        raise ProtocolError(errors.BAD_DATA, _("This session is being transferred already."))
    return running


def _to_agent(held: Locked, session: Session, by: Member, to: Member, note: str) -> bool:
    if to.pk == session.agent_id:
        raise ProtocolError(errors.BAD_DATA, _("This agent serves the session already."))
    _take_place_of(to, held.now)
    leg = give(held, session, to, origin=Origin.TRANSFERRED, given_by=by, note=note)
    return leg.accepted_at is not None


def _take_place_of(member: Member, now: datetime) -> None:
    """Only who could be given a new session can be given this one; the reason otherwise."""
    desk = Desk.objects.logged_in().filter(member=member).first()
    names = {"name": member.nickname}
    if desk is None:
        raise ProtocolError(errors.BAD_DATA, _("%(name)s is offline.") % names)
    if desk.status != Status.FREE:
        raise ProtocolError(errors.BAD_DATA, _("%(name)s takes no sessions right now.") % names)
    if not take_place(member.pk, now):
        raise ProtocolError(errors.BAD_DATA, _("%(name)s serves as many visitors as the limit allows.") % names)


def _to_group(held: Locked, session: Session, by: Member, group: Group, note: str) -> None:
    """Into the group's queue with the time waited before; the sender is asked last."""
    if group.removed_at or not Desk.objects.logged_in().of_group(group.pk).exists():
        raise ProtocolError(errors.BAD_DATA, _("Nobody of this group is at work."))
    leg = Assignment.objects.running().filter(session=session).select_related("member").first()
    sender = leg.member if leg else None
    if leg is not None:
        close_leg(leg, Outcome.TRANSFERRED, held.now)
    session.group = group
    session.save(update_fields=["group"])
    return_to_queue(held, session, _connecting(held, session))
    excluded = [sender.pk] if sender else []
    Waiting.objects.filter(session=session).update(transferred_by=sender, excluded=excluded, note=note)
    if sender:
        tell_event(sender.pk, "transfer", session)
        live.ring_after_commit([sender.pk])
    bell.ring_after_commit()


def _connecting(held: Locked, session: Session) -> str:
    return wording(prompts_for(held.conversation.pk), "connecting", held.language, **session.variables)


def take_over(session: Session, admin: Member, *, comes_to_work: bool = False) -> None:
    """A supervisor serves any running session himself, also one with the bot. `comes_to_work`: who is offline is 示忙
    from now on, since his workbench opens next. Raises ProtocolError."""
    supervises(admin)
    now = timezone.now()
    with assignment_lock([session.conversation_id]), locked(session.conversation_id, now) as held:
        running = running_of(held, session)
        if running.agent_id == admin.pk:
            raise ProtocolError(errors.BAD_DATA, _("You serve this session already."))
        withdraw_offer(running, now, Outcome.WITHDRAWN)
        if comes_to_work:
            desk_of(admin)
            away = Desk.objects.filter(status=Status.OFFLINE)
            change_status(away, admin.pk, Status.NOT_READY, Cause.CHOSEN, now, seen_at=now)
        sit_down(admin, now)
        Joined.objects.filter(session=running, member=admin, left_at=None).update(left_at=now)
        audit.record("take_over", running, actor=admin)
        leg = open_leg(running, admin, running.group, now, origin=Origin.TAKEN_OVER)
        begin_service(held, running, leg)


def supervises(admin: Member) -> None:
    """Raises ProtocolError for whoever is no admin."""
    if not admin.is_admin:
        raise ProtocolError(errors.NOT_YOURS, _("Only admins may do this."))


def sit_down(member: Member, now: datetime) -> None:
    """Acting himself, he need not be 示闲, but at work and below his limit."""
    if not Desk.objects.logged_in().filter(member=member).exists():
        raise ProtocolError(errors.BAD_DATA, _("You are offline. Change your status first."))
    if not take_place(member.pk, now, must_be_free=False):
        raise ProtocolError(errors.BAD_DATA, _("You serve as many visitors as your limit allows."))


def assign(session: Session, admin: Member, to: Member) -> None:
    """A supervisor gives a waiting or served session to an agent. Raises ProtocolError."""
    supervises(admin)
    now = timezone.now()
    with assignment_lock([session.conversation_id]), locked(session.conversation_id, now) as held:
        running = running_of(held, session)
        audit.record("assign", running, actor=admin)
        if running.state != State.WAITING:
            _to_agent(held, _his(held, session, admin), admin, to, "")
            return
        withdraw_offer(running, now, Outcome.WITHDRAWN)
        _take_place_of(to, now)
        give(held, running, to, given_by=admin)


def end_by_agent(session: Session, member: Member) -> None:
    """结束会话 (W37) by who serves it, or by a supervisor (closeBy admin, A56). Raises ProtocolError."""
    with locked(session.conversation_id) as held:
        running = held.session
        is_his = running is not None and running.agent_id == member.pk
        if running is None or running.pk != session.pk or not (is_his or member.is_admin):
            raise ProtocolError(errors.SESSION_OVER, _("This session is not yours, or is over."))
        if not is_his:
            audit.record("end", running, actor=member)
        end_session(held, running, EndedBy.SEAT if is_his else EndedBy.ADMIN)


def claim(member: Member, session: Session | None = None) -> Session:
    """The head of the queues that he may serve; another one is recorded as taken out of turn. Returns what he serves
    now. Raises ProtocolError when nobody waits, or he has no place."""
    now = timezone.now()
    with assignment_lock():
        row = _claimable(member, session)
        with locked(row.session.conversation_id, now) as held:
            running = running_of(held, row.session)
            if running.state != State.WAITING:
                raise ProtocolError(errors.SESSION_OVER, _("Nobody is waiting any more."))
            is_head = not Waiting.objects.before(row).exists()
            sit_down(member, now)
            origin = Origin.CLAIMED if is_head else Origin.OUT_OF_TURN
            begin_service(held, running, open_leg(running, member, running.group, now, origin=origin))
            return running


def _claimable(member: Member, session: Session | None) -> Waiting:
    rows = Waiting.objects.in_line().select_related("session")
    if session is not None:
        rows = rows.filter(session=session)
    groups = set(member.groups_served.values_list("pk", flat=True))
    for row in rows:
        is_theirs = member.pk in row.candidates if row.candidates is not None else row.group_id in {None, *groups}
        if is_theirs or (member.is_admin and session is not None):
            return row
    raise ProtocolError(errors.SESSION_OVER, _("Nobody is waiting any more."))
