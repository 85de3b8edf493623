"""How routing takes part in the life of sessions and members."""

from django.db import transaction
from django.utils import timezone

from accounts.hooks import group_removing, member_changed, member_revoked
from accounts.models import Group, Member
from routing import assigner
from routing.actions import close_leg, go_offline
from routing.models import Assignment, Waiting
from sessions_flow import live
from sessions_flow.doors import places
from sessions_flow.hooks import session_ended, session_left_queue, session_waiting
from sessions_flow.live.publish import drop_after_commit, poke_after_commit
from sessions_flow.models import EndedBy, Session, State


@session_waiting.register
def enqueue(session: Session) -> None:
    """At the tail; with the original waiting time when it comes back from an agent (A49)."""
    Waiting.objects.create(session=session, group=session.group, since=session.waiting_since or timezone.now())
    live.ring_after_commit(None)
    assigner.ring_after_commit()


@session_left_queue.register
def dequeue(session: Session) -> None:
    if Waiting.objects.filter(session=session).delete()[0]:
        live.ring_after_commit(None)
        poke_after_commit(Waiting.objects.values_list("session__conversation_id", flat=True)[:1000])


@session_ended.register
def free_the_agent(session: Session) -> None:
    dequeue(session)
    timed_out = session.ended_by == EndedBy.TIMER
    close_leg(
        session,
        Assignment.Outcome.TIMED_OUT if timed_out else Assignment.Outcome.SERVED,
        session.ended_at or timezone.now(),
    )
    assigner.ring_after_commit()


@group_removing.register
def serve_by_anybody(group: Group) -> None:
    """Who waits for a removed group is served by anybody (A34)."""
    if Waiting.objects.filter(group=group).update(group=None):
        Session.objects.running().filter(group=group, state=State.WAITING).update(group=None)
        live.ring_after_commit(None)
        assigner.ring_after_commit()


@member_changed.register
def look_again(member: Member) -> None:
    """His sockets read afresh who he is: another role, another name (promise 11)."""
    live.ring_after_commit([member.pk])


@member_revoked.register
def send_home(member: Member) -> None:
    """Forced off, deleted or with a new password: sockets close and sessions go back at once (A49, promise 11)."""
    if not member.is_active:  # after the commit: desks are locked after conversations, never before
        transaction.on_commit(lambda: go_offline(member, timezone.now()), robust=True)
    drop_after_commit(member.pk)


@places.register
def place_of(conversation_id: int) -> dict[str, int] | None:
    """For the line in the web chat that updates in place (M45, A48)."""
    waiting = Waiting.objects.filter(session__conversation=conversation_id).first()
    if waiting is None:
        return None
    place = assigner.position(waiting)
    return {"position": place, "ahead": place - 1}
