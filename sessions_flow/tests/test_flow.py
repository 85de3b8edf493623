"""Flows as sessions run them: stored, versioned, and twice at once."""

import threading

import pytest
from django.core.checks import run_checks
from django.db import close_old_connections
from django.utils import timezone

from chatbot.actions import publish
from chatbot.models import Category, Entry
from chatbot.released import forget
from sessions_flow.actions import enter, locked, return_to_flow, set_attributes
from sessions_flow.actions.ending import end_session
from sessions_flow.flow import engine, runner
from sessions_flow.flow.default import DEFAULT
from sessions_flow.flow.outcomes import GoTo, Stream
from sessions_flow.flow.registry import condition, conditions, step, steps
from sessions_flow.models import Channel, EndedBy, Flow, FlowVersion, Session, State
from sessions_flow.protocol import elements
from sessions_flow.tests.test_course import BYE, FRUIT, GRAPH, MAIN, NAME, SUB, THANKS, UP, item, node
from tests.cast import Vera, make_channel, make_group, make_member, sit_down

pytestmark = pytest.mark.usefixtures("desk")
assert GRAPH.start == "main"
MENUS = {"format": 1, "start": "main", "nodes": [MAIN, SUB, FRUIT, NAME, THANKS, UP, BYE]}


def published(graph: dict, *, number: int = 1, **flow) -> Flow:
    made, _ = Flow.objects.get_or_create(name="menus", defaults={"changed_at": timezone.now(), **flow})
    made.live = FlowVersion.objects.create(flow=made, number=number, graph=graph, published_at=timezone.now())
    made.save()
    return made


def asked(vera: Vera) -> list[dict]:
    """Content of every menu and form as it is stored now."""
    rows = vera.conversation.messages.filter(src__in=["15", "21"]).order_by("seq")
    return [elements.payload_of(row.elem)["content"] for row in rows]


@pytest.fixture
def tell(settled):
    def say(vera: Vera, *words: str) -> None:
        for word in words:
            vera.post(word)
            settled()

    return say


@pytest.mark.feature("F4", "F21", "F25", "F32", "F29", "B40")
def test_it_works(tell):
    """The question as it is stored shows the answer, and an event tells both sides."""
    published(MENUS, is_default=True)
    vera = Vera()
    tell(vera, "hello", "Prices", "Fruit", "Apple")
    assert [content.get("selected") for content in asked(vera)] == [
        {"content": "Prices"}, {"content": "Fruit"}, {"content": "Apple"},
    ]  # fmt: skip
    modified = [row.event["target"] for row in vera.conversation.messages.exclude(event=None) if "target" in row.event]
    assert modified == list(vera.conversation.messages.filter(src__in=["15", "21"]).values_list("seq", flat=True))
    assert vera.session.variables == {"fruit": "Apple"}
    assert vera.session.state == State.ENDED and "19" in vera.lines()


@pytest.mark.feature("F24", "F3")
def test_what_matches_nothing_is_the_bots_to_answer(tell):
    published(MENUS, is_default=True)
    vera = Vera()
    tell(vera, "hello", "prices")
    assert vera.lines()[-1] not in ("prices", "15") and vera.session.node == "main"
    assert "selected" not in asked(vera)[0]
    tell(vera, "Prices")
    assert asked(vera)[0]["selected"] == {"content": "Prices"}


@pytest.mark.feature("F32", "A57")
def test_the_words_that_opened_the_session_answer_no_form(tell):
    published({**MENUS, "start": "name"}, is_default=True)
    vera = Vera()
    tell(vera, "hello")
    assert (vera.session.node, vera.session.variables) == ("name", {}) and len(asked(vera)) == 1
    tell(vera, "Vera")
    assert vera.session.variables == {"name": "Vera"}


@pytest.mark.feature("A26", "F41")
def test_with_no_configuration_the_flow_is_the_documents(tell):
    vera = Vera()
    tell(vera, "hello")
    assert vera.lines()[0] == "hello" and "welcome" in vera.lines()[1]
    assert (vera.session.node, vera.session.flow_version) == ("bot", None)


