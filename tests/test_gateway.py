"""The IM gateway, driven by the published SDK `@tencentcloud/chat` 3.6.6, unmodified."""

import base64
import itertools
import json
import os
import subprocess
import time

import httpx
import pytest
from TLSSigAPIv2 import TLSSigAPIv2

from tests.people import ALICE, VisitorPerson, at_work, text
from tests.people import text_of as said_in
from tests.proxy import Proxy
from tests.sdk import (
    ACCOUNT,
    APP_ID,
    FOLDER,
    MODIFIED,
    READ_BY_PEER,
    RECEIVED,
    REVOKED,
    Device,
    Refused,
    devices,
    key_of,
    needs_node,
    payload_of,
    signature,
    text_of,
)

pytestmark = needs_node
ALIAS = "@default_customer_service_account"
CONVERSATIONS = "onConversationListUpdated"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAFUlEQVR4nGMUK//PwMDAwMDAxAADABsrAZAHbisuAAAAAElFTkSuQmCC"
)
_names = (f"vera-{os.getpid()}-{number}" for number in itertools.count(1))

LIFE = {
    "format": 1,
    "start": "welcome",
    "human": "topic",
    "nodes": [
        {"id": "welcome", "step": "welcome", "settings": {"next": "bot"}},
        {"id": "bot", "step": "bot.answer", "settings": {}},
        {"id": "topic", "step": "branch", "settings": {"header": "咨询哪方面?", "variable": "方面", "items": [
            {"content": "售前", "desc": "", "next": "size"}, {"content": "售后", "desc": "", "next": "size"}]}},
        {"id": "size", "step": "form", "settings": {"header": "公司规模?", "variable": "规模", "next": "name",
            "items": [{"content": "十人以下", "desc": ""}, {"content": "十人以上", "desc": ""}]}},
        {"id": "name", "step": "form", "settings": {"header": "请问怎么称呼?", "variable": "称呼", "next": "desk"}},
        {"id": "desk", "step": "hand_over", "settings": {}},
    ],
}  # fmt: skip


@pytest.fixture
def name():
    return next(_names)


@pytest.fixture
def flowing(full):
    """The flow above is published for all."""
    full.python(
        "import json; from django.utils import timezone; from sessions_flow.models import Flow, FlowVersion;"
        f"graph = json.loads({json.dumps(LIFE)!r}); now = timezone.now();"
        "flow = Flow.objects.create(name='life', draft=graph, changed_at=now, is_default=True);"
        "flow.live = FlowVersion.objects.create(flow=flow, number=1, graph=graph, published_at=now); flow.save()"
    )
    yield full
    full.python("from sessions_flow.models import Flow; Flow.objects.all().delete()")


def get_a_human(vera, alice):
    """The agent's row of vera, in service."""
    vera.ask("introduce", profile={"nick": vera.user})
    vera.say("转人工服务")
    vera.wait_for_src("26", lambda payload: payload["content"]["content"] == "inSeat")
    return alice.wait_for_row(vera.user)


