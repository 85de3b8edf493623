"""Runs the flow of a session: reads without a lock, lets the step think, then locks, checks that nothing changed,
and applies. Running it twice at once is harmless: the loser sees the change and starts again.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from sessions_flow import actions, hooks
from sessions_flow.actions import (
    ANSWER,
    BOT,
    Locked,
    Post,
    Sender,
    Stored,
    begin_stream,
    end_session,
    locked,
    modify,
    post_messages,
    refuse_human,
    start_waiting,
)
from sessions_flow.flow import course
from sessions_flow.flow.course import Turn
from sessions_flow.flow.default import START, graph_of
from sessions_flow.flow.graph import Graph
from sessions_flow.flow.outcomes import Finish, HandOver, Node, Queue, Refuse, Say, Stream
from sessions_flow.flow.place import Place, Visit
from sessions_flow.flow.pouring import pour
from sessions_flow.flow.registry import steps
from sessions_flow.models import EndedBy, FlowVersion, Message, Prompts, Session, State
from sessions_flow.models.settings import current
from sessions_flow.protocol import elements, payloads

AGAIN_STEP = "hand_over.again"  # asked for a human while waiting for one (A38)


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a session stood when it was read, and what the visitor said next."""

    session: Session
    version_pk: int | None
    place: Place
    message: Message | None

    @property
    def graph(self) -> Graph:
        return graph_of(self.version_pk)

    @property
    def listens(self) -> bool:
        return self.place.is_asking or self.session.state == State.WAITING

    def is_still(self, session: Session | None) -> bool:
        """Nobody moved the session meanwhile. The memory counts every step."""
        return session is not None and _stand(session) == _stand(self.session)


def _stand(session: Session) -> tuple[object, ...]:
    return session.pk, session.state, session.node, session.is_asking, session.flow_seq, session.flow_memory


def run(session_pk: int) -> None:
    """Does whatever the session's flow has to do now."""
    for _ in range(course.MOST_STEPS):
        situation = _read(session_pk)
        if situation is None or not _advance(situation):
            return


def _read(session_pk: int) -> Situation | None:
    session = Session.objects.select_related("conversation__visitor").filter(pk=session_pk, ended_at=None).first()
    if session is None or session.state == State.SERVING:
        return None
    version_pk, place = _place(session)
    return Situation(session, version_pk, place, _unheard(session).order_by("seq").first())


def _place(session: Session) -> tuple[int | None, Place]:
    """Its version and where it stands in it; a session keeps the version of its first step."""
    if session.node != START:
        stored = Place.of(session.node, session.is_asking, session.variables, session.flow_memory)
        return session.flow_version_id, stored
    version = FlowVersion.objects.live_in(session.conversation.channel_id)
    pk = version.pk if version else None
    return pk, Place.first(graph_of(pk), session.variables)


def _unheard(session: Session) -> "QuerySet[Message]":
    return Message.objects.filter(
        session=session, kind=Message.Kind.VISITOR, seq__gt=session.flow_seq, event__isnull=True
    )


def _advance(situation: Situation) -> bool:
    """One step. False when there is nothing left to do."""
    if situation.message is None and situation.listens:
        _rest(situation)
        return False
    turn = _think(situation)
    stream = _apply(situation, turn, timezone.now())
    if stream is not None and isinstance(turn.said, Stream):
        pour(stream, turn.said)
    return True


def _think(situation: Situation) -> Turn:
    session, message = situation.session, situation.message
    text = message.text if message is not None and situation.listens else None
    if text == "":
        return Turn(situation.place)  # a picture or a card: nothing a flow could answer
    visit = _visit(session)
    if session.state == State.WAITING:
        return _again(situation, text, visit)
    is_early = message is not None and message.seq < situation.place.asked
    return course.take(situation.graph, situation.place, text, visit, is_early=is_early)


def _visit(session: Session) -> Visit:
    language, words = session.conversation.visitor.language, current(Prompts).words_for_a_human
    return Visit(session.pk, session.conversation_id, language, timezone.now(), words)


def _again(situation: Situation, text: str | None, visit: Visit) -> Turn:
    if not course.wants_human(text, visit.keywords):
        return Turn(situation.place)
    context = course.context_of(situation.graph, situation.place, text, visit, Node(AGAIN_STEP))
    outcome = steps[AGAIN_STEP](context)
    return Turn(situation.place, said=outcome if isinstance(outcome, Say) else None)


