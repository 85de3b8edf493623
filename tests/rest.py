"""Vera without a socket: a headless client of docs/rest.md."""

import itertools
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from tests.house import House
from tests.people import PATIENCE, payload_of, text_of

_numbers = itertools.count(1)


class RestVisitor:
    """Comes in at once. `cursor` is the last seq that was polled."""

    def __init__(self, house: House, language: str = "zh-Hans", key: str = "", token: str = "", **who: Any) -> None:
        self.house = house
        self.http = httpx.Client(
            base_url=f"{house.url}/api/v1/channels/{house.web_app_id}/",
            headers={"Accept-Language": language},
            timeout=40,
        )
        headers = {"X-Api-Key": key} if key else {"Authorization": f"Bearer {token}"} if token else {}
        self.came_in = self.http.post("visitors/", json=who, headers=headers)
        if self.came_in.status_code == 201:
            self.welcome = self.came_in.json()
            self.token, self.openid = self.welcome["token"], self.welcome["visitor"]["id"]
            self.http.headers["Authorization"] = f"Bearer {self.token}"
        self.cursor = 0

    def ask(self, method: str, path: str, **what: Any) -> httpx.Response:
        return self.http.request(method, f"conversation/{path}", **what)

    def send(self, client_id: str = "", **what: Any) -> httpx.Response:
        client_id = client_id or f"r{next(_numbers)}-{time.monotonic_ns()}"
        return self.ask("POST", "messages/", json={"client_id": client_id, **what})

    def say(self, said: str) -> dict:
        answer = self.send(text=said)
        assert answer.status_code == 201, answer.text
        return answer.json()["entry"]

    def state(self) -> dict:
        answer = self.ask("GET", "")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def history(self, **query: Any) -> dict:
        answer = self.ask("GET", "messages/", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def poll(self, wait: float = 5) -> list[dict]:
        """The next entries."""
        answer = self.ask("GET", "updates/", params={"after": self.cursor, "wait": int(wait)})
        assert answer.status_code == 200, answer.text
        self.cursor = answer.json()["last_seq"]
        return answer.json()["entries"]

    def wait_for(self, wanted: Callable[[dict], Any], seconds: float = PATIENCE) -> dict:
        end, seen = time.monotonic() + seconds, []
        while time.monotonic() < end:
            for entry in self.poll():
                seen.append(entry)
                if wanted(entry):
                    return entry
        raise AssertionError(f"did not come: {json.dumps(seen[-6:], ensure_ascii=False)}")

    def wait_for_text(self, part: str) -> dict:
        return self.wait_for(lambda entry: part in text_of(entry))

    def wait_for_src(self, src: str) -> dict:
        return self.wait_for(lambda entry: payload_of(entry).get("src") == src)

    def wait_for_state(self, state: str) -> dict:
        return self.wait_for(lambda entry: (entry.get("event") or {}).get("session", {}).get("state") == state)


class Events:
    """An event stream, read by a thread of its own: `frames` as they came, `last_id` for coming back."""

    def __init__(self, visitor: RestVisitor, last_id: int | None = None, **query: Any) -> None:
        self.frames: list[dict] = []
        self.last_id = last_id
        self.status = 0
        self.came = threading.Condition()
        headers = {} if last_id is None else {"Last-Event-ID": str(last_id)}
        self.client = httpx.Client(headers={**visitor.http.headers, **headers}, timeout=60)
        self.url = f"{visitor.http.base_url}conversation/events/"
        self.thread = threading.Thread(target=self._read, args=(query,), daemon=True)
        self.thread.start()
        with self.came:
            assert self.came.wait_for(lambda: self.status, PATIENCE)

    def _read(self, query: dict) -> None:
        try:
            with self.client.stream("GET", self.url, params=query) as self.response:
                self._took(self.response.status_code)
                for line in self.response.iter_lines():
                    name, _colon, value = line.partition(": ")
                    if name == "id":
                        self.last_id = int(value)
                    elif name == "data":
                        self._took(frame=json.loads(value))
        except (httpx.HTTPError, httpx.StreamError, RuntimeError):
            pass

    def _took(self, status: int = 0, frame: dict | None = None) -> None:
        with self.came:
            self.status = status or self.status
            self.frames += [frame] if frame else []
            self.came.notify_all()

    def entries(self) -> list[dict]:
        return [entry for frame in self.frames if frame["op"] == "entries" for entry in frame["entries"]]

    def wait_for(self, wanted: Callable[[dict], Any], seconds: float = PATIENCE) -> dict:
        def found() -> dict | None:
            return next((entry for entry in self.entries() if wanted(entry)), None)

        with self.came:
            assert self.came.wait_for(found, seconds), self.frames[-4:]
            return found()

    def wait_for_frame(self, op: str, seconds: float = PATIENCE) -> dict:
        def found() -> dict | None:
            return next((frame for frame in self.frames if frame["op"] == op), None)

        with self.came:
            assert self.came.wait_for(found, seconds), self.frames[-4:]
            return found()

    def close(self) -> None:
        self.client.close()