def draw(payloads, folder):
    """The published customer-service plugin draws every one of them."""
    messages = folder / "messages.json"
    messages.write_text(json.dumps([{"src": one["src"], "direction": "in", "payload": one} for one in payloads]))
    done = subprocess.run(
        ["node", "check_messages.mjs", str(messages)], cwd=FOLDER, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.mark.feature("F1", "F2", "F7", "F12", "F15", "F21", "M24", "M27", "A28", "U8", "U14")
def test_it_works(house, name):
    with devices(house, name) as vera:
        vera.wait_for(CONVERSATIONS, lambda row: row["conversationID"] == f"C2C{ACCOUNT}")
        vera.send("7")
        rules = vera.wait_for_src("23")
        assert rules["onlineOnly"] and payload_of(rules)["content"]["menuSendRuleFlag"] in range(8)
        seat = payload_of(vera.wait_for_src("26"))["content"]
        assert seat == {"command": "updateSeatStatus", "content": "outSeat"}
        assert payload_of(vera.wait_for_src("29"))["subtype"] == "welcome_msg"
        with at_work(house, ALICE) as alice:
            row = get_a_human(vera, alice)
            said = vera.say("你好,请问几点下班?")
            assert (said["flow"], said["status"]) == ("out", "success")
            alice.wait_for_text(row["conversation"], "几点下班")
            alice.say(row["conversation"], "晚上九点")
            assert vera.wait_for_text("晚上九点")["from"] == ACCOUNT
            alice.must("rating.invite", session=row["session"]["id"])
            card = payload_of(vera.wait_for_src("9"))["menuContent"]
            assert "selected" not in card
            vera.send("10", menuSelected={**card["menu"][3], "sessionId": card["sessionId"]})
            changed = vera.wait_for(MODIFIED, lambda message: payload_of(message)["src"] == "9")
            assert payload_of(changed)["menuContent"]["selected"] == card["menu"][3]
            vera.send("27")
            vera.wait_for_src("19")


@pytest.mark.feature("F2", "F12", "F15", "F21", "F25", "F32", "F33", "F46", "A27", "A16", "A97", "U15", "U17", "U18")
def test_a_full_life(flowing, name, tmp_path):
    """Every message of the document on two devices at once, from the first click to the history."""
    with devices(flowing, name, name) as (vera, phone), at_work(flowing, ALICE) as alice:
        vera.ask("introduce", profile={"nick": name})
        vera.send("7", is_online_only=False)  # as the plugin sends it
        for src in ("23", "26", "29"):
            vera.wait_for_src(src)
        vera.say("智能客服是什么")
        vera.wait_for_src("30")
        vera.say("人工")
        for question, answer in (("15", "售前"), ("21", "十人以上"), ("21", name)):
            vera.wait_for_src(question, lambda payload, answer=answer: _asks(payload, answer))
            vera.say(answer)
            vera.wait_for(MODIFIED, lambda message, answer=answer: _selected(message) == answer)
            phone.wait_for(MODIFIED, lambda message, answer=answer: _selected(message) == answer)
        vera.wait_for_src("26", lambda payload: payload["content"]["content"] == "inSeat")
        row = alice.wait_for_row(name)
        assert row["variables"] == {"方面": "售前", "规模": "十人以上", "称呼": name}
        conversation = row["conversation"]
        vera.send("22", is_online_only=False, content={
            "header": "水壶", "desc": "1.5 升", "pic": "https://shop.example/1.png", "url": "https://shop.example/1",
        })  # fmt: skip
        alice.must("typing", conversation=conversation, typing=True)
        vera.wait_for_src("12")
        alice.say(conversation, "您好,说错了")
        wrong = vera.wait_for_text("说错了")
        alice.must("message.recall", conversation=conversation, seq=_seq_of(alice, "您好,说错了"))
        for device in (vera, phone):
            assert key_of(device.wait_for(REVOKED, lambda message: message["isRevoked"]))[1:] == key_of(wrong)[1:]
        mine = vera.say("我也说错了")
        vera.ask("recall", ID=mine["ID"])
        phone.wait_for(REVOKED, lambda message: message["sequence"] == mine["sequence"])
        alice.wait_for(lambda frame: "message.recalled" in json.dumps(frame) and frame["op"] == "entries")
        vera.send("24")
        card = payload_of(vera.wait_for_src("9"))["menuContent"]
        vera.send("10", menuSelected={**card["menu"][4], "sessionId": card["sessionId"]})
        phone.wait_for(MODIFIED, lambda message: "selected" in payload_of(message).get("menuContent", {}))
        vera.send("27")
        for device in (vera, phone):
            device.wait_for_src("19")
        listed = [[one for one in device.history() if payload_of(one).get("src") != "7"] for device in (vera, phone)]
        assert [key_of(one) for one in listed[0]] == [key_of(one) for one in listed[1]]
        assert [text_of(one) or payload_of(one)["src"] for one in listed[0] if not one["isRevoked"]] == _said(
            flowing, name
        )
        assert [one["sequence"] for one in listed[0] if one["isRevoked"]] == [wrong["sequence"], mine["sequence"]]
        with devices(flowing, name) as tablet:  # what was recalled is gone for who did not have it
            fresh = tablet.history()
        assert [key_of(one) for one in fresh] == [key_of(one) for one in listed[0]]
        assert "说错了" not in json.dumps(fresh, ensure_ascii=False)
        delivered = [one for one in [*vera.payloads(), *map(payload_of, listed[0])] if one]
        assert {one["src"] for one in delivered} >= {"9", "12", "15", "19", "21", "23", "26", "29", "30"}
        draw([one for one in delivered if one["src"] != "22"], tmp_path)
        vera.listen(1)
        for device in (vera, phone):
            received = [key_of(message) for message in device.all(RECEIVED)]
            assert len(received) == len(set(received)), "something came twice"


def _asks(payload, answer):
    items = [item["content"] for item in payload["content"].get("items", [])]
    return answer in items if items else payload["src"] == "21" and payload["content"]["type"] == 0


def _selected(message):
    return payload_of(message).get("content", {}).get("selected", {}).get("content")


def _said(house, nick):
    """What the database holds, in order: texts and src, without what was recalled."""
    printed = house.python(
        "import json; from sessions_flow.models import Message; "
        f"rows = Message.objects.said().filter(conversation__visitor__nickname={nick!r}, recalled_at=None);"
        "print(json.dumps([row.text or row.src for row in rows.order_by('seq')]))"
    )
    return json.loads(printed.splitlines()[-1])


@pytest.mark.feature("A97", "F1")
def test_history_comes_in_pages(full, name):
    """Each message once, under the same numbers as when it was sent."""
    with devices(full, name) as vera:
        sent = [vera.say(f"第{number}句") for number in range(25)]
        vera.wait_for(RECEIVED, lambda message: message["flow"] == "in")
        with devices(full, name) as phone:
            listed = phone.history()
    mine = [message for message in listed if message["flow"] == "out"]
    assert [key_of(message) for message in mine] == [key_of(message) for message in sent]
    assert len({message["ID"] for message in listed}) == len(listed) > 40
    assert [message["time"] for message in listed] == sorted(message["time"] for message in listed)


@pytest.mark.feature("A97")
def test_a_cut_network_loses_and_doubles_nothing(full, name):
    """What was said, changed and recalled meanwhile arrives once, in order, when the network is back."""
    proxy = Proxy(full.port)
    vera = Device(full, name, port=proxy.port)
    try:
        vera.log_in()
        with at_work(full, ALICE) as alice:
            row = get_a_human(vera, alice)
            conversation = row["conversation"]
            alice.must("rating.invite", session=row["session"]["id"])
            vera.wait_for_src("9")
            alice.say(conversation, "断网前")
            vera.wait_for_text("断网前")
            proxy.cut()
            vera.wait_for_event("socketClosed")
            sending = vera.begin("text", text="断网时发的")
            for number in range(40):
                alice.post(conversation, text(f"断网时第{number}句"))
            alice.wait_for_text(conversation, "断网时第39句")
            alice.must("message.recall", conversation=conversation, seq=_seq_of(alice, "断网时第7句"))
            proxy.mend()
            assert vera.insist(sending)["status"] == "success"
            vera.wait_for_text("断网时第39句")
            alice.say(conversation, "之后")
            vera.wait_for_text("之后")
            assert _seq_of(alice, "断网时发的")
            vera.listen(1)
        heard = [text_of(message) for message in vera.all(RECEIVED) if "断网" in text_of(message)]
        assert [words for words in heard if words != "断网时第7句"] == [
            "断网前", *(f"断网时第{number}句" for number in range(40) if number != 7)
        ]  # fmt: skip
        assert len(heard) == len(set(heard))
        told = [key_of(message) for message in vera.all(RECEIVED) if not message["onlineOnly"]]
        assert len(told) == len(set(told))
        assert sum(text_of(message) == "断网时发的" for message in vera.history()) == 1
    finally:
        vera.close()
        proxy.close()


def _seq_of(alice, words):
    entries = [entry for frame in alice.frames if frame["op"] == "entries" for entry in frame["entries"]]
    return next(entry["seq"] for entry in entries if said_in(entry) == words)


@pytest.mark.feature("A97")
def test_a_killed_server_loses_and_doubles_nothing(fragile, name):
    """The SDK repeats on its own what was not answered; stored once, in order."""
    with devices(fragile, name) as vera:
        first = vera.say("之前")
        fragile.kill("web")
        vera.wait_for_event("socketClosed")
        sending = [vera.begin("text", text=f"停机{number}") for number in range(5)]
        fragile.start_web()
        for number in sending:
            assert vera.insist(number)["status"] == "success"
        vera.say("之后")
        with devices(fragile, name) as phone:
            said = [message for message in phone.history() if message["flow"] == "out"]
        assert sorted(map(text_of, said)) == sorted(["之前", *(f"停机{n}" for n in range(5)), "之后"])
        assert (key_of(said[0]), text_of(said[-1])) == (key_of(first), "之后")


@pytest.mark.feature("A97")
def test_unread_and_read_both_ways(full, name):
    with devices(full, name, name) as (vera, phone), at_work(full, ALICE) as alice:
        row = get_a_human(vera, alice)
        conversation = row["conversation"]
        mine = vera.say("看到了吗")
        seq = alice.wait_for_text(conversation, "看到了吗")["seq"]
        alice.must("read", conversation=conversation, seq=seq)
        read = vera.wait_for(READ_BY_PEER, lambda message: message["ID"] == mine["ID"])
        assert read["isPeerRead"]
        alice.say(conversation, "看到了")
        vera.wait_for_text("看到了")
        with devices(full, name) as tablet:
            count = tablet.wait_for(CONVERSATIONS, lambda one: one["unreadCount"] > 0)["unreadCount"]
            assert count == tablet.ask("unread") == len([m for m in tablet.history() if m["flow"] == "in"])
            vera.ask("read")
            alice.wait_for(lambda frame: frame["op"] == "read" and frame["by"] == "visitor" and frame["seq"] > seq)
            for device in (vera, phone, tablet):
                device._until(lambda device=device: device.ask("unread") == 0, "the counter at zero")
            assert next(m for m in tablet.history() if m["ID"] == mine["ID"])["isPeerRead"]


@pytest.mark.feature("F46", "A27")
def test_recall_after_two_minutes_is_refused(full, name):
    with devices(full, name) as vera:
        mine = vera.say("太晚了")
        full.python(
            "from datetime import timedelta; from sessions_flow.models import Message;"
            "row = Message.objects.get(text='太晚了'); row.created_at -= timedelta(minutes=3); row.save()"
        )
        with pytest.raises(Refused) as refused:
            vera.ask("recall", ID=mine["ID"])
        assert refused.value.code == 20016 and "两分钟" in refused.value.message


# --- who may, and with whom


@pytest.mark.feature("U8", "A89")
@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda key: "junk", 70003),
        (lambda key: TLSSigAPIv2(APP_ID, key).gen_sig("somebody else", 3600), 70013),
        (lambda key: TLSSigAPIv2(APP_ID + 1, key).gen_sig("vera", 3600), 70014),
        (lambda key: TLSSigAPIv2(APP_ID, "another key").gen_sig("vera", 3600), 70009),
        (lambda key: TLSSigAPIv2(APP_ID, key).gen_sig("vera", 0), 70001),
    ],
)
def test_a_wrong_usersig_is_refused_with_its_reason(full, made, code):
    vera = Device(full, "vera", made(_key(full)))
    time.sleep(1.1)  # a userSig of no seconds has run out
    try:
        with pytest.raises(Refused) as refused:
            vera.log_in()
        assert refused.value.code == code and "userSig" in refused.value.message
    finally:
        vera.close()


