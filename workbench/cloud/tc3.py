"""TC3-HMAC-SHA256, as the published Python and Node SDKs sign (A91). Pure: no database, no Django.

What they do differently is accepted: the service of the Credential scope is whatever they wrote there, and `host`
is signed with its port (Python) or without it (Node), though both send the port.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from workbench.cloud.errors import SECRET_ID_NOT_FOUND, SIGNATURE_EXPIRE, SIGNATURE_FAILURE, CloudError

WINDOW_SECONDS = 300
AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<id>[^/,\s]{1,100})/(?P<date>\d{4}-\d\d-\d\d)/(?P<service>[^/,\s]{1,60})"
    r"/tc3_request, ?SignedHeaders=(?P<names>[a-z0-9;-]{1,300}), ?Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What was signed. `headers` has lower-case names; `query` is the raw query string."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """A signature that holds: whose it is, and what a replay would repeat."""

    secret_id: str
    signature: str


def prove(request: SignedRequest, secret_of: Callable[[str], str | None], now: float) -> Proof:
    """Checks the signature; `now` in Unix seconds. Raises CloudError with the published code."""
    found = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise CloudError(SIGNATURE_FAILURE, "The Authorization header is missing or malformed.")
    secret = secret_of(found["id"])
    if secret is None:
        raise CloudError(SECRET_ID_NOT_FOUND, "The SecretId is not found.")
    timestamp = _timestamp(request, found["date"], now)
    names = found["names"].split(";")
    if not {"content-type", "host"} <= set(names):
        raise CloudError(SIGNATURE_FAILURE, "The headers content-type and host must be signed.")
    scope = f"{found['date']}/{found['service']}/tc3_request"
    key = _signing_key(secret, found["date"], found["service"])
    for host in _hosts(request):
        text = "\n".join(["TC3-HMAC-SHA256", timestamp, scope, _canonical(request, names, host)])
        if hmac.compare_digest(_hmac(key, text).hex(), found["signature"]):
            return Proof(found["id"], found["signature"])
    raise CloudError(SIGNATURE_FAILURE, "The provided credentials could not be validated. Please check your signature.")


def _timestamp(request: SignedRequest, date: str, now: float) -> str:
    """X-TC-Timestamp as sent: within the window, and of the day that the scope names."""
    raw = request.headers.get("x-tc-timestamp", "")
    if not re.fullmatch(r"\d{1,11}", raw):
        raise CloudError(SIGNATURE_EXPIRE, "X-TC-Timestamp is missing or not a number of seconds.")
    if abs(now - int(raw)) > WINDOW_SECONDS:
        raise CloudError(SIGNATURE_EXPIRE, "The signature has expired. Check the clock of the calling machine.")
    if datetime.fromtimestamp(int(raw), UTC).strftime("%Y-%m-%d") != date:
        raise CloudError(SIGNATURE_FAILURE, "The date of the Credential is not the UTC date of X-TC-Timestamp.")
    return raw


def _hosts(request: SignedRequest) -> list[str]:
    host = request.headers.get("host", "").strip()
    return list(dict.fromkeys([host, re.sub(r":\d+$", "", host)]))


def _canonical(request: SignedRequest, names: list[str], host: str) -> str:
    """Hex SHA-256 of the canonical request."""
    values = {name: request.headers.get(name, "").strip() for name in names} | {"host": host}
    is_unsigned = request.headers.get("x-tc-content-sha256") == "UNSIGNED-PAYLOAD"
    body = b"" if request.method == "GET" else request.body
    payload = hashlib.sha256(b"UNSIGNED-PAYLOAD" if is_unsigned else body).hexdigest()
    lines = [
        request.method,
        request.path,
        request.query if request.method == "GET" else "",
        "".join(f"{name}:{values[name]}\n" for name in names),
        ";".join(names),
        payload,
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _signing_key(secret: str, date: str, service: str) -> bytes:
    key = f"TC3{secret}".encode()
    for part in (date, service, "tc3_request"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), hashlib.sha256)
