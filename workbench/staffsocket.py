"""What the sockets of the team share: who it is, a hello in time, and requests answered by their id (docs/wire.md)."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.logins import key_of_login, member_of_login
from accounts.models import Member
from sessions_flow import live
from sessions_flow.actions import AGENT, VISITOR, Post, Refused, Sender, Stored, recall
from sessions_flow.doors.frames import LANGUAGES, client_id_of, seq_of, with_upload
from sessions_flow.doors.limits import address_of
from sessions_flow.doors.origins import header, is_own_page
from sessions_flow.doors.reasons import in_words
from sessions_flow.live.database import guarded, in_database
from sessions_flow.live.follower import Follower
from sessions_flow.protocol import elements, errors, payloads
from sessions_flow.protocol.errors import ProtocolError
from sessions_flow.writer import OVERLOADED, writer
from workbench.acts import Act

logger = logging.getLogger(__name__)
asking = ThreadPoolExecutor(4, thread_name_prefix="asking")
HELLO_SECONDS = 15.0
Frame = dict[str, Any]


class StaffSocket(Follower):
    member: Member
    sender: Sender

    async def connected(self) -> None:
        self.is_known = self.is_asking = self.is_rung = self.is_looking = False
        self.address = address_of(self.scope)
        self.language = LANGUAGES[0]
        await self.accept()
        if not is_own_page(self.scope):
            self.close(4403)
            return
        if not await self.let_in():
            self.close(4401)
            return
        live.process.spawn(self._expect_hello())

    async def let_in(self) -> bool:
        """By the cookie."""
        return await self.log_in(key_of_login(header(self.scope, b"cookie")))

    async def log_in(self, key: str) -> bool:
        """By the key of a login session."""
        self.login = key
        member = await in_database(member_of_login, key)
        if member is None:
            return False
        self.member, self.sender = member, Sender.agent(member)
        return True

    async def _expect_hello(self) -> None:
        await asyncio.sleep(HELLO_SECONDS)
        if not self.is_known and self.is_open:
            self.close(4408)

    async def received(self, frame: Frame) -> None:
        if not self.is_known:
            await self.greeted(frame)
            return
        if frame["op"] == "ping":
            self.send_text('{"op":"pong"}')
            return
        try:
            answer = await self.act(frame)
        except ProtocolError as error:
            self.refuse(frame, error.code, error.reason)
            return
        if answer is not None:
            self.answer(frame, ok=True, **answer)

    async def greeted(self, frame: Frame) -> None:
        """The first frame."""
        raise NotImplementedError

    async def act(self, frame: Frame) -> Frame | None:
        """The result's fields, or None when the answer comes later."""
        raise NotImplementedError

    def listed(self, frame: Frame) -> int:
        """The conversation that the frame names, if he may write there. Raises ProtocolError."""
        raise NotImplementedError

    def is_served(self, conversation_id: int) -> bool:
        """Somebody serves it: the visitor is shown who types."""
        raise NotImplementedError

    def pause(self) -> float:
        """Seconds from a ring to the look: rings within them are one."""
        raise NotImplementedError

    async def look(self) -> None:
        """Sends how things stand now."""
        raise NotImplementedError

    def on_ring(self) -> None:
        """One look at a time, and one more when somebody rang meanwhile: an older one never follows a newer."""
        self.is_rung = True
        if not self.is_looking and self.is_open:
            self.is_looking = True
            live.process.spawn(self._keep_looking())

    async def _keep_looking(self) -> None:
        try:
            while self.is_rung and self.is_open:
                await asyncio.sleep(self.pause())
                self.is_rung = False
                await self.look()
        except Exception as error:
            logger.warning("no look at the desk for now: %s", error)
        finally:
            self.is_looking = False

    def answer(self, frame: Frame, **what: Any) -> None:
        self.send_frame({"op": "result", "id": frame.get("id"), **what})

    def refuse(self, frame: Frame, code: int, reason: object) -> None:
        with translation.override(self.language):
            self.answer(frame, ok=False, code=code, reason=in_words(reason))

    async def done(self, act: Act, frame: Frame) -> Frame:
        """In the database, in his language, and under his name in the audit log."""
        return await in_database(self._done, act, frame) or {}

    def done_later(self, act: Act, frame: Frame) -> None:
        """For what may ask a service elsewhere: neither this socket nor the database's threads wait for it."""
        if self.is_asking:
            raise ProtocolError(errors.TOO_FAST, WAITS)
        self.is_asking = True
        live.process.spawn(self._ask(act, frame))

    async def _ask(self, act: Act, frame: Frame) -> None:
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(asking, lambda: guarded(self._done, act, frame))
            self.answer(frame, ok=True, **(answer or {}))
        except ProtocolError as error:
            self.refuse(frame, error.code, error.reason)
        except Exception:
            logger.exception("a request failed: %s", frame["op"])
            self.refuse(frame, errors.INTERNAL, FAILED)
        finally:
            self.is_asking = False

    def _done(self, act: Act, frame: Frame) -> Frame | None:
        with translation.override(self.language), audit.acting(self.member, self.address):
            return act(self.member, frame)

    async def post(self, frame: Frame) -> Frame | None:
        conversation_id = self.listed(frame)
        client_id = client_id_of(frame)
        elem = elements.checked(frame.get("elem"), elements.FROM_AGENT)
        if elements.file_id_of(elem):
            elem = await in_database(with_upload, conversation_id, elem)
        if not elements.is_stored(elem):
            return self.typing({**frame, "typing": True})

        def answered(result: Stored | Refused) -> None:
            if isinstance(result, Refused):
                self.refuse(frame, result.code, result.reason)
            else:
                self.answer(frame, ok=True, seq=result.seq)

        if not writer.post(Post(conversation_id, self.sender, elem, client_id), answered):
            raise ProtocolError(errors.TOO_FAST, OVERLOADED)
        return None

    def recalled(self, member: Member, frame: Frame) -> None:
        recall(self.listed(frame), seq_of(frame, "seq") or 0, Sender.agent(member))

    def typing(self, frame: Frame) -> Frame:
        """src 12 to the visitor (F22, W39)."""
        conversation_id = self.listed(frame)
        if self.is_served(conversation_id):
            elem = elements.custom(payloads.typing(bool(frame.get("typing"))))
            who = {"kind": AGENT, "id": self.member.public_id, "name": self.member.nickname, "avatar": ""}
            live.say_online(conversation_id, VISITOR, {"op": "online", "from": who, "elem": elem})
        return {}


WAITS = _("One moment please: your last question is being answered.")
FAILED = _("This did not work. Please try again.")
NOT_LISTED = _("This conversation is not on your list.")
