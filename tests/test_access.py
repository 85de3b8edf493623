"""Promises 9, 11 and 12 through the front door: nobody reads or does what is not his."""

import time

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.people import ADMIN, ALICE, BOB, AgentPerson, VisitorPerson, at_work, custom, log_in, submit, text
from tests.recordings import picture

BIG = ("big.txt", b"x" * 21 * 1024 * 1024, 413)


def upload(house, token: str, name: str = "a.png", content: bytes | None = None) -> httpx.Response:
    file = {"file": (name, picture() if content is None else content)}
    return httpx.post(f"{house.url}/api/v1/uploads/", files=file, headers={"Authorization": f"Bearer {token}"})


def test_a_file_is_read_by_its_conversation_only(house):
    vera, other = VisitorPerson(house), VisitorPerson(house)
    elem = upload(house, vera.token).json()["elem"]
    url = f"{house.url}{elem['MsgContent']['ImageInfoArray'][0]['URL']}"
    mine = httpx.get(url, params={"ticket": vera.welcome["file_ticket"]})
    assert (mine.status_code, mine.headers["content-type"], mine.content) == (200, "image/png", picture())
    assert "sandbox" in mine.headers["content-security-policy"]
    for ticket in ("", "x", vera.token, other.welcome["file_ticket"]):
        assert httpx.get(url, params={"ticket": ticket}).status_code == 404
    with at_work(house, ALICE) as alice:
        assert alice.http.get(url).status_code == 404
        vera.post(elem)
        vera.say("人工")
        alice.wait_for_row(vera.openid)
        assert alice.http.get(url).status_code == 200


def test_an_image_of_somebody_else_cannot_be_posted(full):
    vera, thief = VisitorPerson(full), VisitorPerson(full)
    elem = upload(full, vera.token).json()["elem"]
    thief.post(elem, "stolen")
    refused = thief.wait_for(lambda frame: frame["op"] == "refused")
    assert (refused["client_id"], refused["code"]) == ("stolen", 10404)


@pytest.mark.feature("A90")
@pytest.mark.parametrize(
    ("name", "content", "status"),
    [("x.exe", b"MZ", 400), ("x.html", b"<script>", 400), ("empty.txt", b"", 400), ("x.svg", b"<svg/>", 400), BIG],
)
def test_bad_uploads_say_why(full, name, content, status):
    vera = VisitorPerson(full)
    answer = upload(full, vera.token, name, content)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == "file" and answer.json()["errors"][0]["reason"]


def test_a_page_named_png_is_only_ever_downloaded(full):
    """What a file is called decides nothing: only real pictures are shown inline."""
    vera = VisitorPerson(full)
    elem = upload(full, vera.token, "page.png", b"<html><script>alert(1)</script>").json()["elem"]
    assert elem["MsgType"] == "TIMFileElem"
    shown = httpx.get(f"{full.url}{elem['MsgContent']['Url']}", params={"ticket": vera.welcome["file_ticket"]})
    assert shown.headers["content-disposition"].startswith("attachment")
    assert shown.headers["content-type"] == "application/octet-stream"


def test_uploads_need_a_token(full):
    assert upload(full, "nonsense").status_code in (401, 403)


def test_a_forged_token_is_somebody_new(house):
    vera = VisitorPerson(house)
    vera.say("secret")
    thief = VisitorPerson(house, token=f"{vera.openid}:forged:signature")
    assert thief.openid != vera.openid and thief.welcome["entries"] == []


def test_agents_see_what_they_serve(full):
    """charlie's conversations do not exist for bob: history, posting, ending, transcript."""
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        row = alice.wait_for_row(vera.openid)
        bob = AgentPerson(full, BOB)
        try:
            for op in ("history", "typing", "read", "message.post"):
                what = {"conversation": row["conversation"], "client_id": "z1", "elem": text("x"), "seq": 1}
                assert bob.ask(op, **what)["code"] == 10404
            for op in ("session.end", "rating.invite", "session.complete"):
                assert bob.ask(op, session=row["session"]["id"])["code"] == 10404
            assert bob.http.get(f"/workbench/records/{row['session']['id']}/").status_code == 404
        finally:
            bob.go_home()


def test_a_former_agent_does_not_read_what_came_later(full):
    """alice served once; what vera tells bob, and sends him, is not alice's to read."""
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        row = alice.wait_for_row(vera.openid)
        vera.say("alice 可以看")
        alice.must("session.end", session=row["session"]["id"])
        vera.wait_for_state("ended")
        alice.must("status.set", status="notReady")
        with at_work(full, BOB) as bob:
            vera.say("人工")
            vera.wait_for_state("serving")
            vera.say("只给 bob 看")
            vera.post(elem := upload(full, vera.token).json()["elem"])
            bob.wait_for_row(vera.openid)
            seen = str(alice.must("history", conversation=row["conversation"]))
            assert "alice 可以看" in seen and "只给 bob 看" not in seen
            assert "只给 bob 看" in str(bob.must("history", conversation=row["conversation"]))
            alice.listen(0.5)
            assert "只给 bob 看" not in str(alice.frames)
            url = elem["MsgContent"]["ImageInfoArray"][0]["URL"]
            assert (alice.http.get(url).status_code, bob.http.get(url).status_code) == (404, 200)


