"""Where a webhook's short messages arrive in tests: a real HTTP server on loopback."""

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.sites import served
from tests.waiting import until


@dataclass
class SmsBox:
    url: str
    received: list[dict] = field(default_factory=list)  # {"headers", "body"}
    answer: tuple[int, bytes] = (200, b"{}")

    @property
    def messages(self) -> list[dict]:
        return [json.loads(each["body"]) for each in self.received]

    def wait_for(self, phone: str, count: int = 1) -> dict:
        """The `count`-th message to that phone."""

        def those() -> list[dict]:
            return [message for message in self.messages if message.get("phone") == phone][count - 1 :]

        return until(those, told=lambda: f"nothing for {phone}: {self.messages}")[0]

    def code_for(self, phone: str, count: int = 1) -> str:
        return re.search(r"\d{6}", self.wait_for(phone, count)["text"])[0]


@contextmanager
def sms_box():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            box.received.append({"headers": dict(self.headers), "path": self.path, "body": body})
            status, content = box.answer
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with served(Handler) as url:
        box = SmsBox(f"{url}/sms")
        yield box
