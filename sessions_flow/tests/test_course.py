"""How a session walks through a flow, without a database."""

import pytest
from django.utils import timezone

from sessions_flow.flow import course
from sessions_flow.flow.graph import Graph, filled
from sessions_flow.flow.outcomes import Finish, GoTo, HandOver, Listen, Say
from sessions_flow.flow.place import Place, Visit
from sessions_flow.protocol import elements

VISIT = Visit(0, 0, "en", timezone.now(), frozenset({"human", "人工"}))


def node(node_id: str, step: str, **settings):
    return {"id": node_id, "step": step, "settings": settings}


def item(content: str, then: str = "", desc: str = ""):
    return {"content": content, "desc": desc, "next": then}


MAIN = node("main", "branch", header="What is it about?", tail="Please choose", items=[
    item("Prices", "sub", "offers"), item("1", "name"), item("人工", "bye"), item("Back", "up"),
])  # fmt: skip
SUB = node("sub", "branch", header="Which?", items=[item("Fruit", "fruit"), item("Back", "up")])
FRUIT = node("fruit", "form", header="You like?", variable="fruit", next="thanks", items=[item("Apple"), item("Melon")])
NAME = node("name", "form", header="Your name, please", variable="name", next="thanks")
THANKS = node("thanks", "text", text="Thank you, ${name} (${fruit}). ${nobody}", next="bye")
UP, BYE = node("up", "back"), node("bye", "end")
GRAPH = Graph.of({"start": "main", "nodes": [MAIN, SUB, FRUIT, NAME, THANKS, UP, BYE]})


def walk(graph: Graph, *words: str, place: Place | None = None) -> tuple[list[course.Turn], Place]:
    """Every turn until the flow listens, for the entering and each of the words."""
    turns, place = [], place or Place.first(graph, {})
    for word in (None, *words):
        text = word
        for _ in range(course.MOST_STEPS + 5):
            if place.is_asking and text is None:
                break
            turn = course.take(graph, place, text, VISIT)
            turns.append(turn)
            text, place = None, turn.place
            if isinstance(turn.then, HandOver | Finish):
                break
    return turns, place


def payload(turn: course.Turn) -> dict:
    return elements.payload_of(turn.said.elems[0])


def texts(turns) -> list[str]:
    said = [elem for turn in turns if isinstance(turn.said, Say) for elem in turn.said.elems]
    return [elements.text_of(elem) or elements.payload_of(elem)["content"]["header"] for elem in said]


@pytest.mark.feature("F3", "F23", "F26", "F29", "F30", "M61", "A26", "B40")
def test_it_works():
    turns, place = walk(GRAPH, "Prices", "Fruit", "Melon")
    assert texts(turns) == ["What is it about?", "Which?", "You like?", "Thank you, ${name} (Melon). ${nobody}"]
    assert payload(turns[0])["content"]["items"][0] == {"content": "Prices", "desc": "offers"}
    assert payload(turns[0])["content"]["tail"] == "Please choose"
    assert [turn.selected for turn in turns if turn.selected] == ["Prices", "Fruit", "Melon"]
    assert place.variables == {"fruit": "Melon"} and isinstance(turns[-1].then, Finish)


@pytest.mark.feature("F29", "F31", "F32")
def test_a_text_form_takes_any_words():
    turns, place = walk(GRAPH, "1", " Vera \n")
    assert payload(turns[2])["content"] == {"header": "Your name, please", "type": 0}
    assert place.variables == {"name": " Vera \n"} and turns[3].selected == " Vera \n"


@pytest.mark.feature("F24", "A115")
@pytest.mark.parametrize("words", [" Prices", "prices", "Prices ", "PRICES", "0", "１"])
def test_nothing_but_the_very_text_matches(words):
    """No trimming, no case, no numbers of items; an item that reads 1 is chosen by 1."""
    again = {**MAIN, "settings": {**MAIN["settings"], "unmatched": "again"}}
    graph = Graph.of({"start": "main", "nodes": [again, NAME, SUB, UP, BYE]})
    turns, place = walk(graph, words)
    assert (place.node, place.is_asking, place.tries) == ("main", True, 1)
    assert texts(turns) == ["What is it about?"] * 2 and not any(turn.selected for turn in turns)
    assert walk(graph, "1")[1].node == "name"


@pytest.mark.feature("A37", "F26")
def test_an_item_is_an_item_before_it_is_a_word_for_a_human():
    turns, _ = walk(GRAPH, "人工")
    assert turns[-2].selected == "人工" and isinstance(turns[-1].then, Finish)


@pytest.mark.feature("A37")
@pytest.mark.parametrize("way", [("Human ",), ("Prices", "HUMAN"), ("Prices", "Fruit", "human"), ("1", "human")])
def test_a_human_can_be_asked_for_everywhere(way):
    turns, place = walk(GRAPH, *way)
    assert isinstance(turns[-1].then, HandOver) and turns[-1].selected is None
    assert place.variables == {}
    assert (place.node, place.is_asking) == (turns[-2].place.node, False)  # asked again when nobody comes


