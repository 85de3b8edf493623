"""Frames that no SDK would send, and what the gateway makes of them (promise 9)."""

import json
import random
import time
from contextlib import suppress

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.sdk import APP_ID, signature

PLACES = ["To_Account", "From_Account", "Peer_Account", "MsgBody", "MsgSeq", "MsgRandom", "MsgClientTime", "Cookie",
          "C2CMsgReaded", "C2CMsgReadedItem", "UserItem", "ProfileItem", "MsgInfo", "MsgKey", "LastMsgTime", "MaxCnt",
          "file_name", "MsgLifeTime", "IsOnlineSync", "Data", "MsgType", "MsgContent", "Url", "UUID"]  # fmt: skip
NAMES = ["openim.sendmsg", "openim.getmsg", "openim.getroammsg", "openim.msgreaded", "openim.msgwithdraw",
         "openim.get_peer_read_time", "recentcontact.page_get", "profile.portrait_get_all", "profile.portrait_set",
         "im_cos_msg.pre_sig", "sns.friend_check", "im_open_status.ws_get_user_status", "im_open_status.wshello",
         "im_open_status.wslogin", "heartbeat.alive", "no.such_command", "x"]  # fmt: skip


class Raw:
    """A client of the gateway's frames."""

    def __init__(self, house, user: str = "", path: str = "/binfo", **headers: str) -> None:
        self.user, self.number = user, 0
        self.socket = connect(f"{house.socket_url}{path}", additional_headers=headers, max_size=2**24, legacy=True)
        self.head = {"sdkappid": APP_ID, "identifier": user, "usersig": signature(house, user) if user else ""}

    def send(self, name, body, **head) -> int:
        self.number += 1
        frame = {"head": {**self.head, "servcmd": name, "seq": self.number, **head}, "body": body}
        self.socket.send(json.dumps(frame).encode())
        return self.number

    def ask(self, name, body, **head) -> dict:
        number = self.send(name, body, **head)
        while True:
            frame = json.loads(self.socket.recv(timeout=20))
            if frame["head"]["seq"] == number:
                return frame["body"]

    def log_in(self) -> dict:
        return self.ask("im_open_status.wslogin", {})

    def close_code(self) -> int:
        with suppress(TimeoutError):
            while True:
                try:
                    self.socket.recv(timeout=10)
                except ConnectionClosed as closed:
                    return closed.rcvd.code if closed.rcvd else 0
        return 0


@pytest.mark.feature("U14", "A89")
def test_it_works(full):
    vera = Raw(full, "raw-1")
    assert vera.ask("openim.getmsg", {})["ErrorCode"] == 0  # a request that brings its userSig is a login
    keys = vera.log_in()
    assert keys["A2Key"] and keys["TinyId"].isdigit()
    again = Raw(full)
    again.head = {"sdkappid": APP_ID, "a2": keys["A2Key"]}
    assert again.ask("recentcontact.page_get", {})["SessionItem"][0]["To_Account"] == "@customer_service_account"


@pytest.mark.parametrize("head", [{}, {"usersig": "x"}, {"a2": "forged"}, {"identifier": "sofia"}])
def test_nothing_is_told_without_proof(full, head):
    stranger = Raw(full)
    stranger.head = {"sdkappid": APP_ID, **head}
    for name in NAMES:
        if name != "heartbeat.alive":
            assert stranger.ask(name, {})["ActionStatus"] == ("FAIL"), name


@pytest.mark.parametrize("bad", [b"", b"\xff\xfe", b"[]", b"{}", b'{"head":{}}', b'{"head":{"servcmd":"a.b"}}',
                                 b'{"head":{"servcmd":"a.b","seq":"1"},"body":{}}', b'{"head":{"servcmd":1,"seq":1}}',
                                 b'{"head":{"servcmd":"a.b","seq":1},"body":[]}', b'{"op":"hello"}'])  # fmt: skip
def test_what_is_no_request_closes_the_socket(full, bad):
    stranger = Raw(full)
    stranger.socket.send(bad)
    assert stranger.close_code() == 4400


def test_floods_and_giants_are_cut_off(full):
    vera = Raw(full, "raw-2")
    vera.socket.send(json.dumps({"head": {"servcmd": "a.b", "seq": 1}, "body": {"x": "x" * 70_000}}).encode())
    assert vera.close_code() == 4413
    hasty = Raw(full, "raw-2")
    with suppress(ConnectionClosed):
        for _ in range(300):
            hasty.send("heartbeat.alive", {})
    assert hasty.close_code() == 4429


