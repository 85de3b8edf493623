"""How a session walks through a flow, one step at a time. Nothing is read or written here: the engine applies what a
step comes to, and the editor's test run uses the same functions.
"""

import logging
from dataclasses import dataclass, field, replace

from django.db import DatabaseError

from sessions_flow.flow.graph import (
    BOT,
    BOT_STEP,
    EVERYWHERE,
    GROUP_STEP,
    HAND_OVER,
    HAND_OVER_STEP,
    Graph,
    filled,
)
from sessions_flow.flow.groups import group_named
from sessions_flow.flow.outcomes import (
    Context,
    Finish,
    GoTo,
    HandOver,
    Keep,
    Listen,
    Next,
    Node,
    Outcome,
    Queue,
    Refuse,
    Say,
    Stream,
    Unmatched,
)
from sessions_flow.flow.place import Place, Visit
from sessions_flow.flow.registry import steps

logger = logging.getLogger(__name__)
MOST_STEPS = 50  # without a word of the visitor; a flow that turns in circles is stopped there


@dataclass(frozen=True, slots=True)
class Turn:
    """What one step comes to: what is said and changed, where the session is then, and what happens to it."""

    place: Place
    then: Next = field(default_factory=Listen)
    said: Say | Stream | None = None
    selected: str | None = None


def take(graph: Graph, place: Place, text: str | None, visit: Visit, *, is_early: bool = False) -> Turn:
    """One step from `place`. `text` is what the visitor said to a node that asked, else None; `is_early` when he said
    it before he could see the question: then it is chosen from the items or for the bot, but no answer to a form."""
    if text is not None:
        place = place.heard(text)
    if place.steps >= MOST_STEPS:
        logger.error("session %s turns in circles at node %s of its flow", visit.session_pk, place.node)
        return Turn(replace(place.entering(graph, BOT), is_asking=True, steps=0))
    try:
        outcome = _think(graph, place, text, visit, is_early)
    except DatabaseError:
        raise  # the sweep tries again
    except Exception:
        logger.exception("node %s of the flow of session %s failed", place.node, visit.session_pk)
        outcome = HandOver() if graph.node(place.node).step == BOT_STEP else GoTo(BOT, question=text or "")
    return _turn(graph, place, outcome)


def context_of(graph: Graph, place: Place, text: str | None, visit: Visit, node: Node) -> Context:
    return Context(
        session_pk=visit.session_pk,
        conversation_id=visit.conversation_id,
        language=visit.language,
        variables=place.variables,
        node=replace(node, settings=filled(node.settings, place.variables)),
        text=text,
        now=visit.now,
        said=place.said,
        back=place.back(graph),
    )


def ask_for_human(graph: Graph, asked_at: str, place: Place, wish: HandOver, visit: Visit) -> Turn:
    """What the step `hand_over` comes to. `asked_at` is the node that wished it, `place` where the session is when it
    comes to nothing."""
    node = graph.node(asked_at)
    node = node if node.step == HAND_OVER_STEP else EVERYWHERE[HAND_OVER]
    outcome = steps[HAND_OVER_STEP](_hand_over_context(place, wish, visit, node))
    return _handed_over(graph, asked_at, place, wish, outcome)


def _hand_over_context(place: Place, wish: HandOver, visit: Visit, node: Node) -> Context:
    """What the step `hand_over` is told: `group` among the variables is whom the visitor shall get."""
    return Context(
        session_pk=visit.session_pk,
        conversation_id=visit.conversation_id,
        language=visit.language,
        variables={**place.variables, "group": wish.group},
        node=node,
        text=wish.text,
        now=visit.now,
        said=place.said,
    )


def _handed_over(graph: Graph, asked_at: str, place: Place, wish: HandOver, outcome: Outcome) -> Turn:
    selected = outcome.selected if isinstance(outcome, Keep) else None
    outcome = outcome.then if isinstance(outcome, Keep) else outcome
    said = outcome if isinstance(outcome, Say) else None
    then = outcome.then if isinstance(outcome, Say) else outcome
    if isinstance(then, Refuse):
        place = place.entering(graph, wish.failed) if wish.failed else place
    elif isinstance(then, GoTo):
        place = place.entering(graph, then.node, then.question)
    elif isinstance(then, Listen):
        is_node = graph.node(asked_at).step == HAND_OVER_STEP
        place = replace(place, node=asked_at if is_node else HAND_OVER, is_asking=True)
    return Turn(place, then if isinstance(then, Queue | Refuse) else Listen(), said, selected)


