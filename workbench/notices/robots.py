"""What the robots of 企业微信, 钉钉 and 飞书 take: their addresses, signatures, bodies and answers."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from accounts import outgoing
from workbench.models import Robot
from workbench.notices.push import Outcome

SECONDS = 5.0
TOO_FAST = {45009, 130101, 11232}  # twenty messages a minute, and the like
HOME = "+86"


def tell(robot: Robot, text: str, phone: str) -> Outcome:
    """`phone` of whom the message is for; empty: for everybody in the group."""
    address, body = ASKED[robot.kind](robot, text, phone.removeprefix(HOME), time.time())
    content = json.dumps(body, ensure_ascii=False).encode()
    try:
        answer = outgoing.post(address, content, {"Content-Type": "application/json"}, SECONDS)
    except outgoing.Unreachable as error:
        return Outcome(False, str(error), may_retry=True)
    return _read(answer)


def _read(answer: outgoing.Answer) -> Outcome:
    """They answer 200 and a code in the body."""
    words = answer.body[:200].decode(errors="replace")
    if answer.status != 200:
        return Outcome(False, f"HTTP status {answer.status}: {words}", may_retry=answer.status >= 500)
    try:
        said = json.loads(answer.body)
        code = next((said[name] for name in ("errcode", "code", "StatusCode") if name in said), None)
    except (ValueError, TypeError):
        return Outcome(False, f"the answer is not JSON: {words}")
    return Outcome(True) if code == 0 else Outcome(False, words, may_retry=code in TOO_FAST)


def _wecom(robot: Robot, text: str, phone: str, now: float) -> tuple[str, dict[str, Any]]:
    said = {"content": text, "mentioned_mobile_list": [phone] if phone else []}
    return robot.address, {"msgtype": "text", "text": said}


def _dingtalk(robot: Robot, text: str, phone: str, now: float) -> tuple[str, dict[str, Any]]:
    """Signed in the address; who is meant has to stand in the text too."""
    address = robot.address
    if robot.secret:
        stamp = str(round(now * 1000))
        digest = hmac.digest(robot.secret.encode(), f"{stamp}\n{robot.secret}".encode(), hashlib.sha256)
        address += "&" + urlencode({"timestamp": stamp, "sign": base64.b64encode(digest).decode()})
    said = f"{text}\n@{phone}" if phone else text
    at = {"atMobiles": [phone] if phone else [], "isAtAll": False}
    return address, {"msgtype": "text", "text": {"content": said}, "at": at}


def _feishu(robot: Robot, text: str, phone: str, now: float) -> tuple[str, dict[str, Any]]:
    """Signed in the body; 飞书 knows people by its own ids only, so nobody is mentioned."""
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if robot.secret:
        stamp = str(int(now))
        digest = hmac.digest(f"{stamp}\n{robot.secret}".encode(), b"", hashlib.sha256)
        body = {"timestamp": stamp, "sign": base64.b64encode(digest).decode(), **body}
    return robot.address, body


ASKED: dict[str, Callable[[Robot, str, str, float], tuple[str, dict[str, Any]]]] = {
    Robot.Kind.WECOM: _wecom,
    Robot.Kind.DINGTALK: _dingtalk,
    Robot.Kind.FEISHU: _feishu,
}