def _rest(situation: Situation) -> None:
    """Nothing to do: the due time goes, unless the visitor wrote since we read."""
    with locked(situation.session.conversation_id) as held:
        if situation.is_still(held.session) and not _unheard(situation.session).exists():
            Session.objects.filter(pk=situation.session.pk).update(flow_due_at=None)


def _apply(situation: Situation, turn: Turn, now: datetime) -> actions.Stream | None:
    """Under the lock; does nothing when somebody was faster (the next read starts from there). The message that
    was begun, if the step streams."""
    with locked(situation.session.conversation_id, now) as held:
        session = held.session
        if session is None or not situation.is_still(session):
            return None
        if situation.message is not None and situation.listens:
            session.flow_seq = situation.message.seq
        place = turn.place
        if turn.selected is not None:
            _fill_in(held, place.asked, turn.selected)
        if isinstance(turn.said, Say):
            place = replace(place, asked=_say(held, turn.said) or place.asked)
        stream = _begin(held, turn.said) if isinstance(turn.said, Stream) else None
        session.flow_version_id = situation.version_pk
        _save(session, situation, place)
        if isinstance(turn.then, HandOver):
            _hand_over(held, session, situation, place, turn.then)
        elif isinstance(turn.then, Finish):
            end_session(held, session, EndedBy.CLIENT)
    return stream


def _bot(held: Locked, *, is_answer: bool) -> Sender:
    return Sender(BOT, ANSWER if is_answer else "", held.conversation.channel.name)


def _begin(held: Locked, said: Stream) -> actions.Stream:
    stream = begin_stream(held, _bot(held, is_answer=True))
    if said.note:
        said.note([stream.seq])
    return stream


def _say(held: Locked, said: Say) -> int | None:
    """Posts it. The seq of a question among it."""
    who = held.house if said.as_system else _bot(held, is_answer=said.is_answer)
    done = post_messages([Post(held.conversation.pk, who, elem) for elem in said.elems], held.now)
    stored = [item for item in done if isinstance(item, Stored)]
    if said.note:
        said.note([item.seq for item in stored])
    asked = [item.seq for item in stored if elements.src_of(item.post.elem) in payloads.ANSWERABLE]
    return asked[-1] if asked else None


def _fill_in(held: Locked, seq: int, selected: str) -> None:
    """F25, F32: the question as it is stored shows what was chosen."""
    message = Message.objects.filter(conversation=held.conversation, seq=seq, src__in=payloads.ANSWERABLE).first()
    asked = elements.payload_of(message.elem) if message else None
    if message and asked:
        modify(held, message, elements.custom(payloads.answered(asked, selected)))


def _save(session: Session, situation: Situation, place: Place) -> None:
    session.node, session.is_asking, session.flow_memory = place.node, place.is_asking, place.memory()
    session.save(update_fields=["node", "is_asking", "flow_seq", "flow_memory", "flow_version"])
    before = situation.place.variables
    kept = {name: value for name, value in place.variables.items() if name not in before or before[name] != value}
    if kept:  # attributes may have come meanwhile, from the visitor's page
        now = Session.objects.select_for_update().values_list("variables", flat=True).get(pk=session.pk)
        session.variables = {**now, **kept}
        session.save(update_fields=["variables"])


def _hand_over(held: Locked, session: Session, situation: Situation, place: Place, wish: HandOver) -> None:
    """The step `hand_over` decides under the lock: its answer must still be true when applied (decision 0004)."""
    turn = course.ask_for_human(situation.graph, situation.place.node, place, wish, _visit(session))
    if turn.selected is not None:
        _fill_in(held, place.asked, turn.selected)
    asked = _say(held, turn.said) if isinstance(turn.said, Say) else None
    _save(session, situation, replace(turn.place, asked=asked or turn.place.asked))
    if isinstance(turn.then, Queue):
        start_waiting(held, session, turn.then.group)
    elif isinstance(turn.then, Refuse) and turn.then.text:
        refuse_human(held, turn.then.text, offers_form=turn.then.offers_form)
        hooks.human_refused(session, turn.then.group)