def _key(house):
    return house.python("from django.conf import settings; print(settings.IM_SECRET_KEY)").splitlines()[-1]


@pytest.mark.feature("A89")
def test_an_expired_usersig_ends_the_login(full, name):
    vera = Device(full, name, TLSSigAPIv2(APP_ID, _key(full)).gen_sig(name, 4))
    try:
        vera.log_in().say("还有效")
        time.sleep(5)
        with pytest.raises(Refused):
            vera.say("过期了")
        assert vera.wait_for_event("kickedOut")["data"] == {"type": "userSigExpired"}
    finally:
        vera.close()


@pytest.mark.feature("A16", "M24", "M27")
def test_each_service_account_is_a_peer(full, name):
    full.python(
        "from sessions_flow.models import Channel;"
        "Channel.objects.get_or_create(service_account='@shop_two', defaults={'name': '二店'})"
    )
    with devices(full, name, name) as (vera, phone):
        vera.send("7", to=ALIAS)
        assert vera.wait_for_src("29")["from"] == ALIAS
        vera.say("一店好", to=ALIAS)
        vera.say("二店好", to="@shop_two")
        assert phone.wait_for_text("二店好")["conversationID"] == "C2C@shop_two"
        texts = {account: [text_of(m) for m in vera.history(account)] for account in (ALIAS, ACCOUNT, "@shop_two")}
        assert "一店好" in texts[ALIAS] and texts[ALIAS] == texts[ACCOUNT] and "二店好" not in texts[ALIAS]
        assert "二店好" in texts["@shop_two"] and "一店好" not in texts["@shop_two"]
        assert {row["nick"] for row in vera.ask("profile", users=[ALIAS, "@shop_two"])} == {"在线客服", "二店"}
        for stranger in ("bob", "@nobody"):
            with pytest.raises(Refused) as refused:
                vera.say("你好", to=stranger)
            assert refused.value.code == 20003
    full.python("from sessions_flow.models import Channel; Channel.objects.filter(name='二店').update(is_active=False)")


