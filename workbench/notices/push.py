"""One web push: encrypted for one browser (RFC 8291), handed to its push service (RFC 8030)."""

import hashlib
import json
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass

import http_ece
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from py_vapid.utils import b64urldecode

from accounts import outgoing
from workbench.models import PushSubscription
from workbench.notices import vapid
from workbench.notices.words import Words

SECONDS = 5.0
GONE = (404, 410)
TOPIC_LETTERS = 32


@dataclass(frozen=True, slots=True)
class Outcome:
    """`is_gone`: the browser cannot be reached any more. `may_retry`: perhaps a little later."""

    is_delivered: bool
    remark: str = ""
    is_gone: bool = False
    may_retry: bool = False


def push(subscription: PushSubscription, words: Words, ttl: int) -> Outcome:
    """`ttl`: for how many seconds the push service keeps it for a phone without a network."""
    content, head = encrypted(subscription, words), headers(subscription, words, ttl)
    try:
        answer = outgoing.post(subscription.endpoint, content, head, SECONDS)
    except outgoing.Unreachable as error:
        return Outcome(False, str(error), may_retry=True)
    if 200 <= answer.status < 300:
        return Outcome(True)
    remark = f"HTTP status {answer.status}: {answer.body[:200].decode(errors='replace')}"
    return Outcome(False, remark, answer.status in GONE, answer.status == 429 or answer.status >= 500)


def headers(subscription: PushSubscription, words: Words, ttl: int) -> dict[str, str]:
    """Of several pushes with one topic that still wait at the push service, the last one is delivered."""
    return {
        "Authorization": vapid.authorization(subscription.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(ttl),
        "Urgency": "high",
        "Topic": topic(words.tag),
    }


def topic(tag: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(tag.encode()).digest()).decode()[:TOPIC_LETTERS]


def encrypted(subscription: PushSubscription, words: Words) -> bytes:
    content: bytes = http_ece.encrypt(
        json.dumps(words.as_payload(), ensure_ascii=False).encode(),
        salt=os.urandom(16),
        private_key=generate_private_key(SECP256R1()),
        dh=b64urldecode(subscription.p256dh.encode()),
        auth_secret=b64urldecode(subscription.auth.encode()),
        version="aes128gcm",
    )
    return content
