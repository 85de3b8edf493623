"""userSig 2.0: proof that a business server vouches for a userID (A89). Made and verified with IM_SDK_APP_ID and
IM_SECRET_KEY; the published `tls-sig-api-v2` packages make the same.

    base64( zlib( {"TLS.ver","TLS.identifier","TLS.sdkappid","TLS.expire","TLS.time",["TLS.userbuf"],"TLS.sig"} ) )

with + / = written as * - _, and TLS.sig = base64 of HMAC-SHA256 over the lines of `_signed`.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
import zlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DAY = 24 * 3600
LEAST_DAYS, MOST_DAYS = 7, 180
LONGEST_SIG, LONGEST_JSON = 4096, 8192
# A line break inside a name or a userbuf would let the signature of one name pass for that of another.
USER_ID = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,64}")
USERBUF = re.compile(r"[A-Za-z0-9+/=]*")
ALPHABET = re.compile(r"[A-Za-z0-9*_-]+")
TO_WIRE, FROM_WIRE = str.maketrans("+/=", "*-_"), str.maketrans("*-_", "+/=")


class UserSigError(Exception):
    """Not accepted. `code` is the one that IM clients know, `reason` a sentence in the active language."""

    code = 70009
    reason: str | Promise = ""

    def __str__(self) -> str:
        return str(self.reason)


class Malformed(UserSigError):
    code, reason = 70003, _("This is not a userSig.")


class WrongApp(UserSigError):
    code, reason = 70014, _("This userSig was made for another application.")


class WrongUser(UserSigError):
    code, reason = 70013, _("This userSig belongs to another userID.")


class BadSignature(UserSigError):
    code, reason = 70009, _("The signature of this userSig is wrong.")


class Expired(UserSigError):
    code, reason = 70001, _("This userSig has expired.")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a userSig says. Instants and spans in seconds."""

    user_id: str
    app_id: int
    made_at: int
    seconds: int
    userbuf: str | None
    digest: bytes

    @property
    def ends_at(self) -> int:
        return self.made_at + self.seconds


def is_user_id(user_id: object) -> bool:
    """1 to 64 characters without control characters."""
    return isinstance(user_id, str) and bool(USER_ID.fullmatch(user_id))


def make(user_id: str, days: int = MOST_DAYS, now: float | None = None) -> str:
    """A userSig valid for 7 to 180 days. Raises ValueError for other spans and for what is no userID."""
    if not is_user_id(user_id):
        raise ValueError(f"user_id={user_id!r}: expected 1 to 64 characters without control characters")
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise ValueError(f"days={days}: expected {LEAST_DAYS} to {MOST_DAYS}")
    made_at = int(time.time() if now is None else now)
    return _packed(Claims(user_id, settings.IM_SDK_APP_ID, made_at, days * DAY, None, b""))


def make_brief(user_id: str, seconds: int, client_data: str = "") -> str:
    """A userSig for a short while; `client_data` travels in it as the userbuf. For the cloud API's CreateUserSig."""
    userbuf = base64.b64encode(client_data.encode()).decode() if client_data else None
    return _packed(Claims(user_id, settings.IM_SDK_APP_ID, int(time.time()), seconds, userbuf, b""))


def _packed(claims: Claims) -> str:
    signed: dict[str, str | int] = {
        "TLS.ver": "2.0",
        "TLS.identifier": claims.user_id,
        "TLS.sdkappid": claims.app_id,
        "TLS.expire": claims.seconds,
        "TLS.time": claims.made_at,
        "TLS.sig": base64.b64encode(_digest(claims)).decode(),
    }
    if claims.userbuf is not None:
        signed["TLS.userbuf"] = claims.userbuf
    return base64.b64encode(zlib.compress(json.dumps(signed).encode())).decode().translate(TO_WIRE)


def verify(sig: object, user_id: str | None = None, now: float | None = None) -> str:
    """The userID that `sig` proves; the one asked for where `user_id` is given. Raises a UserSigError."""
    return proved(sig, user_id, now).user_id


def proved(sig: object, user_id: str | None = None, now: float | None = None) -> Claims:
    """Everything that `sig` says, once it is proved. Raises a UserSigError."""
    claims = _read(sig)
    if claims.app_id != settings.IM_SDK_APP_ID:
        raise WrongApp
    if not hmac.compare_digest(_digest(claims), claims.digest):
        raise BadSignature
    if user_id is not None and user_id != claims.user_id:
        raise WrongUser
    if (time.time() if now is None else now) > claims.ends_at:
        raise Expired
    return claims


def _digest(claims: Claims) -> bytes:
    lines = [
        f"TLS.identifier:{claims.user_id}",
        f"TLS.sdkappid:{claims.app_id}",
        f"TLS.time:{claims.made_at}",
        f"TLS.expire:{claims.seconds}",
    ]
    if claims.userbuf is not None:
        lines.append(f"TLS.userbuf:{claims.userbuf}")
    text = "".join(f"{line}\n" for line in lines)
    return hmac.digest(settings.IM_SECRET_KEY.encode(), text.encode(), hashlib.sha256)


def _read(sig: object) -> Claims:
    """The claims, unproved as yet. Raises Malformed."""
    said = _unpacked(sig)
    user_id, userbuf = said.get("TLS.identifier"), said.get("TLS.userbuf")
    if said.get("TLS.ver") != "2.0" or not isinstance(user_id, str) or not is_user_id(user_id):
        raise Malformed
    if userbuf is not None and not (isinstance(userbuf, str) and USERBUF.fullmatch(userbuf)):
        raise Malformed
    app_id, made_at, seconds = (_number(said.get(f"TLS.{name}")) for name in ("sdkappid", "time", "expire"))
    try:
        digest = base64.b64decode(str(said.get("TLS.sig")), validate=True)
    except ValueError:
        raise Malformed from None
    return Claims(user_id, app_id, made_at, seconds, userbuf, digest)


def _unpacked(sig: object) -> dict[str, Any]:
    """The JSON object inside; inflating stops at LONGEST_JSON bytes."""
    if not isinstance(sig, str) or len(sig) > LONGEST_SIG or not ALPHABET.fullmatch(sig):
        raise Malformed
    try:
        inflater = zlib.decompressobj()
        plain = inflater.decompress(base64.b64decode(sig.translate(FROM_WIRE), validate=True), LONGEST_JSON)
        is_whole = inflater.eof and not inflater.unconsumed_tail and not inflater.unused_data
        said = json.loads(plain) if is_whole else None
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(said, dict):
        raise Malformed
    return said


def _number(value: object) -> int:
    """A whole number of at most 18 digits, as JSON number or digits."""
    if isinstance(value, bool) or not isinstance(value, int | str) or not re.fullmatch(r"[0-9]{1,18}", str(value)):
        raise Malformed
    return int(value)