@pytest.mark.feature("A37", "M61")
def test_the_way_to_a_human_leads_over_a_menu_once():
    topics = node("topics", "branch", header="About what?", items=[item("Sales", "desk"), item("Back", "up")])
    nodes = [MAIN, SUB, FRUIT, NAME, THANKS, UP, BYE, topics, node("desk", "hand_over")]
    graph = Graph.of({"start": "main", "human": "topics", "nodes": nodes})
    turns, place = walk(graph, "human")
    assert (place.node, place.is_asking) == ("topics", True)
    turns, _ = walk(graph, "human", place=place)
    assert isinstance(turns[-1].then, HandOver)
    turns, _ = walk(graph, "Sales", place=place)
    assert isinstance(turns[-1].then, HandOver)


@pytest.mark.feature("F26", "M61")
def test_back_leads_to_the_menu_before():
    assert walk(GRAPH, "Prices", "Back")[1].node == "main"
    assert walk(GRAPH, "Prices", "Back", "Back")[1].node == "main"
    assert walk(GRAPH, "Prices", "Back", "Prices")[1].menus == ("main", "sub")
    named = Graph.of({"start": "main", "nodes": [MAIN, SUB, FRUIT, NAME, THANKS, BYE, node("up", "back", to="name")]})
    assert walk(named, "Back")[1].node == "name"


@pytest.mark.feature("M61")
@pytest.mark.parametrize(("words", "then"), [("Apple", "yes"), ("Melon", "part"), ("", "else")])
def test_conditions_look_at_variables(words, then):
    cases = [
        {"test": "variable", "variable": "fruit", "operator": "equals", "value": "Apple", "next": "yes"},
        {"test": "variable", "variable": "fruit", "operator": "contains", "value": "lon", "next": "part"},
        {"test": "variable", "variable": "fruit", "operator": "exists", "next": "some"},
    ]
    graph = Graph.of({"start": "if", "nodes": [node("if", "condition", cases=cases, **{"else": "else"})]})
    turn = course.take(graph, Place("if", variables={"fruit": words}), None, VISIT)
    assert turn.then == GoTo(then)


@pytest.mark.feature("M61")
def test_set_variables_are_usable_in_texts():
    graph = Graph.of({"start": "set", "nodes": [
        node("set", "set", variable="a", value="${b}!", next="say"), node("say", "text", text="<${a}>"), BYE,
    ]})  # fmt: skip
    turns, _ = walk(graph, place=Place("set", variables={"b": "x"}))
    assert texts(turns) == ["<x!>"]


def test_a_value_is_not_filled_in_twice():
    assert filled({"a": ["${x}", "${y}"]}, {"x": "${y}", "y": "secret"}) == {"a": ["${y}", "secret"]}


@pytest.mark.feature("M61")
def test_circles_are_left(caplog):
    graph = Graph.of({"start": "a", "nodes": [node("a", "text", text="a", next="b"), node("b", "set", variable="v",
                      value="1", next="a")]})  # fmt: skip
    turns, place = walk(graph)
    assert (place.node, place.is_asking, len(turns)) == ("@bot", True, course.MOST_STEPS + 1)
    assert "circles" in caplog.text


@pytest.mark.feature("M61")
@pytest.mark.parametrize("broken", [node("a", "no such step"), node("a", "branch"), node("a", "condition", cases=[{}])])
def test_a_broken_node_leaves_the_visitor_with_the_bot(broken, caplog):
    turn = course.take(Graph.of({"start": "a", "nodes": [broken]}), Place("a"), None, VISIT)
    assert turn.place.node == "@bot" and "failed" in caplog.text


def test_a_missing_link_leads_to_the_bot_without_a_word():
    graph = Graph.of({"start": "a", "nodes": [node("a", "text", text="a"), node("bot", "bot.answer")]})
    turn = course.take(graph, Place("a"), None, VISIT)
    assert (turn.place.node, turn.place.is_asking) == ("bot", True)


def test_a_place_survives_being_stored():
    place = walk(GRAPH, "Prices", "Fruit")[1]
    assert Place.of(place.node, place.is_asking, place.variables, {**place.memory(), "from the future": 1}) == place
    assert Place.of("bot", True, {}, {}) == Place("bot", True)
    assert isinstance(course.Turn(place).then, Listen)


@pytest.mark.feature("F32")
def test_an_item_may_be_named_before_it_is_shown():
    turn = course.take(GRAPH, walk(GRAPH)[1], "Prices", VISIT, is_early=True)
    assert turn.selected == "Prices"


def test_a_message_that_waits_does_not_keep_a_node_from_being_entered():
    """Three words before the menu: the second was an item, the third is still unheard when the next node speaks."""
    graph = Graph.of({"start": "say", "nodes": [THANKS, BYE, NAME, node("say", "text", text="Hi", next="name")]})
    for node_id in ("say", "name"):
        turn = course.take(graph, Place(node_id), None, VISIT, is_early=True)
        assert texts([turn]) == ["Hi" if node_id == "say" else "Your name, please"]