@pytest.mark.feature("A35", "A36", "F6", "M35")
def test_a_group_is_chosen_by_its_name(tell):
    alice, bob = make_member("alice"), make_member("bob")
    for agent in (alice, bob):
        sit_down(agent)
    make_group("Sales", bob), make_group("Support", alice), make_group("Nobody here")
    published({"format": 1, "start": "ask", "nodes": [node("ask", "group", header="Who?")]}, is_default=True)
    vera = Vera()
    tell(vera, "hello", "sales")
    assert [row["content"] for row in asked(vera)[0]["items"]] == ["Sales", "Support"]
    assert vera.session.state == State.FLOW
    tell(vera, "Sales")
    assert (vera.session.state, vera.session.group.name, vera.session.agent) == (State.SERVING, "Sales", bob)
    assert asked(vera)[0]["selected"] == {"content": "Sales"}


@pytest.mark.feature("A35")
def test_without_groups_nothing_is_asked(tell):
    sit_down(make_member("alice"))
    published({"format": 1, "start": "ask", "nodes": [node("ask", "group")]}, is_default=True)
    vera = Vera()
    tell(vera, "hello")
    assert (vera.session.state, vera.session.group) == (State.SERVING, None)


@pytest.mark.feature("M61")
def test_a_chosen_group_is_kept_for_a_later_hand_over(tell):
    bob = make_member("bob")
    sit_down(bob)
    make_group("Sales", bob)
    nodes = [node("ask", "group", next="name"), {**NAME, "settings": {**NAME["settings"], "next": "desk"}}]
    published({"format": 1, "start": "ask", "nodes": [*nodes, node("desk", "hand_over")]}, is_default=True)
    vera = Vera()
    tell(vera, "hello", "Sales", "Vera")
    assert (vera.session.group.name, vera.session.variables) == ("Sales", {"name": "Vera"})


@pytest.mark.feature("M61")
def test_nobody_at_work_leads_on_or_asks_again(tell):
    """A33: never stuck."""
    desk = node("desk", "hand_over", group={"id": 0, "name": "Sales"}, failed="sorry")
    sorry = node("sorry", "text", text="Write to us", next="main")
    main = node("main", "branch", header="?", items=[item("Sales", "desk"), item("All", "all")])
    nodes = [main, desk, sorry, node("all", "hand_over")]
    published({"format": 1, "start": "main", "nodes": nodes}, is_default=True)
    vera = Vera()
    tell(vera, "hello", "Sales")
    assert "Write to us" in vera.lines() and len(asked(vera)) == 2 and vera.session.node == "main"
    tell(vera, "All")
    assert len(asked(vera)) == 3 and vera.session.is_asking


@pytest.mark.feature("M61")
@pytest.mark.parametrize("nobody_came", [True, False], ids=["nobody came", "taken back"])
def test_out_of_the_queue_without_a_human(tell, settled, nobody_came):
    """When nobody came the flow goes on where the hand-over says; when the visitor took it back, where he was."""
    sit_down(make_member("alice"), status="notReady")
    main = node("main", "branch", header="?", items=[item("Agent", "desk")])
    desk, sorry = node("desk", "hand_over", failed="sorry"), node("sorry", "text", text="Write to us", next="main")
    published({"format": 1, "start": "main", "nodes": [main, desk, sorry]}, is_default=True)
    vera = Vera()
    tell(vera, "hello", "Agent")
    assert vera.session.state == State.WAITING
    with locked(vera.conversation.pk) as held:
        return_to_flow(held, held.session, nobody_came=nobody_came)
    settled()
    assert ("Write to us" in vera.lines()) == nobody_came
    assert (vera.session.node, len(asked(vera))) == ("main", 2)


