"""Runs the flow of a session: reads without a lock, lets the step think, then locks, checks that nothing changed,
and applies. Running it twice at once is harmless: the loser sees the change and starts again.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import Group
from sessions_flow.actions import BOT, Locked, Post, Sender, end_session, locked, post_messages, start_waiting, tell
from sessions_flow.flow import default
from sessions_flow.flow.outcomes import Context, Finish, GoTo, HandOver, Listen, Next, Outcome, Queue, Refuse, Say
from sessions_flow.flow.registry import steps
from sessions_flow.models import EndedBy, Message, Prompts, Session, State
from sessions_flow.models.settings import current
from sessions_flow.protocol import elements

MOST_STEPS = 50  # in one run; a flow that turns in circles is stopped there
AGAIN_STEP = "hand_over.again"  # asked for a human while waiting for one (A38)


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a session stood when it was read, and what the visitor said next."""

    session: Session
    message: Message | None

    def is_still(self, session: Session | None) -> bool:
        """Nobody moved the session meanwhile."""
        before = self.session
        return session is not None and (
            session.pk,
            session.state,
            session.node,
            session.is_asking,
            session.flow_seq,
        ) == (
            before.pk,
            before.state,
            before.node,
            before.is_asking,
            before.flow_seq,
        )


def run(session_pk: int) -> None:
    """Does whatever the session's flow has to do now."""
    for _ in range(MOST_STEPS):
        situation = _read(session_pk)
        if situation is None or not _advance(situation):
            return


def _read(session_pk: int) -> Situation | None:
    session = Session.objects.select_related("conversation__visitor").filter(pk=session_pk, ended_at=None).first()
    if session is None or session.state == State.SERVING:
        return None
    said = Message.objects.filter(
        session=session, kind=Message.Kind.VISITOR, seq__gt=session.flow_seq, event__isnull=True
    )
    return Situation(session, said.order_by("seq").first())


def _advance(situation: Situation) -> bool:
    """One step. False when there is nothing left to do."""
    session, message = situation.session, situation.message
    if message is None and (session.is_asking or session.state == State.WAITING):
        _apply(situation, None, timezone.now())
        return False
    outcome = _think(situation)
    _apply(situation, outcome, timezone.now())
    return True


def _think(situation: Situation) -> Outcome:
    session, message = situation.session, situation.message
    listens = session.is_asking or session.state == State.WAITING
    text = message.text if message is not None and listens else None
    wants_human = text is not None and text.strip().lower() in _keywords()
    if session.state == State.WAITING:
        return steps[AGAIN_STEP](_context(situation, default.HAND_OVER, text)) if wants_human else Listen()
    if wants_human:
        return HandOver()
    if message is not None and listens and not message.text:
        return Listen()  # a picture or a card: nothing a flow could answer
    return steps[default.NODES[session.node].step](_context(situation, session.node, text))


def _keywords() -> set[str]:
    """A37: the whole message must equal one of them."""
    return {word.strip().lower() for word in current(Prompts).hand_over_keywords}


def _context(situation: Situation, node: str, text: str | None) -> Context:
    session = situation.session
    return Context(
        session_pk=session.pk,
        conversation_id=session.conversation_id,
        language=session.conversation.visitor.language,
        variables=session.variables,
        node=default.NODES[node],
        text=text,
        now=timezone.now(),
    )


def _apply(situation: Situation, outcome: Outcome | None, now: datetime) -> None:
    """Under the lock; does nothing when somebody was faster (the next read starts from there)."""
    with locked(situation.session.conversation_id, now) as held:
        session = held.session
        if session is None or not situation.is_still(session):
            return
        if outcome is None:
            _rest(session)
            return
        if situation.message is not None and (session.is_asking or session.state == State.WAITING):
            session.flow_seq = situation.message.seq
        following: Next = outcome.then if isinstance(outcome, Say) else outcome
        if isinstance(outcome, Say) and outcome.elems:
            who = held.house if outcome.as_system else Sender(BOT, name=held.conversation.channel.name)
            post_messages([Post(held.conversation.pk, who, elem) for elem in outcome.elems], now)
        _follow(held, session, following)


def _rest(session: Session) -> None:
    """Nothing to do: the due time goes, unless the visitor wrote since we read."""
    newer = Message.objects.filter(
        session=session, kind=Message.Kind.VISITOR, seq__gt=session.flow_seq, event__isnull=True
    )
    if not newer.exists():
        Session.objects.filter(pk=session.pk).update(flow_due_at=None)


def _follow(held: Locked, session: Session, following: Next) -> None:
    if session.state == State.WAITING:
        session.save(update_fields=["flow_seq"])
        return
    node, is_asking = _place(session, following)
    session.node, session.is_asking = node, is_asking
    session.save(update_fields=["node", "is_asking", "flow_seq"])
    if isinstance(following, HandOver):
        _hand_over(held, session, following.group)
    elif isinstance(following, Finish):
        end_session(held, session, EndedBy.CLIENT)


def _place(session: Session, following: Next) -> tuple[str, bool]:
    """The node where the session is afterwards, and whether that waits for the visitor."""
    if isinstance(following, GoTo):
        return following.node, False
    if isinstance(following, HandOver):
        return default.BOT, True
    return session.node, True


def _hand_over(held: Locked, session: Session, group: Group | None) -> None:
    """The step `hand_over` decides under the lock: its answer must still be true when applied."""
    context = Context(
        session_pk=session.pk,
        conversation_id=held.conversation.pk,
        language=held.language,
        variables={**session.variables, "group": group},
        node=default.NODES[default.HAND_OVER],
        text=None,
        now=held.now,
    )
    outcome = steps["hand_over"](context)
    if isinstance(outcome, Queue):
        start_waiting(held, session, outcome.group)
    elif isinstance(outcome, Refuse):
        tell(held, elements.text(outcome.text))
