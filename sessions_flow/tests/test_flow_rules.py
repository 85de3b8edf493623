"""What may be stored as a draft, and what may be published."""

import copy

import pytest
from django.utils import translation

from sessions_flow.flow import examples
from sessions_flow.flow.default import DEFAULT
from sessions_flow.flow.drafts import difference
from sessions_flow.flow.validation import problems
from sessions_flow.flow.wellformed import Malformed, wellformed
from sessions_flow.tests.test_course import BYE, FRUIT, MAIN, NAME, SUB, THANKS, UP, item, node

pytestmark = pytest.mark.feature("M61", "A26")
BOT = node("bot", "bot.answer")


def flow(*nodes, start: str = "", **more):
    return wellformed({"format": 1, "start": start or nodes[0]["id"], "nodes": list(nodes), **more})


def found(*nodes, groups=(), **more) -> list[tuple[str, str, str]]:
    """(node, field, text) of every problem, in English."""
    with translation.override("en"):
        return [(one.node, one.field, str(one)) for one in problems(flow(*nodes, **more), groups)]


@pytest.mark.parametrize(
    "graph", [DEFAULT, examples.menus(), examples.built_in()], ids=["default", "menus", "built in"]
)
def test_it_works(graph):
    assert problems(wellformed(graph), ()) == []


def test_what_is_well_formed_stays_as_it_is():
    once = flow(MAIN, SUB, FRUIT, NAME, THANKS, UP, BYE)
    assert wellformed(once) == once


@pytest.mark.parametrize(("nodes", "place", "said"), [
    ([node("t", "text", text="Hi")], ("t", "next"), "Text (t): the way “then” leads nowhere."),
    ([node("t", "text", text=" ", next="bot"), BOT], ("t", "text"), "“Text” is missing"),
    ([node("t", "text", text="x" * 2001, next="bot"), BOT], ("t", "text"), "2001 characters; at most 2000"),
    ([node("t", "text", text="Hi ${who}", next="bot"), BOT], ("t", "text"), "nothing here sets ${who}"),
    ([node("t", "text", text="Hi", next="gone"), BOT], ("t", "next"), "leads to a node that does not exist"),
    ([BOT, node("t", "text", text="Hi", next="bot")], ("t", ""), "no way leads here"),
    ([node("m", "branch", header="?", items=[item("a", "bot"), item("a", "bot")]), BOT], ("m", "items.1.content"),
     "two options read “a”"),
    ([node("m", "branch", header="?", items=[item("a")]), BOT], ("m", "items.0"), "the way “a” leads nowhere"),
    ([node("m", "branch", header="?", items=[])], ("m", "items"), "add at least one row"),
    ([node("m", "branch", header="?", items=[item("x" * 61, "bot")]), BOT], ("m", "items.0.content"), "at most 60"),
    ([node("m", "branch", header="?", items=[item("a", "bot")], unmatched="guess"), BOT], ("m", "unmatched"),
     "choose one of the list"),
    ([node("f", "form", header="?", next="bot"), BOT], ("f", "variable"), "“Keep the answer as” is missing"),
    ([node("f", "form", header="?", variable="1st", next="bot"), BOT], ("f", "variable"), "cannot be the name"),
    ([node("f", "form", header="?", variable="group", next="bot"), BOT], ("f", "variable"), "cannot be the name"),
    ([node("c", "condition", cases=[{"test": "moon", "next": "bot"}], **{"else": "bot"}), BOT], ("c", "cases.0.test"),
     "choose a condition"),
    ([node("c", "condition", cases=[{"test": "variable", "variable": "x", "next": "bot"}], **{"else": "bot"}), BOT],
     ("c", "cases.0.variable"), "nothing here sets ${x}"),
    ([node("c", "condition", cases=[{"test": "variable", "next": "bot"}], **{"else": "bot"}), BOT],
     ("c", "cases.0.variable"), "choose a variable"),
    ([node("h", "hand_over", group={"id": 7, "name": "Sales"})], ("h", "group"), "the group “Sales” does not exist"),
    ([node("b", "back", to="gone")], ("b", "to"), "does not exist"),
])  # fmt: skip
def test_problems_name_node_and_field(nodes, place, said):
    told = found(*nodes)
    assert [one for one in told if one[:2] == place and said in one[2]], told


