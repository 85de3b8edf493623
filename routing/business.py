"""The business server (业务服务器分配): what is sent, and how the answer is read (C4 to C19). No database here."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from accounts import outgoing

COMMAND = "ChatBot.OnAssignAgent"
SIGNATURE = "X-Desk-Signature"
LARGEST_ANSWER = 64 * 1024
KEPT = 2000  # characters of an answer that the log shows
FIRST_SECONDS, TOTAL_SECONDS = 2.0, 3.0  # of the first try, and of all together


@dataclass(frozen=True, slots=True)
class Answer:
    """Whom the server names: member accounts, or a group, or nobody (A30)."""

    group: int | None = None
    agents: tuple[str, ...] = ()


@dataclass(slots=True)
class Attempt:
    """One request. `answer` is set where the server gave a valid one; `error` says why not."""

    status: int | None = None
    body: str = ""
    error: str = ""
    milliseconds: int = 0
    answer: Answer | None = None
    may_retry: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    url: str
    sdk_app_id: int
    session_id: str
    visitor_id: str
    event_time: int  # milliseconds
    client_ip: str = "127.0.0.1"
    platform: str = "Web"
    secret: str = field(default="", repr=False)

    def address(self) -> str:
        """The configured URL with the query of the document, spelled as there (C5 to C10, A9)."""
        query = {
            "SdkAppid": self.sdk_app_id,
            "CallbackCommand": COMMAND,
            "contenttype": "json",
            "ClientIP": self.client_ip,
            "OptPlatform": self.platform,
        }
        return f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(query)}"

    def body(self) -> dict[str, Any]:
        """C11 to C14."""
        return {
            "CallbackCommand": COMMAND,
            "SessionId": self.session_id,
            "ClientUserId": self.visitor_id,
            "EventTime": self.event_time,
        }


def ask(question: Question) -> list[Attempt]:
    """Asks, and once more after a failure of the network or the server, within 3 s altogether (A29)."""
    ends = time.monotonic() + TOTAL_SECONDS
    attempts = [_attempt(question, FIRST_SECONDS)]
    left = ends - time.monotonic()
    if attempts[0].may_retry and left > 0.1:
        attempts.append(_attempt(question, left))
    return attempts


def _attempt(question: Question, seconds: float) -> Attempt:
    began, attempt = time.monotonic(), Attempt()
    try:
        asyncio.run(_post(question, seconds, attempt))
        attempt.answer = read(attempt.status, attempt.body)
    except ValueError as error:
        attempt.error = str(error)
        attempt.may_retry = (attempt.status or 0) >= 500
    except outgoing.SSRFProtectionError:
        attempt.error = "refused: the address is private (OUTGOING_ALLOWED lists exceptions)"
    except (TimeoutError, httpx.TimeoutException):
        attempt.error, attempt.may_retry = f"no answer within {seconds:.1f} s", True
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        attempt.error, attempt.may_retry = f"{type(error).__name__}: {error}"[:300], True
    attempt.milliseconds = round((time.monotonic() - began) * 1000)
    attempt.body = attempt.body[:KEPT]
    return attempt


async def _post(question: Question, seconds: float, attempt: Attempt) -> None:
    """The whole exchange is bounded, so that a slow drip ends too; no more than 64 KiB are read."""
    content = json.dumps(question.body(), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    if question.secret:
        headers[SIGNATURE] = signature(question.secret, content)
    async with (
        asyncio.timeout(seconds),
        outgoing.client(seconds) as client,
        client.stream("POST", question.address(), content=content, headers=headers) as response,
    ):
        attempt.status = response.status_code
        received = b""
        async for chunk in response.aiter_raw():
            received += chunk
            if len(received) > LARGEST_ANSWER:
                raise ValueError("the answer is larger than 64 KiB")
        attempt.body = received.decode(errors="replace")


def signature(secret: str, content: bytes) -> str:
    """`sha256=<hex>` over the request's body (A32)."""
    return "sha256=" + hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def read(status: int | None, body: str) -> Answer:
    """C15 to C19, A8. Raises ValueError with the reason; the list wins over the group (A31)."""
    if status != 200:
        raise ValueError(f"HTTP status {status}")
    try:
        data = json.loads(body)
    except ValueError:
        raise ValueError("the answer is not JSON") from None
    if not isinstance(data, dict):
        raise ValueError("the answer is not a JSON object")
    said, code = data.get("ActionStatus"), data.get("ErrorCode")
    if said != "OK" or code != 0 or isinstance(code, bool):
        raise ValueError(f"ActionStatus {said!r}, ErrorCode {code!r}: {data.get('ErrorInfo', '')}"[:300])
    agents, group = data.get("AgentIdList"), data.get("AgentGroupId")
    if isinstance(agents, list) and agents:
        return Answer(agents=tuple(str(agent) for agent in agents[:1000]))
    return Answer(group=group if isinstance(group, int) and not isinstance(group, bool) else None)
