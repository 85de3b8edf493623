"""The SDK's socket. An edge: it reads requests, hands them on, answers.

Pages of any site may open it: no cookie of ours travels here, the userSig alone says who speaks.
"""

import asyncio
import logging
import time
from functools import partial
from typing import Any

from django.utils import translation

from accounts.usersig import Expired
from sessions_flow.actions import Post, Refused, Sender, Stored
from sessions_flow.doors.frames import LANGUAGES
from sessions_flow.doors.gateway import frames, history, sync, work
from sessions_flow.doors.gateway.commands import BOUGHT
from sessions_flow.doors.gateway.connection import ImConnection
from sessions_flow.doors.gateway.frames import SIG_EXPIRED, Refusal, Request
from sessions_flow.doors.gateway.numbers import client_id_of, tiny_id
from sessions_flow.doors.gateway.people import Person, a2_of, log_in
from sessions_flow.doors.gateway.sending import Sending
from sessions_flow.doors.origins import header
from sessions_flow.doors.visits import Typing, take_flag, typed_by
from sessions_flow.live.database import in_database
from sessions_flow.live.process import spawn
from sessions_flow.live.registry import registry
from sessions_flow.models import Conversation
from sessions_flow.protocol import elements, errors, payloads
from sessions_flow.protocol.errors import ProtocolError
from sessions_flow.writer import OVERLOADED, TRY_AGAIN, writer

logger = logging.getLogger(__name__)
LOGIN_SECONDS = 900.0  # the SDK connects when it is made; the page may log in much later
HELLO_SECONDS = 10  # the SDK's next attempt to reconnect may wait for its next hello; its own default is 120
MOST_UNANSWERED = 200