def test_circles_need_a_question():
    one, two = node("a", "text", text="a", next="b"), node("b", "set", variable="v", value="1", next="a")
    assert {place[0] for place in found(one, two) if "circle" in place[2]} == {"a", "b"}
    asking = node("b", "form", header="?", variable="v", next="a")
    assert found(one, asking) == []


def test_the_start_must_exist():
    assert found(BOT, start="gone")[0] == ("", "start", "Choose the node where the flow starts.")
    assert ("", "human") in [place[:2] for place in found(BOT, human="gone")]


def test_variables_of_every_kind_are_known():
    nodes = [
        node("name", "form", header="?", variable="称呼", next="set"),
        node("set", "set", variable="hello", value="${称呼}!", next="say"),
        node("say", "text", text="${hello} ${称呼}", next="bot"),
        BOT,
    ]
    assert found(*nodes) == []


def test_a_name_that_the_flow_does_not_set_is_only_a_warning():
    """Pages set attributes, and questions before the chat are asked: known ones are not even that."""
    told = flow(node("t", "text", text="${plan} ${你的 订单}", next="bot"), BOT)
    assert [(one.is_warning, one.reason) for one in problems(told, (), ["你的 订单"])] == [
        (True, problems(told, ())[0].reason)
    ]


def test_a_group_is_known_by_its_name_or_its_id():
    desk = node("h", "hand_over", group={"id": 7, "name": "Sales"})
    assert found(desk, groups=["7", "Renamed"]) == [] == found(desk, groups=["9", "Sales"])


@pytest.mark.parametrize("broken", [
    None, [], "x", {}, {"format": 1}, {"format": 2, "nodes": []}, {"format": 1, "nodes": {}},
    {"format": 1, "nodes": [1]}, {"format": 1, "nodes": [{"id": "A B", "step": "end"}]},
    {"format": 1, "nodes": [{"id": "a", "step": "moon"}]}, {"format": 1, "nodes": [{"id": "a", "step": None}]},
    {"format": 1, "nodes": [{"id": "a", "step": "end"}, {"id": "a", "step": "end"}]},
    {"format": 1, "nodes": [node(f"n{n}", "end") for n in range(201)]},
    {"format": 1, "nodes": [node("a", "text", text=5)]}, {"format": 1, "nodes": [node("a", "text", text="x" * 4001)]},
    {"format": 1, "nodes": [node("a", "text", text="\x00")]},
    {"format": 1, "nodes": [node("a", "text", text="\ud800")]},
    {"format": 1, "nodes": [node("a", "branch", items={})]}, {"format": 1, "nodes": [node("a", "branch", items=[1])]},
    {"format": 1, "nodes": [node("a", "branch", items=[item("x")] * 21)]},
    {"format": 1, "nodes": [node("a", "hand_over", group="Sales")]},
    {"format": 1, "nodes": [node("a", "hand_over", group={"id": "1"})]},
    {"format": 1, "nodes": [node("a", "hand_over", group={"id": 2**40})]},
    {"format": 1, "nodes": [{**node("a", "end"), "x": "left"}]},
    {"format": 1, "nodes": [{**node("a", "end"), "x": 1e9}]},
    {"format": 1, "nodes": [{**node("a", "end"), "x": float("nan")}]},
    {"format": 1, "nodes": [{**node("a", "end"), "settings": []}]}, {"format": 1, "nodes": [], "start": 3},
])  # fmt: skip
def test_what_is_no_flow_is_refused_with_a_reason(broken):
    with pytest.raises(Malformed) as refused:
        wellformed(broken)
    assert str(refused.value)


def test_unknown_keys_are_dropped():
    made = flow({**BOT, "evil": 1, "settings": {"evil": 1}}, more=1)
    assert "evil" not in str(made) and "more" not in made


def test_moving_a_node_is_no_difference():
    before = flow(MAIN, SUB, FRUIT, NAME, THANKS, UP, BYE)
    after = copy.deepcopy(before)
    after["nodes"][0]["x"] = 500
    assert (difference(before, after).changed, difference(before, after).added) == ([], [])
    after["nodes"][1]["settings"]["header"] = "New"
    after["nodes"][2]["id"], after["nodes"][2]["title"] = "other", "Other"
    told = difference(before, after)
    assert (len(told.changed), told.added, len(told.removed)) == (1, ["Other"], 1)
