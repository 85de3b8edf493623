"""Bad input through the front door: the specified refusal, nothing stored, the socket alive."""

import json

import pytest

from tests.people import ALICE, AgentPerson, VisitorPerson, at_work, custom, payload_of, text
from tests.test_media import refused

OVER, BAD, TWICE, NOBODY, NOT_YOURS, UNKNOWN, TOO_LARGE = 10150, 10151, 10152, 10154, 10403, 10404, 10413


def rating_of(vera: VisitorPerson) -> dict:
    return payload_of(vera.wait_for_src("9"))["menuContent"]


def choice(card: dict, level: int = 4, **other) -> dict:
    return custom(src="10", menuSelected={**card["menu"][level], "sessionId": card["sessionId"], **other})


@pytest.mark.feature("F44", "F9", "F13")
def test_payloads_that_nobody_may_send(full):
    vera = VisitorPerson(full)
    unknown = ("1", "8", "11", "99", "", 7, None, ["7"], {})
    for src in (*unknown, "9", "15", "19", "20", "21", "23", "26", "29", "30", "31"):
        assert refused(vera, custom(src=src, content={})) == BAD, src
    for data in ("", "x", "[]", "null", '{"src":"7"}', '{"customerServicePlugin":1,"src":"7"}', "{" * 3000):
        elem = {"MsgType": "TIMCustomElem", "MsgContent": {"Data": data}}
        assert refused(vera, elem) == BAD, data
    for elem in (None, 1, [], {}, {"MsgType": "TIMTextElem"}, {"MsgType": ["x"], "MsgContent": {}}):
        assert refused(vera, elem) == BAD, elem
    for words, code in (("", BAD), (" \n", BAD), ("a\x00b", BAD), ("x" * 5001, TOO_LARGE), (["x"], BAD), (7, BAD)):
        assert refused(vera, {"MsgType": "TIMTextElem", "MsgContent": {"Text": words}}) == code, words
    assert refused(vera, custom(src="22", content={"header": "x" * 12_000})) == TOO_LARGE
    for uuid in ("", "x" * 32, None, 7):
        code = UNKNOWN if uuid == "x" * 32 else BAD
        for kind, key in (("TIMImageElem", "UUID"), ("TIMSoundElem", "UUID"), ("TIMVideoFileElem", "VideoUUID")):
            assert refused(vera, {"MsgType": kind, "MsgContent": {key: uuid}}) == code, (kind, uuid)


@pytest.mark.feature("F19", "F20", "F35", "F37", "A60", "A61", "A66")
def test_flags_out_of_time_and_out_of_place(full):
    """24 and 27 without a human, 10 without a card, empty, foreign, twice and late; codes 10150 to 10154."""
    vera, other = VisitorPerson(full), VisitorPerson(full)
    vera.trigger()
    assert refused(vera, custom(src="24")) == NOBODY
    assert refused(vera, custom(src="27")) == OVER
    assert refused(vera, custom(src="10", menuSelected={"id": "105", "content": "", "sessionId": ""})) == BAD
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        row = alice.wait_for_row(vera.openid)
        vera.post(custom(src="24"))  # with a human it is answered by the card
        card = rating_of(vera)
        other.say("人工")
        other.wait_for_state("serving")
        alice.must("rating.invite", session=alice.wait_for_row(other.openid)["session"]["id"])
        foreign = rating_of(other)
        for chosen in (
            {},
            [],
            "105",
            {"id": "", "content": "", "sessionId": card["sessionId"]},
            {"id": "106", "content": "非常满意", "sessionId": card["sessionId"]},
            {"id": ["105"], "content": "x", "sessionId": card["sessionId"]},
            {"id": "105", "content": "x", "sessionId": "no-such-card"},
            {"id": "105", "content": "x", "sessionId": foreign["sessionId"]},
        ):
            assert refused(vera, custom(src="10", menuSelected=chosen)) == BAD, chosen
        assert refused(vera, custom(src="10")) == BAD
        vera.post(custom(src="27"))  # F37: ends the human session
        vera.wait_for_state("ended")
        row = alice.wait_for_row(vera.openid, "ended")
        assert row["session"]["ended_by"] == "client"
        vera.post(custom(src="24"))  # A66: the window is still open
        card = rating_of(vera)
        vera.post(choice(card, content=""))  # clients of one kind send no text: the id counts
        vera.wait_for_entry(lambda entry: "selected" in str(entry.get("event")))
        assert refused(vera, choice(card, 0)) == TWICE
        assert refused(vera, custom(src="24")) == TWICE
        expire(full, foreign["sessionId"])
        assert refused(other, choice(foreign)) == OVER
    assert level(full, card["sessionId"]) == "5" and level(full, foreign["sessionId"]) == "None"


def expire(house, rating: str) -> None:
    house.python(
        "from django.utils import timezone; from sessions_flow.models import Rating;"
        f"Rating.objects.filter(public_id={rating!r}).update(expires_at=timezone.now())"
    )


def level(house, rating: str) -> str:
    found = f"Rating.objects.get(public_id={rating!r}).level"
    return house.python(f"from sessions_flow.models import Rating; print({found})")


def test_agents_too(full):
    """Foreign and made-up sessions and conversations, wrong types, an invitation after the end."""
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        conversation, session = row["conversation"], row["session"]["id"]

        def code(op, **what):
            result = alice.ask(op, **what)
            assert not result["ok"] and result["reason"], (op, what)
            return result["code"]

        for op in ("session.end", "rating.invite", "session.complete"):
            for made_up in ("x", None, []):
                assert code(op, session=made_up) == BAD, (op, made_up)
            assert code(op, session="5b6c4f0e-0000-4000-8000-000000000000") == UNKNOWN, op
        for op in ("message.post", "message.recall", "typing", "read", "history"):
            for made_up in ("x", None, 7, ["x"], {}):
                what = {"client_id": "z1", "elem": text("x"), "seq": 1, "conversation": made_up}
                assert code(op, **what) == UNKNOWN, (op, made_up)
        for seq in ("x", -1, True, 2**70, [1]):
            assert code("message.recall", conversation=conversation, seq=seq) == BAD, seq
            assert code("read", conversation=conversation, seq=seq) == BAD, seq
        for elem in (custom(src="9"), custom(src="10"), custom(src="24"), custom(src="27"), {"MsgType": "x"}, None):
            assert code("message.post", conversation=conversation, client_id="z2", elem=elem) == BAD, elem
        assert code("message.post", conversation=conversation, client_id="no good!", elem=text("x")) == BAD
        assert code("nonsense") == BAD
        alice.must("session.end", session=session)
        assert code("rating.invite", session=session) == OVER
        assert code("session.end", session=session) == OVER
        assert isinstance(alice, AgentPerson) and "z2" not in json.dumps(vera.entries())
