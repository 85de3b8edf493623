"""How routing takes part in the life of sessions and members."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.hooks import group_doomed, group_removing, member_changed, member_revoked
from accounts.models import Group, Member, Visitor
from routing import asking, bell
from routing.actions import end_legs, go_offline, record_failure, record_nobody, wrap_up
from routing.actions.legs import tell_event
from routing.models import Assignment, CallbackCall, StatusChange, Waiting
from routing.queueing import poke_everybody, position, wait_seconds
from routing.skills import priority_of
from sessions_flow import live
from sessions_flow.actions.purging import LOGS, purge_rule
from sessions_flow.doors import places
from sessions_flow.hooks import (
    human_refused,
    session_ended,
    session_left_queue,
    session_waiting,
    visitor_erasing,
)
from sessions_flow.live.publish import drop_after_commit
from sessions_flow.models import EndedBy, Session, State

Outcome = Assignment.Outcome

purge_rule(LOGS, "callbacks", lambda before: CallbackCall.objects.filter(at__lt=before))
purge_rule(LOGS, "status changes", lambda before: followed_before(before))


def followed_before(instant: datetime) -> QuerySet[StatusChange]:
    """Each member's last one before it stays: it says what he was from then on."""
    followed = StatusChange.objects.filter(member=OuterRef("member"), at__gt=OuterRef("at"), at__lt=instant)
    return StatusChange.objects.filter(Exists(followed))


@session_waiting.register
def enqueue(session: Session) -> None:
    """At the tail of its priority; with the original waiting time when it comes back from an agent (A49)."""
    since = session.waiting_since or timezone.now()
    is_back = Assignment.objects.filter(session=session, offered_at__gte=since).exists()
    row = Waiting.objects.create(
        session=session,
        group=session.group,
        since=since,
        priority=priority_of(session),
        was_online=session.conversation.visitor_online,
        asking_until=None if is_back else asking.due(session, timezone.now()),
    )
    if row.asking_until:
        asking.ask_after_commit(row.pk)
    live.ring_after_commit(None)
    bell.ring_after_commit()


@human_refused.register
def record_refusal(session: Session, group: Group | None) -> None:
    """Off hours, nobody at work, or too long a queue: 转人工失败 (A100)."""
    now = timezone.now()
    record_nobody(session, group, Outcome.FAILED, now, now)


@session_left_queue.register
def dequeue(session: Session) -> None:
    """Without a human: taken back by the visitor, or nobody came."""
    _forget(session)


def _forget(session: Session) -> bool:
    end_legs(session, Outcome.WITHDRAWN, timezone.now())
    is_gone = bool(Waiting.objects.filter(session=session).delete()[0])
    if is_gone:
        live.ring_after_commit(None)
        poke_everybody()
    return is_gone


@session_ended.register
def free_the_agent(session: Session) -> None:
    """Ends the leg and tells its agent; an end while waiting leaves a record of its own (A100)."""
    if not session.met_routing:
        return
    now = session.ended_at or timezone.now()
    row = Waiting.objects.filter(session=session).select_related("group").first()
    outcome = Outcome.TIMED_OUT if session.ended_by == EndedBy.TIMER else Outcome.SERVED
    member_id = end_legs(session, outcome, now)
    if row is not None:
        row.session = session
        record_failure(row, Outcome.ABANDONED, now)
        _forget(session)
    if member_id:
        tell_event(member_id, "sessionEnded", session, closeBy=session.ended_by)
        wrap_up(member_id, now)
    bell.ring_after_commit()


@group_doomed.register
def name_who_waits(group: Group, remarks: list[str]) -> None:
    """T25, A34: people in the group's queue go to anybody."""
    waiting = Waiting.objects.filter(group=group).count()
    if waiting:
        said = ngettext(
            "%(count)d person is waiting for this group now and will be served by any agent.",
            "%(count)d people are waiting for this group now and will be served by any agent.",
            waiting,
        )
        remarks.append(said % {"count": waiting})


@group_removing.register
def serve_by_anybody(group: Group) -> None:
    """Who waits for a removed group is served by anybody (A34)."""
    if Waiting.objects.filter(group=group).update(group=None):
        Session.objects.running().filter(group=group, state=State.WAITING).update(group=None)
        live.ring_after_commit(None)
        bell.ring_after_commit()


@member_changed.register
def look_again(member: Member) -> None:
    """His sockets read afresh who he is: another role, another name (promise 11)."""
    live.ring_after_commit([member.pk])
    bell.ring_after_commit()


@member_revoked.register
def send_home(member: Member) -> None:
    """Forced off, deleted or with a new password: sockets close and sessions go back at once (A49, promise 11)."""
    if not member.is_active:  # after the commit: desks are locked after conversations, never before
        cause = StatusChange.Cause.REVOKED
        transaction.on_commit(lambda: go_offline(member, timezone.now(), cause), robust=True)
    drop_after_commit(member.pk)


@places.register
def place_of(conversation_id: int) -> dict[str, int | None] | None:
    """For the line in the web chat that updates in place (M45, A48)."""
    row = Waiting.objects.in_line().filter(session__conversation=conversation_id).first()
    if row is None:
        return None
    place = position(row)
    seconds = wait_seconds(row, place)
    return {"position": place, "ahead": place - 1, "wait_seconds": None if seconds is None else round(seconds)}


@visitor_erasing.register
def erase_what_was_said_about_him(visitor: Visitor) -> None:
    """What the business server was told and answered, and notes of transfers. The records stay, of nobody."""
    CallbackCall.objects.filter(session__conversation__visitor=visitor).delete()
    Assignment.objects.filter(session__conversation__visitor=visitor).update(note="")