class ImConsumer(ImConnection):
    async def connected(self) -> None:
        self.is_binary = self.scope["path"].rstrip("/").endswith("binfo")
        self.language = _language_of(header(self.scope, b"accept-language"))
        self.typing = Typing()
        self.requests = {
            "openim.getmsg": self._sync,
            "openim.sendmsg": self._take,
            "openim.msgwithdraw": self._recall,
        }
        await self.accept()
        asyncio.get_running_loop().call_later(LOGIN_SECONDS, self._login_is_late)

    def _login_is_late(self) -> None:
        if self.person is None:
            self.close(4408)

    async def disconnected(self) -> None:
        await self._leave()

    def parsed(self, raw: str | bytes) -> Any:
        return frames.parsed(raw)

    def name_of(self, frame: dict[str, Any]) -> str | None:
        request = frames.request_of(frame)
        return request.name if request else None

    async def received(self, frame: dict[str, Any]) -> None:
        request = frames.request_of(frame)
        assert request is not None  # noqa: S101 (name_of has looked)
        try:
            await self._act(request)
        except (Refusal, ProtocolError) as error:
            self._refuse(request, error.code, error.reason)
        except Exception:  # the SDK repeats on a new connection what a closed one left open: no close here
            logger.exception("a request failed: %s", request.name)
            self._refuse(request, errors.INTERNAL, TRY_AGAIN)

    def _refuse(self, request: Request, code: int, reason: object) -> None:
        with translation.override(self.person.visitor.language if self.person else self.language):
            self.say(frames.refusal(request, code, reason))

    async def _act(self, request: Request) -> None:
        if request.name == "heartbeat.alive":
            self.say(frames.answer(request, {}))
            return
        if request.name == "im_open_status.wslogin":
            await self._log_in(request)
            return
        if request.name == "im_open_status.wslogout":
            await self._log_out(request)
            return
        person = await self._known(request)
        if act := self.requests.get(request.name):
            await act(request, person)
        else:
            self.say(frames.answer(request, await in_database(work.run, person, request.name, request.body)))

    async def _known(self, request: Request) -> Person:
        """Who speaks. Right after a reconnect the SDK repeats open requests before it logs in again."""
        person = self.person
        if person is None:
            person = self.person = await in_database(log_in, request.head, self.language)
        if person.until < time.time():
            raise Refusal(SIG_EXPIRED, Expired.reason)
        return person

    # --- coming and going

    async def _log_in(self, request: Request) -> None:
        person = await in_database(log_in, request.head, self.language)
        if self.person is None or self.person.user_id != person.user_id:
            await self._leave()
            self.person = person
        self.person.until = person.until
        await in_database(work.come, list(person.threads.values()), header(self.scope, b"user-agent"))
        keys = {"A2Key": a2_of(person), "TinyId": tiny_id(person.user_id), "InstId": 1, "TimeStamp": int(time.time())}
        more = {"HelloInterval": HELLO_SECONDS, "CustomStatus": "", "PurchaseBits": BOUGHT}
        self.say(frames.answer(request, {**keys, **more}))

    async def _log_out(self, request: Request) -> None:
        await self._leave()
        self.say(frames.answer(request, {}))

    async def _leave(self) -> None:
        alone = [thread for thread in self.forget() if not registry.has_other_visitors(thread.pk, self)]
        if alone:
            await in_database(work.go, alone)

    async def _sync(self, request: Request, person: Person) -> None:
        """`getmsg`: what was missed is pushed; the answer brings the cookie, and unread counters the first time."""
        done = {"SyncFlag": 2, "MsgList": [], "EventArray": []}
        if request.body.get("IsOnlineSync") == 1 and self.cookie:
            self.say(frames.answer(request, {**done, "Cookie": self.cookie}))
            return
        cookie = request.body.get("Cookie")
        places = await in_database(sync.start_places, person, cookie)
        counts = [] if cookie else await in_database(history.unread, person)
        self.go_on_from(places)
        self.say(frames.answer(request, {**done, "Cookie": self.keep_cookie(person), "C2CPairUnreadCount": counts}))

    # --- sending

    async def _take(self, request: Request, person: Person) -> None:
        conversation, sent = await in_database(work.prepare, person, request.body)
        if conversation.pk not in self.cursors:
            self.go_on_from(await in_database(_place_of, conversation))
        if elements.is_stored(sent.elem):
            self._post(request, person, conversation, sent)
        else:
            await self._flag(request, conversation, sent)

    def _post(self, request: Request, person: Person, conversation: Conversation, sent: Sending) -> None:
        client_id = client_id_of(sent.numbers.seq, sent.numbers.random, sent.numbers.client_time)
        post = Post(conversation.pk, Sender.visitor(person.visitor), sent.elem, client_id)
        if len(self.unanswered) >= MOST_UNANSWERED or not writer.post(post, partial(self._answered, request)):
            raise ProtocolError(errors.TOO_FAST, OVERLOADED)
        self.unanswered[(conversation.pk, client_id)] = request

    def _answered(self, request: Request, result: Stored | Refused) -> None:
        """Only what the entry cannot say: refused, or stored before (then the first one answers)."""
        self.unanswered.pop((result.post.conversation_id, result.post.client_id or ""), None)
        if isinstance(result, Refused):
            self._refuse(request, result.code, result.reason)
        else:
            spawn(self._acknowledge_again(request, result))

    async def _acknowledge_again(self, request: Request, result: Stored) -> None:
        conversation_id = result.post.conversation_id
        self.acknowledge(request, conversation_id, await in_database(work.stored_entry, conversation_id, result.seq))

    async def _flag(self, request: Request, conversation: Conversation, sent: Sending) -> None:
        data = elements.payload_of(sent.elem) or {}
        facts: list[elements.Element] = []
        if data["src"] == payloads.TYPING:
            self.typing.say(conversation, typed_by(data))
        else:
            facts = await in_database(take_flag, conversation, conversation.visitor.language, data)
        self._sent(request, sent.numbers, int(time.time()))
        self.tell_passing(conversation.pk, *facts)

    async def _recall(self, request: Request, person: Person) -> None:
        """Everybody else is told by the stream; this client by the answer alone."""
        message = await in_database(work.named, person, request.body)
        place = (message.conversation_id, message.seq)
        self.recalling.add(place)
        try:
            await in_database(work.take_back, person, message)
        except Exception:
            self.recalling.discard(place)
            raise
        self.say(frames.answer(request, {}))


def _place_of(conversation: Conversation) -> sync.Places:
    conversation.refresh_from_db(fields=["seq"])
    return {conversation.pk: conversation.seq}


def _language_of(accepted: str) -> str:
    """The visitor's language as his browser asks for it; the SDK does not tell."""
    return "en" if accepted.lower().startswith("en") else LANGUAGES[0]