@pytest.mark.feature("M25", "A16")
def test_the_alias_survives_a_reconnect(full, name):
    proxy = Proxy(full.port)
    vera = Device(full, name, port=proxy.port)
    try:
        vera.log_in().send("7", to=ALIAS)
        vera.wait_for_src("29")
        vera.listen(0.5)
        proxy.cut()
        vera.wait_for_event("socketClosed")
        page = _web_chat_of(full, name)
        page.say("在网页上说的")
        proxy.mend()
        assert vera.wait_for_text("在网页上说的")["conversationID"] == f"C2C{ALIAS}"
        page.close()
    finally:
        vera.close()
        proxy.close()


def _web_chat_of(house, name):
    """The same person's web chat, identified by a userSig."""

    class Page(VisitorPerson):
        def send(self, frame):
            more = {"user_id": name, "user_sig": signature(house, name)} if frame["op"] == "hello" else {}
            super().send({**frame, **more})

    return Page(house)


@pytest.mark.feature("A88", "U8")
def test_the_sdk_and_the_web_chat_are_one_person(full, name):
    with devices(full, name) as vera:
        vera.say("在 App 里")
        page = _web_chat_of(full, name)
        assert "在 App 里" in [said_in(entry) for entry in page.entries()]
        page.say("在网页里")
        assert vera.wait_for_text("在网页里")["flow"] == "out"
        page.close()


