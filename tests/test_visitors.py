"""Who a visitor is, over the sockets: identity, attributes, page trail, questions before the chat, left messages."""

import json
import time

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.people import ALICE, BOB, Browser, at_work, channel_with, forget_left_messages, sign, text_of

# --- identity


@pytest.mark.feature("A116", "U8")
def test_an_anonymous_conversation_becomes_the_signed_users(full):
    user, sig = "vera-1", sign(full, "vera-1")
    anonymous = Browser(full)
    anonymous.trigger()
    anonymous.say("说过的话")
    signed = Browser(full, token=anonymous.token, user_id=user, user_sig=sig)
    assert signed.welcome["visitor"]["user_id"] == user
    assert any("说过的话" in text_of(entry) for entry in signed.welcome["entries"])
    assert signed.welcome["session"]["id"], "the running session goes with it"
    with pytest.raises(ConnectionClosed):  # who only had the former token reads no more
        anonymous.wait_for(lambda frame: False)
    former = Browser(full, token=anonymous.token)
    assert former.welcome["entries"] == []
    assert former.welcome["visitor"]["user_id"] is None
    elsewhere = Browser(full, user_id=user, user_sig=sig)  # another device
    assert any("说过的话" in text_of(entry) for entry in elsewhere.welcome["entries"])


@pytest.mark.feature("A116")
def test_another_signed_user_never_sees_it(full):
    first = Browser(full, user_id="vera-2", user_sig=sign(full, "vera-2"))
    first.say("只给我看")
    second = Browser(full, token=first.token, user_id="vera-3", user_sig=sign(full, "vera-3"))
    assert second.welcome["visitor"]["user_id"] == "vera-3"
    assert second.welcome["entries"] == []
    assert second.openid != first.openid


@pytest.mark.feature("A116")
def test_the_signed_users_own_conversation_goes_on_and_the_anonymous_session_ends(full):
    sig = sign(full, "vera-4")
    own = Browser(full, user_id="vera-4", user_sig=sig)
    own.say("从前的话")
    with at_work(full, ALICE) as alice:
        anonymous = Browser(full)
        anonymous.say("人工")
        anonymous.wait_for_state("serving")
        row = alice.wait_for_row(anonymous.openid)
        signed = Browser(full, token=anonymous.token, user_id="vera-4", user_sig=sig)
        assert any("从前的话" in text_of(entry) for entry in signed.welcome["entries"])
        alice.wait_for_text(row["conversation"], "vera-4")
        alice.wait_for_row(anonymous.openid, "ended")


@pytest.mark.feature("U8")
def test_a_sig_that_does_not_hold_is_refused_and_the_visit_goes_on_anonymously(full):
    signed = Browser(full, user_id="vera-5", user_sig=sign(full, "vera-5"))
    signed.say("秘密")
    expired = sign(full, "vera-5", now="0")
    for sig, code in ((expired, 70001), ("nonsense!", 70003), (sign(full, "somebody"), 70013), (None, 70003)):
        for token in (None, signed.token):
            other = Browser(full, token=token, user_id="vera-5", user_sig=sig)
            refused = next(frame for frame in other.frames if frame["op"] == "refused")
            assert (refused["of"], refused["code"]) == ("hello", code)
            assert refused["reason"]
            assert other.welcome["visitor"]["user_id"] is None
            assert other.welcome["entries"] == []
            other.say("还能说话")
            other.close()


# --- sites


def test_a_listed_site_may_speak_to_the_socket_and_others_may_not(full):
    hello = {"op": "hello", "web_app_id": full.web_app_id}
    with channel_with(full, allowed_sites=["https://shop.example"]):
        with connect(f"{full.socket_url}/ws/chat/", origin="https://shop.example", legacy=True) as socket:
            socket.send(json.dumps(hello))
            assert json.loads(socket.recv())["op"] == "welcome"
        with (
            pytest.raises(Exception, match="403"),
            connect(f"{full.socket_url}/ws/chat/", origin="https://evil.example"),
        ):
            pass
        for site, is_welcome in (
            ("https://shop.example", True),
            ("https://evil.example", False),
            (full.url, True),
            ("http://[", False),
        ):
            with connect(f"{full.socket_url}/ws/chat/", legacy=True) as socket:
                socket.send(json.dumps({**hello, "site": site}))
                if is_welcome:
                    assert json.loads(socket.recv())["op"] == "welcome"
                else:
                    with pytest.raises(ConnectionClosed) as closed:
                        socket.recv()
                    assert closed.value.rcvd.code == 4403


# --- attributes and trail