@pytest.mark.feature("M61")
def test_out_of_the_queue_the_menu_is_shown_again(tell, settled):
    sit_down(make_member("alice"), status="notReady")
    published(MENUS, is_default=True)
    vera = Vera()
    tell(vera, "hello", "human")
    assert vera.session.state == State.WAITING
    with locked(vera.conversation.pk) as held:
        return_to_flow(held, held.session)
    settled()
    assert len(asked(vera)) == 2 and (vera.session.node, vera.session.is_asking) == ("main", True)


@pytest.mark.feature("M61", "F29")
def test_attributes_of_the_visitor_are_variables_of_the_flow(tell, monkeypatch):
    """What his page sets is known from the start; what it sets meanwhile is not lost to what a form keeps."""
    cases = [{"test": "variable", "variable": "vip", "operator": "equals", "value": "true", "next": "name"}]
    start = node("start-here", "condition", cases=cases, **{"else": "bye"})
    hello = node("hello", "text", text="Dear ${name}: ${plan}", next="fruit")
    name = {**NAME, "settings": {**NAME["settings"], "next": "hello"}}
    published({"format": 1, "start": "start-here", "nodes": [start, name, hello, FRUIT, BYE]}, is_default=True)
    vera = Vera()
    set_attributes(vera.conversation, {"vip": True})
    tell(vera, "hello")
    monkeypatch.setattr(runner, "submit", lambda session_pk: None)  # the engine runs here, step by step
    vera.post("Vera")
    situation = engine._read(vera.session.pk)
    turn = engine._think(situation)
    set_attributes(vera.conversation, {"plan": "gold"})
    engine._apply(situation, turn, timezone.now())
    engine.run(vera.session.pk)
    assert vera.session.variables == {"vip": True, "plan": "gold", "name": "Vera"}
    assert "Dear Vera: gold" in vera.lines()


@pytest.mark.feature("M61")
def test_running_sessions_finish_on_their_version(tell):
    published(MENUS, is_default=True)
    vera, late = Vera(), Vera()
    tell(vera, "hello")
    published({**MENUS, "start": "name"}, number=2)
    tell(late, "hello")
    tell(vera, "Prices")
    assert vera.session.flow_version.number == 1 and vera.session.node == "sub"
    assert late.session.flow_version.number == 2 and late.session.node == "name"
    with locked(vera.conversation.pk) as held:
        end_session(held, held.session, EndedBy.CLIENT)
    tell(vera, "hello again")
    assert vera.session.flow_version.number == 2


@pytest.mark.feature("M61")
def test_a_channel_may_have_a_flow_of_its_own(tell):
    flow = published(MENUS)
    vera = Vera()
    tell(vera, "hello")
    assert vera.session.flow_version is None
    Channel.objects.filter(pk=make_channel().pk).update(flow=flow)
    other = Vera()
    tell(other, "hello")
    assert other.session.flow_version == flow.live


@pytest.mark.feature("M61")
def test_a_flow_that_fails_leaves_the_visitor_with_bot_and_human(tell, caplog):
    sit_down(make_member("alice"))
    published({"format": 1, "start": "gone", "nodes": [node("gone", "no such step")]}, is_default=True)
    vera = Vera()
    tell(vera, "hello")
    assert vera.session.node == "@bot" and "failed" in caplog.text
    tell(vera, "human")
    assert vera.session.state == State.SERVING


@pytest.mark.feature("M61")
def test_check_refuses_flows_that_this_code_cannot_run():
    published(MENUS, is_default=True)
    assert not [error for error in run_checks() if error.id.startswith("sessions_flow.")]
    cases = [{"test": "no such condition"}]
    nodes = [node("a", "no such step"), node("b", "condition", cases=cases)]
    published({"format": 1, "start": "a", "nodes": nodes}, number=2)
    found = [error for error in run_checks() if error.id.startswith("sessions_flow.")]
    assert [error.id for error in found] == ["sessions_flow.E001", "sessions_flow.E002"]
    assert "menus v2" in found[0].msg and "'a'" in found[0].msg


