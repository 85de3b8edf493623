"""The cast, through the front door: vera the visitor, alice and bob the agents. They speak docs/wire.md."""

import itertools
import json
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests import witness
from tests.house import PASSWORD, House

PATIENCE = 10.0
_numbers = itertools.count(1)


def text(said: str) -> dict:
    return {"MsgType": "TIMTextElem", "MsgContent": {"Text": said}}


def custom(**payload: Any) -> dict:
    data = json.dumps({"customerServicePlugin": 0, **payload}, ensure_ascii=False)
    return {"MsgType": "TIMCustomElem", "MsgContent": {"Data": data, "Desc": "", "Ext": ""}}


def payload_of(entry: dict) -> dict:
    elem = entry.get("elem") or {}
    return json.loads(elem["MsgContent"]["Data"]) if elem.get("MsgType") == "TIMCustomElem" else {}


def text_of(entry: dict) -> str:
    elem = entry.get("elem") or {}
    return elem["MsgContent"]["Text"] if elem.get("MsgType") == "TIMTextElem" else ""


class Person:
    """One socket and everything it received."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.frames: list[dict] = []
        self.read_up_to = 0

    def open(self, path: str, **headers: str) -> None:
        self.socket = connect(f"{self.house.socket_url}{path}", additional_headers=headers, max_size=2**24, legacy=True)

    def send(self, frame: dict) -> None:
        self.socket.send(json.dumps(frame, ensure_ascii=False))

    def receive(self, seconds: float) -> bool:
        """Takes one frame. False when none came in time."""
        try:
            self.frames.append(json.loads(self.socket.recv(timeout=seconds)))
            witness.note(self.frames[-1])
            return True
        except TimeoutError:
            return False

    def wait_for(self, wanted: Callable[[dict], Any], seconds: float = PATIENCE) -> dict:
        """The next frame that is `wanted`, from the first one not yet waited for."""
        end = time.monotonic() + seconds
        while True:
            while self.read_up_to < len(self.frames):
                frame = self.frames[self.read_up_to]
                self.read_up_to += 1
                if wanted(frame):
                    return frame
            left = end - time.monotonic()
            if (left <= 0 or not self.receive(left)) and time.monotonic() >= end:
                got = json.dumps(self.frames[-6:], ensure_ascii=False)
                raise AssertionError(f"did not come in {seconds} s; got {got}")

    def listen(self, seconds: float = 0.3) -> None:
        """Takes whatever comes until it has been quiet for so long."""
        while self.receive(seconds):
            pass

    def close(self) -> None:
        self.socket.close()

    def new_client_id(self) -> str:
        return f"c{next(_numbers)}-{time.monotonic_ns()}"


class VisitorPerson(Person):
    def __init__(
        self, house: House, token: str | None = None, last_seq: int | None = None, language: str = "zh-hans"
    ) -> None:
        super().__init__(house)
        self.token, self.language = token, language
        self.come_in(last_seq)

    def come_in(self, last_seq: int | None = None) -> dict:
        self.open("/ws/chat/")
        hello = {"op": "hello", "web_app_id": self.house.web_app_id, "language": self.language}
        if self.token:
            hello["token"] = self.token
        if last_seq is not None:
            hello["last_seq"] = last_seq
        self.send(hello)
        self.welcome = self.wait_for(lambda frame: frame["op"] == "welcome")
        self.token, self.openid = self.welcome["token"], self.welcome["visitor"]["id"]
        return self.welcome

    @property
    def name(self) -> str:
        """As agents see it."""
        return f"访客_{self.openid[10:14]}"

    def trigger(self) -> None:
        self.post(custom(src="7"))
        self.wait_for_flag("26")

    def post(self, elem: dict, client_id: str | None = None) -> str:
        client_id = client_id or self.new_client_id()
        self.send({"op": "message.post", "client_id": client_id, "elem": elem})
        return client_id

    def say(self, said: str) -> dict:
        """Posts and waits for the acknowledgement: the echo."""
        client_id = self.post(text(said))
        return self.wait_for_entry(lambda entry: entry["client_id"] == client_id)

    def wait_for_flag(self, src: str, seconds: float = PATIENCE) -> dict:
        return self.wait_for(lambda frame: frame["op"] == "online" and payload_of(frame).get("src") == src, seconds)

    def entries(self) -> list[dict]:
        """Everything in order, as this visitor has it."""
        return [entry for frame in self.frames if frame["op"] in ("welcome", "entries") for entry in frame["entries"]]

    def wait_for_entry(self, wanted: Callable[[dict], Any], seconds: float = PATIENCE) -> dict:
        frame = self.wait_for(
            lambda frame: frame["op"] in ("welcome", "entries") and any(wanted(entry) for entry in frame["entries"]),
            seconds,
        )
        return next(entry for entry in frame["entries"] if wanted(entry))

    def wait_for_text(self, part: str, seconds: float = PATIENCE) -> dict:
        return self.wait_for_entry(lambda entry: part in text_of(entry), seconds)

    def wait_for_src(self, src: str, seconds: float = PATIENCE) -> dict:
        return self.wait_for_entry(lambda entry: payload_of(entry).get("src") == src, seconds)

    def wait_for_state(self, state: str, seconds: float = PATIENCE) -> dict:
        return self.wait_for_entry(
            lambda entry: (
                (entry.get("event") or {}).get("type") == "session.changed"
                and entry["event"]["session"]["state"] == state
            ),
            seconds,
        )


class Browser(VisitorPerson):
    """A visitor's page that says more in its hello."""

    def __init__(self, house, token=None, **more):
        self.more = more
        super().__init__(house, token=token)

    def send(self, frame):
        super().send({**frame, **self.more} if frame["op"] == "hello" else frame)

    def look_at(self, *pages):
        self.send({"op": "pages", "pages": list(pages)})

    def ask(self, op, **what):
        """An op that is answered by `done`, or refused."""
        client_id = self.new_client_id()
        self.send({"op": op, "client_id": client_id, **what})
        return self.wait_for(lambda frame: frame["op"] in ("done", "refused") and frame.get("client_id") == client_id)