@pytest.mark.feature("U18", "A112")
def test_the_agent_sees_attributes_device_and_pages(full):
    vera = Browser(full)
    assert vera.ask("attributes", attributes={"plan": "gold", "orders": 3, "nickname": "小薇"})["op"] == "done"
    vera.look_at({"url": "https://shop.example/a?token=s3cret#x", "title": "商品 A", "referrer": "javascript:1"})
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        assert row["channel"]["name"] == "在线客服"
        time.sleep(0.6)  # more often is dropped
        vera.look_at({"url": "https://shop.example/b", "title": "商品 B"})
        alice.wait_for(lambda frame: frame["op"] == "visitor")
        card = alice.must("visitor", conversation=row["conversation"])
        assert card["attributes"] == {"plan": "gold", "orders": 3}
        assert card["name"] == "小薇"
        pages = card["visit"]["pages"]
        assert [page["title"] for page in pages] == ["商品 A", "商品 B"]
        assert pages[0]["url"] == "https://shop.example/a?token=…#x"
        assert pages[0]["referrer"] == ""
        assert vera.ask("attributes", attributes={"plan": None})["op"] == "done"
        assert alice.must("visitor", conversation=row["conversation"])["attributes"] == {"orders": 3}


@pytest.mark.feature("U18")
def test_a_name_is_on_the_messages_from_then_on(full):
    vera = Browser(full)
    assert vera.ask("attributes", attributes={"nickname": "小薇"})["op"] == "done"
    assert vera.say("你好")["from"]["name"] == "小薇"


def test_only_who_serves_sees_where_the_visitor_goes(full):
    vera = Browser(full)
    with at_work(full, ALICE, BOB) as agents:
        vera.say("人工")
        vera.wait_for_state("serving")
        vera.look_at({"url": "https://shop.example/a"})
        for agent in agents:
            agent.listen(1)
        serving = next(agent for agent in agents if any(row["visitor"]["id"] == vera.openid for row in rows_of(agent)))
        other = next(agent for agent in agents if agent is not serving)
        row = serving.wait_for_row(vera.openid)
        assert serving.must("visitor", conversation=row["conversation"])["visit"]["pages"]
        for conversation in (row["conversation"], "0" * 32, None, 5):
            assert other.ask("visitor", conversation=conversation)["code"] == 10404
        serving.must("session.end", session=row["session"]["id"])
        serving.wait_for_row(vera.openid, "ended")
        assert serving.must("visitor", conversation=row["conversation"])["visit"]["pages"] == []


def rows_of(agent) -> list[dict]:
    return agent.newest()["serving"]


def test_odd_attributes_are_refused_by_name_and_nothing_changes(full):
    vera = Browser(full)
    assert vera.ask("attributes", attributes={"ok": "1"})["op"] == "done"
    bad = [
        ({"openid": "x"}, "openid"), ({"StaffName": "x"}, "StaffName"), ({"": 1}, ""), ({"a" * 41: 1}, "a" * 40),
        ({"list": [1]}, "list"), ({"long": "x" * 201}, "long"), ({"nan": 1e300}, "nan"), ({"nul": "a\0b"}, "nul"),
        ({f"n{n}": n for n in range(31)}, "attributes"), ("text", "attributes"), ({"nickname": 5}, "nickname"),
    ]  # fmt: skip
    for attributes, field in bad:
        answer = vera.ask(
            "attributes", attributes={**attributes, "ok": "2"} if isinstance(attributes, dict) else attributes
        )
        assert (answer["op"], answer["code"], answer.get("field", "")) == ("refused", 10151, field), attributes
    read = f"from accounts.models import Visitor; print(Visitor.objects.get(openid={vera.openid!r}).attributes)"
    assert full.python(read) == "{'ok': '1'}"


def test_odd_pages_are_dropped_and_the_list_is_capped(full):
    vera = Browser(full)
    vera.look_at({}, {"url": 5}, {"url": "javascript:alert(1)"}, {"url": None, "title": {}}, 7)
    time.sleep(0.6)
    vera.send({"op": "pages", "pages": "x"})
    assert vera.say("还在")
    code = (
        "from sessions_flow.models import Conversation; from sessions_flow.actions import note_pages\n"
        f"c = Conversation.objects.get(visitor__openid={vera.openid!r})\n"
        "assert not hasattr(c, 'visit') or not c.visit.pages\n"
        "note_pages(c, [{'url': f'https://x.example/{n}'} for n in range(20)])\n"
        "note_pages(c, [{'url': f'https://x.example/{n}'} for n in range(19, 40)])\n"
        "c = Conversation.objects.get(pk=c.pk)\n"
        "print(len(c.visit.pages), c.visit.pages[-1]['url'])"
    )
    assert full.python(code) == "30 https://x.example/39"


