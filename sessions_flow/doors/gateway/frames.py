"""Frames of the SDK: JSON objects in binary WebSocket frames. A request has `head.servcmd` and `head.seq`; its answer
repeats both. Pushes carry events."""

import json
from dataclasses import dataclass
from typing import Any

import orjson

Body = dict[str, Any]
OK: Body = {"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": ""}
PUSH, KICK = "im_open_push.msg_push", "im_open_status.stat_forceoffline"
MESSAGES, NOTICES, CHANGES = 9, 10, 20  # numbers of events in a push

# Codes that the SDK and its documentation know.
SIG_EXPIRED = 70001  # the SDK answers it with KICKED_OUT and its own userSigExpired
NOT_LOGGED_IN = 70402
NO_SUCH_PEER = 20003
BAD_REQUEST = 20001
RECALL_TOO_LATE = 20016
UNSUPPORTED = 60009


@dataclass(frozen=True, slots=True)
class Request:
    name: str
    seq: int
    head: dict[str, Any]
    body: Body


class Refusal(Exception):
    """A request is answered by an error. `code` is an IM code or one of protocol.errors; `reason` may be lazy."""

    def __init__(self, code: int, reason: object) -> None:
        super().__init__(code, reason)
        self.code, self.reason = code, reason


def parsed(raw: str | bytes) -> Any:
    """None for what is no JSON. Half an emoji, which browsers write as a lone surrogate, becomes U+FFFD: a closed
    socket would make the SDK send the same again."""
    try:
        return orjson.loads(raw)
    except ValueError:
        pass
    try:
        said = raw.decode() if isinstance(raw, bytes) else raw
        return _mended(json.loads(said, parse_int=lambda digits: int(digits) if len(digits) < 19 else None))
    except (ValueError, RecursionError):
        return None


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return None if isinstance(value, float) and value != value else value


def request_of(frame: dict[str, Any]) -> Request | None:
    """None for what no SDK would send."""
    head, body = frame.get("head"), frame.get("body", {})
    if not isinstance(head, dict) or not isinstance(body, dict):
        return None
    name, seq = head.get("servcmd"), head.get("seq")
    if not isinstance(name, str) or not 0 < len(name) <= 100 or isinstance(seq, bool) or not isinstance(seq, int):
        return None
    return Request(name, seq, head, body)


def answer(request: Request, body: Body) -> bytes:
    head = {"servcmd": request.name, "seq": request.seq, "sdkappid": request.head.get("sdkappid")}
    return orjson.dumps({"head": head, "body": {**OK, **body}})


def refusal(request: Request, code: int, reason: object) -> bytes:
    return answer(request, {"ActionStatus": "FAIL", "ErrorCode": code, "ErrorInfo": str(reason)})


def push(*events: Body, asks_to_sync: bool = False) -> bytes:
    """`asks_to_sync` makes the SDK fetch a new cookie."""
    body = {"EventArray": list(events), **({"Flag": 1} if asks_to_sync else {})}
    return orjson.dumps({"head": {"servcmd": PUSH, "seq": 0}, "body": body})