class AgentPerson(Person):
    """`http`: where he has logged in already."""

    def __init__(self, house: House, account: str, http: httpx.Client | None = None) -> None:
        super().__init__(house)
        self.http = http or log_in(house, account)
        self.come_in()

    def come_in(self, cursors: dict | None = None) -> dict:
        self.open("/ws/workbench/", **headers_of(self.house, self.http))
        self.send({"op": "hello", "cursors": cursors or {}, "language": "zh-hans", "opening": cursors is None})
        return self.wait_for(lambda frame: frame["op"] == "snapshot")

    def ask(self, op: str, **what: Any) -> dict:
        """A request and its result."""
        number = next(_numbers)
        self.send({"op": op, "id": number, **what})
        return self.wait_for(lambda frame: frame["op"] == "result" and frame["id"] == number)

    def must(self, op: str, **what: Any) -> dict:
        result = self.ask(op, **what)
        assert result["ok"], result
        return result

    @property
    def snapshot(self) -> dict:
        """The last one that came."""
        return next(frame for frame in reversed(self.frames) if frame["op"] == "snapshot")

    def newest(self) -> dict:
        """The last snapshot, after what is on its way has come."""
        self.listen()
        return self.snapshot

    def wait_for_row(self, who: str, where: str = "serving", seconds: float = PATIENCE) -> dict:
        """The row of the visitor with this openid or name on one of the lists."""

        def row_of(frame: dict) -> dict | None:
            rows = frame[where] if frame["op"] == "snapshot" else []
            return next((row for row in rows if who in (row["visitor"]["id"], row["visitor"]["name"])), None)

        return row_of(self.snapshot) or row_of(self.wait_for(row_of, seconds))

    def wait_for_text(self, conversation: str, part: str, seconds: float = PATIENCE) -> dict:
        frame = self.wait_for(
            lambda frame: (
                frame["op"] == "entries"
                and frame["conversation"] == conversation
                and any(part in text_of(entry) for entry in frame["entries"])
            ),
            seconds,
        )
        return next(entry for entry in frame["entries"] if part in text_of(entry))

    def post(self, conversation: str, elem: dict, client_id: str | None = None) -> str:
        client_id = client_id or self.new_client_id()
        self.send(
            {
                "op": "message.post",
                "id": next(_numbers),
                "conversation": conversation,
                "client_id": client_id,
                "elem": elem,
            }
        )
        return client_id

    def say(self, conversation: str, said: str) -> str:
        client_id = self.post(conversation, text(said))
        self.wait_for_text(conversation, said)
        return client_id

    def go_home(self) -> None:
        """Ends what he serves and goes 下线, so that the next test finds nobody at work and nobody in the queue."""
        try:
            self.must("status.set", status="notReady")
            self.listen(0.3)
            for row in self.snapshot["serving"]:
                self.ask("session.end", session=row["session"]["id"])
            self.must("status.set", status="offline")
            self.must("session.complete_all")
        except ConnectionClosed:
            pass
        self.close()


