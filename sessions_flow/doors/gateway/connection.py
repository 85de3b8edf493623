"""What a client of the SDK is told by itself: entries in their order, what is never stored, who has read."""

import logging
from collections import deque
from typing import Any

import orjson

from sessions_flow.actions import VISITOR
from sessions_flow.doors.gateway import frames, history, sync
from sessions_flow.doors.gateway.frames import Request
from sessions_flow.doors.gateway.messages import Desk, messages_event, read_event, seen_event
from sessions_flow.doors.gateway.numbers import Numbers, key_of
from sessions_flow.doors.gateway.people import Person
from sessions_flow.doors.gateway.pushes import Entry, entries_at, events_of, passing, targets_of
from sessions_flow.live.database import in_database
from sessions_flow.live.follower import Follower
from sessions_flow.live.process import spawn
from sessions_flow.models import Conversation
from sessions_flow.protocol.elements import Element

logger = logging.getLogger(__name__)
COOKIE_EVERY = 100  # entries after which the client is asked to fetch a new cookie
MOST_WAITING = 500  # slices of entries that wait to be pushed


class ImConnection(Follower):
    """The pushing half. `person` is set while somebody is logged in."""

    is_visitor = True

    def __init__(self) -> None:
        super().__init__()
        self.person: Person | None = None
        self.is_binary = True
        self.waiting: deque[tuple[int, list[tuple[int, str]]]] = deque()
        self.is_pushing = False
        self.told: sync.Places = {}
        self.cookie = ""
        self.since_cookie = 0
        self.names_in_cookie: dict[int, str] = {}
        self.unanswered: dict[tuple[int, str], Request] = {}  # sent and not yet heard of: its entry is the answer
        self.recalling: set[tuple[int, int]] = set()  # recalled from here: the client knows

    def say(self, frame: bytes) -> None:
        if not self.is_open:
            return
        if self.is_binary:
            self._send({"type": "websocket.send", "bytes": frame})
        else:
            self._send({"type": "websocket.send", "text": frame.decode()})

    def send_away(self, after_ms: int) -> None:
        """The SDK comes back by itself when its socket closes."""
        self.close(4012)

    def desk_at(self, conversation_id: int) -> Desk | None:
        threads = self.person.threads.values() if self.person else ()
        thread = next((thread for thread in threads if thread.pk == conversation_id), None)
        return history.desk_of(self.person, thread) if self.person and thread else None

    # --- entries

    def go_on_from(self, places: sync.Places) -> None:
        """Pushes everything after these places, and whatever comes."""
        for conversation_id, seq in places.items():
            self.told[conversation_id] = seq
            cursor = self.cursors.get(conversation_id)
            if cursor is None:
                self.follow(conversation_id, seq)
            elif seq < cursor.seq:
                cursor.seq = seq
                self.fill(conversation_id)

    def tell_entries(self, conversation_id: int, entries: list[tuple[int, str]]) -> None:
        if len(self.waiting) > MOST_WAITING:
            self.close(4429)
            return
        self.waiting.append((conversation_id, entries))
        if not self.is_pushing:
            self.is_pushing = True
            spawn(self._push_waiting())

    async def _push_waiting(self) -> None:
        try:
            while self.waiting and self.is_open:
                conversation_id, entries = self.waiting.popleft()
                await self._push(conversation_id, [orjson.loads(json) for _seq, json in entries])
        except Exception:
            logger.exception("entries could not be pushed")
            self.close(4500)  # its cookie brings the rest
        finally:
            self.is_pushing = False

    async def _push(self, conversation_id: int, entries: list[Entry]) -> None:
        targets = targets_of(entries)
        found = await in_database(entries_at, conversation_id, targets) if targets else {}
        desk = self.desk_at(conversation_id)
        if desk is None:
            return
        news = [entry for entry in entries if not self._answers(conversation_id, entry)]
        events = events_of(desk, news, found)
        self.told[conversation_id] = entries[-1]["seq"]
        self.since_cookie += len(entries)
        if events:
            self.say(frames.push(*events, asks_to_sync=self._wants_sync()))

    def _wants_sync(self) -> bool:
        """From time to time, and when the client began to use another name, so that its cookie stays close behind."""
        person = self.person
        if person is None or (self.since_cookie < COOKIE_EVERY and person.names == self.names_in_cookie):
            return False
        self.keep_cookie(person)
        return True

    def keep_cookie(self, person: Person) -> str:
        self.cookie, self.since_cookie = sync.cookie_of(person, self.told), 0
        self.names_in_cookie = dict(person.names)
        return self.cookie

    def _answers(self, conversation_id: int, entry: Entry) -> bool:
        """Committed means acknowledged (promise 1): the entry of what was sent from here is its answer. What was
        recalled from here needs no push either."""
        request = self.unanswered.pop((conversation_id, entry["client_id"]), None)
        if request:
            self.acknowledge(request, conversation_id, entry)
            return True
        event = entry.get("event") or {}
        mine = (conversation_id, event.get("target", 0))
        if event.get("type") == "message.recalled" and mine in self.recalling:
            self.recalling.discard(mine)
            return True
        return False

    def acknowledge(self, request: Request, conversation_id: int, entry: Entry) -> None:
        desk = self.desk_at(conversation_id)
        if desk:
            self._sent(request, desk.numbers(entry), entry["at"] // 1000)

    def _sent(self, request: Request, numbers: Numbers, seconds: int) -> None:
        self.say(frames.answer(request, {"MsgTime": seconds, "MsgKey": key_of(numbers, seconds)}))

    # --- what is never stored

    def tell_passing(self, conversation_id: int, *elems: Element) -> None:
        desk = self.desk_at(conversation_id)
        if desk and elems:
            messages = [desk.online_only(passing(elem)) for elem in elems]
            self.say(frames.push(messages_event(messages), asks_to_sync=self._wants_sync()))

    def on_online(self, conversation_id: int, to: str, json: str) -> None:
        if to not in (VISITOR, sync.DEVICES):
            return
        frame: dict[str, Any] = orjson.loads(json)
        if frame["op"] == "online" and frame.get("elem"):
            self.tell_passing(conversation_id, frame["elem"])
        elif frame["op"] in ("read", "seen"):
            spawn(self._tell_read(conversation_id, frame))
        elif frame["op"] == "opened" and frame["id"] not in self.cursors:
            spawn(self._begin(frame["id"], frame["seq"]))

    async def _begin(self, conversation_id: int, seq: int) -> None:
        if self.person is None:
            return
        if await in_database(sync.add_thread, self.person, conversation_id):
            self.go_on_from({conversation_id: seq})

    async def _tell_read(self, conversation_id: int, frame: dict[str, Any]) -> None:
        desk = self.desk_at(conversation_id)
        if desk is None:
            return
        seconds = await in_database(history.time_of, desk.conversation, frame["seq"])
        event = read_event if frame["op"] == "read" else seen_event
        self.say(frames.push(event(desk.account, seconds)))

    def forget(self) -> list[Conversation]:
        """Nobody is logged in any more. Returns the conversations he was in."""
        threads = list(self.person.threads.values()) if self.person else []
        for conversation_id in list(self.cursors):
            self.unfollow(conversation_id)
        self.person = None
        self.told, self.names_in_cookie = {}, {}
        self.unanswered.clear()
        self.waiting.clear()
        return threads
