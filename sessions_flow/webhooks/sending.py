"""One request to one endpoint. No database here, and never inside a transaction."""

import asyncio
import time
from dataclasses import dataclass

import httpx
from django.utils.translation import gettext as _

from accounts import outgoing

TOTAL_SECONDS = 10.0
KEPT_BYTES = 2000  # of an answer, which nobody needs but who looks at the log


@dataclass(slots=True)
class Attempt:
    """What came of it. `is_trouble`: the endpoint as a whole does not answer, other events need not be tried now."""

    status: int | None = None
    answer: str = ""
    error: str = ""
    milliseconds: int = 0

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300 and not self.error

    @property
    def is_trouble(self) -> bool:
        return self.status is None or self.status >= 500 or self.status in (408, 425, 429)


def send(url: str, body: str, headers: dict[str, str]) -> Attempt:
    """Bounded by TOTAL_SECONDS; no redirects; private addresses only where the operator allows them."""
    began, attempt = time.monotonic(), Attempt()
    try:
        asyncio.run(_post(url, body.encode(), {**headers, "Content-Type": "application/json"}, attempt))
        if not attempt.is_delivered:
            attempt.error = _("HTTP status %(status)s") % {"status": attempt.status}
    except outgoing.SSRFProtectionError:
        attempt.error = _("Refused: the address is private (OUTGOING_ALLOWED lists exceptions).")
    except (TimeoutError, httpx.TimeoutException):
        attempt.error = _("No answer within %(seconds)d s.") % {"seconds": TOTAL_SECONDS}
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        attempt.error = f"{type(error).__name__}: {error}"[:300]
    attempt.milliseconds = round((time.monotonic() - began) * 1000)
    return attempt


async def _post(url: str, content: bytes, headers: dict[str, str], attempt: Attempt) -> None:
    async with (
        asyncio.timeout(TOTAL_SECONDS),
        outgoing.client(TOTAL_SECONDS) as client,
        client.stream("POST", url, content=content, headers=headers) as response,
    ):
        attempt.status = response.status_code
        received = b""
        async for chunk in response.aiter_raw():
            received += chunk
            if len(received) >= KEPT_BYTES:
                break  # the status is what counts; the rest is not read
        attempt.answer = received[:KEPT_BYTES].decode(errors="replace").replace("\0", "")