def log_in(house: House, account: str, password: str = PASSWORD) -> httpx.Client:
    """Through the login page, as a browser would."""
    client = httpx.Client(base_url=house.url, follow_redirects=True)
    answer = submit(client, "/accounts/login/", login=account, password=password)
    assert "sessionid" in client.cookies, answer.text[:2000]
    return client


def headers_of(house: House, client: httpx.Client) -> dict[str, str]:
    """What the browser of who has logged in sends when it opens a socket."""
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items()), "Origin": house.url}


def token_of(page: str) -> str:
    """What the forms of a page send with them."""
    return page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]


def submit(client: httpx.Client, path: str, page: str = "", **form: Any) -> httpx.Response:
    """Sends a form of `page` (that of the same path), as a browser would."""
    data = {"csrfmiddlewaretoken": token_of(client.get(page or path).text), **form}
    return client.post(path, data=data, headers={"Referer": str(client.base_url)})


@contextmanager
def at_work(house: House, *accounts: str):
    """Agents at their desks; all of them go home afterwards."""
    people: list[AgentPerson] = []
    try:
        for account in accounts:
            people.append(AgentPerson(house, account))
        yield people if len(people) > 1 else people[0]
    finally:
        for person in people:
            person.go_home()


def sign(house, user_id: str, now: str = "None") -> str:
    return house.python(f"from accounts import usersig; print(usersig.make({user_id!r}, now={now}))")


def forget_left_messages(house: House) -> None:
    """Otherwise the next agent who comes to work gets them."""
    house.python("from sessions_flow.models import LeftMessage; LeftMessage.objects.update(state='closed')")


@contextmanager
def channel_with(house, fields=(), **settings):
    """The demo's channel, changed for a while, with form fields (label, kind, place, more)."""
    rows = [{"label": label, "kind": kind, "place": place, **more} for label, kind, place, more in fields]
    channel = f"Channel.objects.filter(web_app_id={house.web_app_id!r})"
    models = "from sessions_flow.models import Channel, FormField\n"
    before = house.python(f"{models}print(repr({channel}.values(*{list(settings)!r})[0]))") if settings else "{}"
    change = f"c = {channel}.get(); {channel}.update(**{settings!r})\n" if settings else f"c = {channel}.get()\n"
    add = f"[FormField.objects.create(channel=c, position=n, **row) for n, row in enumerate({rows!r})]"
    house.python(models + change + add)
    try:
        yield
    finally:
        back = f"\n{channel}.update(**{before})" if settings else ""
        house.python(f"{models}FormField.objects.all().delete(){back}")


ALICE, BOB, ADMIN = "alice@example.com", "bob@example.com", "admin-1600000001"