def wants_human(text: str | None, keywords: frozenset[str]) -> bool:
    """A37: the whole message equals one of them."""
    return text is not None and text.strip().lower() in keywords


def _think(graph: Graph, place: Place, text: str | None, visit: Visit, is_early: bool) -> Outcome:
    node = graph.node(place.node)
    wanted = wants_human(text, visit.keywords)
    if node.step == HAND_OVER_STEP:
        return _hand_over(node, place, text)
    if node.step == BOT_STEP:
        return _human(graph, place) if wanted else _bot(graph, place, text, visit)
    outcome = steps[node.step](context_of(graph, place, text, visit, node))
    if wanted and (isinstance(outcome, Unmatched) or not _offers(node)):
        return _human(graph, place)  # an item that reads 人工 is an item first (F24, F26)
    if text is not None and is_early and (isinstance(outcome, Unmatched) or not _offers(node)):
        return _bot(graph, place, text, visit)
    if isinstance(outcome, Unmatched):
        return _unmatched(graph, place, text or "", visit)
    return outcome


def _offers(node: Node) -> bool:
    """Answers are chosen here, not written."""
    return node.step == GROUP_STEP or bool(node.settings.get("items"))


def _hand_over(node: Node, place: Place, text: str | None) -> HandOver:
    wish = node.settings.get("group")
    group = group_named(wish) if wish else group_named({"id": place.group}) if place.group else None
    return HandOver(group, text, failed=node.settings.get("failed", ""))


def _human(graph: Graph, place: Place, wish: HandOver | None = None) -> GoTo | HandOver:
    """Asked for in words, or by the bot. Asked a second time, no menu comes before the queue."""
    if graph.human and not place.wants_human:
        return GoTo(graph.human)
    return wish or HandOver()


def _bot(graph: Graph, place: Place, text: str | None, visit: Visit) -> Outcome:
    """F41: the welcome card comes once a session; a bot entered with a question answers it."""
    text = place.question or None if text is None else text
    if text is None and place.has_met_bot:
        return Listen()
    outcome = steps[BOT_STEP](context_of(graph, place, text, visit, EVERYWHERE[BOT]))
    if isinstance(outcome, Say) and isinstance(outcome.then, HandOver):
        return replace(outcome, then=_human(graph, place, outcome.then))
    return _human(graph, place, outcome) if isinstance(outcome, HandOver) else outcome


def _unmatched(graph: Graph, place: Place, text: str, visit: Visit) -> Outcome:
    """A35: the way for everything else; or the question once more; or the bot answers and the question stays open."""
    node = graph.node(place.node)
    if node.settings.get("else"):
        return GoTo(node.settings["else"], question=text)
    if node.settings.get("unmatched") == "again" and place.tries == 0:
        return steps[node.step](context_of(graph, place, None, visit, node))
    return _bot(graph, place, text, visit)


def _turn(graph: Graph, place: Place, outcome: Outcome) -> Turn:
    selected: str | None = None
    if isinstance(outcome, Keep):
        selected, group = outcome.selected, outcome.group or place.group
        place = replace(place, variables={**place.variables, **outcome.variables}, group=group)
        outcome = outcome.then
    said = outcome if isinstance(outcome, Say | Stream) else None
    then: Next = outcome.then if isinstance(outcome, Say | Stream) else outcome
    place = replace(place, steps=place.steps + 1)
    return Turn(_following(graph, place, then), then, said, selected)


def _following(graph: Graph, place: Place, then: Next) -> Place:
    if graph.node(place.node).step == BOT_STEP:
        place = replace(place, has_met_bot=True, question="")
    if isinstance(then, GoTo):
        wants_human = place.wants_human or (then.node == graph.human and graph.human != "")
        return replace(place, wants_human=wants_human).entering(graph, then.node, then.question)
    if isinstance(then, HandOver):
        return replace(place.returning(graph), failed=then.failed)
    if isinstance(then, Finish):
        return place
    return replace(place, is_asking=True, last=place.node, tries=place.tries + place.is_asking)