@pytest.mark.feature("B40")
@pytest.mark.parametrize("breaks", [False, True], ids=["whole", "breaks off"])
def test_an_answer_may_stream(tell, monkeypatch, caplog, breaks):
    """src 31: begun under the lock, written without one; what came before a failure stays and is finished."""

    def produce():
        yield "Once upon "
        if breaks:
            raise ValueError("the model is gone")
        yield "a time"

    monkeypatch.setitem(steps, "story", lambda context: Stream(produce, then=GoTo("name")))
    published({"format": 1, "start": "tell", "nodes": [node("tell", "story"), NAME]}, is_default=True)
    vera = Vera()
    tell(vera, "hello")
    written = elements.payload_of(vera.conversation.messages.get(src="31").elem)
    assert "".join(written["chunks"]).strip() == ("Once upon" if breaks else "Once upon a time")
    assert written["isFinished"] == 1 and vera.session.node == "name"
    assert ("broke off" in caplog.text) == breaks


@pytest.mark.feature("M61")
def test_what_the_bot_knows_is_a_condition(tell):
    """A bot behind it answers what the visitor had said; everything else goes another way."""
    category = Category.objects.create(name="all")
    Entry.objects.create(category=category, question="How do I get a refund?", answer="Within 7 days.")
    publish()
    forget()
    ask = node("ask", "form", header="What is it?", variable="what", next="known")
    known = node("known", "condition", cases=[{"test": "bot_hit", "next": "bot"}], **{"else": "sorry"})
    sorry = node("sorry", "text", text="We will call you about: ${what}", next="bye")
    nodes = [ask, known, node("bot", "bot.answer"), sorry, BYE]
    published({"format": 1, "start": "ask", "nodes": nodes}, is_default=True)
    vera, other = Vera(), Vera()
    tell(vera, "hello", "How do I get a refund?")
    assert vera.lines()[-1] == "Within 7 days." and vera.session.node == "bot"
    tell(other, "hello", "purple elephants")
    assert "We will call you about: purple elephants" in other.lines()


def test_registering_twice_fails():
    for register, names in ((step, steps), (condition, conditions)):
        with pytest.raises(TypeError):
            register(next(iter(names)))(lambda *_: None)


def test_a_version_is_never_changed():
    version = published(MENUS).live
    with pytest.raises(ValueError):
        version.save()


@pytest.mark.parametrize("flow", [MENUS, DEFAULT], ids=["menus", "default"])
def test_running_twice_at_once_is_harmless(flow, settled):
    """Eight engines on one session: every question once, every answer once."""
    published(flow, is_default=True)
    vera = Vera()
    for word in ("hello", "Prices", "Fruit"):
        vera.post(word)
        start = threading.Barrier(8)

        def run(session_pk: int, start: threading.Barrier = start) -> None:
            start.wait(20)
            engine.run(session_pk)
            close_old_connections()

        threads = [threading.Thread(target=run, args=(vera.session.pk,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        settled()
    if flow is MENUS:
        assert [content["header"] for content in asked(vera)] == ["What is it about?", "Which?", "You like?"]
        assert [content.get("selected", {}).get("content") for content in asked(vera)] == ["Prices", "Fruit", None]
    seqs = list(vera.conversation.messages.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))
    assert sum("welcome" in line for line in vera.lines()) == (flow is DEFAULT)
    assert Session.objects.count() == 1


@pytest.mark.feature("A37", "F14")
def test_words_right_after_the_trigger_are_never_lost(settled):
    """src 7 and a request for a human at the same time, in either order: the refusal comes, and once."""
    veras = [Vera() for _ in range(25)]
    start = threading.Barrier(2)

    def trigger() -> None:
        for vera in veras:
            start.wait(60)
            enter(vera.conversation.pk)
        close_old_connections()

    thread = threading.Thread(target=trigger)
    thread.start()
    for vera in veras:
        start.wait(60)
        vera.post("human")
    thread.join(60)
    settled()
    for vera in veras:
        refusals = vera.conversation.messages.filter(text__startswith="No agent is available")
        assert refusals.count() == 1, vera.lines()
        assert vera.session.flow_due_at is None and Session.objects.filter(conversation=vera.conversation).count() == 1