def test_logging_out_ends_the_socket(full):
    """Promise 11."""
    alice = AgentPerson(full, ALICE)
    alice.must("status.set", status="offline")
    submit(alice.http, "/accounts/logout/", page="/workbench/records/")
    with pytest.raises(ConnectionClosed) as closed:
        alice.listen(4)
    assert closed.value.rcvd.code == 4401


def test_pages_need_a_login(full):
    for path in ("/workbench/", "/workbench/records/", "/admin/", "/admin/sessions_flow/session/"):
        answer = httpx.get(f"{full.url}{path}")
        assert answer.status_code == 302 and "/login/" in answer.headers["location"]
    agent = log_in(full, ALICE)
    assert (
        "/admin/" not in str(agent.get("/admin/sessions_flow/session/").url) or agent.get("/admin/").status_code == 403
    )


def test_sockets_refuse_strangers(full):
    with connect(f"{full.socket_url}/ws/workbench/") as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=5)
    assert closed.value.rcvd.code == 4401
    with pytest.raises(Exception, match="403"), connect(f"{full.socket_url}/ws/chat/", origin="https://evil.example"):
        pass


@pytest.mark.parametrize("frame", ["", "x", "[]", "{}", '{"op":1}', '{"op":"message.post"}', "\x00" * 10, "[" * 2000])
def test_malformed_first_frames_are_closed(full, frame):
    with connect(f"{full.socket_url}/ws/chat/") as socket:
        socket.send(frame)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
    assert closed.value.rcvd.code == 4400


LONE_SURROGATE = {
    "MsgType": "TIMCustomElem",
    "MsgContent": {"Data": '{"customerServicePlugin":0,"src":"22","content":{"header":"\\ud800"}}'},
}
MANY_FIELDS = custom(src="28", content={"customField": [{}] * 3900, "name": "x" * 9000})


@pytest.mark.parametrize(
    "frame",
    [
        {"op": "message.post", "client_id": "x", "elem": {"MsgType": "TIMTextElem"}},
        {"op": "message.post", "client_id": "bad id!", "elem": text("x")},
        {"op": "message.post", "client_id": "y", "elem": custom(src="9", menuContent={})},
        {"op": "message.post", "client_id": "s", "elem": LONE_SURROGATE},
        {"op": "message.post", "client_id": "l", "elem": custom(src=["7"])},
        {"op": "message.post", "client_id": "f", "elem": MANY_FIELDS},
        {"op": "history", "before": "many"},
        {"op": "read", "seq": -1},
        {"op": "nonsense"},
    ],
)
def test_bad_frames_are_refused_and_change_nothing(full, frame):
    vera = VisitorPerson(full)
    vera.send(frame)
    assert vera.wait_for(lambda got: got["op"] == "refused")["reason"]
    assert vera.say("still here")["seq"] == 1


def test_a_flood_is_cut_off(full):
    """Promise 9: 4429, and a frame above 64 KiB closes too."""
    vera = VisitorPerson(full)
    with pytest.raises(ConnectionClosed) as closed:
        for _ in range(400):
            vera.send({"op": "ping"})
        vera.listen(5)
    assert closed.value.rcvd.code == 4429
    vera.come_in()
    with pytest.raises(ConnectionClosed):
        vera.send({"op": "ping", "x": "x" * 70_000})
        vera.listen(3)


@pytest.mark.feature("T14", "T15", "A83")
def test_forced_off_means_out_at_once(house):
    """Promise 11: socket and HTTP session are closed within 2 s, the visitor waits again, login is refused."""
    vera = VisitorPerson(house)
    alice = AgentPerson(house, ALICE)
    vera.say("人工")
    vera.wait_for_state("serving")
    sofia = log_in(house, ADMIN)
    number = house.python(
        "from accounts.models import Member; print(Member.objects.get(account='alice@example.com').pk)"
    )
    try:
        press(sofia, f"/admin/accounts/member/{number}/force_off/")
        pressed = time.monotonic()
        with pytest.raises(ConnectionClosed) as closed:
            alice.listen(4)
        assert closed.value.rcvd.code == 4401
        assert time.monotonic() - pressed < 2
        vera.wait_for_state("waiting")
        assert "/login/" in str(alice.http.get("/workbench/").url)
        assert "/login/" in str(log_in(house, ALICE).get("/workbench/").url)
    finally:
        press(sofia, f"/admin/accounts/member/{number}/restore/")
        vera.post(custom(src="27"))  # out of the queue
        vera.wait_for_state("flow")
    assert "/login/" not in str(log_in(house, ALICE).get("/workbench/").url)


def press(client: httpx.Client, path: str) -> None:
    """Opens a confirmation page of the console and confirms."""
    answer = submit(client, path)
    assert answer.status_code == 200, answer.text[:500]
