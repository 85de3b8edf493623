"""What a supervisor does to the queue and to the desks of others; with sessions: `transfer.py`."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Group, Member
from routing import bell
from routing.actions.desks import Cause, change_status, desk_of, go_offline, reason_of
from routing.actions.legs import running_of, withdraw_offer
from routing.actions.transfer import supervises
from routing.lock import assignment_lock
from routing.models import Assignment, Desk, Status, Waiting
from sessions_flow import live
from sessions_flow.actions import locked
from sessions_flow.live.publish import tell_member_after_commit
from sessions_flow.models import Session, State
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError

FORCED = (Status.FREE, Status.NOT_READY, Status.REST, Status.OFFLINE)


def requeue(session: Session, admin: Member, group: Group) -> None:
    """Who waits, waits for this group from now on, as long as he has waited already. Raises ProtocolError."""
    supervises(admin)
    with assignment_lock([session.conversation_id]), locked(session.conversation_id) as held:
        running = running_of(held, session)
        if running.state != State.WAITING:
            raise ProtocolError(errors.BAD_DATA, _("This visitor does not wait any more."))
        if group.removed_at or not Desk.objects.logged_in().of_group(group.pk).exists():
            raise ProtocolError(errors.BAD_DATA, _("Nobody of this group is at work."))
        withdraw_offer(running, held.now, Assignment.Outcome.WITHDRAWN)
        running.group = group
        running.save(update_fields=["group"])
        Waiting.objects.filter(session=running).update(group=group, candidates=None, excluded=[], rounds=0)
        audit.record("assign", running, actor=admin)
    live.ring_after_commit(None)
    bell.ring_after_commit()


def force_status(member: Member, admin: Member, status: str, reason: str = "") -> None:
    """As if the agent had chosen it; he is told that it was a supervisor. 下线 gives his sessions back (A49, A50).
    Who is offline has no browser that could be called to work. Raises ProtocolError."""
    supervises(admin)
    now, before = timezone.now(), desk_of(member).status
    if status not in FORCED:
        raise ProtocolError(errors.BAD_DATA, _("Unknown status."))
    if before == Status.OFFLINE:
        raise ProtocolError(errors.BAD_DATA, _("%(name)s is offline.") % {"name": member.nickname})
    if status == Status.OFFLINE:
        go_offline(member, now, Cause.ADMIN)
    else:
        why = reason_of(reason) if status == Status.REST else ""
        at_work = Desk.objects.exclude(status=Status.OFFLINE)
        change_status(at_work, member.pk, status, Cause.ADMIN, now, reason=why)
    audit.record("status", member, actor=admin, changes={"status": [str(before), status]})
    tell_member_after_commit(member.pk, {"op": "event", "event": "statusForced", "status": status})
