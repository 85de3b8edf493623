"""An OpenAI-compatible endpoint: asked within bounds of time and size, and left alone for a while when it fails.

One event loop of this process keeps the connections; what calls is synchronous. Addresses and keys come from the
environment (BOT_EMBEDDINGS_*, BOT_CHAT_*); private addresses need OUTGOING_ALLOWED like every outgoing request.
"""

import asyncio
import json
import logging
import queue
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
from django.conf import settings

from accounts import outgoing

logger = logging.getLogger(__name__)
LARGEST = 16 * 2**20  # bytes of an answer
LONGEST_LINE = 2**18


class Unavailable(Exception):
    """No usable answer, and why."""


@dataclass(eq=False)
class Breaker:
    """Closed after `most` failures in a row for `seconds`; then one request may try."""

    most: int = 3
    seconds: float = 30.0
    failures: int = 0
    closed_until: float = 0.0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def may_ask(self) -> bool:
        with self.guard:
            if self.failures < self.most:
                return True
            if time.monotonic() < self.closed_until:
                return False
            self.closed_until = time.monotonic() + self.seconds  # this one tries
            return True

    def note(self, is_success: bool) -> None:
        with self.guard:
            self.failures = 0 if is_success else self.failures + 1
            if self.failures >= self.most:
                self.closed_until = time.monotonic() + self.seconds


@dataclass(frozen=True)
class Endpoint:
    """`url` ends before /embeddings or /chat/completions."""

    url: str
    key: str = field(repr=False)
    model: str = ""
    breaker: Breaker = field(default_factory=Breaker, compare=False)

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}

    def post(self, path: str, body: dict[str, Any], seconds: float, largest: int = LARGEST) -> Any:
        """The JSON that comes back. Raises Unavailable."""
        with self._watched():
            return _parsed(_run(_post(self, path, body, seconds, largest), seconds))

    def stream(self, path: str, body: dict[str, Any], first: float, whole: float) -> Iterator[Any]:
        """The JSON of each `data:` line, or of the whole answer. `first`, `whole`: seconds until the first one comes,
        and for all. Raises Unavailable, also in the middle."""
        with self._watched():
            yield from _stream(self, path, body, first, whole)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Tells the breaker how it went."""
        if not self.breaker.may_ask():
            raise Unavailable("left alone after failures")
        failed = False
        try:
            yield
        except Unavailable as error:
            failed = True
            logger.warning("%s: %s", self.url, error)
            raise
        finally:
            self.breaker.note(not failed)


@cache
def endpoint(name: str) -> Endpoint | None:
    """The one that BOT_<name>_URL names; None while it is empty."""
    url, key, model = (getattr(settings, f"BOT_{name}_{part}") for part in ("URL", "KEY", "MODEL"))
    return Endpoint(url.rstrip("/"), key, model) if url else None


# --- inside the loop


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="bot-remote", daemon=True).start()
    return loop


_client: httpx.AsyncClient | None = None


def _shared_client() -> httpx.AsyncClient:
    """Only called inside the loop."""
    global _client
    if _client is None:
        _client = outgoing.client(10.0)
    return _client


def _run(work: Coroutine[Any, Any, bytes], seconds: float) -> bytes:
    future: Future[bytes] = asyncio.run_coroutine_threadsafe(work, _loop())
    try:
        return future.result(seconds + 1)
    except TimeoutError:
        future.cancel()
        raise Unavailable(f"no answer within {seconds:.1f} s") from None


async def _post(endpoint: Endpoint, path: str, body: dict[str, Any], seconds: float, largest: int) -> bytes:
    async with _asked(endpoint, path, body, seconds) as response:
        received = bytearray()
        async for chunk in response.aiter_bytes():
            received += chunk
            if len(received) > largest:
                raise Unavailable(f"the answer is larger than {largest} bytes")
        return bytes(received)


@asynccontextmanager
async def _asked(endpoint: Endpoint, path: str, body: dict[str, Any], seconds: float) -> AsyncIterator[httpx.Response]:
    """An open answer with status 200, to be read within that time. Whatever goes wrong is Unavailable."""
    url, headers = f"{endpoint.url}/{path}", endpoint.headers()
    try:
        async with (
            asyncio.timeout(seconds),
            _shared_client().stream("POST", url, json=body, headers=headers) as response,
        ):
            if response.status_code != 200:
                raise Unavailable(f"HTTP status {response.status_code}")
            yield response
    except TimeoutError:
        raise Unavailable(f"no answer within {seconds:.1f} s") from None
    except outgoing.SSRFProtectionError:
        raise Unavailable("the address is private (OUTGOING_ALLOWED lists exceptions)") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Unavailable(f"{type(error).__name__}: {error}"[:300]) from None


def _stream(endpoint: Endpoint, path: str, body: dict[str, Any], first: float, whole: float) -> Iterator[Any]:
    """A coroutine of the loop puts lines, this generator takes them; closing it ends the request."""
    lines: queue.Queue[bytes | Unavailable | None] = queue.Queue()
    future = asyncio.run_coroutine_threadsafe(_fill(lines, endpoint, path, body, whole), _loop())
    ends, patience = time.monotonic() + whole, first
    try:
        while (line := _next(lines, min(patience, ends - time.monotonic()))) is not None:
            patience = whole
            yield _parsed(line)
    finally:
        future.cancel()


def _next(lines: "queue.Queue[bytes | Unavailable | None]", seconds: float) -> bytes | None:
    try:
        line = lines.get(timeout=max(0.001, seconds))
    except queue.Empty:
        raise Unavailable(f"nothing came for {seconds:.1f} s") from None
    if isinstance(line, Unavailable):
        raise line
    return line


async def _fill(
    lines: "queue.Queue[bytes | Unavailable | None]", endpoint: Endpoint, path: str, body: dict[str, Any], whole: float
) -> None:
    try:
        async with _asked(endpoint, path, body, whole) as response:
            async for line in _data_lines(response):
                lines.put(line)
        lines.put(None)
    except Unavailable as error:
        lines.put(error)


async def _data_lines(response: httpx.Response) -> AsyncIterator[bytes]:
    """Of an event stream what follows `data:`; of a plain answer the whole."""
    is_events = "event-stream" in response.headers.get("content-type", "")
    kept, count = b"", 0
    async for chunk in response.aiter_bytes():
        kept, count = kept + chunk, count + len(chunk)
        if count > LARGEST or (is_events and len(kept) > LONGEST_LINE + len(chunk)):
            raise Unavailable("the answer is too large")
        while is_events and b"\n" in kept:
            line, kept = kept.split(b"\n", 1)
            if line.startswith(b"data:") and (data := line[5:].strip()) and data != b"[DONE]":
                yield data
    if not is_events:
        yield kept


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise Unavailable("the answer is not JSON") from None
