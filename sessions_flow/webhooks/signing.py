"""Signatures as Standard Webhooks writes them, so that its libraries check ours. No database here."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from sessions_flow.models.webhook import MARK


def headers(event_id: str, seconds: int, body: str, secrets: Iterable[str]) -> dict[str, str]:
    """One signature for each valid secret; `seconds` since 1970 is the moment of this attempt."""
    signed = f"{event_id}.{seconds}.{body}".encode()
    signatures = " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets)
    return {"webhook-id": event_id, "webhook-timestamp": str(seconds), "webhook-signature": signatures}


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(MARK))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
