"""The life of a session: opened, waiting, served; who serves it is a fact set here. Its end is in `ending`."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Group, Member, Visitor
from sessions_flow import hooks
from sessions_flow.actions.post import SYSTEM, Post, Sender, open_session, post_messages
from sessions_flow.models import Channel, Closing, Conversation, RatingRules, Session, State
from sessions_flow.models.settings import current, prompts_for, wording
from sessions_flow.models.stream import lock
from sessions_flow.protocol import elements, payloads


@dataclass(slots=True)
class Locked:
    """A conversation under its lock, with its running session if there is one."""

    conversation: Conversation
    session: Session | None
    now: datetime

    @property
    def language(self) -> str:
        return self.conversation.visitor.language

    @property
    def house(self) -> Sender:
        """The system speaks under the channel's name (M26)."""
        return Sender(SYSTEM, name=self.conversation.channel.name)


@contextmanager
def locked(conversation_id: int, now: datetime | None = None) -> Iterator[Locked]:
    """A transaction that holds the conversation. Raises Conversation.DoesNotExist."""
    with locked_together([conversation_id], now) as found:
        if not found:
            raise Conversation.DoesNotExist(f"no conversation {conversation_id}")
        yield found[0]


@contextmanager
def locked_together(conversation_ids: Collection[int], now: datetime | None = None) -> Iterator[list[Locked]]:
    """A transaction that holds those conversations that exist, in ascending order."""
    with transaction.atomic():
        lock(conversation_ids)
        conversations = Conversation.objects.select_related("channel", "visitor").filter(pk__in=conversation_ids)
        running = Session.objects.running().select_related("agent", "group").filter(conversation__in=conversation_ids)
        sessions = {session.conversation_id: session for session in running}
        moment = now or timezone.now()
        found = [Locked(row, sessions.get(row.pk), moment) for row in conversations.order_by("pk")]
        for held in found:
            if held.session:
                held.session.conversation = held.conversation
        yield found


def open_conversation(channel: Channel, visitor: Visitor) -> Conversation:
    """The visitor's lasting thread in this channel."""
    conversation, _ = Conversation.objects.get_or_create(channel=channel, visitor=visitor)
    return conversation


def tell(held: Locked, *elems: dict[str, Any], sender: Sender | None = None) -> None:
    """Posts elements into a locked conversation, as the system unless a sender is given."""
    post_messages(_posts(held, elems, sender), held.now)


def _posts(held: Locked, elems: Iterable[dict[str, Any]], sender: Sender | None = None) -> list[Post]:
    who = sender or held.house
    return [Post(held.conversation.pk, who, elem) for elem in elems]


def announce(held: Locked, event: dict[str, Any], elem: dict[str, Any] | None = None) -> None:
    """Posts an event that both sides act on, with an element where it also says something."""
    post_messages([Post(held.conversation.pk, held.house, elem, event=event)], held.now)


def tell_state(held: Locked, session: Session, *, seat_changed: bool = True) -> None:
    """The event of docs/wire.md; with src 26 whenever a human came or went (A4)."""
    post_messages(state_posts(held, session, seat_changed=seat_changed), held.now)


def state_posts(
    held: Locked, session: Session, *, seat_changed: bool = True, after: Iterable[dict[str, Any]] = ()
) -> list[Post]:
    """What `tell_state` posts, `after` other elements."""
    seat = elements.custom(payloads.seat_state(session.state == State.SERVING)) if seat_changed else None
    event = {"type": "session.changed", "session": session.as_wire()}
    return [*_posts(held, after), Post(held.conversation.pk, held.house, seat, event=event)]


def prompt(held: Locked, session: Session, name: str) -> dict[str, Any]:
    """A prompt in the words of the visitor's channel, as a text element."""
    return elements.text(wording(prompts_for(held.conversation.pk), name, held.language, **variables_of(session)))


def variables_of(session: Session) -> dict[str, object]:
    """What texts may name: the flow's variables, and who serves (M30, A113)."""
    agent = session.agent
    return {**session.variables, **({"StaffName": agent.nickname, "StaffNo": agent.staff_no} if agent else {})}


def enter(conversation_id: int, now: datetime | None = None) -> list[dict[str, Any]]:
    """src 7 (F14, F15): opens a session where none runs. Returns src 23 and 26, to be sent online only."""
    with transaction.atomic():
        heads, _ = lock([conversation_id])
        head = heads[conversation_id]
        if head.running is None:
            head.running = open_session(head, now or timezone.now())
        return seat_facts(head.running.state == State.SERVING)


def open_for_agent(held: Locked) -> Session:
    """A new session of a locked conversation without one, which no flow will answer: it is for an agent (F47, A117)."""
    heads, _ = lock([held.conversation.pk])
    running = open_session(heads[held.conversation.pk], held.now)
    held.session = Session.objects.get(pk=running.id)
    held.session.conversation = held.conversation
    return held.session


def seat_facts(is_seated: bool) -> list[dict[str, Any]]:
    """src 23 and 26 as elements."""
    rules = payloads.rating_rules(current(RatingRules).flag)
    return [elements.custom(rules), elements.custom(payloads.seat_state(is_seated))]


def start_waiting(held: Locked, session: Session, group: Group | None) -> None:
    """The visitor asked for a human (M29): the session goes to the queue of `group`, or of all."""
    session.move(State.WAITING)
    session.group, session.waiting_since = group, held.now
    session.idle_due_at = session.flow_due_at = None
    session.save(update_fields=["state", "group", "waiting_since", "idle_due_at", "flow_due_at"])
    Conversation.objects.filter(pk=held.conversation.pk).update(visitor_seen_at=held.now)  # heartbeats begin now
    tell(held, prompt(held, session, "connecting"))
    tell_state(held, session, seat_changed=False)
    hooks.session_waiting(session)


def connect_agent(held: Locked, session: Session, member: Member, group: Group | None) -> None:
    """A human serves from now on (M30, A113)."""
    session.move(State.SERVING)
    session.agent, session.group = member, group
    session.served_at = session.served_at or held.now
    session.idle_due_at = session.flow_due_at = None
    session.save(update_fields=["state", "agent", "group", "served_at", "idle_due_at", "flow_due_at"])
    tell(held, prompt(held, session, "connected"))
    tell_state(held, session)
    hooks.session_served(session)


def return_to_queue(held: Locked, session: Session, said: str) -> None:
    """The agent was lost, left, or passed it on: the session waits again, with its original waiting time (A49)."""
    session.move(State.WAITING)
    session.agent = None
    session.idle_due_at = None
    session.flow_seq = held.conversation.seq  # what was said to the agent is no question to the flow
    session.save(update_fields=["state", "agent", "idle_due_at", "flow_seq"])
    tell(held, elements.text(said))
    tell_state(held, session)
    hooks.session_waiting(session)


def return_to_flow(held: Locked, session: Session, said: str = "", *, nobody_came: bool = False) -> None:
    """The queue was left without a human: cancelled by the visitor (A67), or nobody came (A33). The flow enters its
    node anew: where the visitor was asked last, or the one that its hand-over names for when nobody comes."""
    session.move(State.FLOW)
    if nobody_came:
        session.node = session.flow_memory.get("failed") or session.node
    session.is_asking, session.flow_seq, session.flow_due_at = False, held.conversation.seq, held.now
    session.idle_due_at = held.now + timedelta(seconds=current(Closing).flow_idle_seconds)
    session.save(update_fields=["state", "node", "is_asking", "flow_seq", "flow_due_at", "idle_due_at"])
    if said:
        tell(held, elements.text(said))
    tell_state(held, session)
    hooks.session_left_queue(session)
