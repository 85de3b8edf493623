"""Who sends our web pushes (RFC 8292): one key pair of the installation, from the environment or DATA_DIR."""

import time
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

VALID_SECONDS = 12 * 3600  # push services take at most a day


@lru_cache(maxsize=1)
def _keys(private: str) -> Vapid02:
    keys: Vapid02 = Vapid02.from_raw(private.encode())
    return keys


def public_key() -> str:
    """What browsers subscribe with: the uncompressed point, base64url."""
    point = _keys(settings.VAPID_PRIVATE_KEY).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return str(b64urlencode(point))


def authorization(endpoint: str) -> str:
    """The header for one push service."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "sub": settings.VAPID_SUBJECT,
        "exp": int(time.time()) + VALID_SECONDS,
    }
    return str(_keys(settings.VAPID_PRIVATE_KEY).sign(claims)["Authorization"])
