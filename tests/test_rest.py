"""A visitor's life over REST alone (docs/rest.md), on both sizes."""

import pytest

from tests.people import ALICE, at_work, custom, payload_of, text_of
from tests.rest import Events, RestVisitor


@pytest.mark.feature("U14", "U16", "U18", "F4", "F9", "F12", "F14", "F19", "F21", "F37")
def test_a_whole_life_without_a_socket(house):
    """create → trigger → bot → human → agent answers → read → end → rate → history."""
    vera = RestVisitor(house, nickname="薇拉")
    assert vera.welcome["conversation"]["session"] is None
    asked = vera.send(payload={"src": "7"})
    assert asked.status_code == 200 and [payload_of({"elem": elem})["src"] for elem in asked.json()["online"]] == [
        "23",
        "26",
    ]
    vera.wait_for_src("29")
    vera.say("机器人的知识库在哪里改")
    vera.wait_for_text("可以新增、编辑")
    with at_work(house, ALICE) as alice:
        assert vera.ask("POST", "human/").status_code == 201
        vera.wait_for_state("serving")
        assert vera.state()["session"]["agent"]["name"]
        row = alice.wait_for_row(vera.openid)
        assert row["visitor"]["name"] == "薇拉" and row["visitor"]["online"]
        mine = vera.say("请问多久到账？")
        alice.wait_for_text(row["conversation"], "多久到账")
        alice.must("read", conversation=row["conversation"], seq=mine["seq"])
        alice.say(row["conversation"], "三个工作日内")
        theirs = vera.wait_for_text("三个工作日内")
        assert vera.ask("POST", "read/", json={"seq": theirs["seq"]}).json()["own_read_seq"] == theirs["seq"]
        assert vera.state()["read_seq"] >= mine["seq"]
        ended = vera.ask("POST", "end/")
        assert ended.status_code == 200 and ended.json()["session"] is None
    card = vera.wait_for_src("9")
    rating = payload_of(card)["menuContent"]["sessionId"]
    assert vera.ask("POST", "rating/", json={"level": 5, "rating": rating}).status_code == 200
    answered = vera.wait_for(lambda entry: (entry.get("event") or {}).get("type") == "message.modified")
    assert payload_of(answered["event"])["menuContent"]["selected"]["id"] == "105"
    again = vera.ask("POST", "rating/", json={"level": 1})
    assert again.status_code == 409 and again.json()["errors"][0]["reason"] and again.json()["code"] == 10152
    assert_history_is_whole(vera)


def assert_history_is_whole(vera: RestVisitor) -> None:
    last = vera.state()["last_seq"]
    forwards, after = [], 0
    while (page := vera.history(after=after, limit=7))["entries"]:
        forwards += page["entries"]
        after = page["entries"][-1]["seq"]
    backwards, before = [], last + 1
    while (page := vera.history(before=before, limit=7))["entries"]:
        backwards = page["entries"] + backwards
        before = page["entries"][0]["seq"]
    assert [entry["seq"] for entry in forwards] == list(range(1, last + 1))
    assert backwards == forwards


@pytest.mark.feature("U14")
def test_a_repeated_client_id_is_stored_once(house):
    vera = RestVisitor(house)
    first = vera.send("once", text="一次")
    again = vera.send("once", text="别的话")
    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json()["entry"] == first.json()["entry"]
    assert again.json()["errors"][0]["field"] == "client_id"
    assert [text_of(entry) for entry in vera.history()["entries"] if entry["client_id"]] == ["一次"]


def test_a_long_poll_waits_and_is_woken(house):
    """Nothing is missed between two polls, and an idle one ends empty."""
    vera = RestVisitor(house)
    twin = RestVisitor(house, token=vera.token)
    assert twin.openid == vera.openid
    vera.cursor = vera.say("开始")["seq"]
    vera.wait_for(lambda entry: entry["from"]["kind"] != "visitor")
    while vera.poll(wait=1):
        pass
    events = Events(vera)
    said = twin.say("还在吗")
    assert vera.poll(wait=20)[0]["seq"] == said["seq"]
    assert events.wait_for(lambda entry: entry["seq"] == said["seq"])["client_id"] == said["client_id"]
    events.close()


def test_events_resume_without_a_hole(house):
    """Last-Event-ID is a seq: cut anywhere, every entry comes once and in order."""
    vera = RestVisitor(house)
    events, got = Events(vera), []
    for number in range(12):
        said = vera.say(f"第{number}句")
        events.wait_for(lambda entry, seq=said["seq"]: entry["seq"] == seq)
        if number % 4 == 3:
            got += events.entries()
            events.close()
            vera.say("断开时说的")
            events = Events(vera, last_id=events.last_id)
    last = vera.say("最后一句")
    events.wait_for(lambda entry: entry["seq"] == last["seq"])
    got += events.entries()
    events.close()
    seqs = [entry["seq"] for entry in got if entry["seq"] <= last["seq"]]
    assert seqs == list(range(seqs[0], last["seq"] + 1))


@pytest.mark.feature("F34", "W33")
def test_typing_and_reading_reach_an_event_stream(full):
    vera = RestVisitor(full)
    with at_work(full, ALICE) as alice:
        vera.ask("POST", "human/")
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        events = Events(vera)
        alice.send({"op": "typing", "id": 1, "conversation": row["conversation"], "typing": True})
        assert payload_of(events.wait_for_frame("online"))["src"] == "12"
        said = vera.say("看到了吗")
        alice.must("read", conversation=row["conversation"], seq=said["seq"])
        assert events.wait_for_frame("read")["seq"] == said["seq"]
        assert vera.send(payload={"src": "12", "typingStatus": 1}).status_code == 200
        told = alice.wait_for(lambda frame: frame["op"] == "online" and "typing" in frame)
        assert told["typing"] is True
        events.close()


@pytest.mark.feature("F33", "F38", "U18")
def test_cards_arrive_as_they_were_sent(full):
    vera = RestVisitor(full)
    product = {"header": "耳机", "desc": "降噪", "pic": "https://shop.example/1.png", "url": "https://shop.example/1"}
    sent = vera.send(payload={"src": "22", "content": product})
    assert sent.status_code == 201 and payload_of(sent.json()["entry"])["content"] == product
    order = custom(
        src="28",
        content={"guide": "订单", "name": "耳机", "desc": "1 件", "customField": [{"name": "单号", "value": "7"}]},
    )
    assert payload_of(vera.send(elem=order).json()["entry"])["content"]["customField"][0]["value"] == "7"
    evil = vera.send(payload={"src": "22", "content": {**product, "url": "javascript:alert(1)"}})
    assert evil.status_code == 400 and evil.json()["errors"][0]["field"] == "url"
