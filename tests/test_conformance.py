"""The published customer-service plugin renders every payload that this server really sends.

Here is a life with all of them but menus and forms (test_flow); what any other test receives is drawn at the end of
the run (tests.witness).
"""

import pytest

from tests import witness
from tests.people import ALICE, VisitorPerson, at_work, custom, payload_of, text_of

needs_node = pytest.mark.skipif(not witness.can_check(), reason="needs Node (make test installs it)")
PICTURE = "https://shop.example/a.png"
PRODUCT = {"header": "咖啡机", "desc": "全自动", "pic": PICTURE, "url": "https://shop.example/1"}
ORDER = {
    "guide": "订单",
    "name": "咖啡机",
    "desc": "",
    "pic": PICTURE,
    "customField": [{"name": "状态:", "value": "完成"}],
}


def payloads_received(vera: VisitorPerson) -> list[dict]:
    """Every custom payload, stored, modified or online only."""
    return [payload for frame in vera.frames for payload in witness.payloads_in(frame)]


def stream_into(house, conversation: str, words: list[str]) -> None:
    """An answer that grows, as a bot with a language model gives it."""
    house.python(
        "from sessions_flow.actions import BOT, Sender, begin_stream, locked, write_stream;"
        "from sessions_flow.models import Conversation;"
        f"pk = Conversation.objects.get(public_id={conversation!r}).pk\n"
        "with locked(pk) as held: stream = begin_stream(held, Sender(BOT, name='机器人'))\n"
        f"write_stream(stream, {words!r})"
    )


@needs_node
@pytest.mark.feature("F7", "F8", "F9", "F10", "F17", "F22", "F27", "F36", "A3", "A4")
def test_every_payload_is_drawn_by_the_real_client(full):
    vera = VisitorPerson(full)
    vera.trigger()
    vera.wait_for_src("29")
    vera.say("客服和工作时间和渠道")  # guided or answered
    vera.say("智能客服是什么")
    vera.wait_for_src("30")
    with at_work(full, ALICE) as alice:
        vera.say("转人工")
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        conversation = row["conversation"]
        alice.must("typing", conversation=conversation, typing=True)
        vera.wait_for_flag("12")
        alice.must("typing", conversation=conversation, typing=False)
        for src, content in (("22", PRODUCT), ("28", ORDER)):
            alice.post(conversation, custom(src=src, content=content))
            vera.wait_for_src(src)
        stream_into(full, conversation, ["**一个**", "[字]", "(javascript:alert(1))"])
        vera.wait_for_entry(lambda entry: is_finished(entry.get("event") or {}))
        alice.must("rating.invite", session=row["session"]["id"])
        card = payload_of(vera.wait_for_src("9"))["menuContent"]
        vera.post(custom(src="27"))
        vera.wait_for_state("ended")
        vera.post(custom(src="10", menuSelected={**card["menu"][3], "sessionId": card["sessionId"]}))
        vera.wait_for_entry(lambda entry: '"selected"' in str(entry.get("event")))
    payloads = payloads_received(vera)
    everything = {"9", "12", "19", "22", "23", "26", "28", "29", "30", "31"}
    assert {payload["src"] for payload in payloads} >= everything
    assert witness.check(payloads) == ""


def is_finished(event: dict) -> bool:
    payload = payload_of(event)
    return payload.get("src") == "31" and payload["isFinished"] == 1


@needs_node
@pytest.mark.feature("F28", "M46", "M47", "W38")
def test_a_time_out_is_flagged_as_one(full):
    """src 20, its own text, and the card; the closing flag 19 is not sent."""
    full.python("from sessions_flow.models import Closing; c = Closing.get_solo(); c.reply_seconds = 2; c.save()")
    try:
        vera = VisitorPerson(full, language="en")
        with at_work(full, ALICE) as alice:
            vera.say("human")
            row = alice.wait_for_row(vera.openid)
            alice.say(row["conversation"], "Are you still there?")
            vera.wait_for_state("ended", 20)
        assert any("we have not heard from you" in text_of(entry) for entry in vera.entries())
        shown = [payload for payload in payloads_received(vera) if payload["src"] in ("9", "19", "20")]
        assert [payload["src"] for payload in shown] == ["20", "9"]
        assert witness.check(shown) == ""
    finally:
        full.python("from sessions_flow.models import Closing; Closing.objects.update(reply_seconds=600)")


@needs_node
@pytest.mark.parametrize(
    ("payload", "complaint"),
    [
        ({"src": "15", "content": {"header": "x", "items": [{"content": "a"}], "selected": None}}, "selected"),
        ({"src": "26", "content": {"content": {"command": "updateSeatStatus", "content": "inSeat"}}}, "one level"),
        ({"src": "30", "content": "<img src=x onerror=alert(1)>"}, "raw HTML"),
        ({"src": 23, "content": {"menuSendRuleFlag": 7}}, "src"),
    ],
)
def test_what_is_wrong_is_found(payload, complaint):
    """The control of the check at the end of every run."""
    assert complaint in witness.check([{"customerServicePlugin": 0, **payload}])


def test_nothing_of_the_visitors_own_is_noted():
    mine = {"from": {"kind": "visitor"}, "elem": custom(src="22", content={})}
    theirs = {"from": {"kind": "agent"}, "elem": custom(src="28", content={})}
    event = {"from": {"kind": "system"}, "elem": None, "event": {"elem": custom(src="9")}}
    frame = {"op": "entries", "entries": [mine, theirs, event]}
    assert [payload["src"] for payload in witness.payloads_in(frame)] == ["28", "9"]