@pytest.mark.feature("U14", "U15")
def test_data_is_a_json_string_wherever_it_is_read(full):
    """In the stream, in history and in what is said online: a client parses it once, the same everywhere."""
    vera = Browser(full)
    vera.trigger()
    vera.wait_for_src("29")
    vera.send({"op": "history", "before": 10})
    vera.wait_for(lambda frame: frame["op"] == "history")
    again = Browser(full, token=vera.token)
    again.trigger()
    found = set()
    for frame in [*vera.frames, *again.frames]:
        for holder in [*frame.get("entries", []), frame]:
            elem = holder.get("elem") or {}
            if elem.get("MsgType") == "TIMCustomElem":
                assert isinstance(elem["MsgContent"]["Data"], str)
                payload = json.loads(elem["MsgContent"]["Data"])
                assert payload["customerServicePlugin"] == 0
                assert isinstance(payload["src"], str)
                found.add((frame["op"], payload["src"]))
    assert found >= {("online", "23"), ("online", "26"), ("entries", "29"), ("history", "29"), ("welcome", "29")}


# --- questions before the chat

ASKED = [
    ("姓名", "text", "before", {}),
    ("邮箱", "email", "before", {"is_required": False}),
    ("问题", "select", "both", {"options": ["售前", "售后"]}),
]


def test_questions_before_the_chat_are_asked_once(full):
    with channel_with(full, ASKED):
        vera = Browser(full)
        assert [field["label"] for field in vera.welcome["form"]] == ["姓名", "邮箱", "问题"]
        refused = vera.ask("form.answer", answers={"姓名": " ", "问题": "售前"})
        assert (refused["op"], refused["field"]) == ("refused", "姓名")
        assert vera.ask("form.answer", answers={"姓名": "薇拉", "邮箱": "no", "问题": "售前"})["field"] == "邮箱"
        assert vera.ask("form.answer", answers={"姓名": "薇拉", "问题": "别的"})["field"] == "问题"
        assert vera.ask("form.answer", answers={"姓名": "薇拉", "问题": "售前", "openid": "x"})["op"] == "done"
        vera.trigger()
        again = Browser(full, token=vera.token)
        assert again.welcome["form"] == []
    code = (
        "from sessions_flow.models import Session\n"
        f"s = Session.objects.get(conversation__visitor__openid={vera.openid!r})\n"
        "print(s.variables['姓名'], s.variables['问题'], s.conversation.visitor.attributes)"
    )
    assert full.python(code) == "薇拉 售前 {'姓名': '薇拉', '问题': '售前'}"


# --- left messages


def left_by(house, vera) -> str:
    return house.python(
        "from sessions_flow.models import LeftMessage\n"
        f"print([(x.text, x.contact, x.fields, x.state) for x in "
        f"LeftMessage.objects.filter(conversation__visitor__openid={vera.openid!r})])"
    )


@pytest.mark.feature("A117")
def test_a_message_is_left_once_when_nobody_serves(house):
    vera = Browser(house)
    vera.trigger()
    vera.say("人工")
    offered = vera.wait_for_entry(lambda entry: (entry.get("event") or {}).get("type") == "form.offered")
    assert text_of(offered)
    said = {"text": "请回电话", "contact": "13800000000"}
    assert vera.ask("message.leave", text="", contact="x")["field"] == "text"
    assert vera.ask("message.leave", text="x", contact=" ")["field"] == "contact"
    for _ in range(2):
        vera.send({"op": "message.leave", "client_id": "left-1", **said})
    ids = {vera.wait_for(lambda frame: frame["op"] == "done")["id"] for _ in range(2)}
    assert len(ids) == 1
    assert left_by(house, vera) == "[('请回电话', '13800000000', {}, 'new')]"
    vera.listen()
    entries = vera.entries()
    at = next(index for index, entry in enumerate(entries) if "请回电话" in text_of(entry))
    assert entries[at]["from"]["kind"] == "visitor"
    assert [entry["from"]["kind"] for entry in entries[at + 1 :]] == ["system"], "the bot does not answer it"
    forget_left_messages(house)


@pytest.mark.feature("A117")
def test_a_left_message_waits_for_an_agent_and_is_closed_by_serving_it(full):
    vera = Browser(full)
    vera.trigger()
    assert vera.ask("message.leave", text="周末的问题", contact="a@b.cn")["op"] == "done"
    with at_work(full, ALICE) as alice:
        row = alice.wait_for_row(vera.openid)
        assert left_by(full, vera).endswith("'queued')]")
        alice.must("session.end", session=row["session"]["id"])
        alice.wait_for_row(vera.openid, "ended")
        assert left_by(full, vera).endswith("'closed')]")


def test_no_message_where_the_channel_takes_none(full):
    with channel_with(full, message_form="never"):
        vera = Browser(full)
        assert vera.welcome["message_form"] is None
        assert vera.ask("message.leave", text="x", contact="y")["code"] == 10403
    assert left_by(full, vera) == "[]"
