"""Voice, video, emoji and cards through the front door: what is stored, who sees it, what is refused."""

import time

import httpx
import pytest

from tests.people import ALICE, VisitorPerson, at_work, custom, payload_of
from tests.recordings import mp3, mp4, wav
from tests.test_access import upload


def refused(vera: VisitorPerson, elem: dict) -> int:
    """The code; nothing was stored and the socket is alive."""
    before = vera.say("vorher")["seq"]
    client_id = vera.post(elem)
    answer = vera.wait_for(lambda frame: frame["op"] == "refused" and frame["client_id"] == client_id)
    assert answer["reason"]
    after = vera.say("nachher")["seq"]
    time.sleep(3 / 20)  # a socket may say 20 frames a second; these were three
    between = [entry for entry in vera.entries() if before < entry["seq"] < after]
    assert not any(entry["from"]["kind"] == "visitor" for entry in between)
    return answer["code"]


@pytest.mark.feature("F45")
@pytest.mark.parametrize(
    ("name", "content", "kind", "key", "seconds"),
    [
        ("voice.wav", wav(3), "TIMSoundElem", "Second", 3),
        ("voice.mp3", mp3(), "TIMSoundElem", "Second", 3),
        ("a.m4a", mp4(b"soun", 7), "TIMSoundElem", "Second", 7),
        ("film.mp4", mp4(), "TIMVideoFileElem", "VideoSecond", 12),
        ("renamed.txt", mp4(), "TIMVideoFileElem", "VideoSecond", 12),
    ],
)
def test_recordings_are_what_their_content_says(full, name, content, kind, key, seconds):
    vera = VisitorPerson(full)
    elem = upload(full, vera.token, name, content).json()["elem"]
    assert (elem["MsgType"], elem["MsgContent"][key]) == (kind, seconds)
    uuid = "VideoUUID" if kind == "TIMVideoFileElem" else "UUID"
    vera.post({"MsgType": "TIMFileElem", "MsgContent": {"UUID": elem["MsgContent"][uuid]}})  # whatever it is called
    stored = vera.wait_for_entry(lambda entry: (entry["elem"] or {}).get("MsgType") == kind)
    assert stored["elem"] == elem


@pytest.mark.feature("F45")
def test_players_seek(full):
    """Ranges, inline, with the type of the content; nothing for strangers."""
    vera, other = VisitorPerson(full), VisitorPerson(full)
    content = wav(3)
    url = f"{full.url}{upload(full, vera.token, 'v.wav', content).json()['elem']['MsgContent']['Url']}"
    ticket = {"ticket": vera.welcome["file_ticket"]}

    def get(wanted=None):
        return httpx.get(url, params=ticket, headers={"Range": wanted} if wanted else {})

    whole = get()
    assert (whole.status_code, whole.headers["content-type"], whole.content) == (200, "audio/wav", content)
    assert whole.headers["accept-ranges"] == "bytes" and "attachment" not in whole.headers["content-disposition"]
    size = len(content)
    for wanted, first, last in (
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, size - 1),
        ("bytes=-50", size - 50, size - 1),
        (f"bytes=10-{size * 2}", 10, size - 1),
        (f"bytes=-{size * 2}", 0, size - 1),
    ):
        part = get(wanted)
        assert (part.status_code, part.content) == (206, content[first : last + 1]), wanted
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert part.headers["x-content-type-options"] == "nosniff"
    for outside in (f"bytes={size}-", "bytes=9-3", "bytes=-0"):
        assert (get(outside).status_code, get(outside).headers["content-range"]) == (416, f"bytes */{size}"), outside
    for odd in ("bytes=a-b", "bytes=-", "items=0-1", "bytes=0-1,3-4"):
        assert get(odd).status_code == 200, odd
    stranger = httpx.get(url, params={"ticket": other.welcome["file_ticket"]}, headers={"Range": "bytes=0-9"})
    assert stranger.status_code == 404


@pytest.mark.feature("F45")
def test_emoji_of_apps(full):
    vera = VisitorPerson(full)
    face = {"MsgType": "TIMFaceElem", "MsgContent": {"Index": 3, "Data": "[TUIEmoji_Smile]"}}
    client_id = vera.post(face)
    assert vera.wait_for_entry(lambda entry: entry["client_id"] == client_id)["elem"] == face
    for content in ({"Index": "3"}, {"Index": -1}, {"Index": True}, {"Data": "x"}, {"Index": 1, "Data": ["x"]}):
        assert refused(vera, {"MsgType": "TIMFaceElem", "MsgContent": content}) == 10151
    assert refused(vera, {"MsgType": "TIMFaceElem", "MsgContent": {"Index": 1, "Data": "x" * 201}}) == 10151


PRODUCT = {"header": "咖啡机", "desc": "全自动", "pic": "https://shop.example/a.png", "url": "https://shop.example/1"}
ORDER = {
    "guide": "您的订单",
    "name": "咖啡机",
    "desc": "1 台",
    "pic": "https://shop.example/a.png",
    "customField": [{"name": "订单状态:", "value": "已完成", "customerValue": ""}],
}


@pytest.mark.feature("F33", "F38", "F39", "F13", "W41", "U18")
def test_cards_reach_the_agent(full):
    """Exact in their fields, in any order of keys; an order has no link."""
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        vera.post(custom(content=PRODUCT, src="22", businessID="x"))
        vera.post(custom(content={**ORDER, "url": "https://shop.example/1"}, src="28"))
        vera.wait_for_src("28")
        page = alice.must("history", conversation=row["conversation"])["entries"]
        product, order = [payload_of(entry) for entry in page if payload_of(entry).get("src") in ("22", "28")]
        assert product == {"customerServicePlugin": 0, "src": "22", "content": PRODUCT}
        assert order == {"customerServicePlugin": 0, "src": "28", "content": ORDER}


@pytest.mark.parametrize(
    "content",
    [
        "text",
        {},
        {"header": {"a": 1}},
        {"header": "x", "url": "javascript:alert(1)"},
        {"header": "x", "pic": "data:image/png;base64,x"},
        {"header": True},
    ],
)
def test_bad_product_cards_are_refused(full, content):
    assert refused(VisitorPerson(full), custom(src="22", content=content)) == 10151


@pytest.mark.parametrize("fields", ["x", {"a": 1}, ["x"], [{"name": ["x"]}]])
def test_bad_order_cards_are_refused(full, fields):
    assert refused(VisitorPerson(full), custom(src="28", content={"name": "x", "customField": fields})) == 10151
