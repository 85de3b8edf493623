"""Live over plain HTTP, for clients without sockets: server-sent events and the long poll.

Both are connections like a socket: the registry rings them, the healer heals them, the database fills their holes.
They are ASGI applications of their own, because a request that goes through Django's middleware keeps a thread until
it is answered (docs/decisions): here waiting costs no thread.
"""

import asyncio
import time
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

import orjson
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.models import Visitor
from sessions_flow.access import channel_of, conversation_of_visitor
from sessions_flow.doors.cors import cors_headers, preflight_headers
from sessions_flow.doors.frames import LARGEST_SEQ
from sessions_flow.doors.history import page_after
from sessions_flow.doors.limits import seconds_to_wait
from sessions_flow.doors.origins import header
from sessions_flow.doors.rest.authentication import bearer_of, visitor_of_token
from sessions_flow.doors.visitor_follower import VisitorFollower
from sessions_flow.doors.visits import be_seen
from sessions_flow.live import process
from sessions_flow.live.database import in_database
from sessions_flow.live.registry import registry
from sessions_flow.models import Conversation, Message

MOST_AT_ONCE = 8  # live requests of one visitor to one process
LONGEST_WAIT = 25  # seconds of a long poll: below the idle limits of usual proxies
MOST_ENTRIES = 200
HEARTBEAT_SECONDS = 15.0
STREAM_SECONDS = 900.0  # then the client comes back by itself: a reader that never reads is not kept for ever
RETRY_MILLISECONDS = 1000


class Refusal(Exception):
    """Answered instead of entries."""

    def __init__(self, status: int, field: str, reason: Any, **headers: str) -> None:
        super().__init__(status, reason)
        self.status, self.field, self.reason, self.headers = status, field, reason, headers