def test_logging_out_and_in_as_somebody_else(full, name):
    other = next(_names)
    with devices(full, name) as vera:
        vera.say("薇拉的")
        vera.ask("logout")
        vera.ask("login", user=other, sig=signature(full, other))
        vera.say("别人的")
        assert "薇拉的" not in [text_of(message) for message in vera.history()]


@pytest.mark.feature("F35", "F20")
def test_refusals_of_ratings_have_their_codes(full, name):
    with devices(full, name) as vera, at_work(full, ALICE) as alice:
        vera.send("7")
        with pytest.raises(Refused) as refused:
            vera.send("24")
        assert refused.value.code == 10154 and refused.value.message
        row = get_a_human(vera, alice)
        alice.must("rating.invite", session=row["session"]["id"])
        card = payload_of(vera.wait_for_src("9"))["menuContent"]
        choice = {**card["menu"][0], "sessionId": card["sessionId"]}
        for bad in ({**choice, "id": "9"}, {**choice, "sessionId": "another"}):
            with pytest.raises(Refused) as refused:
                vera.send("10", menuSelected=bad)
            assert refused.value.code == 10151
        vera.send("10", menuSelected=choice)
        with pytest.raises(Refused) as refused:
            vera.send("10", menuSelected=choice)
        assert refused.value.code == 10152
        for odd in ('{"customerServicePlugin":0,"src":"9"}', "no json", '{"businessID":"order"}'):
            with pytest.raises(Refused):
                vera.ask("custom", data=odd)
        vera.say("还能说话")


