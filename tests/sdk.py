"""The cast with the published IM SDK in their hands: one Node process is one device (conformance/sdk_person.mjs)."""

import base64
import itertools
import json
import queue
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import witness
from tests.house import House

FOLDER = Path(__file__).parent / "conformance"
ACCOUNT = "@customer_service_account"
APP_ID = 1600000001
PATIENCE = 20.0
_numbers = itertools.count(1)

needs_node = pytest.mark.skipif(
    not (FOLDER / "node_modules").exists() or not shutil.which("node"), reason="needs Node (make test installs it)"
)
RECEIVED, MODIFIED, REVOKED, READ_BY_PEER = (
    "onMessageReceived",
    "onMessageModified",
    "onMessageRevoked",
    "onMessageReadByPeer",
)


class Refused(Exception):
    """What the SDK says to its page."""

    def __init__(self, result: dict) -> None:
        super().__init__(result["code"], result["message"])
        self.code, self.message, self.ID = result["code"], result["message"], result.get("ID")


def signature(house: House, user: str) -> str:
    return house.manage("make_usersig", user).split()[-1]


class Device:
    """One SDK and everything it told its page."""

    def __init__(self, house: House, user: str, sig: str | None = None, port: int = 0) -> None:
        """`port` where a proxy stands between."""
        self.house, self.user = house, user
        self.sig = sig or signature(house, user)
        self.lines: queue.Queue[dict] = queue.Queue()
        self.events: list[dict] = []
        self.results: dict[int, dict] = {}
        self.read_up_to = 0
        self.process = subprocess.Popen(
            ["node", "sdk_person.mjs", "--url", f"ws://127.0.0.1:{port or house.port}", "--app", str(APP_ID)],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def ask(self, what: str, **more: Any) -> Any:
        """Does something; its value. Raises Refused."""
        return self.finish(self.begin(what, **more), what)

    def _take(self, seconds: float) -> None:
        try:
            line = self.lines.get(timeout=max(seconds, 0.01))
        except queue.Empty:
            return
        if "id" in line:
            self.results[line["id"]] = line
        else:
            self.events.append(line)
            assert line["event"] != "stray", line
            _witness(line)

    def _until(self, is_so: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
        end = time.monotonic() + seconds
        while True:
            if found := is_so():
                return found
            left = end - time.monotonic()
            if left <= 0:
                got = json.dumps(self.events[-8:], ensure_ascii=False)
                raise AssertionError(f"{self.user}: {what} did not come in {seconds} s; got {got}")
            self._take(left)

    def log_in(self) -> "Device":
        self.ask("login", user=self.user, sig=self.sig)
        return self

    # --- what came

    def all(self, event: str) -> list[dict]:
        """Messages of every event of this name so far, in their order."""
        self.listen(0)
        return [message for line in self.events if line["event"] == event for message in line["data"]]

    def wait_for(self, event: str, wanted: Callable[[dict], Any], seconds: float = PATIENCE) -> dict:
        """The first message of an event that is `wanted`, whenever it came."""
        return self._until(
            lambda: next((message for message in self.all(event) if wanted(message)), None), event, seconds
        )

    def wait_for_event(self, event: str, seconds: float = PATIENCE) -> dict:
        return self._until(lambda: next((line for line in self.events if line["event"] == event), None), event, seconds)

    def wait_for_src(self, src: str, wanted: Callable[[dict], Any] = bool, seconds: float = PATIENCE) -> dict:
        return self.wait_for(RECEIVED, lambda m: payload_of(m).get("src") == src and wanted(payload_of(m)), seconds)

    def wait_for_text(self, part: str, seconds: float = PATIENCE) -> dict:
        return self.wait_for(RECEIVED, lambda message: part in text_of(message), seconds)

    def listen(self, seconds: float) -> None:
        """Takes what has come, then whatever comes until it has been quiet for so long."""
        while True:
            before = len(self.events) + len(self.results)
            self._take(seconds)
            if len(self.events) + len(self.results) == before:
                return

    # --- what vera does

    def say(self, said: str, **more: Any) -> dict:
        return self.ask("text", text=said, **more)

    def send(self, src: str, is_online_only: bool = True, to: str = ACCOUNT, **payload: Any) -> dict:
        data = {"customerServicePlugin": 0, "src": src, **payload}
        return self.ask("custom", data=data, onlineUserOnly=is_online_only, to=to)

    def upload(self, what: str, name: str, mime: str, content: bytes) -> dict:
        return self.ask(what, name=name, mime=mime, bytes=base64.b64encode(content).decode())

    def history(self, to: str = ACCOUNT) -> list[dict]:
        """All pages, oldest first."""
        found: list[dict] = []
        following = ""
        while True:
            page = self.ask("history", to=to, next=following)
            found = page["messages"] + found
            following = page["next"]
            if page["isCompleted"] or not following:
                return found

    def payloads(self) -> list[dict]:
        """Every payload that was delivered, or became of another, for the real plugin to draw."""
        return [payload for event in (RECEIVED, MODIFIED) for m in self.all(event) if (payload := payload_of(m))]

    def begin(self, what: str, **more: Any) -> int:
        """Does not wait for the answer; `finish` does."""
        number = next(_numbers)
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"id": number, "do": what, **more}) + "\n")
        self.process.stdin.flush()
        return number

    def finish(self, number: int, what: str = "", seconds: float = 60) -> Any:
        """Its value. Raises Refused."""
        self._until(lambda: number in self.results, f"an answer to {what}", seconds)
        result = self.results.pop(number)
        if not result["ok"]:
            raise Refused(result)
        return result["value"]

    def insist(self, number: int) -> dict:
        """As a page does: what the SDK gave up after its 15 seconds is sent again."""
        try:
            return self.finish(number)
        except Refused as given_up:
            assert given_up.code == 2801, given_up
            return self.ask("again", ID=given_up.ID)

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _witness(line: dict) -> None:
    """What the SDK delivered is shown to the published plugin with what all other people received."""
    if line["event"] in (RECEIVED, MODIFIED):
        told = [message for message in line["data"] if message["flow"] == "in" and message["type"] == "TIMCustomElem"]
        elems = [{"MsgType": m["type"], "MsgContent": {"Data": m["payload"]["data"]}} for m in told]
        witness.note({"entries": [{"elem": elem} for elem in elems]})


def payload_of(message: dict) -> dict:
    return json.loads(message["payload"]["data"]) if message["type"] == "TIMCustomElem" else {}


def text_of(message: dict) -> str:
    return message["payload"]["text"] if message["type"] == "TIMTextElem" else ""


def key_of(message: dict) -> tuple:
    """What makes a message the same one, on every device and in every answer."""
    return tuple(message[name] for name in ("ID", "sequence", "random", "time", "from", "to"))


@contextmanager
def devices(house: House, *users: str):
    """Logged in; put away afterwards. The same name twice: two devices of one person."""
    sigs = {user: signature(house, user) for user in users}
    people = [Device(house, user, sigs[user]) for user in users]
    try:
        for person in people:
            person.log_in()
        yield people if len(people) > 1 else people[0]
    finally:
        for person in people:
            person.close()
