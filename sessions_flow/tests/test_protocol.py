"""What may come in over the wire."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_flow.protocol import elements, payloads
from sessions_flow.protocol.errors import ProtocolError
from sessions_flow.protocol.preview import preview_of

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.feature("F8", "F9")
@given(anything)
def test_anything_else_is_refused_and_nothing_breaks(elem):
    with pytest.raises(ProtocolError):
        elements.checked(elem, elements.FROM_VISITOR)


@given(st.sampled_from(["7", "10", "22", "24", "27", "28"]), anything)
def test_known_payloads_with_any_content_are_rebuilt_or_refused(src, content):
    data = json.dumps({"customerServicePlugin": 0, "src": src, "content": content, "businessID": "x"})
    elem = {"MsgType": "TIMCustomElem", "MsgContent": {"Data": data}}
    try:
        made = elements.checked(elem, elements.FROM_VISITOR)
    except ProtocolError:
        return
    if src in ("22", "28"):
        assert "businessID" not in made["MsgContent"]["Data"]


@given(st.text(min_size=1, max_size=200))
def test_text_survives_or_is_refused(said):
    try:
        made = elements.checked(elements.text(said), frozenset())
    except ProtocolError:
        assert not said.strip() or "\x00" in said
    else:
        assert elements.text_of(made) == said


@pytest.mark.feature("F44")
@pytest.mark.parametrize("src", ["9", "15", "19", "20", "21", "23", "26", "29", "30", "31", "99"])
def test_visitors_cannot_forge_what_the_desk_says(src):
    with pytest.raises(ProtocolError):
        elements.checked(elements.custom(payloads.payload(src, content={})), elements.FROM_VISITOR)


@pytest.mark.feature("F33")
@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "file:///etc/passwd"])
def test_cards_link_to_http_only(url):
    card = payloads.payload("22", content={"header": "a", "desc": "b", "pic": "", "url": url})
    with pytest.raises(ProtocolError):
        elements.checked(elements.custom(card), elements.FROM_VISITOR)


def test_limits():
    elements.checked(elements.text("x" * elements.TEXT_LIMIT), frozenset())
    with pytest.raises(ProtocolError):
        elements.checked(elements.text("x" * (elements.TEXT_LIMIT + 1)), frozenset())


@pytest.mark.feature("F30", "F31", "A5")
def test_selected_is_absent_until_answered():
    asked = payloads.branch("head", ["a", "b"])
    assert "selected" not in asked["content"]
    assert payloads.answered(asked, "a")["content"]["selected"] == {"content": "a"}
    assert payloads.form("what?")["content"] == {"header": "what?", "type": 0}


@pytest.mark.feature("F8", "F9", "F10", "F22", "F23", "F40", "F41", "F42", "F43", "A3", "A6")
def test_shapes_as_clients_read_them():
    """Field by field: types matter, published clients compare with ===."""
    head = {"customerServicePlugin": 0}
    items = [{"content": "人工", "desc": ""}, {"content": "返回", "desc": ""}]
    questions = [{"content": "怎么退款"}]
    assert [
        payloads.typing(True),
        payloads.branch("请输入您想接入的功能", ["人工", "返回"]),
        payloads.seat_state(False),
        payloads.welcome_card("猜你想问", ["怎么退款"]),
        payloads.clarify_card("您可能想问:", ["怎么退款"]),
        payloads.rich_text("![](https://a.example/x.png)"),
        payloads.streamed(["a", "b"], True),
        payloads.payload(payloads.FLOW_ENDED),
    ] == [
        {**head, "src": "12", "typingStatus": 1},
        {**head, "src": "15", "content": {"header": "请输入您想接入的功能", "items": items, "tail": ""}},
        {**head, "src": "26", "content": {"command": "updateSeatStatus", "content": "outSeat"}},
        {
            **head,
            "src": "29",
            "subtype": "welcome_msg",
            "content": {"title": "猜你想问", "content": "", "items": questions},
        },
        {
            **head,
            "src": "29",
            "subtype": "clarify_msg",
            "content": {"title": "您可能想问:", "content": "您可能想问:", "items": questions},
        },
        {**head, "src": "30", "content": "![](https://a.example/x.png)"},
        {**head, "src": "31", "chunks": ["a", "b"], "isFinished": 1},
        {**head, "src": "19"},
    ]


@pytest.mark.feature("W24")
@pytest.mark.parametrize(
    ("elem", "preview"),
    [
        (elements.text("two\n lines"), "two lines"),
        ({"MsgType": elements.SOUND, "MsgContent": {"UUID": "x"}}, "[voice]"),
        (
            elements.custom(payloads.rich_text("**Refund**: see [here](https://a.example) ![](/files/x)")),
            "Refund: see here",
        ),
        (elements.custom(payloads.streamed(["# One ", "&lt; two"], False)), "One < two"),
        (elements.custom(payloads.branch("Choose", ["a"])), "Choose"),
        (elements.custom(payloads.payload("28", content={"guide": "", "name": "Coffee"})), "Coffee"),
        (elements.custom(payloads.seat_state(True)), ""),
        (elements.custom(payloads.payload("19")), ""),
        (None, ""),
    ],
)
def test_previews_are_one_line(elem, preview):
    assert preview_of(elem) == preview