def test_what_the_desk_does_not_do_is_refused(full, name):
    """Nothing pretends to have been done."""
    with devices(full, name) as vera:
        vera.say("留下")
        with pytest.raises(Refused) as refused:
            vera.ask("delete_conversation")
        assert refused.value.code == 60009


# --- pictures, files, faces


@pytest.mark.feature("U14")
def test_pictures_and_files_are_uploaded_by_the_sdks_own_plugin(full, name):
    with devices(full, name, name) as (vera, phone), at_work(full, ALICE) as alice:
        get_a_human(vera, alice)
        picture = vera.upload("image", "杯子.png", "image/png", PIXEL)
        assert picture["status"] == "success"
        entry = alice.wait_for(lambda frame: frame["op"] == "entries" and "TIMImageElem" in json.dumps(frame))
        shown = entry["entries"][-1]["elem"]["MsgContent"]["ImageInfoArray"][0]
        assert (shown["Width"], shown["Height"]) == (3, 2)
        assert alice.http.get(shown["URL"]).content == PIXEL
        seen = phone.wait_for(RECEIVED, lambda message: message["type"] == "TIMImageElem")
        link = seen["payload"]["imageInfoArray"][0]["url"]
        assert httpx.get(link).content == PIXEL
        vera.upload("file", "说明.txt", "text/plain", "说明".encode())
        got = phone.wait_for(RECEIVED, lambda message: message["type"] == "TIMFileElem")["payload"]
        assert got["fileName"].endswith(".txt") and httpx.get(got["fileUrl"]).text == "说明"
        assert httpx.get(got["fileUrl"].split("?")[0]).status_code == 404
        vera.upload("image", "坏.png", "image/png", b"no picture")
        broken = phone.wait_for(RECEIVED, lambda message: message["payload"].get("fileName", "").endswith(".png"))
        assert httpx.get(broken["payload"]["fileUrl"]).content == b"no picture"
        with pytest.raises(Refused):
            vera.upload("file", "坏.exe", "application/x-msdownload", b"MZ")


@pytest.mark.feature("F39", "U14")
def test_faces_and_typing_are_passed_on(full, name):
    with devices(full, name) as vera, at_work(full, ALICE) as alice:
        get_a_human(vera, alice)
        vera.ask("face", data="[微笑]")
        face = {"MsgType": "TIMFaceElem", "MsgContent": {"Index": 0, "Data": "[微笑]"}}
        alice.wait_for(lambda frame: frame["op"] == "entries" and frame["entries"][-1]["elem"] == face)
        assert vera.history()[-1]["payload"] == {"index": 0, "data": "[微笑]"}
        vera.ask("custom", data={"businessID": "user_typing_status", "typingStatus": 1}, onlineUserOnly=True)
        alice.wait_for(lambda frame: frame["op"] == "online" and frame["typing"])
        assert all("typing" not in json.dumps(message) for message in vera.history())


def test_the_sdk_does_not_loop(full, name):
    """Answers that lack a field make this SDK ask thousands of times a second."""
    with devices(full, name) as vera:
        vera.send("7")
        vera.wait_for_src("29")
        vera.history()
        vera.listen(3)
        asked = vera.ask("sent")
        assert sum(asked.values()) < 45, asked
        assert max(asked.values()) <= 5, asked