def test_text_frames_and_pages_of_other_sites(full):
    """The SDK uses /info with text frames where it cannot use binary ones; it runs in the customer's own pages."""
    vera = Raw(full, "raw-3", path="/info", Origin="https://shop.example")
    vera.head["servcmd"] = ""
    vera.socket.send(json.dumps({"head": {**vera.head, "servcmd": "im_open_status.wslogin", "seq": 1}, "body": {}}))
    answer = vera.socket.recv(timeout=20)
    assert isinstance(answer, str) and json.loads(answer)["body"]["ErrorCode"] == 0


def test_refusals_follow_the_browsers_language(full):
    answers = [
        Raw(full, **{"Accept-Language": language}).ask("openim.getmsg", {})["ErrorInfo"] for language in ("en-GB", "zh")
    ]
    assert answers == ["Log in first.", "请先登录。"]


def test_the_upload_address_is_good_once_and_for_its_visitor(full):
    vera, bob = Raw(full, "raw-4"), Raw(full, "raw-5")
    given = vera.ask("im_cos_msg.pre_sig", {"file_name": "a.txt"})
    assert httpx.options(given["upload_url"], headers={"Origin": "https://shop.example"}).headers[
        "access-control-allow-origin"
    ] == "*"  # fmt: skip
    assert httpx.put(given["upload_url"][:-3] + "xxx", content=b"x").status_code == 403
    assert httpx.put(given["upload_url"], content=b"one").status_code == 200
    assert httpx.put(given["upload_url"], content=b"two").status_code == 409
    assert httpx.get(given["download_url"]).content == b"one"
    element = {"MsgType": "TIMFileElem", "MsgContent": {"Url": given["download_url"]}}
    message = {"To_Account": "@customer_service_account", "MsgSeq": 1, "MsgRandom": 1, "MsgBody": [element]}
    assert bob.ask("openim.sendmsg", message)["ErrorCode"] == 10404
    assert vera.ask("openim.sendmsg", message)["ErrorCode"] == 0
    first = vera.ask("openim.sendmsg", message)
    assert first["ErrorCode"] == 0 and first["MsgKey"].startswith("1_1_")


def test_a_blocked_visitor_cannot_write(full):
    vera = Raw(full, "raw-6")
    message = {"To_Account": "@customer_service_account", "MsgSeq": 1, "MsgRandom": 1}
    body = {**message, "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}]}
    assert vera.ask("openim.sendmsg", body)["ErrorCode"] == 0
    full.python(
        "from django.utils import timezone; from accounts.models import Visitor;"
        "Visitor.objects.filter(user_id='raw-6').update(blocked_at=timezone.now())"
    )
    assert vera.ask("openim.sendmsg", {**body, "MsgSeq": 2})["ErrorCode"] == 10403


def test_odd_requests_never_break_it(full):
    """Every request is answered once, with a code where it is refused; nothing fails inside."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    before = full.log().count("Traceback")
    vera = Raw(full, f"fuzz-{seed}")
    vera.log_in()
    for number in range(400):
        name, body = dice.choice(NAMES), _odd(dice, 3)
        body = body if isinstance(body, dict) else {"To_Account": "@customer_service_account", "MsgBody": body}
        head = {
            "servcmd": name,
            **({dice.choice(["a2", "usersig", "identifier"]): _odd(dice, 1)} if number % 9 == 0 else {}),
        }
        answer = vera.ask(head.pop("servcmd"), body, **head)
        assert answer["ActionStatus"] in ("OK", "FAIL") and isinstance(answer["ErrorCode"], int), f"seed {seed}"
        assert answer["ErrorCode"] != 10153, f"seed {seed}: {name} {body}"
        time.sleep(0.05)  # as fast as one socket may
    assert full.log().count("Traceback") == before, f"seed {seed}"
    assert vera.ask("heartbeat.alive", {})["ErrorCode"] == 0


def _odd(dice: random.Random, depth: int):
    plain = [None, True, -1, 0, 1, 2**31, 2**63, 2**70, 1.5, "", "x", "\0", "\ud800", "@customer_service_account",
             "@default_customer_service_account", "退款" * 50, "9" * 30, '{"seqs":{"a":1},"names":[]}', "TIMTextElem",
             "TIMCustomElem", "TIMImageElem", "TIMFileElem", '{"customerServicePlugin":0,"src":"7"}',
             '{"customerServicePlugin":0,"src":"10","menuSelected":[]}', "[" * 200]  # fmt: skip
    shape = dice.random()
    if depth == 0 or shape < 0.4:
        return dice.choice(plain)
    if shape < 0.6:
        return [_odd(dice, depth - 1) for _ in range(dice.randrange(3))]
    return {dice.choice(PLACES): _odd(dice, depth - 1) for _ in range(dice.randrange(1, 6))}
