"""The group robots of 企业微信, 钉钉 and 飞书, as their documents describe them: they check signatures."""

import base64
import hashlib
import hmac
import json
import queue
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from tests.sites import served

SECRET = "SEC0123456789"


def _dingtalk(query: dict, body: dict) -> dict:
    stamp = query["timestamp"][0]
    sign = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    if query["sign"][0] != base64.b64encode(sign).decode():
        return {"errcode": 310000, "errmsg": "sign not match"}
    return {"errcode": 0, "errmsg": "ok"} if body["msgtype"] == "text" else {"errcode": 40035, "errmsg": "bad"}


def _feishu(query: dict, body: dict) -> dict:
    sign = hmac.new(f"{body['timestamp']}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    if body["sign"] != base64.b64encode(sign).decode():
        return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
    return {"code": 0, "msg": "success", "data": {}}


def _wecom(query: dict, body: dict) -> dict:
    if query.get("key") != ["k1"]:
        return {"errcode": 93000, "errmsg": "invalid webhook url"}
    return {"errcode": 0, "errmsg": "ok"}


KINDS = {"/cgi-bin/webhook/send": _wecom, "/robot/send": _dingtalk, "/open-apis/bot/v2/hook/abc": _feishu}
ADDRESSES = {
    "wecom": "/cgi-bin/webhook/send?key=k1",
    "dingtalk": "/robot/send?access_token=t1",
    "feishu": "/open-apis/bot/v2/hook/abc",
}


class Group:
    """What was written into the group chat."""

    def __init__(self) -> None:
        self.heard: queue.Queue = queue.Queue()
        self.url = ""

    def address(self, kind: str) -> str:
        return f"{self.url}{ADDRESSES[kind]}"

    def wait(self, seconds: float = 20) -> dict:
        return self.heard.get(timeout=seconds)


@contextmanager
def group_chat():
    group = Group()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            parts = urlsplit(self.path)
            answer = KINDS[parts.path](parse_qs(parts.query), body)
            if 0 in answer.values():
                group.heard.put(body)
            content = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            pass

    with served(Handler) as url:
        group.url = url
        yield group