class LiveRequest(VisitorFollower):
    """From the request to `finished`, which a subclass or the drain sets."""

    async def run(self, receive: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        self.finished = asyncio.Event()
        self.cors = await in_database(cors_headers, self.scope["path"], header(self.scope, b"origin"))
        self.gone = asyncio.ensure_future(receive())  # http.disconnect
        try:
            with translation.override(self._language()):
                await self._answer()
        finally:
            self.is_open = False
            self.gone.cancel()

    async def _answer(self) -> None:
        try:
            if self.scope["method"] == "OPTIONS":
                self.start(204, **preflight_headers(self.cors))
                self.write(b"", is_last=True)
            else:
                await self._serve()
        except Refusal as refusal:
            rows = [{"field": refusal.field, "reason": str(refusal.reason)}]
            self.answer({"errors": rows}, refusal.status, **refusal.headers)

    async def _serve(self) -> None:
        if self.scope["method"] != "GET":
            raise Refusal(405, "", _("Only GET is allowed here."), Allow="GET, OPTIONS")
        after = self.number("after")
        self.conversation = await in_database(self._come_in)
        if self._have_come() >= MOST_AT_ONCE:
            raise Refusal(429, "", _("Too many live connections."), Retry_After="5")
        self.is_open = True
        process.connections.add(self)
        newest = self.conversation.seq
        await self.serve(newest if after is None else min(after, newest))

    def _have_come(self) -> int:
        """Live requests of this conversation that this process serves."""
        here = registry.followers.get(self.conversation.pk, set())
        return sum(isinstance(other, LiveRequest) for other in here)

    def _come_in(self) -> Conversation:
        """The visitor's own conversation in this channel."""
        channel = channel_of(self.scope["url_route"]["kwargs"]["web_app_id"])
        if channel is None:
            raise Refusal(404, "", _("This channel does not exist, or is switched off."))
        visitor = self._visitor()
        wait = seconds_to_wait("api-visitor", f"visitor-{visitor.pk}", settings.API_VISITOR_RATE)
        if wait:
            raise Refusal(429, "", _("Too many requests."), Retry_After=str(wait))
        conversation = conversation_of_visitor(visitor, channel)
        if conversation is None:
            raise Refusal(404, "", _("This conversation does not exist."))
        be_seen(conversation)
        return conversation

    def _visitor(self) -> Visitor:
        visitor = visitor_of_token(bearer_of(header(self.scope, b"authorization")))
        if visitor is None:
            raise Refusal(401, "", _("This visitor token is not valid."), WWW_Authenticate="Bearer")
        return visitor

    def number(self, name: str, most: int = LARGEST_SEQ) -> int | None:
        """A number of the query, None where it is missing. Raises Refusal."""
        said = parse_qs(self.scope["query_string"].decode("latin-1")).get(name)
        if not said:
            return None
        return self.checked_number(name, said[-1], most)

    def checked_number(self, name: str, said: str, most: int = LARGEST_SEQ) -> int:
        if not (said.isascii() and said.isdecimal() and len(said) < 20 and int(said) <= most):
            raise Refusal(400, name, _("Expected a number from 0 to %(most)s.") % {"most": most})
        return int(said)

    async def serve(self, after: int) -> None:
        raise NotImplementedError

    async def wait(self, seconds: float) -> bool:
        """Until it is finished or the client has gone, or so long. False when there is nobody to answer any more."""
        waiting = asyncio.ensure_future(self.finished.wait())
        await asyncio.wait({waiting, self.gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        return not self.gone.done()

    def close(self, code: int) -> None:
        """Nothing more is for this visitor: the conversation went over to somebody else (A116)."""
        self.is_open = False
        self.finished.set()

    # --- the answer

    def start(self, status: int, content_type: str = "application/json", **headers: str) -> None:
        named = {"Content-Type": content_type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        named |= {"Vary": "Origin, Accept-Language", **self.cors}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = [(name.lower().encode(), value.encode()) for name, value in named.items()]
        self._send({"type": "http.response.start", "status": status, "headers": raw})

    def write(self, body: bytes, *, is_last: bool = False) -> None:
        self._send({"type": "http.response.body", "body": body, "more_body": not is_last})

    def answer(self, data: dict[str, Any], status: int = 200, **headers: str) -> None:
        self.start(status, **headers)
        self.write(orjson.dumps(data), is_last=True)

    def _language(self) -> str:
        for code, _quality in parse_accept_lang_header(header(self.scope, b"accept-language")):
            with suppress(LookupError):
                return translation.get_supported_language_variant(code)
        return settings.LANGUAGE_CODE


class EventStream(LiveRequest):
    """`text/event-stream`: `data` is a frame of docs/wire.md, `id` the seq of its last entry."""

    async def serve(self, after: int) -> None:
        last_id = header(self.scope, b"last-event-id")
        if last_id:
            after = min(self.checked_number("Last-Event-ID", last_id), self.conversation.seq)
        self.start(200, "text/event-stream", X_Accel_Buffering="no")
        self.write(f"retry: {RETRY_MILLISECONDS}\n\n".encode())
        self.follow(self.conversation.pk, after)
        end = time.monotonic() + STREAM_SECONDS
        while await self.wait(HEARTBEAT_SECONDS) and not self.finished.is_set() and time.monotonic() < end:
            self.write(b": still here\n\n")
        if self.gone.done():
            self.is_open = False
            await self.say_gone()
        else:
            self.write(b"", is_last=True)

    def send_text(self, text: str) -> None:
        if self.is_open:
            self.write(f"data: {text}\n\n".encode())

    def tell_entries(self, conversation_id: int, entries: list[tuple[int, str]]) -> None:
        if self.is_open:
            self.write(f"id: {entries[-1][0]}\n".encode())
            super().tell_entries(conversation_id, entries)


class LongPoll(LiveRequest):
    """The entries after `after`, as soon as there are any; an empty page after `wait` seconds."""

    async def serve(self, after: int) -> None:
        self.online: list[Any] = []
        wait = self.number("wait", LONGEST_WAIT) or 0
        page = await in_database(self._page, after)
        if not page["entries"] and wait:
            self.follow(self.conversation.pk, after)
            if not await self.wait(wait):
                return
            if not self.is_open:
                raise Refusal(404, "", _("This conversation does not exist."))
            page = await in_database(self._page, after)
        last_seq = page["entries"][-1]["seq"] if page["entries"] else after
        self.answer({**page, "last_seq": last_seq, "online": self.online})

    def _page(self, after: int) -> dict[str, Any]:
        return page_after(Message.objects.filter(conversation=self.conversation), after, MOST_ENTRIES)

    def tell_entries(self, conversation_id: int, entries: list[tuple[int, str]]) -> None:
        self.finished.set()

    def send_text(self, text: str) -> None:
        """Typing, reading, the queue: told to who happens to wait."""
        self.online.append(orjson.loads(text))
        self.finished.set()

    def send_away(self, after_ms: int) -> None:
        """The answer is an empty page: the next poll finds another server."""
        self.finished.set()
