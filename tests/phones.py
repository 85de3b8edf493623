"""A push service of our own, and phones that can read what it is handed (RFC 8030, 8188, 8291, 8292)."""

import json
import os
import queue
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import http_ece
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

from tests.sites import served

PATIENCE = 20.0


class Phone:
    """One browser: its keys, its address at the push service, and what it could decrypt."""

    def __init__(self, service: str, number: int) -> None:
        self.key, self.auth = generate_private_key(SECP256R1()), os.urandom(16)
        self.path = f"/wake/{number}"
        self.endpoint = f"{service}{self.path}"
        self.status = 201
        self.heard: queue.Queue = queue.Queue()
        self.raw: list[tuple[dict, bytes]] = []

    @property
    def subscription(self) -> dict:
        """As `PushSubscription.toJSON()` says it."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "keys": {"p256dh": b64urlencode(point), "auth": b64urlencode(self.auth)}}

    def take(self, headers: dict, body: bytes) -> None:
        self.raw.append((headers, body))
        said = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version=headers["content-encoding"])
        self.heard.put((headers, json.loads(said)))

    def wait(self, seconds: float = PATIENCE) -> tuple[dict, dict]:
        """Headers and the notice, decrypted."""
        return self.heard.get(timeout=seconds)

    def wait_for(self, tag: str) -> dict:
        while (notice := self.wait()[1])["tag"] != tag:
            pass
        return notice


class PushService:
    def __init__(self) -> None:
        self.phones: dict[str, Phone] = {}
        self.url = ""
        self.lock = threading.Lock()

    def phone(self) -> Phone:
        made = Phone(self.url, len(self.phones) + 1)
        self.phones[made.path] = made
        return made


@contextmanager
def push_service():
    """Takes only what says who sends it, and how long to keep it."""
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            phone = service.phones.get(self.path)
            status = phone.status if phone else 404
            headers = {name.lower(): value for name, value in self.headers.items()}
            if status == 201 and not (Vapid02.verify(headers.get("authorization", "")) and headers["ttl"].isdecimal()):
                status = 403
            if status == 201:
                phone.take(headers, body)
            elif phone:
                phone.raw.append((headers, body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with served(Handler) as url:
        service.url = url
        yield service
